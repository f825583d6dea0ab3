"""Which records are one paper: merged by their ids, then by title, first author and year, each merge with its reason.

Records are sorted first, so the works do not depend on the order in which the records came; and to merge the records
of the works again gives the same works.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from xstilts.literature import identifiers, titles
from xstilts.literature.versions import preferred, reference, versions_of
from xstilts.literature.work import Merge, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from xstilts.literature.record import Record

_PREPRINTS = ("10.48550/", "10.2139/", "10.1101/", "10.31219/", "10.31234/", "10.5281/", "10.21203/", "10.36227/")
"""Prefixes of DOIs that servers of preprints give: such a DOI does not speak against the publisher's."""
_IDS = {
    "doi": "same doi",
    "preprint": "same doi",
    "arxiv": "same arXiv id",
    "acl": "same ACL id",
    "pmid": "same PubMed id",
}
"""Sorts of ids, the strongest first, and the reason that a merge by one gives."""
_ALIKE, _LEAST_WORDS, _ENDS = 50.0, 4, 8


@dataclass
class _Group:
    """Records that are one paper so far; ``ids`` by sort."""

    records: list[Record]
    ids: dict[str, set[str]]
    merges: list[Merge] = field(default_factory=list)


def merge(records: Iterable[Record]) -> tuple[Work, ...]:
    """The works that records describe, in the order of their ids.

    An id merges before a title does: DOI > arXiv id > ACL id > title with first author and a year that differs by at
    most one. A weaker key never joins two records whose stronger ids differ, and a title none with any id that differs.
    A record that fits two such papers equally stays alone. An id does not join papers that share neither title nor
    first author: one of the two wrote a wrong id.
    """
    groups = [_Group([record], _ids(record)) for record in sorted(set(records), key=_order)]
    groups = _joined(groups, _entry, "same entry of its source", _always)
    for place, (sort, reason) in enumerate(_IDS.items()):
        stronger = tuple(_IDS)[:place]
        groups = _joined(groups, _by_id(sort), reason, _id_may_join(stronger))
    groups = _joined(groups, _title_keys, "same title, first author and year", _title_may_join)
    groups = _joined(groups, _nearby, "nearly the same title, same authors and year", _near_title_may_join)
    return _works(groups)


def _ids(record: Record) -> dict[str, set[str]]:
    ids = identifiers.completed(record.ids)
    found = {"arxiv": ids.arxiv.lower(), "acl": ids.acl.lower(), "pmid": ids.pmid}
    if not ids.doi.startswith("10.48550/arxiv."):
        found["preprint" if ids.doi.startswith(_PREPRINTS) else "doi"] = ids.doi
    return {sort: {found[sort]} if found.get(sort) else set() for sort in _IDS}


def _order(record: Record) -> tuple[str, ...]:
    return (record.source, record.source_id, titles.key(record.title), repr(record), record.raw_sha256)


def _joined(
    groups: list[_Group],
    keys_of: Callable[[_Group], set[str]],
    reason: str,
    may_join: Callable[[_Group, _Group], bool],
) -> list[_Group]:
    """Groups after those that share a key, and may, became one.

    Among those that share a key, two are joined if they fit the same others: all of them where none contradicts
    another; a record that fits two that contradict each other joins neither.
    """
    holders: dict[str, list[_Group]] = defaultdict(list)
    for group in groups:
        for key in keys_of(group):
            holders[key].append(group)
    now = {id(group): group for group in groups}
    for key in sorted(holders):
        sharing = list({id(group): group for group in (_now(now, one) for one in holders[key])}.values())
        for alike in _fitting_the_same(sharing, may_join):
            for other in alike[1:]:
                _take(alike[0], other, reason, key)
                now[id(other)] = alike[0]
    return list({id(group): group for group in (_now(now, one) for one in groups)}.values())


def _now(now: dict[int, _Group], group: _Group) -> _Group:
    while now[id(group)] is not group:
        group = now[id(group)]
    return group


def _fitting_the_same(sharing: list[_Group], may_join: Callable[[_Group, _Group], bool]) -> list[list[_Group]]:
    fits: dict[frozenset[int], list[_Group]] = defaultdict(list)
    for place, one in enumerate(sharing):
        near = frozenset(i for i, other in enumerate(sharing) if i == place or may_join(one, other))
        fits[near].append(one)
    return list(fits.values())


