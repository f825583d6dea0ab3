"""One reader per file format, never per data set; importing this package registers them all.

A new format is one new module here that registers a :class:`Format`, and one line below.
"""

from __future__ import annotations

from xstilts.sources.formats import (
    articles,
    ccgbank,
    ces_xml,
    delimited,
    json_files,
    keyed,
    lines,
    mentions,
    searches,
    tagged,
    word_lines,
)
from xstilts.sources.formats.base import FORMATS, Format, Option, Record

__all__ = [
    "FORMATS",
    "Format",
    "Option",
    "Record",
    "articles",
    "ccgbank",
    "ces_xml",
    "delimited",
    "json_files",
    "keyed",
    "lines",
    "mentions",
    "searches",
    "tagged",
    "word_lines",
]
