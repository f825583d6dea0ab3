"""Volumes of the ACL Anthology as its repository keeps them (``data/xml/*.xml``)."""

from __future__ import annotations

import hashlib
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from xstilts.errors import InputError
from xstilts.literature import identifiers
from xstilts.literature.readers.making import year_in
from xstilts.literature.record import Ids, Record, Revision
from xstilts.literature.titles import without_markup

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_ADDRESS = "https://aclanthology.org/"
_LICENCES = {True: "CC BY 4.0", False: "CC BY-NC-SA 3.0"}
_OPEN_FROM = 2016
_PUBLISHERS = ("association for computational linguistics", "association for computational linguistic")


def volume(data: bytes, name: str) -> list[Record]:
    """The papers of all volumes in one file of the Anthology, without front matter.

    Title and abstract lose their markup. Revisions and errata are told with the Anthology's numbers and notes; a paper
    that was retracted or removed says why. The licence is the Anthology's for volumes of the ACL, else "".

    Raises:
        InputError: If it is no such file, or declares entities.
    """
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", data):
        raise InputError("This XML declares entities, which files of the Anthology do not.", field=name)
    try:
        root = ET.fromstring(data)  # noqa: S314  # no entities, and the size is bounded
    except (ET.ParseError, ValueError, LookupError) as error:
        raise InputError(f"This is no XML: {error}.", field=name) from None
    if root.tag != "collection" or not root.get("id"):
        raise InputError("This XML is no volume of the ACL Anthology.", field=name, allowed=["<collection id=…>"])
    return [
        _record(paper, part.find("meta"), _paper_id(str(root.get("id")), str(part.get("id")), paper))
        for part in root.iter("volume")
        for paper in part.iter("paper")
    ]


def _paper_id(collection: str, volume_id: str, paper: Element) -> str:
    """``2020.aacl-main.56``; in the old form the volume and the paper share digits: ``P19-1439``, ``W19-4226``."""
    number = paper.get("id", "")
    if collection[:1].isdigit():
        return f"{collection}-{volume_id}.{number}"
    wide = 2 if collection[0] == "W" or (collection == "D19" and int(volume_id or 0) >= 50) else 1
    return f"{collection}-{volume_id.zfill(wide)}{number.zfill(4 - wide)}"


def _text(element: Element | None) -> str:
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def _name(author: Element) -> str:
    return " ".join(filter(None, (_text(author.find(part)) for part in ("first", "last"))))


def _record(paper: Element, meta: Element | None, acl: str) -> Record:
    inside = meta if meta is not None else paper
    url = _text(paper.find("url"))
    acl = url if url and identifiers.acl_in(url) == url else acl
    year = year_in(_text(inside.find("year")))
    ours = _text(inside.find("publisher")).lower() in _PUBLISHERS
    return Record(
        source="acl_anthology",
        source_id=acl,
        title=without_markup(_text(paper.find("title"))),
        abstract=_text(paper.find("abstract")),
        authors=tuple(filter(None, map(_name, paper.findall("author")))),
        year=year,
        venue=_text(inside.find("booktitle")),
        url=f"{_ADDRESS}{acl}/",
        ids=Ids(doi=identifiers.doi_in(_text(paper.find("doi"))), acl=acl),
        licence=_LICENCES[(year or 0) >= _OPEN_FROM] if ours else "",
        retracted=_withdrawn(paper),
        revisions=tuple(_revisions(paper)),
        open_copy=url if url.startswith("http") else f"{_ADDRESS}{acl}.pdf",
        raw_sha256=hashlib.sha256(ET.tostring(paper)).hexdigest(),
    )


def _withdrawn(paper: Element) -> str:
    for tag in ("retracted", "removed"):
        found = paper.find(tag)
        if found is not None:
            return _text(found) or tag
    return ""


def _revisions(paper: Element) -> Iterator[Revision]:
    """Texts after the first: revision 1 is the paper itself."""
    for revision in paper.findall("revision"):
        if revision.get("id") != "1":
            yield Revision(f"revision {revision.get('id')}", revision.get("date", ""), _text(revision))
    for erratum in paper.findall("erratum"):
        yield Revision(f"erratum {erratum.get('id')}", erratum.get("date", ""), _text(erratum))
