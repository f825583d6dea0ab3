from __future__ import annotations

import pytest

from xstilts.errors import InputError, UnknownNameError
from xstilts.languages import LANGUAGES, codes, get
from xstilts.protocols import PROTOCOLS


def test_a_language_has_the_facts_of_its_row() -> None:
    swahili = get("sw")
    assert (swahili.iso639_3, swahili.name, swahili.script) == ("swa", "Swahili", "Latn")
    assert (swahili.family, swahili.genus, swahili.order) == ("Niger-Congo", "Bantu", "SVO")
    assert swahili.wikipedia_articles == 76_490
    assert swahili.resource is None
    assert swahili.seen is None


def test_what_no_source_says_is_none() -> None:
    # WALS gives German no dominant order, and no family for Ghomala'
    assert get("de").order is None
    assert get("bbj").family is None


def test_all_languages_of_both_benchmarks_are_there() -> None:
    assert len(codes("af ar bg bn de el en es et eu fa fi fr he hi hu id it ja jv")) == 20
    scored = {
        code for name in ("xtreme", "xtreme-r") for task in PROTOCOLS.get(name).languages.values() for code in task
    }
    assert scored <= set(LANGUAGES.names())


def test_a_misspelt_code_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'pcm'") as caught:
        get("pcn", field="languages.2")
    assert caught.value.field == "languages.2"


@pytest.mark.parametrize("value", [False, True])
def test_a_boolean_language_is_refused_with_the_reason(value: bool) -> None:
    with pytest.raises(InputError, match='write Norwegian as "no", in quotes'):
        get(value, field="languages.0")


def test_codes_are_bcp_47_and_names_unique() -> None:
    rows = list(LANGUAGES)
    assert all(row.code.isalpha() and 2 <= len(row.code) <= 3 and row.code.islower() for row in rows)
    assert len({row.name for row in rows}) == len(rows)
    assert all(row.script is None or (len(row.script) == 4 and row.script.istitle()) for row in rows)
