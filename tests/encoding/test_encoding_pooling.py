"""From token vectors to text vectors, worked out by hand."""

from __future__ import annotations

from typing import get_args

import pytest
import torch

from xstilts.encoding import TokenizerFacts
from xstilts.encoding.pooling import POOLINGS
from xstilts.training.contrast import Pooling

FACTS = TokenizerFacts(pad_id=1, vocab_size=40, mask_id=None, special_ids=(0, 1, 2))
STATES = torch.tensor([[[3.0], [6.0], [12.0], [100.0]], [[5.0], [7.0], [100.0], [100.0]]])
BATCH = {
    "input_ids": torch.tensor([[0, 9, 2, 1], [0, 2, 1, 1]]),
    "attention_mask": torch.tensor([[1, 1, 1, 0], [1, 1, 0, 0]]),
}


@pytest.mark.parametrize(
    ("name", "vectors"),
    [
        ("mean", [7.0, 6.0]),
        ("mean-content", [6.0, 6.0]),  # the second text has nothing but special tokens
        ("first", [3.0, 5.0]),
        ("weighted-mean", [(3 + 2 * 6 + 3 * 12) / 6, (5 + 2 * 7) / 3]),
    ],
)
def test_poolings_look_at_what_they_should(name: str, vectors: list[float]) -> None:
    assert POOLINGS[name](STATES, BATCH, FACTS).squeeze(1).tolist() == pytest.approx(vectors)


def test_the_poolings_of_training_are_these() -> None:
    assert set(get_args(Pooling)) == set(POOLINGS)
