"""What separates words, and what nobody sees: spaces, and characters without ink."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile("[ \t]+")
_INKLESS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {chr(code) for code in range(0xFE00, 0xFE10)}
"""Letters, marks and symbols that show nothing: fillers, an empty braille cell, joiners, variation selectors."""


def spaced_words(text: str) -> list[str]:
    """Words that are separated by spaces (U+0020) and tabs.

    Other white space belongs to the words: a no-break space holds ``10 000`` together, and in files with a sentence a
    line and its tags beside, U+3000 or U+2009 can be a token.
    """
    return [word for word in _SPACES.split(text) if word]


def is_blank(text: str) -> bool:
    """Whether there is nothing to see in a text: it is empty, white space, control or format characters alone."""
    return not any(map(_is_seen, text))


def _is_seen(letter: str) -> bool:
    if letter.isalnum():
        return letter not in _INKLESS
    return unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp", "Zs") and letter not in _INKLESS
