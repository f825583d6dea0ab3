"""The first open copy of a work that can be read, as a text; why each one before it cannot be is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xstilts.errors import InputError, MissingAnswerError, RunError, shortened
from xstilts.literature.bodies import Bounds
from xstilts.literature.client import Client
from xstilts.literature.copies.places import copies_of
from xstilts.literature.full_text import html, latex, pdf
from xstilts.literature.full_text.files import kind_of

if TYPE_CHECKING:
    from xstilts.literature.call import Call, Reply
    from xstilts.literature.cassette import Cassette
    from xstilts.literature.copies.places import Copy
    from xstilts.literature.full_text.draft import Draft
    from xstilts.literature.rules import Rules
    from xstilts.literature.text import Text
    from xstilts.literature.work import Work

BOUNDS = Bounds(packed=20 << 20, unpacked=40 << 20)
"""Of one copy. Sources with many pictures are larger; the PDF is then read."""
TRIES, PATIENCE = 2, 6
"""Failures in a row after which a copy is given up, for another one may do, and after which its host is left alone."""
_MOST_SAID = 300
_MADE_FROM_LATEX = b"ltx_"
"""What classes begin with in pages that LaTeXML made, as arXiv's are; other pages are no papers."""
_BROKEN_OFF = b"Conversion to HTML had a Fatal error"


@dataclass(frozen=True)
class Found:
    """What the open copies of a work gave.

    Attributes:
        text: Of the first copy that could be read; None where none could.
        failed: Why each copy before it could not.
    """

    text: Text | None
    failed: tuple[str, ...] = ()


def client(cassette: Cassette, rules: Rules) -> Client:
    """A client for papers: they are larger than records, and there are several copies of one."""
    return Client(cassette, replace(rules, bounds=BOUNDS, tries=min(TRIES, rules.tries), patience=PATIENCE))


def read(work: Work, asks: Client, version: str = "") -> Found:
    """Read the first open copy of a work that can be read.

    Nothing that a host or a paper does raises: the next copy is tried, and the reason told.

    Args:
        work: With all its versions.
        asks: The net, or a cassette in its place. Why a host gave nothing is stored too, so that a replay can tell.
        version: Label of the version that is wanted; "" for any, the preferred one first.

    Raises:
        StoreError: If the cassette cannot be used.
    """
    failed: list[str] = []
    for copy in copies_of(work, version):
        try:
            text = _text(copy, _answer(copy.call, asks), work)
        except (InputError, RunError) as error:
            failed.append(f"{copy.name}: {shortened(error.message, _MOST_SAID)}")
            continue
        return Found(text, tuple(failed))
    return Found(None, tuple(failed))


def _answer(call: Call, asks: Client) -> Reply:
    try:
        return asks.read(call, lambda reply: reply)
    except MissingAnswerError:
        why = asks.cassette.refusal(call)
        raise MissingAnswerError(why or "It was not fetched; --online does that.") from None
    except RunError as error:
        asks.cassette.refuse(call, error.message)
        raise


def _text(copy: Copy, reply: Reply, work: Work) -> Text:
    """The whole text in an answer.

    Raises:
        InputError: If it is no such copy, cannot be read, or holds no more than an abstract.
    """
    if reply.status != 200:
        said = {404: "There is none (HTTP 404).", 410: "It is gone (HTTP 410)."}
        raise InputError(said.get(reply.status, f"The host refuses it (HTTP {reply.status})."))
    draft, origin = _draft(copy, reply.body)
    abstract = next((one.abstract for one in work.versions if one.label == copy.version), "")
    text = draft.text(work.id, copy.version, abstract)
    if text.availability != "full text":
        raise InputError("It holds no more than an abstract.")
    return replace(text, origin=origin)


def _draft(copy: Copy, body: bytes) -> tuple[Draft, str]:
    """What was read, and what it was read from. What comes is told from its bytes, not from what was asked for."""
    kind = kind_of(body)
    if kind == "pdf" and copy.form != "page":
        return pdf.read(body, copy.name), "PDF"
    looks_like_page = body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    if copy.form == "page":
        if not looks_like_page or _MADE_FROM_LATEX not in body:
            raise InputError("What came is no page of a paper.")
        if _BROKEN_OFF in body:
            raise InputError("The page breaks off, for its maker failed.")
        return html.read(body, copy.name), copy.name
    if copy.form == "source" and kind in ("latex", "text") and not looks_like_page:
        return latex.read(body, copy.name), "LaTeX"
    came = "a web page" if looks_like_page or kind == "page" else "JSON" if kind == "json" else "something else"
    raise InputError(f"What came is {came}, not a {'PDF' if copy.form == 'pdf' else 'source'}.")
