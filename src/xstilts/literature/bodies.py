"""Bodies of answers: read within bounds of size and time, and turned into text and JSON."""

from __future__ import annotations

import codecs
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xstilts.amounts import size
from xstilts.disk import parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from xstilts.literature.call import Reply

PACKINGS = "gzip, deflate"
"""What a service may pack its answers with; the value of ``Accept-Encoding``."""
_MOST_SAID = 200


class GarbledError(ValueError):
    """An answer is not what the service documents, which often passes: the client asks again. It never leaves it."""


class TooMuchError(ValueError):
    """An answer is larger or slower than allowed. It never leaves the client."""


@dataclass(frozen=True)
class Bounds:
    """What an answer may be at most.

    Attributes:
        packed: Bytes as they travel.
        unpacked: Bytes after unpacking.
        seconds: From the request to the last byte.
    """

    packed: int = 16 << 20
    unpacked: int = 64 << 20
    seconds: float = 120.0


def unpacked(
    chunks: Iterable[bytes], headers: Mapping[str, str], bounds: Bounds, elapsed: Callable[[], float]
) -> bytes:
    """The body of an answer, read piece by piece so that no bound is passed by more than one piece.

    Args:
        chunks: Bytes as they travel.
        headers: Of the answer; names in any case if the mapping takes any.
        bounds: What is allowed.
        elapsed: Seconds since the request.

    Raises:
        TooMuchError: If a bound is passed; it is said which.
        GarbledError: If the packing is unknown, damaged, or cut off.
    """
    announced = headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > bounds.packed:
        raise TooMuchError(f"it announces {size(int(announced))}, and {size(bounds.packed)} are allowed")
    unpack = _unpacker(headers.get("content-encoding", "").strip().lower())
    travelled, body = 0, bytearray()
    for chunk in chunks:
        travelled += len(chunk)
        if travelled > bounds.packed:
            raise TooMuchError(f"it is longer than {size(bounds.packed)}")
        if elapsed() > bounds.seconds:
            raise TooMuchError(f"it takes longer than {bounds.seconds:g} seconds")
        body += unpack.some(chunk, bounds.unpacked + 1 - len(body))
        if len(body) > bounds.unpacked:
            raise TooMuchError(f"it is longer than {size(bounds.unpacked)} when unpacked")
    if travelled and not unpack.whole():
        raise GarbledError("it is cut off")
    return bytes(body)


class _Plain:
    """What is not packed."""

    def some(self, chunk: bytes, most: int) -> bytes:
        return chunk[:most]

    def whole(self) -> bool:
        return True


class _Packed:
    """What zlib can unpack: gzip, or deflate with its header."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 32)

    def some(self, chunk: bytes, most: int) -> bytes:
        try:
            return self._zlib.decompress(chunk, most)  # what it leaves undone lies beyond the bound
        except zlib.error:
            raise GarbledError("its packing is damaged") from None

    def whole(self) -> bool:
        return self._zlib.eof


def _unpacker(packing: str) -> _Plain | _Packed:
    if packing in ("", "identity"):
        return _Plain()
    if packing in ("gzip", "x-gzip", "deflate"):
        return _Packed()
    raise GarbledError(f"it is packed with {packing[:40]!r}, which was not asked for")


def text_of(reply: Reply) -> str:
    """The text of an answer: UTF-8 where it is that, whatever the service declares; else as declared.

    Raises:
        GarbledError: If it is neither.
    """
    declared = re.search(r"charset=[\"']?([\w.:-]+)", reply.content_type, re.IGNORECASE)
    for name in ("utf-8-sig", declared[1] if declared else "utf-8"):
        try:
            return codecs.decode(reply.body, name)
        except (UnicodeError, LookupError):
            continue
    raise GarbledError("its text is in no encoding that it declares")


def json_of(reply: Reply) -> dict[str, object]:
    """The JSON object in an answer.

    Raises:
        GarbledError: If it is an HTML page, cut off, or no object.
    """
    text = text_of(reply)
    if text.lstrip().startswith("<"):
        raise GarbledError(f"it is a page instead of JSON ({words_of(reply)})")
    try:
        found = parsed(text.encode())
    except ValueError as error:
        raise GarbledError(f"it is no whole JSON ({error})") from None
    if not isinstance(found, dict):
        raise GarbledError("it is no JSON object")
    return found


def words_of(reply: Reply) -> str:
    """What a failed answer says to people: ``error`` and ``message`` of JSON, or the first words of a page."""
    text = reply.body[: 64 << 10].decode(errors="replace")
    said = _json_words(reply.body) if text.lstrip().startswith("{") else ""
    if not said:
        bare = re.sub(r"(?is)<(script|style)\b.*?</\1\s*>|<[^>]*>", " ", text)
        said = " ".join(bare.split())
    return said if len(said) <= _MOST_SAID else f"{said[:_MOST_SAID]}…"


def _json_words(body: bytes) -> str:
    try:
        data = parsed(body)
    except ValueError:
        return ""
    if not isinstance(data, dict):
        return ""
    return ": ".join(value for name in ("error", "message") if isinstance(value := data.get(name), str))
