"""``list`` and ``show``: what there is, and one thing in full."""

from __future__ import annotations

from typing import Annotated

import typer

from xstilts.commands import completion
from xstilts.commands.options import Json  # noqa: TC001 - typer reads annotations at run time
from xstilts.commands.output import emit_data, emit_json, emit_table, emit_yaml, say
from xstilts.errors import InputError

TOPIC_NAMES = "tasks, languages, protocols, noises, metrics, bases, studies, claims or references"


def list_(
    what: Annotated[str, typer.Argument(metavar="TOPIC", help=TOPIC_NAMES, autocompletion=completion.topics)],
    json: Json = False,
) -> None:
    """List tasks, languages, protocols, noises, metrics, bases, studies, claims or references (published numbers)."""
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
        typer.Argument(
            metavar="TOPIC", help="task, language, protocol, metric, base, study …", autocompletion=completion.one_topic
        ),
    ],
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="Its name, as `list` gives it.", autocompletion=completion.entries),
    ] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Of study, without a name: the JSON schema of the study file, for editors.")
    ] = False,
    json: Json = False,
) -> None:
    """Show one task, language, protocol, metric, base or study in full (a study as YAML, to be edited)."""
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
