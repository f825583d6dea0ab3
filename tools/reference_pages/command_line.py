"""docs/reference/command_line.md, from the verbs as the command line itself knows them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin

import typer

from reference_pages.markdown import code, table
from xstilts.cli import PANELS, app

if TYPE_CHECKING:
    from collections.abc import Iterable

HEAD = """\
# The command line

`xstilts VERB --help` says the same in a terminal. STUDY is a name from `xstilts list studies`, or the path of a YAML
file. Results are printed on standard output, everything else on standard error.

| exit code | when |
| --- | --- |
| 0 | done |
| 1 | some nodes failed, or the run was stopped; the same command goes on from there |
| 2 | the input is wrong; one paragraph says what, where and what is allowed |

"""
TYPES = {str: "TEXT", int: "N", float: "NUMBER", Path: "PATH"}
EVERY = {"--help"}
"""Options that every verb has."""


def written() -> str:
    """The page as it should be."""
    known: Any = typer.main.get_command(app)
    parts = [HEAD, "## Before the verb\n\n", _options(known.params)]
    for panel, verbs in PANELS.items():
        parts.append(f"\n## {panel}\n")
        parts += [_verb(name, known.commands[name]) for name in verbs]
    return "".join(parts)


def _verb(name: str, command: Any) -> str:  # noqa: ANN401 - the classes of typer's parser are not public
    arguments = [one for one in command.params if not _is_option(one)]
    options = [one for one in command.params if _is_option(one) and not EVERY & set(one.opts)]
    needed = [f"{one.opts[0]} {_value(one)}" for one in options if one.required]
    words = ["xstilts", name, *(_shown(one) for one in arguments), *needed, "[OPTIONS]"]
    rows = [(code(_shown(one)), _default(one), one.help or "") for one in arguments]
    parts = [f"\n### {name}\n\n{command.help}\n\n```\n{' '.join(words)}\n```\n"]
    if rows:
        parts.append("\n" + table(("argument", "default", "meaning"), rows))
    return "".join([*parts, "\n" + _options(options)])


def _options(options: Iterable[Any]) -> str:
    rows = [(code(f"{', '.join(one.opts)} {_value(one)}".strip()), _default(one), _meaning(one)) for one in options]
    return table(("option", "default", "meaning"), rows)


def _meaning(one: Any) -> str:  # noqa: ANN401
    least = f" {one.min} or more." if one.min is not None else ""
    place = f" Or set `{one.envvar}`." if one.envvar else ""
    return f"{one.help or ''}{least}{place}"


def _is_option(one: Any) -> bool:  # noqa: ANN401
    return bool(one.opts[0].startswith("-"))


def _shown(one: Any) -> str:  # noqa: ANN401
    name = one.metavar or one.name.upper()
    return name if one.required else f"[{name}]"


def _value(one: Any) -> str:  # noqa: ANN401
    """What follows an option, in capitals: its own word, or its type's."""
    if getattr(one, "is_flag", False):
        return ""
    annotation = one.type_descriptor.annotation
    inner = get_args(annotation)[0] if get_origin(annotation) is list else annotation
    return str(one.metavar or TYPES[inner])


def _default(one: Any) -> str:  # noqa: ANN401
    if one.required:
        return "must be said"
    return "–" if one.default in (None, False) else code(one.default)
