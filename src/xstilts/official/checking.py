"""Is a file of lines what the task reads? Gold that is not is refused; of predictions a note tells what is odd.

The official scripts compare whole lines and know no labels, so a data set's own file scores like any other. Here gold
is refused where more than half of its lines are nothing that the task has, and either file where more than half of its
lines are rows of a table. Whatever else is odd leaves the official value as it is and becomes a note with a count.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from xstilts.errors import DataError
from xstilts.official.reading import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from xstilts.official.reading import Lines


class Wanted(NamedTuple):
    """What stands on a line.

    Attributes:
        what: Its name for people: ``label``, ``tag``.
        known: What the task has; empty where that is not known.
        near: Whether a line that is not known is meant as one all the same (in other case, without ``B-``).
        columns: A line as the columns of a table.
    """

    what: str
    known: Collection[str]
    near: Callable[[str], bool]
    columns: Callable[[str], list[str]] = lambda line: line.split("\t")


_NUMBER = re.compile("[0-9]{1,18}")


def is_number(text: str) -> bool:
    """Whether a line is a number as the benchmarks' files have them; longer ones are none that anything counts."""
    return _NUMBER.fullmatch(text) is not None


def in_other_case(known: Collection[str]) -> Callable[[str], bool]:
    """Whether a text is one of ``known`` but for the case of its letters."""
    folded = {text.casefold() for text in known}
    return lambda text: text.casefold() in folded


def check_gold(lines: Lines, wanted: Wanted) -> None:
    """Refuse gold of which more than half is nothing that the task has.

    Raises:
        DataError: If it is so; names the first such line.
    """
    check_no_table(lines, wanted)
    odd = [(number, text) for number, text in lines.spoken if not (text in wanted.known or wanted.near(text))]
    if wanted.known and len(odd) > len(lines.spoken) / 2:
        number, text = odd[0]
        raise DataError(
            f"This is no {wanted.what} of the task: {shown(text)}; nor are {len(odd)} of {len(lines.spoken)} lines.",
            field=f"{lines.file}:{number}",
            hint=f"The gold file has one {wanted.what} a line, and nothing else, such as {_some(wanted.known)}.",
        )


def check_no_table(lines: Lines, wanted: Wanted) -> None:
    """Refuse a file of which more than half the lines are rows of a data set.

    Raises:
        DataError: If it is so; names the first such line, and the column that holds what is read.
    """
    rows = [(number, wanted.columns(text)) for number, text in lines.spoken if text not in wanted.known]
    rows = [(number, columns) for number, columns in rows if len(columns) > 1]
    if not rows or len(rows) <= len(lines.spoken) / 2:
        return
    usual = Counter(len(columns) for _, columns in rows).most_common(1)[0][0]  # comments have any number of words
    number, columns = next((number, columns) for number, columns in rows if len(columns) == usual)
    hits = [sum(row[place] in wanted.known for _, row in rows if len(row) > place) for place in range(len(columns))]
    cut = f" Give column {hits.index(max(hits)) + 1} alone (of columns with tabs: cut -f{hits.index(max(hits)) + 1})."
    raise DataError(
        f"This is a row of a data set, with {len(columns)} columns, the first {shown(columns[0])}.",
        field=f"{lines.file}:{number}",
        hint=f"The official script reads one {wanted.what} a line, and nothing else.{cut if any(hits) else ''}",
    )


def oddities(lines: Lines, wanted: Wanted) -> list[str]:
    """Notes on lines that are nothing that the task has: a header, other case, something else."""
    if not wanted.known or not lines.spoken:
        return []
    odd = [(number, text) for number, text in lines.spoken if text not in wanted.known]
    if not odd:
        return []
    near = [(number, text) for number, text in odd if wanted.near(text)]
    far = [(number, text) for number, text in odd if not wanted.near(text)]
    notes = []
    if len(odd) == len(lines.spoken):
        note = f"{lines.file}: no line is a {wanted.what} of this task; the first is {shown(odd[0][1])}."
        return [f"{note} {_meant(near, wanted)}" if near else note]
    if len(far) == 1 and far[0][0] == 1:
        said = shown(far[0][1])
        notes.append(f"{lines.file}: the first line, {said}, is no {wanted.what}: a header line counts as an example.")
        far = []
    for places, why in ((near, _meant(near, wanted)), (far, "They are compared as they stand.")):
        if places:
            number, text = places[0]
            count = f"{len(places)} of {len(lines.spoken)} lines are no {wanted.what} of this task"
            notes.append(f"{lines.file}: {count}; the first is {shown(text)} in line {number}. {why}")
    return notes


def _meant(near: Sequence[tuple[int, str]], wanted: Wanted) -> str:
    return f"{len(near)} of them are one but for their case or form, in which they are compared." if near else ""


def empty_lines(lines: Lines, what: str = "an example") -> list[str]:
    """A note on empty lines, each of which counts."""
    count = len(lines.texts) - sum(bool(text) for text in lines.texts)
    return [f"{lines.file}: {count} empty lines, each counts as {what}."] if count else []


def from_one(lines: Lines, right: Sequence[str], last: int | None) -> list[str]:
    """A note where numbers seem to be counted from 1: none is 0, and one less would be right more often.

    Args:
        lines: The predictions.
        right: Gold, line by line.
        last: The largest number there is, if that is known.
    """
    said = [int(text) if is_number(text) else None for text in lines.texts]
    numbers = {number for number in said if number is not None}
    if not numbers or 0 in numbers or len(said) != len(right):
        return []
    as_said = sum(text == gold for text, gold in zip(lines.texts, right, strict=True))
    one_less = sum(n is not None and str(n - 1) == gold for n, gold in zip(said, right, strict=True))
    beyond = last is not None and max(numbers) > last
    if one_less <= as_said and not beyond:
        return []
    return [
        f"{lines.file}: the numbers seem to be counted from 1, the official script counts from 0: "
        f"{as_said} of {len(right)} lines match, {one_less} would with one less."
    ]


def _some(known: Collection[str]) -> str:
    first = list(known)[:5]
    return ", ".join(first) + (", …" if len(known) > len(first) else "")
