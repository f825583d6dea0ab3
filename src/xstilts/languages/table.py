"""The table of languages: one frozen row per BCP-47 code, read once from two CSV files beside this module."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

from xstilts.errors import InputError
from xstilts.registry import Registry

ANSWERS = {"": None, "yes": True, "no": False}


@dataclass(frozen=True)
class Language:
    """One language; a field is None where no citable source says it.

    A code may name a language in a script that is not its usual one (``ace-Arab``): such a row has the facts of its
    language, except its size.

    Attributes:
        code: BCP-47 code, the key used everywhere (``de``, ``zh-Hant``; the lab's ``qaa``).
        iso639_3: ISO 639-3 code, that of the macrolanguage where ``code`` names one (``zho``).
        name: English name, unique in the table.
        family: Genealogical family, in the names of WALS.
        genus: Genus of WALS (a group some 4,000 years deep).
        script: ISO 15924 code of the script the benchmarks write it in.
        order: Dominant order of subject, object and verb (``SVO``); None where none dominates or none is known.
        joshi: Resource class of Joshi et al. 2020, 0 (left behind) to 5 (winner); only what the paper itself prints.
        xtreme: Whether it is one of the 40 languages of XTREME; None for the lab's.
        xtreme_r: Whether it is one of the 50 languages of XTREME-R; None for the lab's.
        seen_mbert: Whether multilingual BERT (cased) was pretrained on it; None where its list does not tell.
        seen_xlmr: Whether XLM-R was pretrained on it; None where its list does not tell.
        resource: How much text the lab's pretraining corpora hold (``rich``, ``poor`` …); None outside the lab.
        seen: Whether the lab's bases were pretrained on it; None outside the lab, where it depends on the base.
        wikipedia_articles: Articles in its Wikipedia, 2023-03-25.
        flores: Its code in FLORES-200 and SIB-200 (``arb_Arab``); None if it is in neither.
        other_codes: Further codes that data sets write for it: ISO 639-2/B (``ger``), the individual language of a
            macrolanguage (``pes``), withdrawn two-letter codes (``iw``).
        other_names: Further English names that the sources of this table give it.
    """

    code: str
    iso639_3: str | None
    name: str
    family: str | None
    genus: str | None
    script: str | None
    order: str | None
    joshi: int | None
    xtreme: bool | None
    xtreme_r: bool | None
    seen_mbert: bool | None
    seen_xlmr: bool | None
    resource: str | None
    seen: bool | None
    wikipedia_articles: int | None
    flores: str | None
    other_codes: tuple[str, ...]
    other_names: tuple[str, ...]


LANGUAGES: Registry[Language] = Registry("language", "`xstilts list languages` shows them all.")
"""Every known language, the lab's included."""


def get(code: object, field: str | None = None) -> Language:
    """The language with this BCP-47 code; ``field`` says where the code was written.

    Raises:
        InputError: If the code is a boolean: YAML reads an unquoted ``no`` (Norwegian) as false.
        UnknownNameError: If no language has this code; the message names the nearest ones.
    """
    refuse_boolean(code, field)
    if code not in LANGUAGES:
        raise LANGUAGES.unknown(str(code), field, _meant(str(code)))
    return LANGUAGES.get(str(code), field=field)


def _meant(text: str) -> str | None:
    """The hint for a language that is written otherwise than in BCP-47: ``German is written de.``; else None."""
    for language in LANGUAGES:
        names = {language.name.casefold(), *(name.casefold() for name in language.other_names)}
        if text in (language.iso639_3, language.flores, *language.other_codes) or text.casefold() in names:
            return f"{language.name} is written {language.code!r}."
    return None


def refuse_boolean(code: object, field: str | None = None) -> None:
    """Refuse what YAML made of an unquoted ``no``.

    Raises:
        InputError: If ``code`` is a boolean.
    """
    if isinstance(code, bool):
        raise InputError(
            f"A language code was expected, not the boolean {str(code).lower()}.",
            field=field,
            value=code,
            hint='YAML reads no, yes, on and off as booleans; write Norwegian as "no", in quotes.',
        )


def spoken(code: object, field: str | None = None) -> tuple[Language, ...]:
    """The languages of one code of a task: one, or two for a pair such as ``de+en`` (context, then question).

    Raises:
        InputError: As :func:`get`.
        UnknownNameError: As :func:`get`.
    """
    parts = code.split("+") if isinstance(code, str) else [code]
    return tuple(get(part, field) for part in parts)


def name_of(code: str) -> str:
    """The English name of a code, or both names of a pair: ``German + English``."""
    return " + ".join(language.name for language in spoken(code))


def codes(text: str) -> tuple[str, ...]:
    """The language codes in a text, separated by spaces; each must be in the table.

    Raises:
        UnknownNameError: If one is not.
    """
    return tuple(get(code).code for code in text.split())


def _register_rows(file_name: str) -> None:
    text = files("xstilts.languages").joinpath(file_name).read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        LANGUAGES.register(row["code"], _language(row))


def _language(row: dict[str, str]) -> Language:
    """One row; the lab's file and the real one each leave out the columns that only the other needs."""
    return Language(
        code=row["code"],
        iso639_3=row["iso639_3"] or None,
        name=row["name"],
        family=row["family"] or None,
        genus=row["genus"] or None,
        script=row["script"] or None,
        order=row["order"] or None,
        joshi=_number(row.get("joshi", "")),
        xtreme=ANSWERS[row.get("xtreme", "")],
        xtreme_r=ANSWERS[row.get("xtreme_r", "")],
        seen_mbert=ANSWERS[row.get("seen_mbert", "")],
        seen_xlmr=ANSWERS[row.get("seen_xlmr", "")],
        resource=row.get("resource") or None,
        seen=ANSWERS[row.get("seen", "")],
        wikipedia_articles=_number(row["wikipedia_articles"]),
        flores=row.get("flores") or None,
        other_codes=tuple(row.get("other_codes", "").split()),
        other_names=tuple(name for name in row.get("other_names", "").split(";") if name),
    )


def _number(text: str) -> int | None:
    return int(text) if text else None


_register_rows("languages.csv")
_register_rows("lab.csv")
