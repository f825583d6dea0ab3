"""The texts of one work, kept apart: which record describes which, what is newest, whether it was withdrawn."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xstilts.literature import identifiers, titles
from xstilts.literature.work import Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xstilts.literature.record import Record, Revision
    from xstilts.literature.work import Work

_OWNERS = {"arxiv": "arXiv", "acl_anthology": "acl", "crossref": "doi"}
"""Sources whose text of a version is the version's own; others copy it, from a version that they do not name."""

_UNKNOWN = "as in "


def reference(record: Record) -> str:
    """How merges and versions name a record: ``source:source_id``."""
    return f"{record.source}:{record.source_id}"


def retraction(work: Work) -> str:
    """Why a work was withdrawn, in a source's words; "" if no source says that it was."""
    return next((record.retracted for record in work.records if record.retracted), "")


@dataclass
class _Slot:
    label: str
    date: str
    rank: int
    abstract: str = ""
    note: str = ""
    records: list[str] = field(default_factory=list)


def versions_of(records: Sequence[Record]) -> tuple[Version, ...]:
    """The versions that records describe, oldest first; the records' order does not matter.

    ``arXiv v2``, ``acl 2020.aacl-main.56`` and the like come from ids. A text that differs from what the owner of a
    version says of it is a version of its own, ``as in SOURCE``, for no one says which version it is.
    """
    slots: dict[str, _Slot] = {}
    ordered = sorted(records, key=_owners_first)
    for record in ordered:
        _place(slots, record)
    for record in ordered:
        for revision in record.revisions:
            _revise(slots, record, revision)
    told = sorted(slots.values(), key=_age)
    return tuple(Version(one.label, one.date, one.abstract, one.note, tuple(sorted(set(one.records)))) for one in told)


def preferred(records: Sequence[Record], versions: Sequence[Version]) -> str:
    """Label of the newest version with a full text or an abstract; of the newest if there is none.

    A text of no known version is taken only where nothing else can be read.
    """
    readable = {reference(record) for record in records if record.path or record.open_copy}
    can = [version for version in versions if version.abstract or readable & set(version.records)]
    known = [version for version in can if not version.label.startswith(_UNKNOWN)]
    return (known or can or versions)[-1].label


def _owners_first(record: Record) -> tuple[int, str, str, str]:
    label, _ = _label(record)
    owner = _OWNERS.get(record.source)
    rank = 0 if owner and label.startswith(owner) else 1 if record.source == "folder" else 2
    rank = 3 if label.startswith(_UNKNOWN) else rank  # last, so that it finds the version whose text it has
    return (rank, record.source, record.source_id, repr(record))


def _label(record: Record) -> tuple[str, int]:
    """The version that a record's ids name, and its place among those of one year: preprints come first."""
    ids = identifiers.completed(record.ids)
    if ids.arxiv and (ids.version or record.source == "arxiv" or not (ids.acl or _published(ids.doi))):
        number = re.sub(r"\D", "", ids.version)
        return f"arXiv {ids.version}".rstrip(), int(number or 0)
    if ids.acl:
        return f"acl {ids.acl}", 1000
    return (f"doi {ids.doi}", 1000) if ids.doi else (f"{_UNKNOWN}{record.source}", 500)


def _published(doi: str) -> bool:
    return bool(doi) and not doi.startswith("10.48550/arxiv.")


def _place(slots: dict[str, _Slot], record: Record) -> None:
    label, rank = _label(record)
    slot = slots.get(label)
    if label.startswith(_UNKNOWN) and record.abstract:
        known = [one for one in slots.values() if _words(one.abstract) == _words(record.abstract)]
        label, slot = (known[0].label, known[0]) if known else (label, slot)
    if slot is not None and record.abstract and slot.abstract and _words(slot.abstract) != _words(record.abstract):
        same = [one for one in slots.values() if _words(one.abstract) == _words(record.abstract)]
        label, rank = (same[0].label, rank) if same else (f"{_UNKNOWN}{record.source}", 500)
        label = label if same else _free(slots, label, record.abstract)
        slot = slots.get(label)
    if slot is None:
        slot = slots[label] = _Slot(label, str(record.year or _year_of_arxiv(record) or ""), rank)
    slot.abstract = slot.abstract or record.abstract
    slot.date = slot.date or str(record.year or "")
    slot.records.append(reference(record))


def _free(slots: dict[str, _Slot], label: str, abstract: str) -> str:
    """A label for one more text of a source that gives several."""
    names = [label, *(f"{label} ({number})" for number in range(2, len(slots) + 3))]
    return next(name for name in names if name not in slots or _words(slots[name].abstract) == _words(abstract))


def _words(text: str) -> tuple[str, ...]:
    return titles.words(text)


def _year_of_arxiv(record: Record) -> int | None:
    number = re.match(r"(\d\d)(?:\d\d)\.", record.ids.arxiv)
    return 2000 + int(number[1]) if number else None


def _revise(slots: dict[str, _Slot], record: Record, revision: Revision) -> None:
    label, rank = _label(record)
    family = label.partition(" ")[0]
    name = f"{family} {revision.label}"
    number = int(re.sub(r"\D", "", revision.label) or 0)
    place = number if family == "arXiv" else rank + 1 + number
    slot = slots.setdefault(name, _Slot(name, revision.date or slots.get(label, _Slot("", "", 0)).date, place))
    slot.note = slot.note or revision.note
    slot.date = revision.date or slot.date
    slot.records.append(reference(record))


def _age(slot: _Slot) -> tuple[str, int, str, str]:
    return (slot.date[:4] or "0000", slot.rank, slot.date, slot.label)


def differing(versions: Iterable[Version]) -> tuple[tuple[Version, Version], ...]:
    """Neighbours in age that have an abstract each, with different words: what a reader should compare."""
    told = [version for version in versions if version.abstract]
    pairs = itertools.pairwise(told)
    return tuple((one, other) for one, other in pairs if _words(one.abstract) != _words(other.abstract))
