"""Bible verses in CES XML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.errors import DataError
from xstilts.sources.formats.base import FORMATS, Format, Record
from xstilts.sources.formats.lines import LENGTH_OPTIONS, length_rejection
from xstilts.sources.formats.markup import Markup
from xstilts.sources.formats.opening import whole_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from xstilts.sources.formats.base import Options


class _Verses(Markup):
    """Collects the text of every ``seg`` element with its place and id."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.found: list[tuple[str, str, str]] = []
        self._open: tuple[str, str] | None = None
        self._text: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "seg" and self._open is not None:
            raise DataError("is a seg element inside another; expected verses beside each other.", field=self.where)
        if name == "seg":
            self._open = (self.where, attributes.get("id", ""))
            self._text = []

    def end(self, name: str) -> None:
        if name == "seg" and self._open is not None:
            where, verse = self._open
            self.found.append((where, verse, " ".join("".join(self._text).split())))
            self._open = None

    def characters(self, text: str) -> None:
        if self._open is not None:
            self._text.append(text)


def _read(paths: Sequence[Path], options: Options) -> Iterator[Record]:
    for path in paths:
        verses = _Verses(path)
        verses.read(whole_text(path), "CES XML")
        for where, verse, text in verses.found:
            yield Record(where, {"verse": verse, "text": text}, length_rejection(text, options))


FORMATS.register(
    "ces_xml",
    Format(
        "ces_xml",
        "verses in seg elements (bible-corpus). Fields: verse, text",
        _read,
        LENGTH_OPTIONS,
        marker=b"<seg",
    ),
)
