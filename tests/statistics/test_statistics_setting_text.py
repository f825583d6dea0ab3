"""Settings as text: read as written, and parted into vectors and variant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.errors import InputError
from xstilts.statistics.setting_text import frozen, is_frozen, natural, parse, parted, written

WORDS = st.text("abcxyz-@0123456789", min_size=1, max_size=6)
HEADLINE = "pool=multilingual;vectors=frozen"


@given(st.dictionaries(WORDS, WORDS, max_size=6))
def test_a_setting_is_read_as_it_is_written(values):
    assert parse(written(values)) == values
    assert list(parse(written(values))) == sorted(values)


def test_a_setting_falls_into_vectors_and_variant():
    assert parted("layer=2;pooling=mean;queries=other;similarity=csls") == (
        "layer=2;pooling=mean;similarity=csls", "queries=other",
    )  # fmt: skip
    assert parted("index=hnsw;layer=3;layers=2;pool=mono;space=raw") == (
        "layer=3;layers=2;space=raw",
        "index=hnsw;pool=mono",
    )
    assert parted("") == ("", "")
    assert parted(HEADLINE) == ("vectors=frozen", "pool=multilingual")
    assert (frozen(""), frozen("pool=mono"), frozen("queries=other")) == (
        "vectors=frozen", "pool=mono;vectors=frozen", "queries=other;vectors=frozen",
    )  # fmt: skip
    assert is_frozen(HEADLINE)
    assert not is_frozen("layer=2")
    with pytest.raises(InputError, match="k=v"):
        parse("layer")


def test_layers_are_ordered_by_their_number():
    assert sorted(["layer=10;pooling=mean", "layer=2;pooling=mean"], key=natural)[0].startswith("layer=2")
