"""``corrupt``, and what ``list noises`` and ``show noise`` tell."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xstilts.commands import completion
from xstilts.commands.output import emit_data, say
from xstilts.errors import InputError

if TYPE_CHECKING:
    from xstilts.noise import Dictionary as Words
    from xstilts.noise import Noise

Dictionary = Annotated[
    Path | None,
    typer.Option(help="For misspelling and code-switch: a line for each word, the word first, then what replaces it."),
]
SHOWN_SEVERITY = 4
SHOWN_SENTENCES = 3
COPIES = 50
"""Noisy copies of a sentence, of which the first that was changed is shown."""


def rows() -> list[dict[str, Any]]:
    """One row for each noise."""
    from xstilts.noise import NOISES

    return [
        {"name": noise.name, "title": noise.title, "keeps_words": noise.keeps_words, "dictionary": noise.dictionary}
        for noise in NOISES
    ]


def entry(name: str) -> dict[str, Any]:
    """All about one noise: what it does, where it exists, and a sentence in three scripts before and after."""
    from xstilts.noise import NOISES, RATES

    noise = NOISES.get(name)
    defined, why = _where(noise)
    told: dict[str, Any] = {
        "name": noise.name,
        "title": noise.title,
        "source": noise.source,
        "severities": {severity: f"{rate:.0%} of the letters" for severity, rate in enumerate(RATES) if severity},
        "keeps words apart": noise.keeps_words,
    }
    if noise.dictionary:
        told["dictionary"] = noise.dictionary
    told["languages of XTREME-R"] = " ".join(defined) or "none"
    if why:
        told["not defined for"] = {reason: " ".join(codes) for reason, codes in why.items()}
    told[f"examples at severity {SHOWN_SEVERITY}"] = _examples(noise)
    return told


def _where(noise: Noise) -> tuple[list[str], dict[str, list[str]]]:
    """The languages of XTREME-R that have the noise, and those that have not, by reason."""
    from xstilts.languages import LANGUAGES
    from xstilts.noise import undefined

    defined: list[str] = []
    why: dict[str, list[str]] = defaultdict(list)
    for language in LANGUAGES:
        if language.xtreme_r:
            reason = undefined(noise, language.code, {})
            (why[reason] if reason else defined).append(language.code)
    return defined, dict(why)


def _examples(noise: Noise) -> dict[str, dict[str, str]]:
    from xstilts.noise import RATES, Stream, corrupt, undefined, way_of
    from xstilts.noise.scripts import script_of
    from xstilts.noise.sentences import SENTENCES

    shown: dict[str, dict[str, str]] = {}
    for code, said in SENTENCES.items():
        scripts = {script_of(other) for other in shown}
        if len(shown) < SHOWN_SENTENCES and script_of(code) not in scripts and not undefined(noise, code, {}):
            stream, ids = Stream(0, noise.name, code), map(str, range(COPIES))
            copies = corrupt([said] * COPIES, ids, way_of(noise, code, {}), RATES[SHOWN_SEVERITY], stream)
            shown[code] = {"clean": said, "noisy": next(one.text for one in copies if one.edits)}
    return shown


def severe(noise: str) -> tuple[Noise, int]:
    """A noise and its severity, as ``--noise typo:3`` says them.

    Raises:
        InputError: If it says no severity, or there is none such.
    """
    from xstilts.noise.said import parse

    asked = parse(noise, "--noise")
    if asked.severity is None:
        raise InputError("needs a severity.", field="--noise", value=noise, hint=f"Write --noise {noise}:3.")
    return asked.noise, asked.severity


def words_of(dictionary: Path | None) -> Words:
    """What ``--dictionary`` says; empty without."""
    from xstilts.noise.dictionaries import read

    return read(dictionary) if dictionary else {}


def corrupt(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Text (.txt), columns (.tsv, .csv), JSON (.json, .jsonl), or words with tags (.conll, .conllu).",
        ),
    ],
    noise: Annotated[
        str,
        typer.Option(
            help="A name of `xstilts list noises` and a severity from 1 to 5. Example: typo:3.",
            autocompletion=completion.noises,
        ),
    ],
    language: Annotated[str, typer.Option(help="The language of the text. Example: hi.")],
    fields: Annotated[
        str | None,
        typer.Option(
            help="Columns or fields to corrupt, commas between; numbers count from 1. "
            "Default: those whose names say that they hold text, such as premise, question or text."
        ),
    ] = None,
    dictionary: Dictionary = None,
    seed: Annotated[int, typer.Option(help="Another seed is another noisy copy.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Where the copy goes. Default: standard output.")] = None,
) -> None:
    """Write a noisy copy of a file, in its own format. Labels stay true: answers are found again, tags stay aligned."""
    from xstilts import languages
    from xstilts.sources.noisy_files import Wanted, noisy_file

    asked, severity = severe(noise)
    languages.get(language, "--language")
    chosen = tuple(name.strip() for name in (fields or "").split(",") if name.strip())
    text = noisy_file(file, Wanted(asked, severity, language, words_of(dictionary), seed, chosen))
    if out is None:
        emit_data(text)
    else:
        out.write_text(text, encoding="utf-8")
        say(f"Written to {out}.")
