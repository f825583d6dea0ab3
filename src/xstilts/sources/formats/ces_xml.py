"""Bible verses in CES XML, read with the standard library's expat; documents that declare entities are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from xstilts.errors import DataError
from xstilts.sources.formats.base import FORMATS, Format, Record
from xstilts.sources.formats.lines import LENGTH_OPTIONS, length_rejection
from xstilts.sources.formats.opening import whole_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from xstilts.sources.formats.base import Options


class _Verses:
    """Collects the text of every ``seg`` element with its id and line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found: list[tuple[int, str, str]] = []
        self._open: tuple[int, str] | None = None
        self._text: list[str] = []
        self.parser = expat.ParserCreate("UTF-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.EntityDeclHandler = self._entity

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "seg" and self._open is not None:
            where = f"{self.path}:{self.parser.CurrentLineNumber}"
            raise DataError("is a seg element inside another; expected verses beside each other.", field=where)
        if name == "seg":
            self._open = (self.parser.CurrentLineNumber, attributes.get("id", ""))
            self._text = []

    def _end(self, name: str) -> None:
        if name == "seg" and self._open is not None:
            line, verse = self._open
            self.found.append((line, verse, " ".join("".join(self._text).split())))
            self._open = None

    def _characters(self, text: str) -> None:
        if self._open is not None:
            self._text.append(text)

    def _entity(self, name: str, *rest: object) -> None:
        del rest
        where = f"{self.path}:{self.parser.CurrentLineNumber}"
        raise DataError(f"declares the entity {name!r}; expected a document without entity declarations.", field=where)


def _read(paths: Sequence[Path], options: Options) -> Iterator[Record]:
    for path in paths:
        verses = _Verses(path)
        try:
            verses.parser.Parse(whole_text(path), True)
        except expat.ExpatError as error:
            message = f"is not well-formed XML ({expat.ErrorString(error.code)}); expected CES XML."
            raise DataError(message, field=f"{path}:{error.lineno}") from error
        for line, verse, text in verses.found:
            yield Record(f"{path}:{line}", {"verse": verse, "text": text}, length_rejection(text, options))


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
