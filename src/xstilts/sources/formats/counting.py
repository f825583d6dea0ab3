"""How many records a file seems to hold: line ends, blank lines or other marks are counted, no record is read."""

from __future__ import annotations

import codecs
import io
from functools import lru_cache
from typing import TYPE_CHECKING

from xstilts.errors import DataError
from xstilts.sources.formats.opening import open_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xstilts.sources.formats.unpacking import Content

LINE, BLOCK = b"\n", b"\n\n"
"""Markers of records of one line, and of records with a blank line between them."""

_CHUNK = 1 << 20


def count(path: Path, marker: bytes) -> int:
    r"""A cheap guess at the number of records of a file, unpacked, without reading one.

    ``marker`` is a line end for records of one line, ``\n\n`` for records between blank lines, or else bytes that occur
    about once in each. Line ends of every system count alike, and so does a last line without one.

    Raises:
        DataError: If the file cannot be read.
    """
    try:
        state = path.stat()
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror or error}).", field=str(path)) from error
    return _count(path, marker, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=4096)
def _count(path: Path, marker: bytes, size: int, changed: int) -> int:
    # what counts tags reads markup
    with open_bytes(path, pages=marker.startswith(b"<")) as stream:
        if marker == LINE:
            return _lines(stream)
        return _blocks(stream) if marker == BLOCK else _occurrences(stream, marker)


def _lines(stream: Content) -> int:
    total, last = 0, "\n"
    for text in _plain(stream):
        total += text.count("\n")
        last = text[-1:] or last
    return total + (last != "\n")


def _blocks(stream: Content) -> int:
    total, inside, begun = 0, False, False  # inside a block; within its line after something else than white space
    for text in _plain(stream):
        *lines, rest = text.split("\n")
        for line in lines:
            filled = begun or bool(line.strip())
            total += filled and not inside
            inside, begun = filled, False
        begun = begun or bool(rest.strip())
    return total + (begun and not inside)


def _plain(stream: Content) -> Iterator[str]:
    r"""The bytes as characters in pieces, every line end as ``\n``."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder("latin-1")(), translate=True)
    while chunk := stream.read(_CHUNK):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _occurrences(stream: Content, marker: bytes) -> int:
    total, tail = 0, b""
    while chunk := stream.read(_CHUNK):
        block = tail + chunk
        total += block.count(marker)
        tail = block[len(block) - len(marker) + 1 :] if len(marker) > 1 else b""
    return total
