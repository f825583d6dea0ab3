"""A text while it is read: sections, paragraphs and tables, and at the end one body that all offsets count in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import regex

from xstilts.literature.text import Section, Table, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.literature.text import Availability

ABSTRACT = "Abstract"
MOST_CHARACTERS = 5_000_000
"""Of a body; what comes after them is left out."""
MOST_CELLS = 20_000
"""Of one table; a larger one is left out."""

_UNSEEN = regex.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
    r"|(?<![\p{Arabic}\p{Devanagari}\p{Bengali}\p{Tamil}\p{Malayalam}\p{Sinhala}\p{M}])[\u200c\u200d]"
    r"|[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"
)
"""Characters without a shape: also tags of U+E0000, which spell words that only a machine reads."""
_WIDE_SPACE = regex.compile(r"\s+")


@dataclass
class _Grid:
    caption: str
    rows: tuple[tuple[str, ...], ...]
    headers: int

    def lines(self) -> str:
        return "\n".join(filter(None, [self.caption, *("\t".join(row) for row in self.rows)]))


@dataclass
class _Part:
    title: str
    blocks: list[str | _Grid] = field(default_factory=list)


class Draft:
    """What was read so far."""

    def __init__(self) -> None:
        self._parts = [_Part("")]
        self._hidden: dict[str, tuple[int, int]] = {}
        self._notes: dict[str, None] = {}
        self._room = MOST_CHARACTERS

    def section(self, title: str) -> None:
        """Begin a section."""
        self._parts.append(_Part(self.clean(title)))

    def paragraph(self, text: str) -> None:
        """Add a paragraph; white space in it becomes single spaces."""
        cleaned = self._fitting(self.clean(text))
        if cleaned:
            self._parts[-1].blocks.append(cleaned)

    def table(self, caption: str, rows: Sequence[Sequence[str]], headers: int) -> None:
        """Add a table; short rows are filled with empty cells, and empty columns and rows are left out."""
        cells = [[self.clean(cell) for cell in row] for row in rows]
        width = max(map(len, cells), default=0)
        if width * len(cells) > MOST_CELLS:
            self.note(f"a table of more than {MOST_CELLS:,} cells")
            return
        full = [row + [""] * (width - len(row)) for row in cells]
        kept = [place for place in range(width) if any(row[place] for row in full)]
        heads = sum(1 for row in full[:headers] if any(row))
        told = tuple(tuple(row[place] for place in kept) for row in full if any(row))
        grid = _Grid(self.clean(caption), told, heads)
        if len(told) * len(kept) < 2:  # a picture, or a formula that was set as a table
            self.paragraph(" ".join([grid.caption, *(cell for row in told for cell in row)]))
        elif self._fitting(grid.lines()) == grid.lines():
            self._parts[-1].blocks.append(grid)

    def hidden(self, why: str, text: str) -> None:
        """Count a text that a reader of the page does not see; it is not kept."""
        size = len(_WIDE_SPACE.sub("", text))
        if size:
            places, characters = self._hidden.get(why, (0, 0))
            self._hidden[why] = (places + 1, characters + size)

    def note(self, what: str) -> None:
        """Tell something else that was left out, with the reason."""
        self._notes[what] = None

    def clean(self, text: str) -> str:
        """A text on one line without characters that have no shape."""
        seen = _UNSEEN.sub("", text)
        if len(seen) < len(text):
            self.hidden("characters without a shape", "x" * (len(text) - len(seen)))
        return _WIDE_SPACE.sub(" ", seen).strip()

    def _fitting(self, text: str) -> str:
        if len(text) > self._room:
            self.note(f"what comes after {MOST_CHARACTERS:,} characters")
            text = text[: self._room]
        self._room -= len(text)
        return text

    def is_empty(self) -> bool:
        """Whether nothing was read."""
        return not any(part.blocks for part in self._parts)

    def text(self, work: str, version: str, abstract: str = "") -> Text:
        """The text, its abstract first.

        Args:
            work: Id of the work.
            version: Label of the version.
            abstract: As a record has it; taken only if none was read.
        """
        parts = [part for part in self._parts if part.blocks]
        first = [part for part in parts if _is_abstract(part)]
        if not first and abstract.strip():
            first = [_Part(ABSTRACT, [self.clean(abstract)])]
        rest = [part for part in parts if not _is_abstract(part)]
        availability: Availability = "full text" if rest else "abstract" if first else "none"
        body, sections, tables = _laid_out([*first, *rest])
        return Text(work, version, availability, body, sections, tables, self._dropped())

    def _dropped(self) -> tuple[str, ...]:
        hidden = (
            f"hidden text ({why}): {places} place{'s' * (places > 1)}, {characters} character{'s' * (characters > 1)}"
            for why, (places, characters) in sorted(self._hidden.items())
        )
        return (*hidden, *self._notes)


def _is_abstract(part: _Part) -> bool:
    return part.title.strip(" .:—–-0123456789").casefold() in ("abstract", "summary")


def _laid_out(parts: list[_Part]) -> tuple[str, tuple[Section, ...], tuple[Table, ...]]:
    pieces: list[str] = []
    sections, tables = [], []
    at = 0
    for part in parts:
        title, start = ABSTRACT if _is_abstract(part) else part.title, at
        for block in part.blocks:
            if isinstance(block, _Grid):
                tables.append(Table(block.caption, block.rows, block.headers, title, at))
            lines = block if isinstance(block, str) else block.lines()
            pieces.append(lines)
            at += len(lines) + 2
        sections.append(Section(title, start, at - 2))
    return "\n\n".join(pieces), tuple(sections), tuple(tables)


def from_abstract(work: str, version: str, abstract: str) -> Text:
    """A text of which only the abstract can be read, as in most records; without one its availability is ``none``."""
    return Draft().text(work, version, abstract)
