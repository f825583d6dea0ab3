"""One's own folder or file: BibTeX, RIS, CSL-JSON, JSONL, and papers as PDF, page, LaTeX source or text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.literature.databases import local
from xstilts.literature.databases.base import Answer, Database, Terms, register

if TYPE_CHECKING:
    from pathlib import Path

    from xstilts.literature.query import Query


def search(query: Query, path: Path) -> Answer:
    """All that lies there, of the years that are asked for: one's own choice is not filtered by words, only ranked.

    Raises:
        InputError: If there is nothing to read.
    """
    return local.answer("folder", query, path, local.read(path), least=0)


FOLDER = register(
    Database(
        name="folder",
        title="Your own folder",
        terms=Terms("Whatever the files' owners allow; nothing of them leaves this machine.", "the files themselves"),
        local=search,
    )
)
