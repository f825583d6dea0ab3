"""JSONL: one paper on a line, as this package writes records, or with the names that such files usually have."""

from __future__ import annotations

from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from xstilts.errors import InputError
from xstilts.literature.full_text.limits import decoded
from xstilts.literature.readers.lists import json_of
from xstilts.literature.readers.making import Said, record, renamed
from xstilts.literature.record import Record, Revision

_OWN = TypeAdapter(Record)
_LONGEST_LINE = 5_000_000


def jsonl(data: bytes, name: str) -> list[Record]:
    """The papers of a JSONL file.

    A line has ``title`` and, where known, ``abstract``, ``authors`` (names, or objects with ``name``), ``year``,
    ``venue``, ``doi``, ``acl_id``, ``arxiv_id``, ``version``, ``url``, ``licence``, ``revisions`` and ``retracted``; or
    it is a record as this package writes it, and is then taken as it is.

    Raises:
        InputError: If a line is no JSON object with a title; the message names it.
    """
    found = []
    for number, line in enumerate(decoded(data).split("\n"), start=1):
        if line.strip():
            where = f"{name}:{number}"
            if len(line) > _LONGEST_LINE:
                raise InputError("This line is too long for one paper.", field=where)
            row = json_of(line.encode(), where)
            if not isinstance(row, dict) or not isinstance(row.get("title"), str) or not row["title"].strip():
                raise InputError("This line is no paper.", field=where, allowed=['a JSON object with a "title"'])
            found.append(_own(row, where) if {"source", "source_id", "ids"} <= row.keys() else _told(row, where, line))
    return renamed(found)


def _own(row: dict[str, object], where: str) -> Record:
    try:
        return _OWN.validate_python(row)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise InputError(f"{place}: {first['msg']}.", field=where, value=first["input"]) from None


def _told(row: dict[str, object], where: str, line: str) -> Record:
    def text(*keys: str) -> str:
        return next((str(row[key]) for key in keys if isinstance(row.get(key), str | int) and row[key]), "")

    arxiv, version = text("arxiv_id", "arxiv"), text("version")
    if arxiv and version.isdecimal():
        version = f"v{version}"
    told = Said(
        title=text("title"),
        authors=_people(row.get("authors")),
        abstract=text("abstract"),
        date=text("year", "published", "submitted", "date"),
        venue=text("venue", "journal", "booktitle"),
        doi=text("doi", "DOI"),
        arxiv=f"arXiv:{arxiv}{version if version.startswith('v') else ''}" if arxiv else "",
        acl=text("acl_id", "acl"),
        pmid=text("pmid"),
        url=text("url"),
        licence=text("licence", "license"),
    )
    name = text("id", "paperId")
    made = record(name if len(name) > 4 else where, told, line.encode())
    revisions = _revisions(row.get("revisions"))
    return replace(made, revisions=revisions, retracted=made.retracted or _withdrawn(row.get("retracted"), revisions))


def _people(authors: object) -> tuple[str, ...]:
    if isinstance(authors, str):
        return tuple(name.strip() for name in authors.replace(" and ", ";").split(";") if name.strip())
    names = authors if isinstance(authors, list) else []
    return tuple(str(one.get("name") or "") if isinstance(one, dict) else str(one) for one in names)


def _revisions(told: object) -> tuple[Revision, ...]:
    """Texts after the first, which is the paper itself."""
    rows = [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []
    return tuple(
        Revision(
            str(row.get("label") or f"revision {row.get('version')}"),
            str(row.get("date") or ""),
            str(row.get("note") or ""),
        )
        for row in rows
        if str(row.get("version")) != "1"
    )


def _withdrawn(told: object, revisions: tuple[Revision, ...]) -> str:
    if not told:
        return ""
    notes = [one.note for one in revisions if "retract" in one.note.lower() or "withdraw" in one.note.lower()]
    return told if isinstance(told, str) else (notes or ["marked as retracted"])[-1]
