"""Plain lines: running text, line-parallel files, blocks of lines, and files of several formats side by side."""

from __future__ import annotations

from itertools import zip_longest
from types import MappingProxyType
from typing import TYPE_CHECKING

from xstilts.errors import DataError
from xstilts.sources.formats.base import FORMATS, Format, Option, Record
from xstilts.sources.formats.opening import text_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from xstilts.sources.formats.base import Options

LENGTH_OPTIONS: Mapping[str, Option] = MappingProxyType(
    {
        "min_characters": Option(1, "shorter texts (outer white space aside) are left out and counted"),
        "max_characters": Option(0, "longer texts are left out and counted; 0 for no limit"),
    }
)


def length_rejection(text: str, options: Options) -> str | None:
    """Why a text is left out by its length, or None."""
    if len(text) < options["min_characters"]:
        return f"shorter than {options['min_characters']} characters" if text else "blank"
    if options["max_characters"] and len(text) > options["max_characters"]:
        return f"longer than {options['max_characters']} characters"
    return None


def _read_text(paths: Sequence[Path], options: Options) -> Iterator[Record]:
    for path in paths:
        for number, line in text_lines(path):
            text = line.strip()
            yield Record(f"{path}:{number}", {"text": text}, length_rejection(text, options))


def _read_lines(paths: Sequence[Path], options: Options) -> Iterator[Record]:
    del options
    return side_by_side(paths)


def side_by_side(paths: Sequence[Path]) -> Iterator[Record]:
    """Records with one line of each file.

    Raises:
        DataError: If one file has more lines than another.
    """
    return _zipped(paths, [_one_column(path) for path in paths])


def _one_column(path: Path) -> Iterator[Record]:
    return (Record(f"{path}:{number}", line) for number, line in text_lines(path))


def _read_blocks(paths: Sequence[Path], options: Options) -> Iterator[Record]:
    wanted = options["lines"]
    for path in paths:
        block: list[str] = []
        for number, line in text_lines(path):
            block.append(line)
            if len(block) == wanted:
                yield Record(f"{path}:{number - wanted + 1}", block)
                block = []
        if block:
            message = f"begins a block of {len(block)} lines, the file's last; expected {wanted} lines in each block."
            raise DataError(message, field=f"{path}:{number - len(block) + 1}")


def _read_parallel(paths: Sequence[Path], options: Options) -> Iterator[Record]:
    names = options["parts"]
    if len(names) != len(paths):
        message = f"needs one format for each path: {len(names)} parts, {len(paths)} paths."
        raise DataError(message, field="parts", value=names)
    readers = [FORMATS.get(name, "parts") for name in names]
    parts = [reader.read([path], reader.resolve({}, "parts")) for reader, path in zip(readers, paths, strict=True)]
    return _zipped(paths, parts)


def _zipped(paths: Sequence[Path], parts: Sequence[Iterator[Record]]) -> Iterator[Record]:
    for index, row in enumerate(zip_longest(*parts)):
        ended = [path for path, part in zip(paths, row, strict=True) if part is None]
        if ended:
            going = next(part for part in row if part is not None)
            message = f"has a record number {index + 1}, but {ended[0]} ends after {index}; expected as many in each."
            raise DataError(message, field=going.where)
        rejected = next((part.rejected for part in row if part.rejected), None)
        yield Record(row[0].where, [part.fields for part in row], rejected)


FORMATS.register(
    "text",
    Format(
        "text",
        "running text, one line each; several files are read in turn. Field: text",
        _read_text,
        LENGTH_OPTIONS,
    ),
)
FORMATS.register(
    "lines",
    Format("lines", "line-parallel files, one column each. Fields: 0, 1, … by path", _read_lines, parallel=True),
)
FORMATS.register(
    "blocks",
    Format(
        "blocks",
        "so many lines a record, with nothing between. Fields: 0, 1, … by line",
        _read_blocks,
        MappingProxyType(
            {"lines": Option(2, "how many lines are a record", fits=lambda value: value > 0, expected="1 or more")}
        ),
    ),
)
FORMATS.register(
    "parallel",
    Format(
        "parallel",
        "parallel files of several formats. Fields: '0.NAME', '1.NAME' … by path",
        _read_parallel,
        MappingProxyType({"parts": Option([], "the format of each path, in order")}),
        parallel=True,
    ),
)
