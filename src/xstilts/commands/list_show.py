"""``list`` and ``show``: what there is, and one thing in full."""

from __future__ import annotations

from typing import Annotated

import typer

from xstilts.commands import completion
from xstilts.commands.options import Json  # noqa: TC001 - typer reads annotations at run time
from xstilts.commands.output import emit_data, emit_json, emit_table, emit_yaml, say
from xstilts.errors import InputError

TOPIC_NAMES = (
    "tasks, languages, protocols, noises, metrics, bases, predictors, studies, reviews, databases, claims or references"
)
ONE_OF_THEM = "task, language, protocol, noise, metric, base, predictor, study, review, database, claim or reference"


def list_(
    what: Annotated[
        str, typer.Argument(metavar="TOPIC", help=f"What to list: {TOPIC_NAMES}.", autocompletion=completion.topics)
    ],
    json: Json = False,
) -> None:
    """List all entries of one topic, such as tasks, languages, bases or references (numbers that papers published)."""
    from xstilts.commands.listings import topic

    chosen = topic(what)
    rows = chosen.rows()
    if json:
        emit_json(rows)
    elif rows:
        emit_table(rows, chosen.columns)
    else:
        say(f"There are no {chosen.plural} in this version.")


def show(
    what: Annotated[
        str,
        typer.Argument(metavar="TOPIC", help=f"What to show: {ONE_OF_THEM}.", autocompletion=completion.one_topic),
    ],
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="Its name, as `xstilts list` prints it. Example: xnli.",
            autocompletion=completion.entries,
        ),
    ] = None,
    schema: Annotated[
        bool,
        typer.Option(
            "--schema",
            help="Print the JSON schema of the study file, for editors. Example: xstilts show study --schema.",
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Show one entry in full, such as a task, a language or a base. A study is shown as YAML that you can edit."""
    from xstilts.commands.listings import topic

    chosen = topic(what)
    if schema:
        if chosen.singular != "study" or name is not None:
            raise InputError("is of the study file.", field="--schema", hint="Say `xstilts show study --schema`.")
        from xstilts.studies.schema import study_schema

        emit_json(study_schema())
        return
    if name is None:
        hint = f"`xstilts list {chosen.plural}` has all names."
        raise InputError(f"Say which {chosen.singular}: xstilts show {chosen.singular} NAME.", field="NAME", hint=hint)
    entry = chosen.entry(name)
    if json:
        emit_json(_read(entry) if isinstance(entry, str) else entry)
    elif isinstance(entry, str):
        emit_data(entry)
    else:
        emit_yaml(entry)


def _read(text: str) -> object:
    from xstilts.studies.load import parse_yaml

    return parse_yaml(text, "study")
