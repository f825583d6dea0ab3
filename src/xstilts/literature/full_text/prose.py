"""Plain text, from a file or a PDF's pages: headings told from paragraphs, hyphens at line ends taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from xstilts.errors import InputError
from xstilts.literature.full_text.draft import Draft
from xstilts.literature.full_text.limits import decoded

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAMES = (
    "abstract|introduction|background|related works?|methods?|methodology|approach|experiments?|experimental setup|"
    "setup|data|datasets?|results?|results and discussion|analysis|discussion|conclusions?(?: and future work)?|"
    "limitations?|ethics statement|ethical considerations|acknowledge?ments?|references|bibliography|appendix"
)
_NUMBERED = regex.compile(
    r"(?:\d{1,2}|[A-H]\.|[A-H](?=\.\d))(?:\.\d{1,2}){0,3}\.?\s+\p{Lu}[\p{L}\p{N} ,:&'’()/-]{2,70}|#{1,6}\s+\S.{0,100}"
)
_NAMED = regex.compile(rf"(?:(?:\d{{1,2}}|[A-H])(?:\.\d{{1,2}}){{0,3}}\.?\s+)?(?:{_NAMES})\s*:?", regex.IGNORECASE)
_SPLIT_WORD = regex.compile(r"(?<=\p{Ll})[-\u2010\u00ad]\n\s*(?=\p{Ll})")


def read(data: bytes, field: str) -> Draft:
    """Read plain text, or Markdown as if it were.

    Raises:
        InputError: If it has no letters, or is no text.
    """
    if data[:4096].count(0) > 8 and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError("This is no text: it holds null bytes.", field=field)
    draft = Draft()
    add(draft, decoded(data).splitlines(), front=True)
    if draft.is_empty():
        raise InputError("The file holds no text.", field=field)
    return draft


def add(draft: Draft, lines: Iterable[str], *, front: bool) -> None:
    """Add lines to a draft: headings begin sections, empty lines end paragraphs.

    Args:
        draft: Is added to.
        lines: Without their ends.
        front: Whether what stands before the abstract is text of the paper.
    """
    paragraph: list[str] = []
    begun = front
    for line in [*(line.strip() for line in lines), ""]:
        heading = is_heading(line)
        if (heading or not line) and paragraph:
            if begun:
                draft.paragraph(joined(paragraph))
            paragraph = []
        if heading:
            begun = begun or "abstract" in line.casefold()
            draft.section(line.lstrip("# ").rstrip(": "))
        elif line:
            paragraph.append(line)


def is_heading(line: str) -> bool:
    """Whether a line is the heading of a section: a usual name, or a number and words that begin with a capital."""
    if len(line) > 100 or line.endswith((".", ",", ";")):
        return False
    return bool(_NAMED.fullmatch(line) or _NUMBERED.fullmatch(line))


def joined(lines: list[str]) -> str:
    """A paragraph of its lines, with words put together that a line end had split.

    ``multilin-``/``gual`` becomes ``multilingual``; a hyphen that belongs there (``cross-``/``lingual``) is lost too:
    the source does not tell the two apart.
    """
    return _SPLIT_WORD.sub("", "\n".join(lines))
