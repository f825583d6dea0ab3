"""Lists of references: BibTeX, RIS and CSL-JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from xstilts.disk import parsed
from xstilts.errors import InputError
from xstilts.literature import bibtex
from xstilts.literature.full_text.limits import decoded
from xstilts.literature.readers.making import Said, record, renamed

if TYPE_CHECKING:
    from xstilts.literature.record import Record

_TAG = regex.compile(r"(?P<tag>[A-Z][A-Z0-9])  ?-(?: (?P<value>.*))?$")
_AUTHORS = ("AU", "A1")


def bib(data: bytes, name: str) -> list[Record]:
    """The entries of a BibTeX file."""
    return renamed([record for _, record in bib_entries(data, name)])


def bib_entries(data: bytes, name: str) -> list[tuple[str, Record]]:
    """The entries of a BibTeX file with their keys."""
    source = decoded(data)
    return [(entry.key, _of_entry(entry, source, name)) for entry in bibtex.parse(source) if entry.fields]


def _of_entry(entry: bibtex.Entry, source: str, name: str) -> Record:
    eprint = entry.text("eprint")
    preprint = eprint if "arxiv" in entry.text("archiveprefix", "eprinttype").lower() or not eprint else ""
    said = Said(
        title=entry.text("title"),
        authors=entry.people(),
        abstract=entry.text("abstract"),
        date=entry.text("year", "date"),
        venue=entry.text("booktitle", "journal", "journaltitle", "howpublished", "school"),
        doi=entry.text("doi"),
        arxiv=preprint or entry.text("arxivid") or _arxiv_in(entry),
        url=entry.text("url", "ee"),
    )
    return record(f"{name}:{entry.key or entry.line}", said, source[entry.start : entry.end].encode())


def _arxiv_in(entry: bibtex.Entry) -> str:
    """``arXiv preprint arXiv:2005.13013`` and the like, which many write for a journal."""
    told = " ".join(entry.text(name) for name in ("journal", "note", "howpublished", "volume", "number"))
    return told if "arxiv" in told.lower() else ""


def ris(data: bytes, name: str) -> list[Record]:
    """The references of an RIS file; one that is not ended ends with the next, or with the file."""
    found: list[dict[str, list[str]]] = []
    last: list[str] | None = None
    for line in decoded(data).splitlines():
        tag = _TAG.match(line.rstrip())
        if tag is None:
            if last and line.strip():  # the value goes on
                last[-1] += f" {line.strip()}"
            continue
        if tag["tag"] == "TY":
            found.append({})
        elif found and tag["tag"] != "ER":
            last = found[-1].setdefault(tag["tag"], [])
            last.append((tag["value"] or "").strip())
            continue
        last = None
    return renamed([_of_ris(fields, number, name) for number, fields in enumerate(found, start=1) if fields])


def _of_ris(fields: dict[str, list[str]], number: int, name: str) -> Record:
    def first(*tags: str) -> str:
        return next((value for tag in tags for value in fields.get(tag, ()) if value), "")

    said = Said(
        title=first("TI", "T1", "CT", "BT"),
        authors=tuple(_turned(person) for tag in _AUTHORS for person in fields.get(tag, ())),
        abstract=first("AB", "N2"),
        date=first("PY", "Y1", "DA"),
        venue=first("T2", "JO", "JF", "JA"),
        doi=first("DO", "M3"),
        arxiv=next((value for value in fields.get("UR", []) + fields.get("AN", []) if "arxiv" in value.lower()), ""),
        pmid=first("AN") if "pubmed" in first("DB", "DP").lower() else "",
        url=first("UR", "L2", "LK"),
    )
    return record(f"{name}:{first('ID') or number}", said, repr(fields).encode())


def _turned(person: str) -> str:
    """``Family, Given, Jr.`` as ``Given Family Jr.``."""
    family, comma, rest = person.partition(",")
    given, _, suffix = rest.partition(",")
    return " ".join(f"{given} {family} {suffix}".split()) if comma else person


def csl_json(data: bytes, name: str) -> list[Record]:
    """The items of a CSL-JSON file: a list, one item, or ``{"items": […]}``.

    Raises:
        InputError: If it is no JSON (a web page, cut off in the middle), or no items.
    """
    told = json_of(data, name)
    items = told.get("items", [told]) if isinstance(told, dict) else told
    if not isinstance(items, list) or not all(isinstance(item, dict) and item.get("title") for item in items):
        raise InputError("This JSON is no list of references in CSL-JSON.", field=name,
                         allowed=['a list of objects with "title", "author", "issued"'])  # fmt: skip
    return renamed([_of_csl(item, number, name) for number, item in enumerate(items, start=1)])


def json_of(data: bytes, name: str) -> object:
    """The JSON in bytes.

    Raises:
        InputError: If it is none; a web page that came in its place is called so.
    """
    if data.lstrip()[:1] == b"<":
        raise InputError("This is a web page or XML where JSON is wanted.", field=name)
    try:
        return parsed(data)
    except ValueError as error:
        raise InputError(f"This is no JSON: {error}.", field=name) from None


def _of_csl(item: dict[str, object], number: int, name: str) -> Record:
    def text(*keys: str) -> str:
        return next((str(item[key]) for key in keys if isinstance(item.get(key), str | int) and item[key]), "")

    people = item.get("author")
    said = Said(
        title=text("title"),
        authors=tuple(_csl_person(one) for one in people if isinstance(one, dict)) if isinstance(people, list) else (),
        abstract=text("abstract"),
        date=_csl_date(item.get("issued")),
        venue=text("container-title", "event-title", "publisher"),
        doi=text("DOI"),
        arxiv=next(
            (one for one in (text("note"), text("number"), text("archive_location")) if "arxiv" in one.lower()), ""
        ),
        pmid=text("PMID"),
        url=text("URL"),
    )
    return record(f"{name}:{text('id', 'citation-key') or number}", said, repr(item).encode())


def _csl_person(one: dict[str, object]) -> str:
    names = (one.get(key) for key in ("given", "non-dropping-particle", "family", "suffix"))
    return " ".join(str(name) for name in names if name) or str(one.get("literal") or "")


def _csl_date(issued: object) -> str:
    if isinstance(issued, dict):
        return " ".join(str(issued.get(key) or "") for key in ("date-parts", "raw", "literal"))
    return str(issued or "")