def _take(group: _Group, other: _Group, reason: str, key: str) -> None:
    value = key.partition("\n")[0]
    group.merges += [*other.merges, Merge(reference(group.records[0]), reference(other.records[0]), reason, value)]
    group.records = sorted([*group.records, *other.records], key=_order)
    for sort, values in other.ids.items():
        group.ids[sort] = group.ids[sort] | values


def _entry(group: _Group) -> set[str]:
    return {reference(record) for record in group.records if record.source_id}


def _by_id(sort: str) -> Callable[[_Group], set[str]]:
    return lambda group: group.ids[sort]


def _always(one: _Group, other: _Group) -> bool:
    return True


def _differ(one: _Group, other: _Group, sorts: Iterable[str]) -> bool:
    return any(one.ids[sort] and other.ids[sort] and not one.ids[sort] & other.ids[sort] for sort in sorts)


def _id_may_join(stronger: tuple[str, ...]) -> Callable[[_Group, _Group], bool]:
    return lambda one, other: not _differ(one, other, stronger) and _plausible(one, other)


def _plausible(one: _Group, other: _Group) -> bool:
    """Whether papers with one id share a title, roughly, or a first author; or do not say."""
    pairs = [(first, second) for first in one.records for second in other.records]
    return any(
        not titles.key(first.title)
        or not titles.key(second.title)
        or titles.key(first.title) == titles.key(second.title)
        or fuzz.token_set_ratio(" ".join(titles.words(first.title)), " ".join(titles.words(second.title))) >= _ALIKE
        or _same_first_author(first, second)
        for first, second in pairs
    )


def _same_first_author(one: Record, other: Record) -> bool:
    return bool(one.authors and other.authors) and titles.same_person(one.authors[0], other.authors[0])


def _title_keys(group: _Group) -> set[str]:
    return {titles.key(record.title) for record in group.records} - {""}


def _title_may_join(one: _Group, other: _Group) -> bool:
    return not _differ(one, other, _IDS) and any(
        titles.key(first.title) == titles.key(second.title) and _same_origin(first, second)
        for first in one.records
        for second in other.records
    )


def _same_origin(one: Record, other: Record) -> bool:
    """Whether records with one title have one first author and near years; more is asked of titles that say little."""
    if not _same_first_author(one, other):
        return False
    if one.year is not None and other.year is not None and abs(one.year - other.year) > 1:
        return False
    telling = len(titles.words(one.title)) >= _LEAST_WORDS
    return telling or (one.year == other.year and titles.same_people(one.authors, other.authors))


def _nearby(group: _Group) -> set[str]:
    """Keys that nearly the same titles share: one end of the title, and the first author."""
    found = set()
    for record in group.records:
        key = titles.key(record.title)
        for family in titles.families(record.authors[0]) if key and record.authors else ():
            found |= {f"{key[:_ENDS]}…\n{family}", f"…{key[-_ENDS:]}\n{family}"}
    return found


def _near_title_may_join(one: _Group, other: _Group) -> bool:
    return not _differ(one, other, _IDS) and any(
        titles.nearly_same(first.title, second.title)
        and _same_origin(first, second)
        and titles.same_people(first.authors, second.authors)
        for first in one.records
        for second in other.records
    )


def _works(groups: list[_Group]) -> tuple[Work, ...]:
    """Works with an id each; of two that name one id, the one with more records has it."""
    found: dict[str, Work] = {}
    for group in sorted(groups, key=lambda group: (-len(group.records), _order(group.records[0]))):
        work = next(name for name in _names(group) if name not in found)
        versions = versions_of(group.records)
        records, merges = tuple(group.records), tuple(sorted(group.merges, key=repr))
        found[work] = Work(work, records, versions, preferred(records, versions), merges)
    return tuple(found[work] for work in sorted(found))


def _names(group: _Group) -> list[str]:
    names = [f"{sort}:{value}" for sort in ("doi", "arxiv", "acl") for value in sorted(group.ids[sort])]
    names += [f"doi:{value}" for value in sorted(group.ids["preprint"])]
    first = next((record for record in group.records if record.title), group.records[0])
    said = "-".join(titles.words(first.title)[:12]) or "untitled"
    families = sorted(titles.families(first.authors[0]))[:1] if first.authors else []
    title = "-".join([said, *families, str(first.year or "")]).rstrip("-")
    every = hashlib.sha256("\n".join(repr(_order(record)) for record in group.records).encode()).hexdigest()
    return [*names, f"title:{title}", f"title:{title}-{every[:8]}", f"title:{every}"]
