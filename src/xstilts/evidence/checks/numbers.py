"""Are the numbers of a statement those of the source, with their units, and do they agree with each other?"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from xstilts.evidence import alignment, numbers
from xstilts.evidence.checks import tables
from xstilts.evidence.checks.check import Check
from xstilts.evidence.checks.quoted import available
from xstilts.literature.sentences import cell_span
from xstilts.literature.text import Passage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xstilts.evidence.alignment import Alignment
    from xstilts.evidence.finding import Number
    from xstilts.literature.text import Text

METHOD = "number grammar 2"
CLOSE = 0.65
"""Share of a statement's words, in order, from which a number in letters counts; *half* may be another's *twice*."""
NEAR = 0.5
"""Share of a statement's words that a passage must have, so that other numbers in it contradict the statement."""


def consistent(statement: str, texts: Sequence[Text]) -> Check:
    """Whether each number is printed in the passage nearest to the statement, or in a table; and the arithmetic.

    ``a gain of 5.4 percent`` is not ``a gain of 5.4 points``.

    Returns:
        ``yes``, ``no`` (another number or unit stands there or in a table, or they do not add up), ``undecided`` where
        only a number in letters is not there in another wording, ``not found``, or ``not checked`` where the statement
        has no number.
    """
    said = numbers.read(statement)
    if not said:
        return Check("numbers", "not checked", "The statement has no number.", method=METHOD)
    if wrong := list(arithmetic(said)):
        return Check("numbers", "no", wrong[0], method=METHOD)
    if otherwise := tables.disagreement(statement, texts):
        return Check("numbers", "no", otherwise[0], otherwise[1], method=METHOD)
    nearest = alignment.best(statement, texts)
    if nearest is not None and nearest.shared >= NEAR:
        return _beside(nearest, texts)
    return Check(
        "numbers", "not found", f"No passage speaks of it in the text available ({available(texts)}).", method=METHOD
    )


def _beside(nearest: Alignment, texts: Sequence[Text]) -> Check:
    evidence: list[Passage] = [nearest.passage]
    wrong: list[tuple[Number, str]] = []
    for number, stead in nearest.numbers:
        cells = list(_cells(number, texts))
        evidence += cells
        if not cells and not _derived(number, numbers.read(nearest.passage.text)):
            wrong.append((number, _difference(number, stead)))
    if any(nearest.coverage >= CLOSE or any(sign.isdigit() for sign in number.raw) for number, _ in wrong):
        return Check("numbers", "no", " ".join(said for _, said in wrong), tuple(evidence), method=METHOD)
    if wrong:
        reason = f"In other words the passage may say it: {' '.join(said for _, said in wrong)}"
        return Check("numbers", "undecided", reason, tuple(evidence), method=METHOD)
    return Check(
        "numbers", "yes", "The source prints the same numbers with the same units.", tuple(evidence), method=METHOD
    )


def _derived(number: Number, printed: Sequence[Number]) -> bool:
    """Whether a gain is what the passage's ``from A to B`` comes to, so that it need not be printed there."""
    if number.role != "gain" or number.unit not in ("points", "percent"):
        return False
    ends = [(one, other) for one, other in pairwise(printed) if (one.role, other.role) == ("from", "to")]
    close, far = sorted(abs(end) for end in _span(number))
    for one, other in ends:
        if number.unit == "percent" and one.value <= 0:
            continue
        low, high = sorted(abs(end) for end in _change(_span(one), _span(other), relative=number.unit == "percent"))
        if close <= high and low <= far:
            return True
    return False


def _difference(number: Number, stead: Number | None) -> str:
    if stead is None:
        return f"The passage does not print {number.raw.strip()}."
    if abs(stead.value) == abs(number.value) and stead.unit != number.unit:
        return f"The statement says {number.raw.strip()} {number.unit}, the passage {stead.raw.strip()} {stead.unit}."
    return f"The statement says {number.raw.strip()}, the passage {stead.raw.strip()}."


def _cells(number: Number, texts: Sequence[Text]) -> Iterator[Passage]:
    """Cells of tables that print exactly this number, where the statement gives it as a score."""
    if number.unit in ("count", "p", "ratio") or number.role == "gain":
        return
    for text in texts:
        for table in text.tables:
            for row, cells in enumerate(table.rows[table.headers :], table.headers):
                for column, cell in enumerate(cells):
                    if cell.strip().rstrip("%") == number.raw.strip().lstrip("~≈ "):
                        start, end = cell_span(table, row, column)
                        yield Passage(text.work, text.version, table.section, start, end, cell)


def arithmetic(said: Sequence[Number]) -> Iterator[str]:
    """What does not add up in ``from A to B (+C)``, beyond what rounding of A, B and C explains."""
    for place, (one, other) in enumerate(pairwise(said)):
        gain = next((number for number in said[place + 2 : place + 3] if number.role == "gain"), None)
        if (one.role, other.role) != ("from", "to") or gain is None or gain.unit not in ("points", "percent"):
            continue
        spans = [_span(number) for number in (one, other)]
        if gain.unit == "percent" and spans[0][0] <= 0:
            continue
        low, high = _change(*spans, relative=gain.unit == "percent")
        close, far = _span(gain)
        # a percentage may be meant as points where scores are percent, so both readings are tried
        other_low, other_high = _change(*spans, relative=False)
        fits = (close <= high and low <= far) or (one.unit == "percent" and close <= other_high and other_low <= far)
        if not fits and gain.unit == "percent" and close <= other_high and other_low <= far:
            yield f"From {one.raw} to {other.raw} is {gain.raw} points, not percent."
        elif not fits:
            yield f"From {one.raw} to {other.raw} is {low:.4g} to {high:.4g} {gain.unit}, not {gain.raw}."


def _change(start: tuple[float, float], end: tuple[float, float], *, relative: bool) -> tuple[float, float]:
    if relative:
        return 100 * (end[0] - start[1]) / start[1], 100 * (end[1] - start[0]) / start[0]
    return end[0] - start[1], end[1] - start[0]


def _span(number: Number) -> tuple[float, float]:
    """What a printed number may have been before it was rounded."""
    digits = number.raw.partition(".")[2]
    half = 0.5 * 10.0 ** -len("".join(sign for sign in digits if sign.isdigit()))
    return number.value - half * (1 + 1e-9), number.value + half * (1 + 1e-9)
