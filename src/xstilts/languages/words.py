"""Where the words of a text lie, in any script and without knowing the language."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Letters of scripts that write no spaces between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""

_WORD = re.compile(rf"[{UNSPACED}]|[^\s{UNSPACED}]+")


def word_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each word begins and ends (code points), in order.

    A word is what stands between white space, without the punctuation and symbols around it; in scripts without spaces
    each letter is one.
    """
    for match in _WORD.finditer(text):
        start, end = match.span()
        while start < end and _is_mark(text[start]):
            start += 1
        while start < end and _is_mark(text[end - 1]):
            end -= 1
        if start < end:
            yield start, end


def _is_mark(letter: str) -> bool:
    return not letter.isalnum() and unicodedata.category(letter)[0] in "PS"
