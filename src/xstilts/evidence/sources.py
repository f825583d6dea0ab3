"""A paper that somebody names, among the works at hand; and a statement checked against it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xstilts.errors import InputError
from xstilts.evidence import confidence, extract, reading
from xstilts.evidence.checks.entailed import entailed
from xstilts.evidence.checks.numbers import consistent
from xstilts.evidence.checks.quoted import quoted
from xstilts.evidence.checks.rerun import claim_of, rerun
from xstilts.evidence.checks.retracted import retracted
from xstilts.evidence.checks.wording import worded
from xstilts.literature import identifiers, titles
from xstilts.literature.copies import shelf
from xstilts.literature.record import Ids

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xstilts.claims import Claim
    from xstilts.evidence.checks.check import Check
    from xstilts.evidence.checks.entailed import Entails
    from xstilts.evidence.checks.rerun import Rerun
    from xstilts.evidence.confidence import Opinion
    from xstilts.literature.client import Client
    from xstilts.literature.text import Text
    from xstilts.literature.work import Work


@dataclass(frozen=True)
class CheckedStatement:
    """What a source says of a statement.

    Attributes:
        statement: As given.
        work: Id of the paper.
        title: Of the paper.
        version: Label of the version that was read.
        availability: What of it was read.
        claim: Id of the published claim that the statement is; "" for none.
        checks: Each with its name for people.
        opinion: How likely a second reader would mark it as stated there.
    """

    statement: str
    work: str
    title: str
    version: str
    availability: str
    claim: str
    checks: tuple[tuple[str, Check], ...]
    opinion: Opinion


def ids_of(name: str) -> Ids:
    """The ids that a name like ``arxiv:2005.13013v2``, ``doi:10.…``, ``acl:2020.aacl-main.56`` or an address has.

    Raises:
        InputError: If it is none of these.
    """
    sort, colon, rest = name.partition(":")
    bare = rest if colon and sort.lower() in ("arxiv", "doi", "acl") else name
    arxiv, version = identifiers.arxiv_in(f"arXiv:{bare}" if sort.lower() == "arxiv" else bare)
    ids = Ids(doi=identifiers.doi_in(bare), arxiv=arxiv, version=version, acl=identifiers.acl_in(bare))
    if not (ids.doi or ids.arxiv or ids.acl):
        allowed = ("arxiv:2005.13013v2", "doi:10.18653/v1/2020.aacl-main.56", "acl:2020.aacl-main.56")
        raise InputError("This names no paper.", field="--source", value=name, allowed=allowed)
    return identifiers.completed(ids)


def find(ids: Ids, works: Sequence[Work]) -> Work | None:
    """The work with one of these ids; None where there is none."""
    for work in works:
        known = [identifiers.completed(record.ids) for record in work.records]
        for sort in ("doi", "arxiv", "acl"):
            wanted = getattr(ids, sort).lower()
            if wanted and wanted in {getattr(one, sort).lower() for one in known}:
                return work
    return None


def text_of(work: Work, version: str, corpus: Sequence[Path], copies: Client | None = None) -> Text:
    """The text of the version of a work that is named, or of its preferred one.

    Args:
        work: With all its versions.
        version: Of the arXiv paper; "" for none.
        corpus: Files and folders of one's own.
        copies: Asks for open copies, or a cassette in their place; None for none.

    Raises:
        StoreError: If the cassette cannot be used.
    """
    label = f"arXiv {version}" if version else work.preferred
    if label == work.preferred:
        return reading.read(work, corpus, copies)
    on_shelf = shelf.read(work, copies, label) if copies else shelf.Found(None)
    if on_shelf.text is not None:
        return replace(on_shelf.text, dropped=(*on_shelf.failed, *on_shelf.text.dropped))
    known = next((one for one in work.versions if one.label == label and one.abstract), None)
    if known is None:
        return reading.read(work, corpus, copies)
    return reading.abstract(work.id, known.label, known.abstract, on_shelf.failed)


def check(
    said: str, work: Work, text: Text, claims: Sequence[Claim], reruns: Sequence[Rerun], entails: Entails | None = None
) -> CheckedStatement:
    """Check a statement against one text of a work; without a model of entailment that check is not run."""
    finding = extract.statement(said, work.id, text.version)
    claim = claim_of(finding, work, claims)
    found = quoted(said, [text])
    checks = (
        ("quoted", found),
        ("entailed", entailed(said, [text], entails)),
        ("wording", worded(said, [text])),
        ("numbers", consistent(said, [text])),
        ("stands", retracted(work, found.evidence[0] if found.evidence else None)),
        ("re-run", rerun(claim, reruns)),
    )
    opinion = confidence.packaged()(confidence.features(said, [text]))
    title = next((record.title for record in work.records if titles.key(record.title)), work.id)
    return CheckedStatement(said, work.id, title, text.version, text.read, claim.id if claim else "", checks, opinion)
