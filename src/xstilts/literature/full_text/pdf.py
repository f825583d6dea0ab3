"""PDF by pypdf (extra ``evidence``): text of pages, headings by their look; no tables. Hidden text is left out."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

from xstilts.errors import InputError
from xstilts.literature.full_text import prose
from xstilts.literature.full_text.draft import Draft

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdf import PageObject, PdfReader

MOST_PAGES = 200
_MOST_ON_PAGE = 100_000
_SHOWS = (b"Tj", b"TJ", b"'", b'"')
_TINY, _PALE = 2.0, 0.94
_HINT = "Give the paper's web page or LaTeX source instead, or an unlocked copy."


def read(data: bytes, field: str) -> Draft:
    """Read the text of a PDF's pages.

    Args:
        data: Its bytes.
        field: Where they are from, for messages.

    Raises:
        InputError: If pypdf is not installed, or the file is no PDF, locked, broken, or without text.
    """
    if b"%PDF-" not in data[:1024]:
        raise InputError("This is no PDF.", field=field)
    draft = Draft()
    lines: list[str] = []
    for number, page in enumerate(_pages(data, field), start=1):
        if number > MOST_PAGES:
            draft.note(f"pages after the first {MOST_PAGES}")
            break
        lines += _lines(page, number, draft)
    named = any(prose.is_heading(line.strip()) and "abstract" in line.casefold() for line in lines)
    if named:
        draft.note("what stands before the abstract")
    draft.note("tables: a PDF does not say what its cells are")
    prose.add(draft, lines, front=not named)
    if draft.is_empty():
        raise InputError("The PDF holds no text; its pages may be pictures.", field=field, hint=_HINT)
    return draft


def opened(data: bytes, field: str) -> PdfReader:
    """The PDF as pypdf reads it; one that only says who may print it is opened.

    Raises:
        InputError: As :func:`read`.
    """
    try:
        import pypdf
    except ImportError:
        raise InputError("PDFs are read by pypdf, which is not installed.", field=field,
                         hint="pip install 'xstilts[evidence]'") from None  # fmt: skip
    logging.getLogger("pypdf").addHandler(logging.NullHandler())  # what it grumbles about is told in words of ours
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        locked = reader.is_encrypted and not reader.decrypt("")
    except Exception as error:  # a broken file makes pypdf fail in every way there is
        raise _broken(error, field) from None
    if locked:
        raise InputError("The PDF is locked with a password.", field=field, hint=_HINT)
    return reader


def _broken(error: Exception, field: str) -> InputError:
    return InputError(f"The PDF cannot be read: {str(error) or type(error).__name__}.", field=field, hint=_HINT)


def _pages(data: bytes, field: str) -> Iterator[PageObject]:
    reader = opened(data, field)
    try:
        yield from reader.pages
    except InputError:
        raise
    except Exception as error:
        raise _broken(error, field) from None


def _lines(page: PageObject, number: int, draft: Draft) -> list[str]:
    try:
        _without_hidden(page, draft)
        text = str(page.extract_text())
    except Exception:  # a page is left out where the rest can be read
        draft.note(f"page {number}, which cannot be read")
        return []
    if len(text) > _MOST_ON_PAGE:
        draft.note(f"page {number} after {_MOST_ON_PAGE:,} characters")
    return text[:_MOST_ON_PAGE].splitlines()


def _without_hidden(page: PageObject, draft: Draft) -> None:
    """Take the operators out of a page that show what nobody sees: invisible, white or tiny text."""
    from pypdf.generic import NameObject

    content = page.get_contents()
    if content is None:
        return
    ink = _Ink()
    shown = [(step, ink.take(*step)) for step in content.operations]
    reasons = {why for (_, operator), why in shown if operator in _SHOWS}
    if reasons == {"invisible"}:  # a scanned page: its text lies unseen over its picture
        draft.note("pictures of pages, whose text a machine has recognised, perhaps not as printed")
        return
    for (operands, operator), why in shown:
        if why and operator in _SHOWS:
            draft.hidden(why, "x" * _length(operands))
    if reasons - {""}:
        content.operations = [step for step, why in shown if not (why and step[1] in _SHOWS)]
        page[NameObject("/Contents")] = content


def _length(operands: list[object]) -> int:
    last = operands[-1] if operands else ""
    parts = last if isinstance(last, list) else [last]
    return max(1, sum(len(part) for part in parts if isinstance(part, str | bytes)))


class _Ink:
    """How text is shown now: its fill, mode and size, with what a page saves and restores."""

    def __init__(self) -> None:
        self._now: dict[str, float] = {"white": 0.0, "mode": 0.0, "size": 12.0, "scale": 1.0, "page": 1.0}
        self._saved: list[dict[str, float]] = []

    def take(self, operands: list[object], operator: bytes) -> str:
        """Follow one operator; why text that is shown now is not seen, "" if it is."""
        numbers = [float(one) for one in operands if isinstance(one, int | float)]
        if operator == b"q" and len(self._saved) < 100:
            self._saved.append(dict(self._now))
        elif operator == b"Q" and self._saved:
            self._now = self._saved.pop()
        elif operator in (b"g", b"rg", b"k", b"sc", b"scn"):
            self._now["white"] = float(_is_white(operator, numbers))
        elif operator == b"Tr" and numbers:
            self._now["mode"] = numbers[0]
        elif operator == b"Tf" and numbers:
            self._now["size"] = abs(numbers[-1])
        elif operator == b"BT":
            self._now["scale"] = 1.0
        elif operator in (b"Tm", b"cm") and len(numbers) == 6:
            size = max(abs(numbers[2]), abs(numbers[3]))
            self._now["scale" if operator == b"Tm" else "page"] = size * (
                1.0 if operator == b"Tm" else self._now["page"]
            )
        return self._why()

    def _why(self) -> str:
        if self._now["mode"] == 3:
            return "invisible"
        if self._now["white"]:
            return "white on white"
        return "tiny font" if self._now["size"] * self._now["scale"] * self._now["page"] < _TINY else ""


def _is_white(operator: bytes, numbers: list[float]) -> bool:
    if operator == b"k" or (operator in (b"sc", b"scn") and len(numbers) == 4):
        return len(numbers) == 4 and max(numbers) < 1 - _PALE
    gray = operator == b"g" and len(numbers) == 1  # one number of another space may be the amount of ink
    return (gray or len(numbers) == 3) and min(numbers) >= _PALE
