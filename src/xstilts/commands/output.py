"""What verbs print: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console, RenderHook
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from xstilts.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import ConsoleOptions, ConsoleRenderable

PIPE_WIDTH = 200
"""Columns of a table that is written to a file or pipe, where there is no window to fit into."""


class _Printable(RenderHook):
    """Escapes the control characters of everything that a console prints; its own colours are no part of the text."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """Wrap what is about to be printed."""
        return [_Escaped(renderable) for renderable in renderables]


class _Escaped:
    def __init__(self, inner: ConsoleRenderable) -> None:
        self._inner = inner

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for segment in console.render(self._inner, options):
            yield segment if segment.control else Segment(printable(segment.text), segment.style)


def console(*, error: bool = False) -> Console:
    """A console on stdout (or stderr) that does not wrap tables to 80 columns when nobody watches.

    Text from data cannot act on the terminal: its control characters are shown as escapes.
    """
    stream = sys.stderr if error else sys.stdout
    made = Console(file=stream, width=None if stream.isatty() else PIPE_WIDTH, highlight=False)
    made.push_render_hook(_Printable())
    return made


def emit_json(value: object) -> None:
    """Print one JSON value on stdout."""
    typer.echo(json_text(plain(value), indent=2))


def json_text(value: object, indent: int | None = None) -> str:
    """JSON that a terminal can show: what it would act on is escaped as JSON does, so that no value changes."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if printable(text) == text:
        return text
    return "".join(letter if printable(letter) == letter else f"\\u{ord(letter):04x}" for letter in text)


def emit_yaml(value: object) -> None:
    """Print one value on stdout as YAML, for people."""
    import yaml

    typer.echo(yaml.safe_dump(plain(value), allow_unicode=True, sort_keys=False, width=120), nl=False)


def emit_table(rows: Sequence[Mapping[str, object]], columns: Sequence[str], *, error: bool = False) -> None:
    """Print rows as a table with the given columns."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        numeric = all(isinstance(row.get(column), int | float) for row in rows)
        table.add_column(column, justify="right" if rows and numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(row.get(column))) for column in columns))
    console(error=error).print(table)


def say(text: str) -> None:
    """Print one line for people on stderr."""
    tell(text, error=True)


def tell(text: str, *, error: bool = False) -> None:
    """Print text on stdout (or stderr); a terminal shows its control characters and does not act on them."""
    typer.echo(printable(text), err=error)


def emit_data(text: str) -> None:
    """Print text from data on stdout: as it is into a file or pipe, as :func:`tell` does on a terminal."""
    typer.echo(printable(text) if sys.stdout.isatty() else text, nl=False, color=True)  # color: nothing is taken out


def plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """The value in JSON's own types: entries become mappings, tuples lists, functions their names."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if callable(value):
        return f"{value.__module__}.{getattr(value, '__qualname__', type(value).__name__)}"
    if hasattr(value, "item") and hasattr(value, "dtype"):  # a numpy scalar
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None  # JSON has no infinity
    return value


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return str(value)
