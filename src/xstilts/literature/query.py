"""What is looked for: concepts with their synonyms, years, and how many records are enough.

    Query((Concept("training", ("intermediate task", "intermediate training")), Concept("transfer", ("zero-shot",))))

asks for papers with one of the first two and with ``zero-shot``. Each database has its own spelling of that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from xstilts.errors import InputError

MOST_RECORDS = 10_000
"""Most records that one query takes from a database: what Crossref, OpenAlex by page and arXiv all can give."""


@dataclass(frozen=True)
class Concept:
    """One idea of a question, and the words for it.

    Attributes:
        name: How reports call it.
        words: Words or phrases that mean it, the best first; a paper needs one of them.
    """

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Query:
    """What is asked of every database.

    Attributes:
        concepts: A paper needs all of them.
        first_year: Earliest year of publication; None for no bound.
        last_year: Latest year of publication; None for no bound.
        limit: Most records taken from each database, 1 to ``MOST_RECORDS``.

    Raises:
        InputError: If there is no concept or no word, or the years or the limit make no sense.
    """

    concepts: tuple[Concept, ...]
    first_year: int | None = None
    last_year: int | None = None
    limit: int = 200

    def __post_init__(self) -> None:
        if not self.concepts:
            raise InputError("A query needs at least one concept.", field="concepts")
        for concept in self.concepts:
            if not any(cleaned(word) for word in concept.words):
                raise InputError("A concept needs at least one word.", field=f"concepts.{concept.name}")
        if not 1 <= self.limit <= MOST_RECORDS:
            raise InputError("So many records cannot be taken.", field="limit", value=self.limit,
                             allowed=[f"1 to {MOST_RECORDS}"])  # fmt: skip
        bounds = [year for year in (self.first_year, self.last_year) if year is not None]
        if any(not 1000 <= year <= 9999 for year in bounds) or bounds != sorted(bounds):
            raise InputError("The years are no span of time.", field="years", value=bounds,
                             allowed=["two years of four digits, the earlier first"])  # fmt: skip

    def admits(self, year: int | None) -> bool:
        """Whether a paper of this year is asked for; one without a year always is."""
        if year is None:
            return True
        return (self.first_year or year) <= year <= (self.last_year or year)


@dataclass(frozen=True)
class Spelling:
    """How a database writes a Boolean query.

    Attributes:
        phrase: Form of one word or phrase, with ``{}`` for it.
        either: Stands between synonyms.
        both: Stands between concepts.
    """

    phrase: str = '"{}"'
    either: str = " OR "
    both: str = " AND "


def boolean(query: Query, spelling: Spelling) -> str:
    """The query with every synonym, as a database spells it: ``("a b" OR "c") AND ("d")``."""
    groups = (
        spelling.either.join(spelling.phrase.format(word) for word in distinct(concept.words))
        for concept in query.concepts
    )
    return spelling.both.join(f"({group})" for group in groups)


def plain(query: Query) -> str:
    """The best word of every concept, for databases that rank by words: ``a b d``."""
    return " ".join(distinct(concept.words)[0] for concept in query.concepts)


def years(query: Query, between: str = "-") -> str:
    """``2016-2020``, ``2016-``, ``-2020``, or "" where there is no bound."""
    if query.first_year is None and query.last_year is None:
        return ""
    return f"{query.first_year or ''}{between}{query.last_year or ''}"


def distinct(words: tuple[str, ...]) -> list[str]:
    """The words, cleaned, each once, in order."""
    return list(dict.fromkeys(filter(None, map(cleaned, words))))


def cleaned(word: str) -> str:
    """A word or phrase without signs that a database would read as its own language (quotes, brackets, ``: , | ! +``).

    Hyphens inside words stay; a sign becomes a space, so that ``NLI/QA`` are two words.
    """
    kept = re.sub(r"[^\w\s.'’-]|(?<!\w)[-.'’]|[-.'’](?!\w)", " ", word)
    return " ".join(kept.split())
