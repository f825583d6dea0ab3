"""A paper's own file as a record: title, authors and ids as its page, source, PDF or first lines say them."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import regex

from xstilts.errors import InputError
from xstilts.literature import identifiers
from xstilts.literature.full_text import pdf
from xstilts.literature.full_text.draft import ABSTRACT
from xstilts.literature.full_text.files import draft_of, kind_of
from xstilts.literature.full_text.latex_files import sources
from xstilts.literature.full_text.limits import decoded
from xstilts.literature.latex_words import argument, printed
from xstilts.literature.readers.making import Said, record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xstilts.literature.record import Record

_STAMP = regex.compile(r"arxiv:\s?(\d{4}\.\d{4,5}(?:v\d+)?)", regex.IGNORECASE)
_FRONT = 6000
"""Characters from the beginning of a paper in which its own DOI or arXiv id is looked for."""


def paper(data: bytes, name: str) -> list[Record]:
    """The record of the paper in a file; its path is for the caller to add.

    Raises:
        InputError: If the file cannot be read as a paper.
    """
    text = draft_of(data, name).text("", "")
    abstract = next((text.body[part.start : part.end] for part in text.sections if part.title == ABSTRACT), "")
    said = replace(_said(data, name), abstract=abstract)
    if not said.title:
        said = replace(said, title=_first_line(text.body, name))
    return [record(name, said, data)]


def _said(data: bytes, name: str) -> Said:
    kind = kind_of(data)
    if kind == "pdf":
        return _of_pdf(data, name)
    if kind == "latex":
        return _of_latex(data, name)
    if kind == "page":
        return _of_page(data)
    front = decoded(data[: 4 * _FRONT])[:_FRONT]
    return Said(title=_first_line(front, name), arxiv=_stamp(front), doi=identifiers.doi_in(front[:1000]))


def _first_line(text: str, name: str) -> str:
    line = next((line.strip("# \t") for line in text.splitlines() if line.strip("# \t")), "")
    return line if 0 < len(line) <= 200 and not line.endswith(".") else name.rpartition("/")[2].rpartition(".")[0]


def _stamp(text: str) -> str:
    found = _STAMP.search(text)
    return f"arXiv:{found[1]}" if found else ""


def _of_pdf(data: bytes, name: str) -> Said:
    reader = pdf.opened(data, name)
    try:
        told: Mapping[str, object] = reader.metadata or {}
        front = str(reader.pages[0].extract_text())[:_FRONT]
        title, author = str(told.get("/Title") or ""), str(told.get("/Author") or "")
        date = str(told.get("/CreationDate") or "").removeprefix("D:")[:4]
    except Exception as error:  # a broken file makes pypdf fail in every way there is
        raise InputError(f"The PDF cannot be read: {str(error) or type(error).__name__}.", field=name) from None
    said = Said(title=title or _first_line(front, name), arxiv=_stamp(front), doi=identifiers.doi_in(front[:2000]))
    return replace(said, authors=tuple(part.strip() for part in regex.split(r";|\band\b|,", author)), date=date)


def _of_latex(data: bytes, name: str) -> Said:
    source = sources(data, name).joined()
    title, author = (
        regex.search(rf"\\{command}\s*(?:\[[^\]]*\]\s*)?(?=\{{)", source) for command in ("title", "author")
    )
    people = (
        regex.split(r"\\and(?![A-Za-z])|\\And(?![A-Za-z])|\\AND(?![A-Za-z])", argument(source, author.end())[0])
        if author
        else []
    )
    return Said(
        title=printed(argument(source, title.end())[0]) if title else "",
        authors=tuple(" ".join(printed(regex.split(r"\\\\|\\thanks|\\footnote|,", one)[0]).split()) for one in people),
    )


class _Head(HTMLParser):
    """What the head of a page says of its paper: ``citation_title`` and the like, which search engines read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.told: dict[str, list[str]] = {}
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "meta":
            self.told.setdefault(str(given.get("name")).lower(), []).append(given.get("content") or "")
        self._in_title = tag == "title"

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.told.setdefault("title", []).append(data)

    def first(self, *names: str) -> str:
        """The first value of these names."""
        return next((" ".join(self.told[name][0].split()) for name in names if self.told.get(name)), "")


def _of_page(data: bytes) -> Said:
    head = _Head()
    head.feed(decoded(data[:200_000]))
    names = head.told.get("citation_author", [])
    people = (" ".join(reversed([part.strip() for part in name.split(",", 1)])) for name in names)
    return Said(
        title=head.first("citation_title", "dc.title", "title"),
        authors=tuple(people),
        date=head.first("citation_publication_date", "citation_date", "dc.date"),
        venue=head.first("citation_conference_title", "citation_journal_title"),
        doi=head.first("citation_doi", "dc.identifier"),
        arxiv=f"arXiv:{found}" if (found := head.first("citation_arxiv_id")) else _stamp(decoded(data[:20_000])),
    )
