"""A work: the records that are one paper, with its versions kept apart."""

from __future__ import annotations

from dataclasses import dataclass

from xstilts.literature.record import Record  # noqa: TC001 - pydantic reads annotations at run time


@dataclass(frozen=True)
class Version:
    """One text of a work.

    Attributes:
        label: ``arXiv v2``, ``acl 2020.aacl-main.56``, ``acl revision 1``.
        date: ISO date or year; "" where unknown.
        abstract: Of this version; "" where only the note is known.
        note: What changed, in the source's words.
        records: ``source:source_id`` of those that describe it.
    """

    label: str
    date: str
    abstract: str
    note: str = ""
    records: tuple[str, ...] = ()


@dataclass(frozen=True)
class Merge:
    """Why two records are one work.

    Attributes:
        one: ``source:source_id``.
        other: ``source:source_id``.
        reason: ``same doi``, ``same arXiv id``, ``same ACL id``, ``same title, first author and year``.
        value: What they share.
    """

    one: str
    other: str
    reason: str
    value: str


@dataclass(frozen=True)
class Work:
    """Records that are one paper.

    Attributes:
        id: The best of its ids, with its sort: ``doi:…`` > ``arxiv:…`` > ``acl:…`` > ``title:…``.
        records: All of them, in an order that does not depend on the order in which they came.
        versions: Its texts, oldest first.
        preferred: Label of the version that is read: the newest with an abstract or a full text.
        merges: Why the records are one.
    """

    id: str
    records: tuple[Record, ...]
    versions: tuple[Version, ...]
    preferred: str
    merges: tuple[Merge, ...] = ()
