"""Letters replaced by ones that look the same: of another script, or of another style of the same letter.

After the visual attacks of Eger et al. 2019 ("Text Processing Like Humans Do: Visually Attacking and Shielding NLP
Systems", NAACL, arXiv 1903.11508); what looks alike is from Unicode Technical Standard 39, section 4.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from xstilts.noise.changes import again, change, pick
from xstilts.noise.noise import NOISES, Dictionary, Edit, Noise, Undefined, Way
from xstilts.noise.scripts import named, script_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@cache
def _tables() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Script to letter to its look-alikes of other scripts and those of another style; made by tools/homoglyphs.py."""
    text = files("xstilts.noise").joinpath("data", "homoglyphs.json").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, Sequence[str]]] = json.loads(text)
    return found


@cache
def _edit(script: str) -> Callable[[str, int, float], Edit | None]:
    table = {letter: tuple(filter(None, sets)) for letter, sets in _tables()[script].items()}

    def edit(text: str, place: int, draw: float) -> Edit | None:
        sets = table.get(text[place])
        return change(text, place, place + 1, pick(pick(sets, draw), again(draw, len(sets)))) if sets else None

    return edit


def _of(language: str, dictionary: Dictionary) -> Way | Undefined:
    del dictionary
    if script_of(language) not in _tables():
        return Undefined(f"{named(language)} has too few letters that look like those of another")
    return Way(_edit(script_of(language)))


NOISES.register(
    "homoglyph",
    Noise(
        "homoglyph",
        "letters are replaced by ones that look the same",
        "after Eger et al. 2019 (arXiv 1903.11508); look-alikes of Unicode Technical Standard 39, section 4",
        _of,
    ),
)
