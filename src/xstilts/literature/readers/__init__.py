"""Files of one's own as records: one reader for each format, chosen by the end of the file's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.literature.full_text.files import SUFFIXES
from xstilts.literature.readers import anthology, lines, lists, papers

if TYPE_CHECKING:
    from collections.abc import Callable

    from xstilts.literature.record import Record

READERS: dict[str, Callable[[bytes, str], list[Record]]] = {
    ".bib": lists.bib,
    ".ris": lists.ris,
    ".json": lists.csl_json,
    ".jsonl": lines.jsonl,
    ".xml": anthology.volume,
    **dict.fromkeys(SUFFIXES, papers.paper),
}
"""Readers by the end of a file's name: bytes and the file's name → records."""


def reader_of(name: str) -> Callable[[bytes, str], list[Record]] | None:
    """The reader for a file of this name; None if there is none."""
    ends = [end for end in READERS if name.lower().endswith(end)]
    return READERS[max(ends, key=len)] if ends else None
