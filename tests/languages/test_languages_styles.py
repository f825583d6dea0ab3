from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.errors import InputError, UnknownNameError
from xstilts.languages import (
    LANGUAGES,
    as_flores,
    as_iso2,
    as_iso3,
    as_name,
    as_pair,
    normalise,
    styled,
)
from xstilts.tasks import TASKS

ALL = LANGUAGES.names()
PLAIN = [code for code in ALL if "-" not in code]
SHORT = [code for code in ALL if len(code) == 2]
REAL_WITH_SCRIPT = [row.code for row in LANGUAGES if row.script and row.iso639_3]


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ("Arabic", "ar"),
        ("arabic", "ar"),
        ("Modern Standard Arabic", "ar"),
        ("de", "de"),
        ("deu", "de"),
        ("ger", "de"),
        ("pes", "fa"),
        ("fas", "fa"),
        ("per", "fa"),
        ("prs", "prs"),
        ("cmn", "zh"),
        ("zho", "zh"),
        ("swh", "sw"),
        ("swa", "sw"),
        ("tgl", "tl"),
        ("est", "et"),
        ("ekk", "et"),
        ("arb", "ar"),
        ("quy", "qu"),
        ("nah", "nah"),
        ("iw", "he"),
        ("no", "no"),
        ("Norwegian", "no"),
        ("nob", "nb"),
        ("als", "sq"),
        ("arb_Arab", "ar"),
        ("arb_Latn", "ar-Latn"),
        ("zho_Hant", "zh-Hant"),
        ("zho_Hans", "zh"),
        ("cmn_Hans", "zh"),
        ("ace_Arab", "ace-Arab"),
        ("ace_Latn", "ace"),
        ("ace-Arab", "ace-Arab"),
        ("kmr_Latn", "ku"),
        ("ckb_Arab", "ckb"),
        ("sat_Olck", "sat"),
        ("sat_Beng", "sat"),
        ("bzd_Latn", "bzd"),
        ("deu-eng", "de+en"),
        ("pes-eng", "fa+en"),
        ("de.en", "de+en"),
        ("de+en", "de+en"),
    ],
)
def test_every_style_comes_to_one_code(form: str, code: str) -> None:
    assert normalise(form) == code


def test_a_pair_with_a_hyphen_and_two_letters_must_be_called_one() -> None:
    assert normalise("de-en", "pair") == "de+en"
    with pytest.raises(InputError, match="a language of a region, or two languages"):
        normalise("pt-br")


@pytest.mark.parametrize("form", ["pt-BR", "DE", "de_DE", "xx", "zzz", "", "Klingon", "deu_Cyrl", "de-xx", "de+en+fr"])
def test_what_is_unknown_is_refused(form: str) -> None:
    with pytest.raises(UnknownNameError):
        normalise(form, "pair" if form == "de-xx" else None)


def test_a_misspelt_form_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean .*'german'"):
        normalise("Germann", "name", field="languages.0")


def test_a_style_reads_nothing_else() -> None:
    for form, style in (("deu", "iso2"), ("de", "iso3"), ("de", "name"), ("German", "code"), ("deu", "flores")):
        with pytest.raises(UnknownNameError):
            normalise(form, style)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="iso3"):
        normalise("de", "iso4")  # type: ignore[arg-type]


def test_an_unquoted_no_is_refused_with_the_reason() -> None:
    with pytest.raises(InputError, match='write Norwegian as "no", in quotes'):
        normalise(False)


def test_no_form_of_the_table_has_two_meanings() -> None:
    for row in LANGUAGES:
        forms = [row.code, row.name, row.iso639_3 if "-" not in row.code else None, row.flores]
        for form in (*forms, *row.other_codes, *row.other_names):
            assert form is None or normalise(form) == row.code, form


def test_two_meanings_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from xstilts.languages import styles

    two = {"greek": ("el", "grc")}
    monkeypatch.setattr(styles, "_index", lambda style: two if style == "name" else {})
    with pytest.raises(InputError, match=r"'Greek' can mean several languages. Allowed: el, grc"):
        normalise("Greek")


@given(st.sampled_from(ALL))
def test_names_come_back(code: str) -> None:
    assert normalise(as_name(code)) == normalise(as_name(code), "name") == code


@given(st.sampled_from(SHORT))
def test_two_letters_come_back(code: str) -> None:
    assert normalise(as_iso2(code)) == normalise(as_iso2(code), "iso2") == code


@given(st.sampled_from(PLAIN))
def test_three_letters_come_back(code: str) -> None:
    assert normalise(as_iso3(code)) == normalise(as_iso3(code), "iso3") == code


@given(st.sampled_from(REAL_WITH_SCRIPT))
def test_flores_codes_come_back(code: str) -> None:
    assert normalise(as_flores(code)) == normalise(as_flores(code), "flores") == code


@given(st.sampled_from(SHORT), st.sampled_from(SHORT), st.sampled_from("-."))
def test_pairs_come_back(first: str, second: str, separator: str) -> None:
    pair = f"{first}+{second}"
    assert normalise(as_pair(pair, "iso2", separator), "pair") == pair
    assert normalise(as_pair(pair, "iso3", separator), "pair") == pair


def test_what_cannot_be_written_in_a_style_is_refused() -> None:
    for write, code in ((as_iso2, "yue"), (as_iso2, "ace-Arab"), (as_iso3, "zh-Hant"), (as_flores, "nah")):
        with pytest.raises(InputError, match="has no"):
            write(code)
    with pytest.raises(InputError, match="A pair of languages"):
        as_pair("de")


def test_styled_makes_the_codes_of_a_task() -> None:
    assert styled(["ar", "zh", "qu"], "flores") == {"ar": "arb_Arab", "zh": "zho_Hans", "qu": "quy_Latn"}
    assert styled(["ar", "nah"], "iso3") == {"ar": "ara", "nah": "nah"}
    assert styled(["zh-Hant"], "name") == {"zh-Hant": "Chinese (Traditional)"}


def test_the_codes_of_all_tasks_mean_their_languages() -> None:
    # a data set's own code, where one of the styles reads it at all, must not be another language's; it may be silent
    # about the script
    for task in TASKS:
        for code, written in task.codes.items():
            try:
                meant = normalise(written)
            except InputError:
                continue
            assert meant in (code, code.partition("-")[0]), (task.name, code, written)


def test_no_arabic_in_paws_x() -> None:
    # a known loader asks PAWS-X for a language it does not have
    assert [task.name for task in TASKS if task.name.startswith("paws") and "ar" in task.languages] == []


BIBLIOGRAPHIC = "alb arm baq bur chi cze dut fre geo ger gre ice mac mao may per rum slo tib wel"
"""The codes in which ISO 639-2/B differs from 639-2/T; all others of three letters are individual languages."""


def test_the_page_says_which_codes_are_one_row() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "languages.md").read_text(encoding="utf-8")
    said = " ".join(page.partition("the shorter code names both: ")[2].partition(".")[0].split())
    pairs = {tuple(pair.replace(" is also ", " ").split()) for pair in said.split(", ")}
    merged = {
        (row.code, also)
        for row in LANGUAGES
        for also in row.other_codes
        if len(also) == 3 and also not in BIBLIOGRAPHIC.split()
    }
    assert pairs == merged
