"""The content of a file: gzip, bz2 and xz are seen by their first bytes and unpacked, as far as is allowed."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import re
import zlib
from typing import IO, TYPE_CHECKING, Protocol, cast

from xstilts.errors import DataError
from xstilts.sources.formats.file_types import HEAD, refuse_other_types

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

MOST_AT_ONCE = 1 << 30
"""Bytes of a file that is read whole (JSON documents, XML): 1 GiB, unpacked."""
FREE = 1 << 26
"""Packed files are looked at once they have given this much: 64 MiB."""
MOST_TIMES = 300
"""Text packs to a twentieth; what gives more than so many bytes for each of its own holds nothing to read."""

_BROKEN = (gzip.BadGzipFile, EOFError, zlib.error, lzma.LZMAError)
"""What reading a broken or cut-off packed file raises."""
_CHUNK = 1 << 20


class _Decoder(Protocol):
    """What the standard library's decoders of bz2 and xz have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Stream(Protocol):
    """An open file that shows what comes next."""

    def read(self, size: int = -1, /) -> bytes: ...
    def peek(self, size: int, /) -> bytes: ...


class _Members(io.RawIOBase):
    """All members of a bz2 or xz file; the library's own readers pass over what is broken after the first."""

    def __init__(self, file: IO[bytes], start: Callable[[], _Decoder]) -> None:
        self._file, self._start = file, start
        self._decoder = start()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._next(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _next(self, size: int) -> bytes:
        found = b""
        while not found:
            given = b""
            if self._decoder.eof:
                given = self._decoder.unused_data.lstrip(b"\0") or self._file.read(_CHUNK).lstrip(b"\0")
                if not given:
                    return b""
                self._decoder = self._start()
            elif self._decoder.needs_input:
                given = self._file.read(_CHUNK)
                if not given:
                    raise EOFError
            try:
                found = self._decoder.decompress(given, size)
            except OSError as error:  # of bz2, for bytes that are none
                raise EOFError from error
        return found


_BZ2 = re.compile(rb"BZh[1-9](1AY&SY|\x17rE8P\x90)")


def _packing(head: bytes) -> str:
    """``gzip``, ``bz2`` or ``xz`` by the first bytes of a file; empty for a plain one."""
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if _BZ2.match(head):
        return "bz2"
    return "xz" if head.startswith(b"\xfd7zXZ\0") else ""


_OPEN: Mapping[str, Callable[[IO[bytes]], _Stream]] = {
    "": lambda file: cast("_Stream", file),
    "gzip": lambda file: cast("_Stream", gzip.GzipFile(fileobj=file)),
    "bz2": lambda file: io.BufferedReader(_Members(file, bz2.BZ2Decompressor)),
    "xz": lambda file: io.BufferedReader(_Members(file, lzma.LZMADecompressor)),
}


class Content:
    """The unpacked bytes of an open file, as many as are allowed.

    Args:
        file: The file as it is stored, open at its beginning.
        path: Its name, for messages.
        pages: Whether it may be a page of HTML.

    Attributes:
        packing: ``gzip``, ``bz2`` or ``xz``; empty for a plain file.

    Raises:
        DataError: If it is no text by its first bytes; when read, if it holds more than is allowed.
    """

    def __init__(self, file: io.BufferedReader, path: Path, *, pages: bool = False) -> None:
        self.packing = _packing(file.peek(HEAD))
        self._path, self._file = path, file
        self._stored = os.fstat(file.fileno()).st_size
        self._read = 0
        self._stream = _OPEN[self.packing](file)
        try:
            refuse_other_types(self._stream.peek(HEAD)[:HEAD], file, path, pages=pages)
        except _BROKEN as error:
            raise self._broken() from error

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes, none at the end; without a size all that are left."""
        if size < 0:
            return self._all()
        try:
            data = self._stream.read(size)
        except _BROKEN as error:
            raise self._broken() from error
        self._read += len(data)
        if self.packing and self._read > FREE and self._file.seekable():
            self._check_ratio(self._file.tell())
        return data

    def _check_ratio(self, taken: int) -> None:
        if self._read > MOST_TIMES * taken:
            size = f"{self._read:,} bytes from the first {taken:,} of its {self._stored:,} bytes of {self.packing}"
            message = f"unpacks to {size}; at most {MOST_TIMES} times as many are read, and no text packs so well."
            raise DataError(message, field=str(self._path), hint="Unpack it and look what it holds.")

    def _broken(self) -> DataError:
        """The error for a packed file that cannot be unpacked to its end."""
        message = f"is a broken or cut-off {self.packing} file."
        return DataError(message, field=str(self._path), hint="Copy the file again.")

    def _all(self) -> bytes:
        found = bytearray()
        while chunk := self.read(_CHUNK):
            found += chunk
            if len(found) > MOST_AT_ONCE:
                packed = f" once unpacked (it is {self._stored:,} bytes of {self.packing})" if self.packing else ""
                message = f"holds more than {MOST_AT_ONCE:,} bytes{packed}, and this format is read as a whole."
                raise DataError(message, field=str(self._path), hint="Divide the file: path may be a list.")
        return bytes(found)
