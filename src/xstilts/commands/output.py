"""What verbs print: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

PIPE_WIDTH = 200
"""Columns of a table that is written to a file or pipe, where there is no window to fit into."""


def console(*, error: bool = False) -> Console:
    """A console on stdout (or stderr) that does not wrap tables to 80 columns when nobody watches."""
    stream = sys.stderr if error else sys.stdout
    return Console(file=stream, width=None if stream.isatty() else PIPE_WIDTH, highlight=False)


def emit_json(value: object) -> None:
    """Print one JSON value on stdout."""
    typer.echo(json.dumps(plain(value), ensure_ascii=False, indent=2))


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
        table.add_row(*(_cell(row.get(column)) for column in columns))
    console(error=error).print(table)


def say(text: str) -> None:
    """Print one line for people on stderr."""
    typer.echo(text, err=True)


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
