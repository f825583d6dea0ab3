"""Where the sentences of a text lie, in any script and without knowing the language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_END = re.compile(r"[.?!](?=\s)|[。？！؟।\n]")


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends (code points), in order, without the white space around it.

    A text is cut after end marks; full stop, question mark and exclamation mark of the Latin script end a sentence only
    before white space. Abbreviations are cut too.
    """
    start = 0
    for end in [*(match.end() for match in _END.finditer(text)), len(text)]:
        piece = text[start:end]
        if piece.strip():
            yield start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
        start = end


def split_sentences(text: str) -> Iterator[str]:
    """The sentences of a text."""
    for start, end in sentence_spans(text):
        yield text[start:end]


def sentence_at(text: str, place: int) -> str:
    """The sentence that a place (code point) lies in; between two, the one that follows; after the last, the last."""
    found = ""
    for start, end in sentence_spans(text):
        found = text[start:end]
        if place < end:
            break
    return found
