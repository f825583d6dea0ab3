"""Words written in Latin letters: Greeklish, Arabizi, Hinglish, Translit.

Which letters people write for which, and after which source, is in ``romanisation``, one table a script. Of Japanese,
only kana: how a Chinese character is read depends on its word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from xstilts.noise.changes import change, pick
from xstilts.noise.noise import NOISES, Dictionary, Edit, Noise, Undefined, Way
from xstilts.noise.romanisation import STYLES, romaniser
from xstilts.noise.scripts import script_of

if TYPE_CHECKING:
    from xstilts.noise.romanisation import Romanise

_SCRIPTS = {"Hang": r"\p{Script=Hang}", "Jpan": r"\p{Script=Hira}\p{Script=Kana}ー"}


def _pattern(script: str) -> regex.Pattern[str]:
    letters = _SCRIPTS.get(script, rf"\p{{Script={script}}}")
    return regex.compile(rf"[{letters}][{letters}\p{{M}}\u200c\u200d]*")


def _way(romanise: Romanise, script: str) -> Way:
    words = _pattern(script)

    def places(text: str) -> list[int]:
        return [match.start() for match in words.finditer(text)]

    def edit(text: str, place: int, draw: float) -> Edit | None:
        match = words.match(text, place)
        new = match and romanise(match[0], pick(range(STYLES), draw))
        return change(text, place, match.end(), _in_case_of(match[0], new)) if match and new else None

    return Way(edit, places)


def _in_case_of(word: str, new: str) -> str:
    if len(word) > 1 and word.isupper():
        return new.upper()
    return new[0].upper() + new[1:] if word[0].isupper() else new


def _of(language: str, dictionary: Dictionary) -> Way | Undefined:
    del dictionary
    script = script_of(language)
    if script == "Latn":
        return Undefined("it is written in Latin letters")
    romanise = romaniser(language)
    return _way(romanise, script) if romanise else Undefined("no table says how people write it in Latin letters")


NOISES.register(
    "romanised",
    Noise(
        "romanised",
        "words are written in Latin letters, as people do without a keyboard of their script",
        "tables of ours after the romanisations and studies that noise/romanisation names script by script",
        _of,
    ),
)
