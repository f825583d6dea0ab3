"""Which reader a file needs, told from its first bytes rather than from its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from xstilts.errors import InputError
from xstilts.literature.full_text import html, latex, pdf, prose
from xstilts.literature.full_text.limits import read_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from xstilts.literature.full_text.draft import Draft
    from xstilts.literature.text import Text

SUFFIXES = (".pdf", ".html", ".htm", ".xhtml", ".tex", ".tar", ".tar.gz", ".tgz", ".zip", ".gz", ".txt", ".md")
"""Names of files that may hold a paper's text."""


def kind_of(data: bytes) -> Literal["pdf", "latex", "page", "json", "text"]:
    """What bytes are, by how they begin."""
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"%pdf-" in start[:1024]:
        return "pdf"
    if start.startswith((b"\x1f\x8b", b"pk\x03\x04")) or data[257:262] == b"ustar" or rb"\documentclass" in data:
        return "latex"
    if start.startswith((b"<!doctype html", b"<html", b"<!--", b"<?xml")) or b"<body" in start:
        return "page"
    return "json" if start.startswith((b"{", b"[")) and b'":' in start else "text"


def draft_of(data: bytes, field: str) -> Draft:
    """Read a paper: PDF, web page, LaTeX source (one file or an archive) or plain text.

    Args:
        data: Its bytes, as a disk or a server gave them.
        field: Where they are from, for messages.

    Raises:
        InputError: If they are broken, locked, too large, or no text.
    """
    kind = kind_of(data)
    if kind == "json":
        raise InputError("This is JSON, not a paper.", field=field)
    return {"pdf": pdf.read, "latex": latex.read, "page": html.read, "text": prose.read}[kind](data, field)


def read(path: Path, work: str, version: str, abstract: str = "") -> Text:
    """The text of a file; ``abstract`` stands first if none is found in it.

    Raises:
        InputError: As :func:`draft_of`, or if the file cannot be opened or is too large to be read.
    """
    return draft_of(read_bytes(path), str(path)).text(work, version, abstract)
