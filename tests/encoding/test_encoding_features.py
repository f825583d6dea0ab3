"""Ragged columns: padding, saving, what batches may not depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts.encoding import ENCODINGS, EncodingOptions, Features, Ragged, TokenizerFacts
from xstilts.errors import DataError, InputError, ModelError

if TYPE_CHECKING:
    from pathlib import Path

lists = st.lists(st.lists(st.integers(0, 99), max_size=7), min_size=1, max_size=9)


def ragged(items: list[list[int]]) -> Ragged:
    offsets = np.cumsum([0, *map(len, items)])
    return Ragged(np.array([value for item in items for value in item], dtype=np.int32), offsets)


@settings(deadline=None)
@given(lists, st.data())
def test_padding_keeps_every_list_and_fills_the_rest(items: list[list[int]], data: st.DataObject) -> None:
    rows = np.array(data.draw(st.lists(st.integers(0, len(items) - 1), max_size=12)), dtype=np.int64)
    padded = ragged(items).pad(rows, -7)
    assert padded.dtype == np.int64
    assert padded.shape == (len(rows), max((len(items[row]) for row in rows), default=0))
    for row, line in zip(rows, padded.tolist(), strict=True):
        assert line == items[row] + [-7] * (len(line) - len(items[row]))


@settings(deadline=None)
@given(lists)
def test_a_wider_batch_only_adds_padding(items: list[list[int]]) -> None:
    rows = np.arange(len(items))
    narrow, wide = ragged(items).pad(rows, 0), ragged(items).pad(rows, 0, width=9)
    assert (wide[:, : narrow.shape[1]] == narrow).all()
    assert (wide[:, narrow.shape[1] :] == 0).all()


def pairs(examples, n: int = 5):
    rows = ({"id": f"p{i}", "text": "red " * i, "text_pair": "bed" if i % 2 else "", "label": "yes"} for i in range(n))
    return examples("classification", *rows)


def test_saving_and_mapping_gives_the_same_batches(tmp_path: Path, tokenizer, examples) -> None:
    encoding = ENCODINGS.get("classification")
    features = encoding.encode(pairs(examples), tokenizer, EncodingOptions(), ("no", "yes"))
    features.save(tmp_path / "features.arrow")
    loaded = Features.load(tmp_path / "features.arrow")
    assert loaded.table.equals(features.table)
    rows = np.array([4, 0, 3])
    here, there = (encoding.collate(which, rows, 1) for which in (features, loaded))
    assert all((here[name] == there[name]).all() for name in here)
    assert (loaded.item_hashes == features.item_hashes).all()


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "features.arrow").write_text("no arrow")
    with pytest.raises(DataError, match=r"features\.arrow"):
        Features.load(tmp_path / "features.arrow")
    with pytest.raises(DataError, match=r"missing\.arrow"):
        Features.load(tmp_path / "missing.arrow")


@pytest.mark.parametrize("kind", ENCODINGS.names())
def test_a_set_without_examples_gives_features_without_items(kind: str, tokenizer, examples) -> None:
    assert len(ENCODINGS.get(kind).encode(examples(kind), tokenizer, EncodingOptions(), ())) == 0


def test_encoding_does_not_depend_on_how_others_left_the_tokenizer(tokenizer, examples) -> None:
    encode = ENCODINGS.get("classification").encode
    clean = encode(pairs(examples), tokenizer, EncodingOptions(max_length=12), ("no", "yes"))
    tokenizer(["red bed"] * 2, truncation=True, max_length=3, padding="max_length", stride=0)
    assert encode(pairs(examples), tokenizer, EncodingOptions(max_length=12), ("no", "yes")).table.equals(clean.table)


@pytest.mark.parametrize("max_length", [4, 513])
def test_a_length_that_no_input_can_have_is_refused(max_length: int, tokenizer, examples) -> None:
    with pytest.raises(InputError, match="6 to 512"):
        ENCODINGS.get("classification").encode(pairs(examples), tokenizer, EncodingOptions(max_length), ("no", "yes"))


def test_a_slow_tokenizer_is_refused(examples) -> None:
    class Slow:
        is_fast = False

    with pytest.raises(ModelError, match="fast tokenizer"):
        ENCODINGS.get("classification").encode(pairs(examples), Slow(), EncodingOptions(), ("no", "yes"))


def test_facts_leave_the_unknown_token_out_of_the_special_ones(tokenizer) -> None:
    facts = TokenizerFacts.of(tokenizer)
    assert (facts.pad_id, facts.mask_id, facts.special_ids) == (1, 4, (0, 1, 2, 4))
    assert facts.vocab_size == len(tokenizer)
