"""All databases that a review asks, one after the other; one that does not answer is told, and the others go on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xstilts.disk import file_sha256
from xstilts.errors import InputError, RunError
from xstilts.literature.databases.base import DATABASES, Answer, Asked
from xstilts.literature.databases.local import files_of, read
from xstilts.literature.query import Spelling, boolean
from xstilts.literature.readers import READERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from xstilts.literature.client import Client
    from xstilts.literature.databases.base import Database
    from xstilts.literature.query import Query
    from xstilts.literature.record import Ids, Record


@dataclass(frozen=True)
class Places:
    """Where databases find what they answer with.

    Attributes:
        corpus: Files and folders of one's own; ``Record.path`` names a file by ``place/path below``.
        client: Asks the net, or a cassette in its place.
    """

    corpus: tuple[Path, ...]
    client: Client


def ask(names: Sequence[str], queries: Sequence[Query], places: Places) -> Answer:
    """What the databases answer to the queries.

    Args:
        names: Of databases, in the order in which they are asked.
        queries: On the net each is asked; one's own files are read once.
        places: Where they look.

    Raises:
        RunError: If none of them answers; the first one's reason.
        InputError: If a file of one's own cannot be read.
    """
    records: list[Record] = []
    log: list[Asked] = []
    refused: list[RunError] = []
    for database in map(DATABASES.get, names):
        for query, where in _searches(database, queries, places):
            try:
                answer = database.search(query, where)
            except RunError as error:
                refused.append(error)
                said = boolean(query, Spelling())
                log.append(Asked(database.name, said, "", None, 0, note=f"It did not answer: {error}"))
                continue
            found: Sequence[Record] = answer.records
            told: Sequence[Asked] = answer.log
            if database.local is not None:
                place = next(number for number, path in enumerate(places.corpus) if path is where)
                found, told = _moved(found, places.corpus[place], place), _without_place(told, places.corpus[place])
            records += found
            log += told
    if refused and len(refused) == len(log):
        raise refused[0]
    return Answer(tuple(records), tuple(log))


def look_up(ids: Sequence[Ids], places: Places, names: Sequence[str] = ()) -> tuple[Record, ...]:
    """All records of one's own files, and what databases on the net know of papers by their ids.

    Args:
        ids: Of the papers.
        places: Where to look.
        names: Of databases on the net; one that does not answer is passed over.

    Raises:
        RunError: If none of them answers and there are no files.
        InputError: If a file cannot be read.
    """
    records: list[Record] = []
    for place, path in enumerate(places.corpus):
        records += _moved(read(path).records, path, place)
    refused: list[RunError] = []
    for database in map(DATABASES.get, names):
        if database.find is not None:
            try:
                records += database.find(ids, places.client).records
            except RunError as error:
                refused.append(error)
    if refused and not records:
        raise refused[0]
    return tuple(records)


def _searches(database: Database, queries: Sequence[Query], places: Places) -> Iterator[tuple[Query, Client | Path]]:
    if database.local is None:
        yield from ((query, places.client) for query in queries)
        return
    if not places.corpus:
        raise InputError(f"{database.title}: name the files or the folder.", field="--corpus")
    yield from ((queries[0], path) for path in places.corpus)


def _moved(records: Sequence[Record], root: Path, place: int) -> tuple[Record, ...]:
    """Records whose files are named below their corpus, so that no place of this machine is kept."""
    return tuple(
        replace(one, path=f"{place}/{one.path.removeprefix(str(root)).lstrip('/')}") if one.path else one
        for one in records
    )


def _without_place(log: Sequence[Asked], root: Path) -> list[Asked]:
    return [replace(one, query=one.query.replace(str(root), root.name), note=one.note.replace(str(root), root.name))
            for one in log]  # fmt: skip


def file_at(path: str, corpus: Sequence[Path]) -> Path | None:
    """The file that ``Record.path`` names; None where it does not lie in the corpus."""
    place, _, below = path.partition("/")
    if not place.isdigit() or int(place) >= len(corpus):
        return None
    root = corpus[int(place)]
    file = root / below if below else root
    inside = file.resolve() == root.resolve() or root.resolve() in file.resolve().parents
    return file if inside else None


def digest(path: Path) -> str:
    """Hash of a file, or of all files below a folder that a reader knows, with their names.

    Raises:
        InputError: If there is nothing to read.
    """
    if not path.exists():
        raise InputError("There is no such file or folder.", field="--corpus", value=str(path))
    if not path.is_dir():
        return file_sha256(path)
    told = hashlib.sha256()
    for file in files_of(path, tuple(READERS)):
        told.update(f"{file.relative_to(path).as_posix()}\0{file_sha256(file)}\n".encode("utf-8", "surrogateescape"))
    return told.hexdigest()
