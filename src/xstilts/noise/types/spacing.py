"""Words that run together or fall apart, blanks that come twice, invisible joiners lost or put in.

In scripts without spaces between words, blanks are put in. The joiners ZWNJ and ZWJ are spoiled where a script has
them: the missing half-space is a common mistake of Persian, and joiners come and go in the scripts of India (Unicode
core specification, sections 9.2 and 12.1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from xstilts.languages.words import UNSPACED
from xstilts.noise import clusters
from xstilts.noise.changes import again, change, pick
from xstilts.noise.noise import NOISES, Dictionary, Edit, Noise, Way
from xstilts.noise.scripts import CONJOINING, JOINING, script_of

if TYPE_CHECKING:
    from collections.abc import Callable

_ZWNJ, _ZWJ = "\u200c", "\u200d"
_JOINERS = (_ZWNJ, _ZWJ)
_PLACE = regex.compile(
    rf"(?<=[\p{{L}}\p{{M}}])[{_ZWNJ}{_ZWJ}](?=[\p{{L}}\p{{M}}])"  # never the joiners of emoji
    r"|[\s--[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]]+"  # blanks that part no lines
    rf"|[{UNSPACED}](?=\S)"
    rf"|[^\s{_ZWNJ}{_ZWJ}{UNSPACED}]{{2,}}",
    regex.V1,
)
_VIRAMA = regex.compile(r"\p{CCC=9}(?=\p{L})")
_LOST = 0.6
_PUT_IN = 0.3
"""How often a joiner is put in, rather than a blank, where it can be."""


def _places(text: str) -> list[int]:
    return [match.start() for match in _PLACE.finditer(text)]


def _apart(text: str, start: int, end: int, draw: float) -> Edit | None:
    """A blank between two clusters of a word."""
    parts = clusters.split(text[start:end])
    if len(parts) < 2:
        return None
    at = start + len("".join(parts[: 1 + pick(range(len(parts) - 1), draw)]))
    return change(text, at, at, " ")


def _joined_otherwise(text: str, start: int, end: int, script: str, draw: float) -> Edit | None:
    """A joiner put into a word: after a virama, or between two Arabic letters."""
    if script in CONJOINING:
        viramas = [match.end() for match in _VIRAMA.finditer(text, start, end)]
        return change(text, pick(viramas, draw), pick(viramas, draw), pick(_JOINERS, again(draw))) if viramas else None
    parts = clusters.split(text[start:end])
    inner = [at for at in range(1, len(parts)) if parts[at - 1].isalpha() and parts[at].isalpha()]
    if not inner:
        return None
    at = start + len("".join(parts[: pick(inner, draw)]))
    return change(text, at, at, _ZWNJ)


def _edit(script: str) -> Callable[[str, int, float], Edit | None]:
    joining = script in JOINING

    def edit(text: str, place: int, draw: float) -> Edit | None:
        match = _PLACE.match(text, place)
        if match is None:
            return None
        start, end, rest = match.start(), match.end(), again(draw)
        if text[start] in _JOINERS:
            return change(text, start, end, "" if draw < _LOST else " ") if joining else None
        if text[start].isspace():
            return change(text, start, end, "") if draw < _LOST else change(text, end, end, text[start])
        if end - start == 1:  # a script without spaces
            start, end = clusters.around(text, start)
            return change(text, end, end, " ") if text[end : end + 1].isalpha() else None
        if joining and draw < _PUT_IN:
            return _joined_otherwise(text, start, end, script, rest)
        return _apart(text, start, end, rest)

    return edit


def _of(language: str, dictionary: Dictionary) -> Way:
    del dictionary
    return Way(_edit(script_of(language)), _places)


NOISES.register(
    "spacing",
    Noise(
        "spacing",
        "words run together or fall apart, invisible joiners come and go",
        "Unicode core specification, sections 9.2 and 12.1; the mixture is ours",
        _of,
        keeps_words=False,
    ),
)
