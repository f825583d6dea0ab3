"""What can be read of a work: its full text where a file of it lies in one's own corpus, else its abstract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.errors import InputError
from xstilts.literature.databases.asking import file_at
from xstilts.literature.full_text import files
from xstilts.literature.text import Section, Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xstilts.literature.work import Work


def read(work: Work, corpus: Sequence[Path] = ()) -> Text:
    """The text of the preferred version of a work; what could not be read is told in ``dropped``."""
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
    found = version.abstract or next((record.abstract for record in work.records if record.abstract), "")
    return abstract(work.id, version.label, found, tuple(dropped))


def abstract(work: str, version: str, body: str, dropped: tuple[str, ...] = ()) -> Text:
    """An abstract as a text; one without characters is none."""
    if not body:
        return Text(work, version, "none", "", dropped=dropped)
    return Text(work, version, "abstract", body, (Section("Abstract", 0, len(body)),), dropped=dropped)
