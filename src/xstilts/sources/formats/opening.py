"""Opens data files: packed ones are unpacked, UTF-8 is decoded strictly, line by line."""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from xstilts.disk import file_sha256
from xstilts.errors import DataError
from xstilts.sources.formats.file_types import refuse_markup
from xstilts.sources.formats.unpacking import Content

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST_LINE = 1 << 26
"""Bytes of one line: 64 MiB; the whole of SQuAD, which is one line, has half of that."""

_BOM = "\ufeff"
_CHUNK = 1 << 20
_ENDS = {"\n": "a line feed", "\r\n": "a carriage return and a line feed", "\r": "a carriage return alone"}


class Line(NamedTuple):
    """One line: its number, from 1; its text; and what ends it (empty at the end of a file)."""

    number: int
    text: str
    end: str


@contextmanager
def open_bytes(path: Path, *, pages: bool = False) -> Iterator[Content]:
    """The unpacked bytes of a file; ``pages`` says that HTML is what is expected.

    Raises:
        DataError: If the file is missing, unreadable, broken, of another type than text, or larger than is allowed.
    """
    _refuse_endless(path)
    try:
        with path.open("rb") as file:
            yield Content(file, path, pages=pages)
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror or error}).", field=str(path)) from error


def _refuse_endless(path: Path) -> None:
    """Refuse a pipe or device: opening one may wait for ever, and it can be read only once."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise DataError(
            "is a pipe or a device; expected a file.", field=str(path), hint="Save what it gives to a file."
        )


def text_lines(path: Path) -> Iterator[tuple[int, str]]:
    r"""Line numbers (from 1) and lines without their line end.

    Lines end in ``\n`` or ``\r\n``, or all of them in ``\r`` alone (old Macs); nothing else ends a line.

    Raises:
        DataError: If a line is not valid UTF-8 (naming file and line), one line ends in ``\r`` alone and another in
            ``\n``, or the file cannot be read.
    """
    first = ""
    for number, text, end in any_lines(path):
        if end != first:
            first = first or end
            check_end(first, end, path, number)
        yield number, text


def check_end(first: str, end: str, path: Path, number: int) -> None:
    """Refuse a line that ends in another way than the first: one reader would see one line there, another two.

    Raises:
        DataError: If one ends in a carriage return alone and the other does not.
    """
    if end and (end == "\r") != (first == "\r"):
        message = f"ends in {_ENDS[end]}, but lines before it end in {_ENDS[first]}; expected one kind of line end."
        hint = "Take stray ones out: tr -d '\\r'; or make line ends of them: tr '\\r' '\\n'."
        raise DataError(message, field=f"{path}:{number}", hint=hint)


def any_lines(path: Path) -> Iterator[Line]:
    """The lines of a file whose lines may end in different ways, as those inside quotation marks do.

    Raises:
        DataError: As :func:`text_lines`, but for the line ends.
    """
    with open_bytes(path) as content:
        for number, raw in enumerate(_raw_lines(content, path), start=1):
            if b"\0" in raw:
                raise _nul(f"{path}:{number}")
            try:
                line = raw.decode("utf-8")
            except UnicodeDecodeError as error:
                raise _wrong_encoding(f"{path}:{number}", error) from error
            text = line.rstrip("\r\n")
            end = line[len(text) :]
            if text.startswith(_BOM):
                text = text[1:] if number == 1 else _without_mark(text)
            if number == 1:
                refuse_markup(text, path)
            yield Line(number, text, end)


def _without_mark(text: str) -> str:
    """A later line without the byte-order mark of a file that was joined on; a mark that is a word of its own stays."""
    return text if text[1:2].isspace() else text[1:]


def _raw_lines(content: Content, path: Path) -> Iterator[bytes]:
    """Lines with their ends; a carriage return that is the last byte of all is no end of its own."""
    number, size = 1, 0
    parts: list[bytes] = []
    while chunk := content.read(_CHUNK):
        parts.append(chunk)
        size += len(chunk)
        if b"\n" in chunk or b"\r" in chunk or parts[0].endswith(b"\r"):
            lines = b"".join(parts).splitlines(keepends=True)
            rest = b"" if lines[-1].endswith(b"\n") else lines.pop()
            yield from lines
            number += len(lines)
            size, parts = len(rest), [rest] if rest else []
        if size > LONGEST_LINE:
            message = f"is a line of more than {LONGEST_LINE:,} bytes; expected shorter ones."
            raise DataError(message, field=f"{path}:{number}", hint="Is it text, with line ends?")
    if parts:
        yield b"".join(parts).removesuffix(b"\r")


def first_sign(path: Path) -> bytes:
    """The first byte of a file that is no white space; empty where there is none.

    Raises:
        DataError: If the file cannot be read.
    """
    with open_bytes(path) as content:
        while chunk := content.read(_CHUNK):
            found = chunk.removeprefix(_BOM.encode()).lstrip()
            if found:
                return found[:1]
    return b""


def whole_text(path: Path, *, pages: bool = False) -> str:
    """The whole file as text, without a byte-order mark; its line ends are line feeds. ``pages``: it may be HTML.

    Raises:
        DataError: As :func:`text_lines`, but for the line ends.
    """
    with open_bytes(path, pages=pages) as content:
        raw = content.read()
    if b"\0" in raw:
        number = raw.count(b"\n", 0, raw.index(b"\0")) + 1
        raise _nul(f"{path}:{number}")
    try:
        text = raw.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as error:
        number = raw.count(b"\n", 0, error.start) + 1
        raise _wrong_encoding(f"{path}:{number}", error) from error
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


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
    _refuse_endless(path)
    try:
        state = path.stat()
        return _sha256(path, state.st_size, state.st_mtime_ns)
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror or error}).", field=str(path)) from error


@lru_cache(maxsize=4096)
def _sha256(path: Path, size: int, changed: int) -> str:
    return file_sha256(path.resolve())
