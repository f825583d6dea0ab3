"""What can be read of a work: its full text from one's own corpus or an open copy, else its abstract."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xstilts.errors import InputError
from xstilts.literature.copies import shelf
from xstilts.literature.databases.asking import file_at
from xstilts.literature.full_text import files
from xstilts.literature.text import Section, Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xstilts.literature.client import Client
    from xstilts.literature.work import Work

BEYOND = "open copies: not asked for, beyond the limit of full texts"
"""What ``dropped`` says of a work that more full texts would have reached."""


def read(work: Work, corpus: Sequence[Path] = (), copies: Client | None = None) -> Text:
    """The text of a work; what could not be read is told in ``dropped``.

    Args:
        work: Its preferred version is read; another one only where an open copy is all of it that can be read in full.
        corpus: Files and folders of one's own.
        copies: Asks for open copies, or a cassette in their place; None for none.

    Raises:
        StoreError: If the cassette cannot be used.
    """
    version = next(one for one in work.versions if one.label == work.preferred)
    dropped: list[str] = []
    for record in work.records:
        path = file_at(record.path, corpus) if record.path else None
        if path is None:
            continue
        try:
            return files.read(path, work.id, version.label, version.abstract)
        except InputError as error:
            dropped.append(f"{path.name}: {error.message}")
    if copies is not None:
        on_shelf = shelf.read(work, copies)
        dropped += on_shelf.failed
        if on_shelf.text is not None:
            return replace(on_shelf.text, dropped=(*dropped, *on_shelf.text.dropped))
    found = version.abstract or next((record.abstract for record in work.records if record.abstract), "")
    return abstract(work.id, version.label, found, tuple(dropped))


def abstract(work: str, version: str, body: str, dropped: tuple[str, ...] = ()) -> Text:
    """An abstract as a text; one without characters is none."""
    if not body:
        return Text(work, version, "none", "", dropped=dropped)
    return Text(work, version, "abstract", body, (Section("Abstract", 0, len(body)),), dropped=dropped)
