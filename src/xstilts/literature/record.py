"""One description of a paper in one source, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Ids:
    """What a paper is called by others; "" where the source does not say.

    Attributes:
        doi: Lower case, without a resolver (``10.18653/v1/2020.aacl-main.56``).
        arxiv: Without a version (``2005.13013``).
        version: Of the arXiv paper (``v2``).
        acl: In the ACL Anthology (``2020.aacl-main.56``).
        openalex: ``W…``.
        s2: Semantic Scholar's hash.
        pmid: In PubMed.
    """

    doi: str = ""
    arxiv: str = ""
    version: str = ""
    acl: str = ""
    openalex: str = ""
    s2: str = ""
    pmid: str = ""


@dataclass(frozen=True)
class Revision:
    """A later text of a paper in the same source.

    Attributes:
        label: ``v2``, ``revision 1``, ``erratum 1``.
        date: ISO, "" where unknown.
        note: What changed, in the source's words.
    """

    label: str
    date: str = ""
    note: str = ""


@dataclass(frozen=True)
class Record:
    """One description of a paper in one source.

    Attributes:
        source: Name of the database, or ``folder``.
        source_id: What the source calls it.
        title: One line, without markup.
        abstract: One paragraph; "" where the source has none or may not give it.
        authors: As printed, in order: ``Given Family``.
        year: Of this description; None where unknown.
        venue: As printed.
        url: Where a person reads it.
        ids: What others call it.
        licence: Of title and abstract, as the source says.
        retracted: Why it was withdrawn, in the source's words; "" where it was not.
        revisions: Later texts of it.
        path: File with the full text in one's own folder; "" otherwise.
        open_copy: Address of an open full text; "" where none is known.
        fetched_at: ISO time of the answer that it is from; "" for files.
        raw_sha256: Hash of the bytes that it was read from.
    """

    source: str
    source_id: str
    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    url: str = ""
    ids: Ids = Ids()
    licence: str = ""
    retracted: str = ""
    revisions: tuple[Revision, ...] = ()
    path: str = ""
    open_copy: str = ""
    fetched_at: str = ""
    raw_sha256: str = field(default="", compare=False)
