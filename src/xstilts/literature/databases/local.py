"""What one's own files have in common: found in a folder, read, and ranked by the ideas of a question."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from xstilts.errors import InputError
from xstilts.literature import titles
from xstilts.literature.databases.base import Answer, Asked
from xstilts.literature.full_text.limits import read_bytes
from xstilts.literature.query import distinct
from xstilts.literature.readers import READERS, papers, reader_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xstilts.literature.query import Query
    from xstilts.literature.record import Record

MOST_FILES = 20_000


@dataclass(frozen=True)
class Found:
    """What files say.

    Attributes:
        records: In the order of the files' names.
        files: How many files were read.
        problems: Of those that could not be read, in words.
    """

    records: tuple[Record, ...]
    files: int
    problems: tuple[str, ...]


def read(path: Path, ends: Iterable[str] = READERS) -> Found:
    """The records of a file, or of all files below a folder whose names end so.

    Links are not followed, and names that begin with a dot are left out. A file that cannot be read is a problem where
    it lies in a folder, and an error where it was named.

    Raises:
        InputError: If there is nothing at the path, nothing to read below it, or the file cannot be read.
    """
    if path.is_dir():
        return _read_folder(path, tuple(ends))
    if not path.name.lower().endswith(tuple(ends)):
        said = "There is no such file." if not path.exists() else "No reader knows files of this name."
        raise InputError(said, field=str(path), value=str(path), allowed=sorted(ends))
    return Found(tuple(_records(path, str(path))), 1, ())


def _read_folder(path: Path, ends: tuple[str, ...]) -> Found:
    records: list[Record] = []
    problems: list[str] = []
    files = 0
    for file in files_of(path, ends):
        name = file.relative_to(path).as_posix()
        try:
            records += _records(file, name)
            files += 1
        except InputError as error:
            problems.append(error.args[0] if name in error.args[0] else f"{name}: {error.args[0]}")
    if not files and not problems:
        raise InputError("The folder holds no file that can be read.", field=str(path), allowed=sorted(ends))
    return Found(tuple(records), files, tuple(problems))


def files_of(folder: Path, ends: tuple[str, ...]) -> Iterator[Path]:
    """Files below a folder whose names end so, in the order of their names; no links, nothing hidden.

    Raises:
        InputError: If there are more than ``MOST_FILES``.
    """
    count = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(place) / name
            if not name.startswith(".") and name.lower().endswith(ends) and not file.is_symlink():
                count += 1
                if count > MOST_FILES:
                    raise InputError(f"The folder holds more than {MOST_FILES:,} files.", field=str(folder))
                yield file


def _records(file: Path, name: str) -> list[Record]:
    reader = reader_of(file.name)
    if reader is None:
        return []
    found = reader(read_bytes(file), name)
    return [replace(record, path=str(file)) for record in found] if reader is papers.paper else found


def ideas(record: Record, query: Query) -> int:
    """How many of a query's concepts a record's title or abstract names."""
    text = f" {' '.join(titles.words(record.title))} {' '.join(titles.words(record.abstract))}"
    return sum(
        any(f" {' '.join(titles.words(word))}" in text for word in distinct(concept.words))
        for concept in query.concepts
    )


def answer(database: str, query: Query, path: Path, found: Found, *, least: int) -> Answer:
    """What files answer to a query: those with most of its concepts first, else in their order.

    Args:
        database: Its name.
        query: What is looked for.
        path: Of the files.
        found: What they say.
        least: How many of the concepts a record must name.
    """
    admitted = [record for record in found.records if query.admits(record.year)]
    scored = [(ideas(record, query), record) for record in admitted]
    hits = [(score, record) for score, record in scored if score >= least]
    taken = [record for _, record in sorted(hits, key=lambda pair: -pair[0])[: query.limit]]
    read_from = f"{path}: {found.files} files, {len(found.records)} records"
    note = f"{len(found.problems)} files could not be read: {' '.join(found.problems)}" if found.problems else ""
    return Answer(tuple(taken), (Asked(database, read_from, "", len(hits), len(taken), note=note),))
