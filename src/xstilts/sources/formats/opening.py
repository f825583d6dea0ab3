"""Opens data files: gzip seen by its first bytes, UTF-8 decoded strictly, line by line."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import zlib
from contextlib import contextmanager
from functools import lru_cache
from typing import IO, TYPE_CHECKING, cast

from xstilts.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_GZIP = b"\x1f\x8b"
_BOM = "\ufeff"
_CHUNK = 1 << 20

LINE, BLOCK = b"\n", b"\n\n"
"""Markers of records of one line, and of records with a blank line between them."""


@contextmanager
def open_bytes(path: Path) -> Iterator[IO[bytes]]:
    """The unpacked bytes of a file.

    Raises:
        DataError: If the file is missing, unreadable, or a broken gzip file.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP
        with gzip.open(path, "rb") if packed else path.open("rb") as stream:
            yield cast("IO[bytes]", stream)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError("is a broken or cut-off gzip file.", field=str(path), hint="Copy the file again.") from error
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror or error}).", field=str(path)) from error


def text_lines(path: Path) -> Iterator[tuple[int, str]]:
    r"""Line numbers (from 1) and lines without their line end; only ``\n`` and ``\r\n`` end a line.

    Raises:
        DataError: If a line is not valid UTF-8 (naming file and line), or the file cannot be read.
    """
    with open_bytes(path) as stream:
        for number, raw in enumerate(stream, start=1):
            line = decode(raw, f"{path}:{number}")
            yield number, (line.removeprefix(_BOM) if number == 1 else line).removesuffix("\n").removesuffix("\r")


def whole_text(path: Path) -> str:
    """The whole file as text, without a byte-order mark.

    Raises:
        DataError: As :func:`text_lines`.
    """
    with open_bytes(path) as stream:
        raw = stream.read()
    if b"\0" in raw:
        number = raw.count(b"\n", 0, raw.index(b"\0")) + 1
        raise _nul(f"{path}:{number}")
    try:
        return raw.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as error:
        number = raw.count(b"\n", 0, error.start) + 1
        raise _wrong_encoding(f"{path}:{number}", error) from error


def decode(raw: bytes, where: str) -> str:
    """Bytes as strict UTF-8 without NUL.

    Raises:
        DataError: If they are not.
    """
    if b"\0" in raw:
        raise _nul(where)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _wrong_encoding(where, error) from error


def _nul(where: str) -> DataError:
    """The error for a character that no text has, but every second byte of ASCII text in UTF-16."""
    hint = "It may be UTF-16: convert it, for example with iconv -f UTF-16 -t UTF-8."
    return DataError("holds a NUL byte; expected UTF-8 text.", field=where, hint=hint)


def _wrong_encoding(where: str, error: UnicodeDecodeError) -> DataError:
    byte = error.object[error.start]
    hint = "Convert the file, for example with iconv -t UTF-8."
    return DataError(f"is not UTF-8 (byte 0x{byte:02x}); expected UTF-8 text.", field=where, hint=hint)


def sha256(path: Path) -> str:
    """The hash of a file as it is stored (packed files are not unpacked).

    Raises:
        DataError: If the file cannot be read.
    """
    try:
        state = path.stat()
        return _sha256(path, state.st_size, state.st_mtime_ns)
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror or error}).", field=str(path)) from error


@lru_cache(maxsize=4096)
def _sha256(path: Path, size: int, changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
    with open_bytes(path) as stream:
        if marker == LINE:
            return _lines(stream)
        return _blocks(stream) if marker == BLOCK else _occurrences(stream, marker)


def _lines(stream: IO[bytes]) -> int:
    total, last = 0, "\n"
    for text in _plain(stream):
        total += text.count("\n")
        last = text[-1:] or last
    return total + (last != "\n")


def _blocks(stream: IO[bytes]) -> int:
    total, inside, begun = 0, False, False  # inside a block; within its line after something else than white space
    for text in _plain(stream):
        *lines, rest = text.split("\n")
        for line in lines:
            filled = begun or bool(line.strip())
            total += filled and not inside
            inside, begun = filled, False
        begun = begun or bool(rest.strip())
    return total + (begun and not inside)


def _plain(stream: IO[bytes]) -> Iterator[str]:
    r"""The bytes as characters in pieces, every line end as ``\n``."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder("latin-1")(), translate=True)
    while chunk := stream.read(_CHUNK):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _occurrences(stream: IO[bytes], marker: bytes) -> int:
    total, tail = 0, b""
    while chunk := stream.read(_CHUNK):
        block = tail + chunk
        total += block.count(marker)
        tail = block[len(block) - len(marker) + 1 :] if len(marker) > 1 else b""
    return total
