from __future__ import annotations

import re

import pytest

from xstilts.errors import InputError, UnknownNameError
from xstilts.languages import LANGUAGES, codes, get, spoken
from xstilts.protocols import PROTOCOLS


def scored_by(protocol: str) -> set[str]:
    """The languages a protocol scores anything in, those of pairs included."""
    scored = {code for task in PROTOCOLS.get(protocol).languages.values() for code in task}
    return {language.code for code in scored for language in spoken(code)}


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
    scored = scored_by("xtreme") | scored_by("xtreme-r")
    assert scored <= set(LANGUAGES.names())


def test_a_misspelt_code_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean .*'pcm'") as caught:
        get("pcn", field="languages.2")
    assert caught.value.field == "languages.2"


@pytest.mark.parametrize("value", [False, True])
def test_a_boolean_language_is_refused_with_the_reason(value: bool) -> None:
    with pytest.raises(InputError, match='write Norwegian as "no", in quotes'):
        get(value, field="languages.0")


CODE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?")
SCRIPT = re.compile(r"[A-Z][a-z]{3}")


def test_codes_are_bcp_47_and_names_unique() -> None:
    rows = list(LANGUAGES)
    assert [row.code for row in rows if not CODE.fullmatch(row.code)] == []
    assert len({row.name.casefold() for row in rows}) == len(rows)
    assert [row.code for row in rows if row.script is not None and not SCRIPT.fullmatch(row.script)] == []


def test_a_code_of_three_letters_is_the_iso_code_and_only_script_variants_share_one() -> None:
    real = [row for row in LANGUAGES if row.iso639_3 is not None]
    assert [row.code for row in real if len(row.code) == 3 and row.code != row.iso639_3] == []
    assert [row.code for row in real if not re.fullmatch(r"[a-z]{3}", str(row.iso639_3))] == []
    plain = [row.iso639_3 for row in real if "-" not in row.code]
    assert len(set(plain)) == len(plain)
    # groups of languages without an ISO 639-3 code, and the lab's
    assert {row.code for row in LANGUAGES if row.iso639_3 is None and row.seen is None} == {"nah", "oto"}


def test_a_script_variant_has_the_facts_of_its_language_and_its_own_script() -> None:
    for row in (row for row in LANGUAGES if "-" in row.code):
        base = get(row.code.partition("-")[0])
        assert row.script == row.code.partition("-")[2] != base.script
        facts = ("iso639_3", "family", "genus", "order")
        assert [getattr(row, fact) for fact in facts] == [getattr(base, fact) for fact in facts]
        assert row.wikipedia_articles is None


def test_family_and_genus_come_together_and_a_genus_has_one_family() -> None:
    families: dict[str, set[str]] = {}
    for row in LANGUAGES:
        assert (row.family is None) == (row.genus is None), row.code
        if row.family is not None and row.genus is not None:
            families.setdefault(row.genus, set()).add(row.family)
    assert {genus: found for genus, found in families.items() if len(found) > 1} == {}


def test_values_are_in_their_ranges() -> None:
    orders = {"SOV", "SVO", "VSO", "VOS", "OVS", "OSV", None}
    assert {row.order for row in LANGUAGES} <= orders
    assert {row.joshi for row in LANGUAGES} <= {None, 0, 1, 2, 3, 4, 5}
    assert all(row.wikipedia_articles is None or row.wikipedia_articles > 0 for row in LANGUAGES)


def test_the_benchmarks_have_forty_and_fifty_languages() -> None:
    xtreme = {row.code for row in LANGUAGES if row.xtreme}
    xtreme_r = {row.code for row in LANGUAGES if row.xtreme_r}
    assert len(xtreme) == 40
    assert len(xtreme_r) == 50
    assert xtreme_r - xtreme == set(codes("az gu ht lt pa pl qu ro uk wo"))
    assert xtreme <= xtreme_r


@pytest.mark.parametrize(("name", "column"), [("xtreme", "xtreme"), ("xtreme-r", "xtreme_r")])
def test_what_a_protocol_scores_is_in_its_benchmark(name: str, column: str) -> None:
    assert scored_by(name) <= {row.code for row in LANGUAGES if getattr(row, column)}


def test_what_the_bases_were_pretrained_on() -> None:
    # the lists have 104 and 100 entries; mBERT's two Norwegians also make "no" seen,
    # and Burmese in the Zawgyi encoding is no language of its own
    assert len([row for row in LANGUAGES if row.seen_mbert]) == 105
    assert len([row for row in LANGUAGES if row.seen_xlmr]) == 99
    assert [get(code).seen_xlmr for code in ("ht", "qu", "wo", "yo")] == [False] * 4
    assert [get(code).seen_mbert for code in ("th", "mn", "am", "ha")] == [True, True, False, False]


def test_a_part_of_a_seen_macrolanguage_is_neither_seen_nor_unseen() -> None:
    # XLM-R's list says "Arabic" and "Norwegian"; which of them is Egyptian, which Nynorsk, it does not say
    assert get("arz").seen_xlmr is None
    assert get("nn").seen_xlmr is None
    assert get("nn").seen_mbert is True


def test_there_is_a_row_for_every_language_of_the_low_resource_sets() -> None:
    codes("ay bzd cni gn hch nah oto qu shp tar am bm bbj ee fon ha ig rw lg luo mos ny pcm sn sw tn tw wo xh yo zu")
    assert len([row for row in LANGUAGES if row.seen is None]) >= 110
