"""The table of languages: one frozen row per BCP-47 code, read once from two CSV files beside this module."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

from xstilts.errors import InputError
from xstilts.registry import Registry

SEEN = {"": None, "yes": True, "no": False}


@dataclass(frozen=True)
class Language:
    """One language; a field is None where no citable source says it.

    Attributes:
        code: BCP-47 code, the key used everywhere (``de``; the lab's ``qaa``).
        iso639_3: ISO 639-3 code.
        name: English name.
        family: Genealogical family, in the names of WALS.
        genus: Genus of WALS (a group some 4,000 years deep).
        script: ISO 15924 code of the script the benchmarks write it in.
        order: Dominant order of subject, object and verb (``SVO``); None where none dominates or none is known.
        resource: How much text the lab's pretraining corpora hold (``rich``, ``poor`` …); None outside the lab.
        seen: Whether the lab's bases were pretrained on it; None outside the lab, where it depends on the base.
        wikipedia_articles: Articles in its Wikipedia, 2023-03-25.
    """

    code: str
    iso639_3: str | None
    name: str
    family: str | None
    genus: str | None
    script: str | None
    order: str | None
    resource: str | None
    seen: bool | None
    wikipedia_articles: int | None


LANGUAGES: Registry[Language] = Registry("language")
"""Every known language, the lab's included."""


def get(code: object, field: str | None = None) -> Language:
    """The language with this BCP-47 code; ``field`` says where the code was written.

    Raises:
        InputError: If the code is a boolean: YAML reads an unquoted ``no`` (Norwegian) as false.
        UnknownNameError: If no language has this code; the message names the nearest ones.
    """
    if isinstance(code, bool):
        raise InputError(
            f"A language code was expected, not the boolean {str(code).lower()}.",
            field=field,
            value=code,
            hint='YAML reads no, yes, on and off as booleans; write Norwegian as "no", in quotes.',
        )
    return LANGUAGES.get(str(code), field=field)


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
    articles = row["wikipedia_articles"]
    return Language(
        code=row["code"],
        iso639_3=row["iso639_3"] or None,
        name=row["name"],
        family=row["family"] or None,
        genus=row["genus"] or None,
        script=row["script"] or None,
        order=row["order"] or None,
        resource=row["resource"] or None,
        seen=SEEN[row["seen"]],
        wikipedia_articles=int(articles) if articles else None,
    )


_register_rows("languages.csv")
_register_rows("lab.csv")
