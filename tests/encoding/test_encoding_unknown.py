"""What a tokenizer does not know is counted by example, whatever the kind."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from xstilts.encoding import Features
from xstilts.encoding.unknown import unknown_examples
from xstilts.models.vocabulary import wrap

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁he", "llo", ".", "20", "<mask>"]
UNK, MARK, HE, LLO, DOT, NUMBER = 3, 4, 5, 6, 7, 8


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    made = Tokenizer(models.Unigram([(piece, -1.0) for piece in PIECES], unk_id=UNK))
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    return wrap(made)


def features(rows: list[Any], examples: list[int] | None = None) -> Features:
    form = pa.list_(pa.list_(pa.int32())) if isinstance(rows[0][0], list) else pa.list_(pa.int32())
    return Features(pa.table({
        "example": pa.array(examples or range(len(rows)), pa.int32()), "input_ids": pa.array(rows, form),
    }))  # fmt: skip


@pytest.mark.parametrize(
    ("row", "unknown"),
    [
        ([0, MARK, UNK, 2], 1),
        ([0, MARK, UNK, DOT, NUMBER, DOT, NUMBER, 2], 1),  # those of every script are known and say nothing
        ([0, HE, LLO, 2], 0),
        ([0, HE, UNK, 2], 0),
        ([0, *[UNK] * 9, HE, 2], 1),  # nine in ten
        ([0, *[UNK] * 8, HE, 2], 0),
        ([0, DOT, NUMBER, 2], 0),  # nothing to read, and nothing unknown
        ([0, 2], 0),
    ],
)
def test_an_example_is_unknown_where_nine_in_ten_of_its_pieces_are(tokenizer, row, unknown):
    assert unknown_examples(features([row]), tokenizer) == unknown
    assert unknown_examples(features([[0, HE, 2], row, [0, MARK, UNK, 2]]), tokenizer) == unknown + 1


def test_the_windows_of_an_example_are_one_text(tokenizer):
    rows = [[0, UNK, 2], [0, HE, LLO, 2], [0, UNK, 2], [0, UNK, 2]]
    assert unknown_examples(features(rows, [0, 0, 1, 1]), tokenizer) == 1


def test_the_choices_of_an_example_are_one_text(tokenizer):
    rows = [[[0, UNK, 2], [0, HE, LLO, 2]], [[0, UNK, 2], [0, UNK, 2]]]
    assert unknown_examples(features(rows), tokenizer) == 1


def test_a_tokenizer_that_knows_every_byte_has_no_unknown_text():
    made = Tokenizer(models.BPE({"<pad>": 0, "a": 1}, []))
    made.add_special_tokens(["<pad>"])
    from transformers import PreTrainedTokenizerFast

    wrapped = PreTrainedTokenizerFast(tokenizer_object=made, pad_token="<pad>")  # noqa: S106
    assert wrapped.unk_token_id is None
    assert unknown_examples(features([[1, 1]]), wrapped) == 0
