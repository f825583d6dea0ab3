"""Where the open copies of a work lie: arXiv's page, source and PDF, the Anthology's PDF, PDFs that databases name.

A copy is of one version. An address at arXiv or in the Anthology is of the version that it names, whichever record has
it; any other address is of the version that its record describes.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote, urlsplit

from xstilts.literature import identifiers
from xstilts.literature.call import Call, Service
from xstilts.literature.databases.arxiv import PAPERS
from xstilts.literature.versions import reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xstilts.literature.record import Record
    from xstilts.literature.work import Work

Form = Literal["page", "source", "pdf"]

INTERVAL = 3.0
"""Seconds between two questions to any host; arXiv's terms ask for them, and others get no less."""
_ANTHOLOGY = "aclanthology.org"
_HELD = "copies."
_AS_IS = string.punctuation.replace("#", "")
_ANSWERS = frozenset({200, 401, 403, 404, 410, 451})
"""What is stored as it is: there is no copy, or none for us. Other statuses may pass."""
_ARXIV_HOST = re.compile(r"(?:www\.|export\.)?arxiv\.org")
_ANTHOLOGY_HOST = re.compile(r"(?:www\.)?(?:aclanthology\.(?:org|info)|aclweb\.org)")
_RESOLVER = re.compile(r"(?:dx\.|www\.)?doi\.org")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})")
_AT_HOME = re.compile(r".*\.(?:local|localhost|localdomain|internal|intranet|lan|home|corp|private|arpa|test|onion)")
_ARXIV_ID = re.compile(r"\d{4}\.\d{4,5}|[a-z-]{2,20}(?:\.[A-Z]{2})?/\d{7}")
_ERRATUM = "acl erratum "
"""Such a version is a page or two that correct the paper, not the paper."""
_LONGEST = 2000
"""Characters of an address."""


@dataclass(frozen=True)
class Copy:
    """A place where a version of a work may be read.

    Attributes:
        version: Its label.
        form: What should come from there.
        name: For people: ``arXiv HTML v2``.
        call: Asks for it.
    """

    version: str
    form: Form
    name: str
    call: Call


def copies_of(work: Work, version: str = "") -> tuple[Copy, ...]:
    """The open copies of a work, in the order in which they are tried.

    Args:
        work: With all its versions.
        version: Label of the one that is wanted. "": the preferred one, then the newest other one of each owner (arXiv,
            the Anthology, a publisher), since a whole text of another version says more than an abstract.
    """
    labels = [work.preferred, *(one.label for one in reversed(work.versions)), *_named(work)]
    newest: dict[str, str] = {}
    for label in [version] if version else labels:
        if not label.startswith(_ERRATUM):
            newest.setdefault(label.partition(" ")[0], label)
    found: dict[str, Copy] = {}
    for copy in (copy for label in newest.values() for copy in _of_version(work, label)):
        found.setdefault(copy.call.sha256, copy)
    return tuple(found.values())


def chosen(works: Iterable[Work], most: int) -> dict[str, bool]:
    """Works that have open copies and no file of one's own, with whether each is among the first ``most`` of them."""
    open_ones = [work.id for work in works if not any(record.path for record in work.records) and copies_of(work)]
    return {name: place < most for place, name in enumerate(open_ones)}


def is_of_copies(service: str) -> bool:
    """Whether a service of this name holds papers, not records of them."""
    return service == PAPERS.name or service.startswith(_HELD)


def _of_version(work: Work, label: str) -> Iterator[Copy]:
    owner, _, rest = label.partition(" ")
    if owner == "arXiv":
        yield from _at_arxiv(next((name for name, _ in _arxiv_ids(work.records)), ""), rest)
    elif owner == "acl":
        yield from _in_anthology(label, next(_acl_ids(work.records), ""))
    else:
        described = {name for one in work.versions if one.label == label for name in one.records}
        for record in work.records:
            if reference(record) in described:
                yield from _elsewhere(label, record.open_copy)


def _named(work: Work) -> Iterator[str]:
    """Versions that ids and addresses name, though no record describes them."""
    yield from (f"arXiv {version}".rstrip() for _, version in _arxiv_ids(work.records))
    yield from (f"acl {acl}" for acl in _acl_ids(work.records))


def _arxiv_ids(records: Sequence[Record]) -> Iterator[tuple[str, str]]:
    for record in records:
        ids = identifiers.completed(record.ids)
        if _ARXIV_ID.fullmatch(ids.arxiv):
            yield ids.arxiv, ids.version
        elif _ARXIV_HOST.fullmatch(_host(record.open_copy)):
            found = identifiers.arxiv_in(record.open_copy)
            yield from [found] if found[0] else []


def _acl_ids(records: Sequence[Record]) -> Iterator[str]:
    """Ids in the Anthology, without the mark of an earlier text that an address may have (``…56v1.pdf``)."""
    for record in records:
        acl = identifiers.acl_in(identifiers.completed(record.ids).acl)
        if not acl and _ANTHOLOGY_HOST.fullmatch(_host(record.open_copy)):
            acl = identifiers.acl_in(record.open_copy)
        yield from [acl] if acl else []


def _at_arxiv(arxiv: str, version: str) -> Iterator[Copy]:
    if not arxiv or not re.fullmatch(r"(?:v\d{1,3})?", version):
        return
    ways: tuple[tuple[str, Form, str], ...] = (
        ("html", "page", "arXiv HTML"), ("e-print", "source", "arXiv source"), ("pdf", "pdf", "arXiv PDF"),
    )  # fmt: skip
    for folder, form, name in ways:
        call = Call(PAPERS, f"/{folder}/{arxiv}{version}", accepts=_ANSWERS)
        yield Copy(f"arXiv {version}".rstrip(), form, f"{name} {version}".rstrip(), call)


def _in_anthology(label: str, acl: str) -> Iterator[Copy]:
    """The newest text of a paper of the Anthology, which has the address without a mark."""
    if acl:
        yield Copy(label, "pdf", "PDF of the ACL Anthology", _call(_ANTHOLOGY, f"/{acl}.pdf"))


def _elsewhere(label: str, address: str) -> Iterator[Copy]:
    """A PDF at any other host that a stranger may be sent to; a resolver of DOIs leads elsewhere and holds none."""
    host = _host(address)
    if not host or any(kind.fullmatch(host) for kind in (_ARXIV_HOST, _ANTHOLOGY_HOST, _RESOLVER)):
        return
    parts = urlsplit(address)
    path = quote(parts.path or "/", safe=_AS_IS) + (f"?{quote(parts.query, safe=_AS_IS)}" if parts.query else "")
    yield Copy(label, "pdf", f"PDF at {host}", _call(host, path))


def _call(host: str, path: str) -> Call:
    """Over a line that nobody can read along, whatever the address says."""
    return Call(Service(_HELD + host, f"https://{host}", INTERVAL), path, accepts=_ANSWERS)


def _host(address: str) -> str:
    """The host of an address; "" where it is none on the open net: a number, a name of a local net, a door of its own.

    Records are written by strangers: they must not send anybody into their own network.
    """
    try:
        parts = urlsplit(address)
        host, own_door = (parts.hostname or "").rstrip("."), parts.port not in (None, 80, 443)
    except ValueError:
        return ""
    known = parts.scheme in ("http", "https") and len(address) <= _LONGEST and len(host) <= 253
    if not known or own_door or "@" in parts.netloc or not _HOST.fullmatch(host) or _AT_HOME.fullmatch(host):
        return ""
    return host
