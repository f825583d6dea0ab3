"""Do the numbers of a sentence come out of the tables of its source?

``SNLI lowers XCOPA accuracy by 10.2 points`` is held against the row of SNLI, the column of XCOPA, and the row of the
baseline; a sentence about one language, or about several arms, is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xstilts.evidence import numbers
from xstilts.evidence.extract import direction_of
from xstilts.evidence.lexicon import lexicon, trains
from xstilts.literature.sentences import cell_span
from xstilts.literature.text import Passage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xstilts.evidence.finding import Number
    from xstilts.literature.text import Table, Text

_BASELINE = re.compile(
    r"^\W*(?:none|no intermediate\b.*|(?:direct|no|without)\b.*|baseline|vanilla)\W*$", re.IGNORECASE
)
_VALUE = re.compile(r"^\W*?(?P<value>-?\d+(?:\.(?P<digits>\d+))?)\s?%?\W*$")


@dataclass(frozen=True)
class _Cell:
    value: float
    half: float
    passage: Passage


def disagreement(statement: str, texts: Sequence[Text]) -> tuple[str, tuple[Passage, ...]] | None:
    """What a table of the source says otherwise, with its cells; None where none does, or none is about it."""
    scope = lexicon().scope(statement)
    named = [[name for name in scope.data if trains(name) is role] for role in (True, False)]
    if len(named[0]) != 1 or len(named[1]) != 1 or scope.languages not in ((), ("many",)):
        return None
    said = [one for one in numbers.read(statement) if one.unit not in ("count", "p") and one.role != "other"]
    way = direction_of(statement)
    for score, baseline in _cells(named[0][0], named[1][0], texts):
        if wrong := _turned(way, score, baseline):
            return wrong, (score.passage, baseline.passage)
        for number in said:
            if wrong := _wrong(number, score, baseline):
                return wrong, (score.passage, baseline.passage)
    return None


def _cells(arm: str, target: str, texts: Sequence[Text]) -> Iterator[tuple[_Cell, _Cell]]:
    """The score of an arm on a target, and that of the baseline in the same column."""
    for text in texts:
        for table in text.tables:
            body = range(table.headers, len(table.rows))
            labels = {row: table.rows[row][0] for row in body if table.rows[row]}
            arms = [row for row, label in labels.items() if lexicon().named(label, "data") == (arm,)]
            bases = [row for row, label in labels.items() if _BASELINE.match(label)]
            columns = [
                column
                for column in range(1, len(table.rows[0]) if table.rows else 0)
                if {name for line in table.rows[: table.headers] for name in lexicon().named(line[column], "data")}
                == {target}
            ]
            if len(arms) == len(bases) == len(columns) == 1:
                found = [_cell(text, table, row, columns[0]) for row in (arms[0], bases[0])]
                if found[0] and found[1]:
                    yield found[0], found[1]


def _cell(text: Text, table: Table, row: int, column: int) -> _Cell | None:
    found = _VALUE.match(table.rows[row][column])
    start, end = cell_span(table, row, column)
    passage = Passage(text.work, text.version, table.section, start, end, table.rows[row][column])
    return _Cell(float(found["value"]), 0.5 * 10.0 ** -len(found["digits"] or ""), passage) if found else None


def _turned(way: str, score: _Cell, baseline: _Cell) -> str:
    """Whether the scores go the other way than the words."""
    change, slack = score.value - baseline.value, score.half + baseline.half
    if (way == "up" and change < -slack) or (way == "down" and change > slack):
        return f"The text says it goes {way}; the table has {baseline.passage.text} and {score.passage.text}."
    return ""


def _wrong(number: Number, score: _Cell, baseline: _Cell) -> str:
    """Why a number cannot come from two cells, beyond rounding; "" where it can."""
    slack = score.half + baseline.half + 0.5 * 10.0 ** -len(number.raw.partition(".")[2].rstrip(" %")) + 1e-9
    change = score.value - baseline.value
    cells = f"the table has {baseline.passage.text} and {score.passage.text}"
    if number.unit == "points":
        off = abs(abs(number.value) - abs(change)) > slack
        return f"The text says {number.raw.strip()} points; {cells}." if off else ""
    if number.unit == "percent" and number.role == "gain" and baseline.value > 0:
        relative = 100 * slack / baseline.value + slack
        off = abs(abs(number.value) - abs(100 * change / baseline.value)) > relative
        return f"The text says {number.raw.strip()} percent; {cells}." if off else ""
    if number.unit == "none" and number.role in ("from", "to", "score"):
        off = all(abs(number.value - cell.value) > slack for cell in (score, baseline))
        return f"The text says {number.raw.strip()}; {cells}." if off else ""
    return ""
