"""What a database is: somebody that is asked and answers with records, on the net or in one's own files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xstilts.errors import InputError
from xstilts.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xstilts.literature.client import Client
    from xstilts.literature.query import Query
    from xstilts.literature.record import Ids, Record


@dataclass(frozen=True)
class Terms:
    """What may be done with a database's answers.

    Attributes:
        text: Licence or terms in one sentence.
        source: Where they are printed, with the date of the copy that was read.
    """

    text: str
    source: str


@dataclass(frozen=True)
class Asked:
    """One search as it was put to a database, for the report.

    Attributes:
        database: Name of the database.
        query: The string as the database got it; of local files, what was read.
        date: ISO time of the first answer; "" for files.
        hits: How many records the database says it has; None where it does not say.
        taken: How many of them were read.
        cost: Dollars that its answers cost when they were fetched.
        note: What a reader of the count must know; "" where there is nothing.
    """

    database: str
    query: str
    date: str
    hits: int | None
    taken: int
    cost: float = 0.0
    note: str = ""


@dataclass(frozen=True)
class Answer:
    """What a database gave, and what it was asked.

    Attributes:
        records: In the database's order.
        log: One entry for each search that was made for it.
    """

    records: tuple[Record, ...]
    log: tuple[Asked, ...]


@dataclass(frozen=True)
class Database:
    """Somebody that is asked for papers; exactly one of ``online`` and ``local`` is given.

    Attributes:
        name: In registries, records and ``--databases``.
        title: As people know it.
        terms: What may be done with its answers.
        online: Searches over a client.
        local: Searches in a file or folder.
        find: Records of papers whose ids are known, over a client; None where there is no such request.
    """

    name: str
    title: str
    terms: Terms
    online: Callable[[Query, Client], Answer] | None = None
    local: Callable[[Query, Path], Answer] | None = None
    find: Callable[[Sequence[Ids], Client], Answer] | None = None

    @property
    def needs_network(self) -> bool:
        """Whether a client is needed; others read a path."""
        return self.online is not None

    def search(self, query: Query, where: Client | Path) -> Answer:
        """Ask the database.

        Args:
            query: What is looked for.
            where: A client for a database on the net, a path for local files.

        Raises:
            InputError: If ``where`` is of the other sort, or a file cannot be read.
            SourceError: If a database on the net does not answer as it should.
            MissingAnswerError: If nothing is stored and the machine may not be left.
            BudgetError: If the answer would cost more than is left.
        """
        if isinstance(where, Path):
            if self.local is None:
                raise InputError(
                    f"{self.title} is asked over the net and reads no files.", field=self.name, value=where
                )
            return self.local(query, where)
        if self.online is None:
            raise InputError(f"{self.title} are local files: name their path.", field=self.name)
        return self.online(query, where)


DATABASES: Registry[Database] = Registry("database", "`xstilts list databases` shows them all.")
"""Every database by its name; filled by importing ``xstilts.literature.databases``."""


def register(database: Database) -> Database:
    """Add ``database`` under its name, and return it."""
    return DATABASES.register(database.name, database)
