"""Which romanisation a language has."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from xstilts.noise.romanisation import alphabets, indic, syllables
from xstilts.noise.scripts import script_of

Romanise: TypeAlias = Callable[[str, int], str | None]
"""``(word, style) -> word in Latin letters``; None where the word has a letter that is not known."""

STYLES = 6
"""Styles that make all combinations of two and three ways to write a letter."""


def romaniser(language: str) -> Romanise | None:
    """How words of a language are written in Latin letters; None where no table says it."""
    script = script_of(language)
    if alphabets.has(language):
        return lambda word, style: alphabets.romanised(word, language, style)
    if script in indic.BLOCKS:
        return lambda word, style: indic.romanised(word, script, language, style)
    return {"Hang": syllables.hangul, "Jpan": syllables.kana}.get(script)
