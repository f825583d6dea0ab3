"""How much of a file is read: bounds on bytes, also on what a small packed file unpacks to."""

from __future__ import annotations

import os
import zlib
from typing import TYPE_CHECKING

from xstilts.amounts import size
from xstilts.disk import open_file
from xstilts.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 100_000_000
"""Of one file."""
MOST_UNPACKED = 100_000_000
"""Of all that a packed file holds."""


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """The bytes of a file; a link or pipe is not followed.

    Raises:
        InputError: If it cannot be opened, or has more than ``most`` bytes: then it is not read at all.
    """
    try:
        with open_file(path) as file:
            data = b"" if os.fstat(file.fileno()).st_size > most else file.read(most + 1)
            known = os.fstat(file.fileno()).st_size
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"The file cannot be read: {why}.", field=str(path), value=str(path)) from None
    if max(known, len(data)) > most:
        said = f"The file is larger than {size(most)}, the most that is read of one paper."
        raise InputError(said, field=str(path), hint="Give the paper's source, its page, or a smaller copy.")
    return data


def gunzipped(data: bytes, field: str) -> bytes:
    """What gzip packed, of at most ``MOST_UNPACKED`` bytes.

    Raises:
        InputError: If it is broken, or unpacks to more.
    """
    out, rest = bytearray(), data
    try:
        while rest.startswith(b"\x1f\x8b"):
            packed = zlib.decompressobj(wbits=31)
            out += packed.decompress(rest, MOST_UNPACKED + 1 - len(out))
            if len(out) > MOST_UNPACKED:
                raise too_large(field)
            if not packed.eof:
                raise InputError("The packed file ends in the middle.", field=field)
            rest = packed.unused_data
    except zlib.error as error:
        raise InputError(f"The packed file is broken: {error}.", field=field) from None
    return bytes(out)


def too_large(field: str) -> InputError:
    """The error for a file that unpacks to more than is read."""
    said = f"The file unpacks to more than {size(MOST_UNPACKED)}, the most that is read of one paper."
    return InputError(said, field=field, hint="Give the paper's page, or a smaller copy of its source.")


def decoded(data: bytes) -> str:
    """Text of bytes in UTF-8, UTF-16 with its mark, or else Latin-1, which every byte can be read in."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")
