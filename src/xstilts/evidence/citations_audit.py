"""Whether what is cited exists, is described rightly, says what it is cited for, was withdrawn or has a later text.

That a paper does not exist and that it is described wrongly are two verdicts: most entries that look invented are real
papers with a wrong year, venue or author.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rapidfuzz import fuzz

from xstilts.literature import identifiers, titles
from xstilts.literature.versions import retraction

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xstilts.evidence.checks.check import Check
    from xstilts.literature.record import Record
    from xstilts.literature.work import Work

Existence = Literal["exists", "fabricated", "not found"]
CitationVerdict = Literal[
    "exists", "metadata wrong", "fabricated", "not found", "does not say that", "retracted", "superseded"
]
SORTS = ("doi", "arxiv", "acl", "pmid")
ALIKE = 85.0
"""Likeness of two titles, 0 to 100, from which on they may be one, if the first author is the same."""
_PREPRINT = ("arxiv", "corr", "preprint")


@dataclass(frozen=True)
class Cited:
    """One entry of a list of references.

    Attributes:
        key: As in the file.
        record: The entry, read.
        sentences: Where it is cited, as printed.
    """

    key: str
    record: Record
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """What an entry says, and what the records of the work say.

    Attributes:
        field: ``title``, ``authors``, ``year`` or a sort of ids.
        printed: In the entry.
        known: In the records.
    """

    field: str
    printed: str
    known: str


@dataclass(frozen=True)
class CitationAudit:
    """What was found of one entry.

    Attributes:
        key: As in the file.
        existence: ``fabricated``: searched where it would be, or its identifier is another paper's. ``not found``: it
            may lie outside what was searched.
        reason: Why, in a sentence.
        work: Id of the work that it is; "" for none.
        differences: What is described wrongly.
        unsaid: Checks of sentences that the work does not say.
        retracted: Why it was withdrawn; "" if it was not.
        superseded: The later text; "" if there is none.
    """

    key: str
    existence: Existence
    reason: str
    work: str = ""
    differences: tuple[Difference, ...] = ()
    unsaid: tuple[Check, ...] = ()
    retracted: str = ""
    superseded: str = ""

    @property
    def verdicts(self) -> tuple[CitationVerdict, ...]:
        """All that holds of it, the gravest first; ``exists`` alone is good."""
        told: list[tuple[CitationVerdict, bool]] = [
            ("retracted", bool(self.retracted)),
            ("does not say that", bool(self.unsaid)),
            ("metadata wrong", bool(self.differences)),
            ("superseded", bool(self.superseded)),
        ]
        return (*(name for name, holds in told if holds), self.existence)


def audit_citations(
    entries: Sequence[Cited],
    works: Sequence[Work],
    complete: frozenset[str] = frozenset(),
    says: Callable[[str, Work], Check] | None = None,
) -> tuple[CitationAudit, ...]:
    """Hold each entry against the works that were found.

    Args:
        entries: What is cited.
        works: Candidates.
        complete: Sorts of ids (``arxiv``, ``acl``, ``doi``) of which every paper is among ``works``; ``all`` for papers
            of every sort.
        says: Whether a work says a sentence; verdict ``no`` counts against the entry, ``not found`` does not. None: not
            checked.
    """
    return tuple(_audit(entry, works, complete, says) for entry in entries)


def _audit(
    entry: Cited, works: Sequence[Work], complete: frozenset[str], says: Callable[[str, Work], Check] | None
) -> CitationAudit:
    by_id = _by_id(entry.record, works)
    by_title = _by_title(entry.record, works)
    work = by_id if by_id and _is_it(entry.record, by_id) else by_title
    if work is None:
        return _absent(entry, by_id, complete)
    differences = _differences(entry.record, work)
    if by_id is not None and by_id is not work:
        shared = next(sort for sort in SORTS if _ids(entry.record)[sort] in _ids_of(by_id)[sort])
        differences = [one for one in differences if one.field != shared]
        differences.append(Difference(shared, _ids(entry.record)[shared], f"that of {_title(by_id)!r}"))
    unsaid = tuple(found for text in entry.sentences if says and (found := says(text, work)).verdict == "no")
    how = "by its identifier" if work is by_id else "by title and first author"
    return CitationAudit(
        entry.key, "exists", f"Found {how}: {_title(work)!r}.", work.id, tuple(differences), unsaid,
        retraction(work), _superseded(entry.record, work),
    )  # fmt: skip


def _absent(entry: Cited, other: Work | None, complete: frozenset[str]) -> CitationAudit:
    if other is not None:
        why = f"Its identifier is that of {_title(other)!r}, and nothing found has its title."
        return CitationAudit(entry.key, "fabricated", why)
    held = [sort for sort in SORTS if _ids(entry.record)[sort] and sort in complete]
    if held or "all" in complete:
        where = " and ".join(held) or "everything"
        why = f"Every paper of {where} was searched, and none has its identifier or its title."
        return CitationAudit(entry.key, "fabricated", why)
    return CitationAudit(entry.key, "not found", "Nothing that was searched has its identifier or its title.")


def _ids(record: Record) -> dict[str, str]:
    ids = identifiers.completed(record.ids)
    return {sort: str(getattr(ids, sort)).lower() for sort in SORTS}


def _ids_of(work: Work) -> dict[str, set[str]]:
    known = [_ids(record) for record in work.records]
    return {sort: {one[sort] for one in known} - {""} for sort in SORTS}


def _by_id(record: Record, works: Sequence[Work]) -> Work | None:
    own = _ids(record)
    return next((work for sort in SORTS for work in works if own[sort] and own[sort] in _ids_of(work)[sort]), None)


def _by_title(record: Record, works: Sequence[Work]) -> Work | None:
    """The work with its title, or the most alike of those that share its first author."""
    scored = [(_likeness(record, other), work) for work in works for other in work.records]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= ALIKE else None


def _likeness(record: Record, other: Record) -> float:
    if not titles.key(record.title) or not titles.key(other.title):
        return 0.0
    if titles.key(record.title) == titles.key(other.title):
        same = len(titles.words(record.title)) > 3 or _first_author(record, other)
        return (100.0 + _first_author(record, other)) if same else 0.0
    alike = fuzz.ratio(" ".join(titles.words(record.title)), " ".join(titles.words(other.title)))
    return alike if _first_author(record, other) or titles.nearly_same(record.title, other.title) else 0.0


def _first_author(record: Record, other: Record) -> bool:
    return bool(record.authors and other.authors) and any(
        titles.same_person(record.authors[0], author) for author in other.authors
    )


def _is_it(record: Record, work: Work) -> bool:
    """Whether an entry that shares an identifier with a work is that work: title or first author agree."""
    return any(
        not titles.key(record.title) or _likeness(record, other) >= ALIKE or _first_author(record, other)
        for other in work.records
    )


def _title(work: Work) -> str:
    return next((record.title for record in work.records if record.title), work.id)


def _differences(record: Record, work: Work) -> list[Difference]:
    """What no record of the work agrees with; what either side leaves out is no difference."""
    known = work.records
    found = []
    said = [one.title for one in known if one.title]
    if record.title and not any(_one_title(record.title, title) for title in said):
        found.append(Difference("title", record.title, said[0] if said else ""))
    people = [one.authors for one in known if one.authors]
    if record.authors and people and not any(titles.same_people(record.authors, names) for names in people):
        found.append(Difference("authors", "; ".join(record.authors), "; ".join(people[0])))
    years = {one.year for one in known if one.year is not None}
    if record.year is not None and years and record.year not in years:
        found.append(Difference("year", str(record.year), ", ".join(map(str, sorted(years)))))
    own, ids = _ids(record), _ids_of(work)
    found += [
        Difference(sort, own[sort], ", ".join(sorted(ids[sort])))
        for sort in SORTS
        if own[sort] and ids[sort] and own[sort] not in ids[sort]
    ]
    return found


def _one_title(one: str, other: str) -> bool:
    """The same title, the same with or without a subtitle, or one with a slip."""
    first, second = titles.key(one), titles.key(other)
    return first == second or titles.nearly_same(one, other) or titles.key(one.partition(":")[0]) == second


def _superseded(record: Record, work: Work) -> str:
    """A later version than the one cited, or the published paper where a preprint is cited."""
    labels = [version.label for version in work.versions]
    cited = f"arXiv {record.ids.version}" if record.ids.version else ""
    if cited in labels and cited != labels[-1]:
        later = work.versions[-1]
        return f"{later.label}{f': {later.note}' if later.note else ''}"
    preprint = any(word in f"{record.venue} {record.ids.doi}".lower() for word in _PREPRINT)
    published = next((one for one in work.records if one.venue and not _is_preprint(one)), None)
    return f"published: {published.venue}" if preprint and published else ""


def _is_preprint(record: Record) -> bool:
    return any(word in record.venue.lower().split() or record.venue.lower().startswith(word) for word in _PREPRINT)
