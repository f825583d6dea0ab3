"""The text of one version of a work, with sections, tables and offsets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Availability = Literal["abstract", "full text", "none"]


@dataclass(frozen=True)
class Section:
    """A part of a text: ``body[start:end]``."""

    title: str
    start: int
    end: int


@dataclass(frozen=True)
class Table:
    """A table of a text.

    Attributes:
        caption: As printed.
        rows: Cells as printed, header rows first; all rows equally long.
        headers: How many of the rows are headers.
        section: Title of the section that it stands in.
        start: Where the caption begins in the body.
    """

    caption: str
    rows: tuple[tuple[str, ...], ...]
    headers: int
    section: str
    start: int


@dataclass(frozen=True)
class Text:
    """What can be read of one version of a work.

    Attributes:
        work: Its id.
        version: Its label.
        availability: Whether this is the abstract or the whole.
        body: Characters that all offsets count in; the abstract comes first, under the section ``Abstract``.
        sections: In order, without gaps in what was read.
        tables: In order.
        dropped: What was left out, with the reason (hidden text, included files, pages that could not be read, copies
            that were none).
        origin: What a full text was read from on the net: ``arXiv HTML v2``, ``LaTeX``, ``PDF``; "" for one's own file.
    """

    work: str
    version: str
    availability: Availability
    body: str
    sections: tuple[Section, ...] = ()
    tables: tuple[Table, ...] = ()
    dropped: tuple[str, ...] = ()
    origin: str = ""

    @property
    def read(self) -> str:
        """What was read, for people: ``full text (arXiv HTML v2)``, ``full text``, ``abstract``, ``none``."""
        return f"{self.availability} ({self.origin})" if self.origin else self.availability


@dataclass(frozen=True)
class Passage:
    """Characters ``body[start:end]`` of one version of a work.

    Attributes:
        work: Id of the work.
        version: Label of its version.
        section: Title of the section.
        start: First character in the text's body.
        end: One past the last.
        text: The characters themselves.
    """

    work: str
    version: str
    section: str
    start: int
    end: int
    text: str
