"""Noises of tests within words: a letter comes twice, or goes; not in the language ``xx``."""

from __future__ import annotations

from xstilts.noise import Edit, Noise, Undefined, Way
from xstilts.noise.clusters import around
from xstilts.noise.noise import Dictionary


def _twice(text: str, place: int, draw: float) -> Edit | None:
    del draw
    if not text or not text[place].isalnum():
        return None
    start, end = around(text, place)
    return Edit(end, end, text[start:end], 1)


def _away(text: str, place: int, draw: float) -> Edit | None:
    del draw
    if not text or text[place].isspace():
        return None
    return Edit(*around(text, place), "", 1)


def _spoken(way: Way, language: str, dictionary: Dictionary) -> Way | Undefined:
    del dictionary
    return Undefined("it has no letters") if language == "xx" else way


DOUBLED = Noise("letters-twice", "letters come twice", "tests", lambda *said: _spoken(Way(_twice), *said))
AWAY = Noise("letters-away", "letters go", "tests", lambda *said: _spoken(Way(_away), *said))
