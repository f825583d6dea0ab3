from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.errors import InputError, UnknownNameError
from xstilts.languages import LANGUAGES, Clustering, clusters

COLUMNS = get_args(Clustering)


def test_families_are_sorted_and_codes_keep_their_order() -> None:
    assert clusters(["sw", "fr", "en", "yo"], "family") == {"Indo-European": ("fr", "en"), "Niger-Congo": ("sw", "yo")}


def test_unknown_comes_last() -> None:
    assert list(clusters(["de", "en", "hi"], "order")) == ["SOV", "SVO", "unknown"]


def test_wikipedia_sizes_run_from_large_to_small() -> None:
    found = clusters(["ay", "sw", "tr", "en", "shp"], "wikipedia")
    assert list(found.items()) == [
        ("1M articles or more", ("en",)),
        ("100k to 1M", ("tr",)),
        ("10k to 100k", ("sw",)),
        ("below 10k", ("ay",)),
        ("unknown", ("shp",)),
    ]


def test_the_lab_has_more_than_one_cluster_of_its_own_columns() -> None:
    lab = [language.code for language in LANGUAGES if language.resource is not None]
    assert len(clusters(lab, "seen")) == 2
    assert len(clusters(lab, "family")) >= 3
    assert "unknown" not in clusters(lab, "resource")


def test_what_a_base_saw_is_told_apart_from_what_nobody_knows() -> None:
    some = ["sw", "wo", "yo", "nn"]
    assert clusters(some, "seen_xlmr") == {
        "seen": ("sw",),
        "unseen": ("wo", "yo"),
        "unknown": ("nn",),
    }
    assert clusters(some, "seen_mbert") == {"seen": ("sw", "yo", "nn"), "unseen": ("wo",)}


def test_membership_of_a_benchmark() -> None:
    assert clusters(["de", "pl", "am"], "xtreme") == {"in XTREME": ("de",), "not in XTREME": ("pl", "am")}
    assert clusters(["de", "pl", "am"], "xtreme_r") == {"in XTREME-R": ("de", "pl"), "not in XTREME-R": ("am",)}
    assert clusters(["qaa"], "xtreme") == {"unknown": ("qaa",)}


def test_resource_classes_run_upwards() -> None:
    assert clusters(["en", "zu", "bho", "sw"], "joshi") == {
        "class 1": ("bho",), "class 2": ("zu",), "class 5": ("en",), "unknown": ("sw",),
    }  # fmt: skip


def test_an_unknown_property_names_the_allowed_ones() -> None:
    with pytest.raises(InputError, match="Did you mean 'family'"):
        clusters(["de"], "famly")  # type: ignore[arg-type]


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(UnknownNameError):
        clusters(["xx"], "family")


@given(st.lists(st.sampled_from(LANGUAGES.names())), st.sampled_from(COLUMNS))
def test_every_language_is_in_exactly_one_cluster(wanted: list[str], column: str) -> None:
    found = clusters(wanted, column)  # type: ignore[arg-type]
    assert sorted(code for group in found.values() for code in group) == sorted(set(wanted))
