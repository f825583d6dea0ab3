"""Sentences with offsets: rules for the prose of papers (abbreviations, initials, decimals), no model.

spans("It gains 5.4 points (cf. Tab. 2). We ask why.")  →  [(0, 33), (34, 45)]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from xstilts.literature.text import Passage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xstilts.literature.text import Section, Table, Text

_SHORT = (
    "e.g i.e al cf vs viz resp approx ca fig figs eq eqs eqn sec secs sect tab tabs alg app appx ch chap thm def prop "
    "lem no nos vol pp p dr prof mr mrs ms st jr sr dept univ inc ltd jan feb mar apr jun jul aug sep sept oct nov dec "
    "w.r.t wrt a.k.a aka s.t i.i.d iid incl excl est max min avg ex ed eds proc conf int'l"
)
_LAST = "etc jr sr inc ltd i.i.d iid max min avg a.k.a ed p no"
_FIRST = (
    "We The This These Those That In Our It Its However To A An For As Finally Moreover Furthermore Here They There "
    "When While With By On At From If Based Using Experiments Results Additionally Specifically Thus Therefore Hence "
    "Although Despite Unlike Code"
)
_ABBREVIATIONS = frozenset(_SHORT.split())
_MAY_END = frozenset(_LAST.split())
"""Abbreviations that often end a sentence too: they do where a word that begins one follows."""
_STARTERS = frozenset(_FIRST.split())
_BREAK = regex.compile(r"\n\s*\n")
_END = regex.compile(r"(?:[.!?…]+|[。！？｡।॥؟۔])[\"'”’»)\]]*(?P<gap>\s+|(?<=[。！？｡][\"'”’»)\]]*)(?=\S)|$)")
_NEXT = regex.compile(r"[\"'“‘«(\[]*(?P<word>\p{L}[\p{L}\p{M}\p{N}'’-]*|\p{N}+)?")
_BEFORE = regex.compile(r"(?:^|[\s(\[\"'“‘/~–—-])(?P<word>(?:[\p{L}\p{M}'’]+\.)*[\p{L}\p{M}'’]+)$")


def spans(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Sentences of ``text[start:end]`` as offsets in ``text``, in order, without spaces at their ends.

    All that lies between them is white space. An empty line always ends a sentence.
    """
    stop = len(text) if end is None else end
    found: list[tuple[int, int]] = []
    at = start
    for broken in [*(match.span() for match in _BREAK.finditer(text, start, stop)), (stop, stop)]:
        found += _of_paragraph(text, at, broken[0])
        at = broken[1]
    return found


def _of_paragraph(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    at = start
    for match in _END.finditer(text, start, stop):
        if _ends(text, match, at, stop):
            yield from _trimmed(text, at, match.start("gap"))
            at = match.start("gap")
    yield from _trimmed(text, at, stop)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    if piece.strip():
        yield start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _ends(text: str, match: regex.Match[str], start: int, stop: int) -> bool:
    """Whether a sign that may end a sentence does."""
    if match.end() >= stop or match[0][0] in "。！？｡।॥؟۔":
        return True
    following = _NEXT.match(text, match.end(), stop)
    word = (following["word"] or "") if following else ""
    if word and word.islower() and not match[0].startswith(("!", "?")):
        return False
    if match[0][0] in "!?…":
        return not word.islower()
    before = _BEFORE.search(text, max(start, match.start() - 40), match.start())
    return (
        before is None
        or not match[0].startswith(".")
        or _word_ends(text[start : before.start("word")], before["word"], word)
    )


def _word_ends(earlier: str, last: str, following: str) -> bool:
    """Whether a full stop after the word ``last`` ends its sentence, given the word that follows."""
    starts = following in _STARTERS
    name = last.lower()
    if name in _ABBREVIATIONS:
        return name in _MAY_END and (starts or (name in ("no", "p", "ed") and not following.isdigit()))
    if len(last) == 1 and last.isupper():  # an initial, or the end of "Appendix A."
        return starts
    return starts if "." in last else True


def passages(text: Text) -> tuple[Passage, ...]:
    """The sentences of a text, section by section; captions of tables are among them, rows are not."""
    return tuple(
        Passage(text.work, text.version, section.title, start, end, text.body[start:end])
        for section in text.sections
        for begin, stop in _prose(section, text.tables)
        for start, end in spans(text.body, begin, stop)
    )


def _prose(section: Section, tables: tuple[Table, ...]) -> Iterator[tuple[int, int]]:
    """The parts of a section that are no rows of a table."""
    at = section.start
    for first, end in map(rows_span, tables):
        if section.start <= first < section.end:
            yield at, first
            at = end
    yield at, section.end


def rows_span(table: Table) -> tuple[int, int]:
    """Where the rows of a table stand in the body: each on a line, its cells apart by tabs, after the caption."""
    first = table.start + len(table.caption) + 1 if table.caption else table.start
    return first, first + sum(len(cell) + 1 for row in table.rows for cell in row) - bool(table.rows)


def cell_span(table: Table, row: int, column: int) -> tuple[int, int]:
    """Where a cell stands in the body, so that ``body[start:end]`` is its text.

    Args:
        table: Of the text.
        row: Counted from 0, headers included.
        column: Counted from 0.

    Raises:
        IndexError: If there is no such cell.
    """
    first, _ = rows_span(table)
    cells = [cell for line in table.rows[:row] for cell in line] + list(table.rows[row][:column])
    start = first + sum(len(cell) + 1 for cell in cells)
    return start, start + len(table.rows[row][column])
