"""Batches side by side: the same digits for any number of threads, and everything as it was afterwards."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from xstilts.encoding import EncodingOptions
from xstilts.evaluation import EmbedSetting, embed_settings
from xstilts.evaluation.lanes import side_by_side

SETTINGS = [EmbedSetting(0, "mean"), EmbedSetting(1, "first"), EmbedSetting(2, "weighted-mean", 2)]


@pytest.fixture
def threads():
    """Sets the number of torch's threads, and puts it back."""
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


def test_vectors_depend_on_no_number_of_threads(encoder, encoded, facts, threads) -> None:
    generator = np.random.default_rng(2)
    texts = [" ".join(f"w{word}" for word in generator.integers(0, 40, int(n))) for n in generator.integers(1, 90, 150)]
    rows = [{"id": str(n), "role": "candidate", "text": text, "gold": []} for n, text in enumerate(texts)]
    _, features = encoded("retrieval", rows, EncodingOptions(max_length=100))
    found = []
    for number in (1, 2, 3):
        threads(number)
        done: list[int] = []
        found.append(embed_settings(encoder, features, SETTINGS, facts, progress=lambda n, _, to=done: to.append(n)))
        assert torch.get_num_threads() == number
        assert done == sorted(done) and done[-1] == len(texts)
    for other in found[1:]:
        assert all(np.array_equal(one, its) for one, its in zip(found[0], other, strict=True))


def test_lanes_share_weights_but_no_hooks_and_keep_the_order(encoder, threads) -> None:
    threads(2)
    lanes = []

    def prepared(own):
        lanes.append(own)
        return lambda item: item * item

    assert list(side_by_side(encoder, torch.device("cpu"), prepared, range(20))) == [(n, n * n) for n in range(20)]
    first, second = lanes
    assert first is encoder and second is not encoder
    pairs = list(zip(first.parameters(), second.parameters(), strict=True))
    assert pairs and all(one is other for one, other in pairs)
    mine, theirs = next(iter(first.encoder.layer)), next(iter(second.encoder.layer))
    handle = mine.register_forward_hook(lambda *said: None)
    assert not theirs._forward_hooks
    handle.remove()


def test_what_fails_in_a_lane_is_said_and_threads_are_put_back(encoder, threads) -> None:
    threads(2)

    def prepared(own):
        def fail(item):
            raise ValueError(f"item {item}")

        return fail

    with pytest.raises(ValueError, match="item 0"):
        list(side_by_side(encoder, torch.device("cpu"), prepared, range(4)))
    assert torch.get_num_threads() == 2
