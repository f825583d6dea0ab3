"""``corrupt``, and how commands say a noise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
