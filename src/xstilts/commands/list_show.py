"""``list`` and ``show``: what there is, and one thing in full."""

from __future__ import annotations

from typing import Annotated

import typer

from xstilts.commands import completion
from xstilts.commands.options import Json  # noqa: TC001 - typer reads annotations at run time
from xstilts.commands.output import emit_data, emit_json, emit_table, emit_yaml, say

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
    name: Annotated[str, typer.Argument(help="Its name, as `list` gives it.", autocompletion=completion.entries)],
    json: Json = False,
) -> None:
    """Show one task, language, protocol, metric, base or study in full (a study as YAML, to be edited)."""
    from xstilts.commands.listings import topic

    entry = topic(what).entry(name)
    if json:
        emit_json(_read(entry) if isinstance(entry, str) else entry)
    elif isinstance(entry, str):
        emit_data(entry)
    else:
        emit_yaml(entry)


def _read(text: str) -> object:
    from xstilts.studies.load import parse_yaml

    return parse_yaml(text, "study")
