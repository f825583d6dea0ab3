"""Letters that a reader of print takes for others: ``m`` becomes ``rn``, ``é`` becomes ``e``.

What is taken for what, and how often, was counted once: bad prints of text, read back by Tesseract
(``tools/ocr_confusions.py``). A letter is misread as its own counts say, twice as often as the letters of its language
are on average being always. A language without a table has that of all the languages in its script.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from xstilts.noise import clusters
from xstilts.noise.changes import change
from xstilts.noise.noise import NOISES, Dictionary, Edit, Noise, Undefined, Way
from xstilts.noise.scripts import named, script_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_SURE = 2.0
"""A letter that is misread so many times as often as usual is misread whenever it is drawn."""


@cache
def _tables() -> Mapping[str, Mapping[str, Sequence[Any]]]:
    """Language to one or two letters, to how often they were printed and what they were read as how often."""
    text = files("xstilts.noise").joinpath("data", "ocr.json").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, Sequence[Any]]] = json.loads(text)
    return found


def _tables_of(language: str) -> list[Mapping[str, Sequence[Any]]]:
    """The table of a language, or else those of the languages in its script."""
    tables = _tables()
    if language in tables:
        return [tables[language]]
    return [table for code, table in tables.items() if script_of(code) == script_of(language)]


@cache
def _readings(language: str) -> Mapping[str, Sequence[tuple[float, str]]]:
    """One or two letters to what they are read as, each with the draw below which it is."""
    printed: Counter[str] = Counter()
    read: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for table in _tables_of(language):
        for letters, (times, readings) in table.items():
            printed[letters] += times
            read[letters].update(readings)
    misread = {letters: readings.total() for letters, readings in read.items()}
    usual = sum(misread.values()) / max(1, printed.total())
    found = {}
    for letters, readings in read.items():
        share = min(1.0, misread[letters] / printed[letters] / (_SURE * usual)) / misread[letters]
        found[letters] = tuple(zip(accumulate(share * count for count in readings.values()), readings, strict=True))
    return found


@cache
def _edit(language: str) -> Callable[[str, int, float], Edit | None]:
    table = _readings(language)

    def edit(text: str, place: int, draw: float) -> Edit | None:
        start, end = clusters.around(text, place)
        for stop in dict.fromkeys((clusters.after(text, end)[1], end)):  # two letters, then the first alone
            below = 0.0
            for below, reading in table.get(text[start:stop], ()):
                if draw < below:
                    return change(text, start, stop, reading)
            draw -= below
        return None

    return edit


def _of(language: str, dictionary: Dictionary) -> Way | Undefined:
    del dictionary
    if not _tables_of(language):
        return Undefined(f"no table says which letters of {named(language)} are misread")
    return Way(_edit(language))


NOISES.register(
    "ocr",
    Noise(
        "ocr",
        "a reader of print takes letters for others",
        "bad prints in Noto's fonts, read by Tesseract 5.3.0 (models of tessdata_fast 4.1.0); counts of ours",
        _of,
    ),
)
