"""What a file format is: a function from paths to records, with declared options."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError, nearest
from xstilts.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    Fields = Mapping[str, Any] | Sequence[Any]
    """What a record holds, by name or by position."""
    Options = Mapping[str, Any]
    """The options of a reader, every declared one: their types are checked where they are given."""


@dataclass(frozen=True)
class Record:
    """One record of a file, before it becomes an example.

    Attributes:
        where: ``file:line`` (or the path inside a JSON document), for messages.
        fields: Named fields, or a list where the file names none.
        rejected: Why the reader left the record out of use; it is counted, never silent.
        lines: Of a sentence with a token a line, the line of each token.
    """

    where: str
    fields: Fields
    rejected: str | None = None
    lines: Sequence[int] = ()


@dataclass(frozen=True)
class Option:
    """One option of a reader.

    Attributes:
        default: Its default; a given value must be of the same type (any of them where the default is None).
        doc: What it does, in one line.
        choices: The allowed values; empty for any.
        fits: Whether a value of the right type is allowed.
        expected: What ``fits`` asks for, in words.
        keyed: Whether keys of stored results hold it at its default too; an option that came later does not, so that
            they stay as they were.
    """

    default: Any
    doc: str
    choices: tuple[Any, ...] = ()
    fits: Callable[[Any], bool] | None = None
    expected: str = ""
    keyed: bool = True

    def check(self, value: object, field: str) -> Any:  # noqa: ANN401
        """The value, if it fits.

        Raises:
            DataError: If it is of another type or not among the choices.
        """
        if self.choices and value not in self.choices:
            raise DataError(f"{value!r} is not allowed here.", field=field, value=value, allowed=self.choices)
        if self.default is not None and type(value) is not type(self.default):
            wanted = type(self.default).__name__
            raise DataError(f"must be of type {wanted}, not {value!r}.", field=field, value=value)
        if self.fits is not None and not self.fits(value):
            raise DataError(f"is {value!r}; expected {self.expected}.", field=field, value=value)
        return value


@dataclass(frozen=True)
class Format:
    """One file format.

    Attributes:
        name: The name used in data maps and ``Task.files``.
        doc: One line for people: what a file looks like, and the fields its records have.
        read: ``(paths, options) -> records``; ``options`` holds every declared option.
        options: Declared options by name.
        parallel: True when several paths are read side by side (one column each), False when one after the other.
        marker: Bytes that occur about once in each record, by which a plan guesses the number of records, for its cost
            alone; two line ends stand for the blank line between records.
    """

    name: str
    doc: str
    read: Callable[[Sequence[Path], Options], Iterator[Record]]
    options: Mapping[str, Option] = field(default_factory=lambda: MappingProxyType({}))
    parallel: bool = False
    marker: bytes = b"\n"

    def resolve(self, given: Mapping[str, Any], field: str) -> dict[str, Any]:
        """All options of the reader, with defaults written out.

        Raises:
            DataError: If an option is unknown, or its value does not fit.
        """
        for name in given:
            if name not in self.options:
                known = sorted(self.options)
                message = f"The format {self.name!r} has no option {name!r}."
                raise DataError(message, field=field, value=name, allowed=known, hint=nearest(str(name), known))
        return {
            name: option.check(given[name], f"{field}.{name}") if name in given else option.default
            for name, option in self.options.items()
        }

    def keyed(self, options: Options) -> dict[str, Any]:
        """The options as they enter the keys of stored results."""
        return {
            name: value
            for name, value in options.items()
            if self.options[name].keyed or value != self.options[name].default
        }


FORMATS: Registry[Format] = Registry("format")
"""Every file format; filled by importing ``xstilts.sources.formats``."""
