"""BUCC: one pair of sentence ids a line, with a tab between; what counts is the set of distinct lines.

Source: google-research/xtreme:evaluate.py, ``read_label`` and ``bucc_f1``. The files need not be equally long; an empty
line is a pair like any other, and a repeated one counts once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xstilts.errors import DataError
from xstilts.official.reading import Lines, Read, lines_of, shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from xstilts.tasks.base import Task


def read_pairs(task: Task, gold: Path, predictions: Path) -> Read:
    """Of every first id, in either file, the second ids that are right and those that were said.

    Raises:
        DataError: If a file cannot be read, or most lines of gold are no two ids.
    """
    files = lines_of(gold), lines_of(predictions)
    _check_gold(files[0])
    right, said = (dict.fromkeys(lines.texts) for lines in files)
    notes = (*files[0].notes, *files[1].notes, *_oddities(files[0], right), *_oddities(files[1], right))
    sources = dict.fromkeys(line.partition("\t")[0] for line in (*right, *said))
    golds: dict[str, list[str]] = {source: [] for source in sources}
    guesses: dict[str, list[str]] = {source: [] for source in sources}
    for lines, found in ((right, golds), (said, guesses)):
        for line in lines:
            source, _, target = line.partition("\t")
            found[source].append(target)
    return Read(list(golds.values()), list(guesses.values()), (), len(right), ("f1", "precision", "recall"), notes)


_ID = re.compile(r"[!-~]*\d[!-~]*")


def _check_gold(lines: Lines) -> None:
    """Refuse what are no pairs of ids: sentences with their ids, scores, labels."""
    odd = [
        (number, text)
        for number, text in lines.spoken
        if len(text.split()) != 2 or not all(_ID.fullmatch(part) for part in text.split())
    ]
    if len(odd) > len(lines.spoken) / 2:
        number, text = odd[0]
        raise DataError(
            f"This is no pair of ids: {shown(text)}; nor are {len(odd)} of {len(lines.spoken)} lines.",
            field=f"{lines.file}:{number}",
            hint="The gold file has two ids a line, with a tab between.",
        )


def _oddities(lines: Lines, right: Mapping[str, None]) -> list[str]:
    """Notes on lines that are written in another way than gold's, and on what they would match."""
    notes = []
    odd = [text for _, text in lines.spoken if text.count("\t") != 1 and text not in right]
    if odd:
        what = "no line is" if len(odd) == len(lines.spoken) else f"{len(odd)} of {len(lines.spoken)} lines are not"
        notes.append(f"{lines.file}: {what} a pair of ids with a tab between; the first is {shown(odd[0])}.")
        pairs = [_pairs_in(text) for text in odd]
        if found := sum(not right.keys().isdisjoint(said) for said in pairs):
            notes.append(f"{lines.file}: {found} lines hold a right pair beside something else: leave only the ids.")
    if swapped := sum("\t".join(reversed(text.split("\t"))) in right for _, text in lines.spoken if text not in right):
        notes.append(f"{lines.file}: {swapped} pairs are right but for the order of their ids; the first is gold's.")
    names = [(number, text) for number, text in lines.spoken if not any(map(_ID.fullmatch, text.split()))]
    if [number for number, _ in names] == [1]:
        notes.append(f"{lines.file}: the first line, {shown(names[0][1])}, is no pair: a header line counts as one.")
    if not lines.spoken:
        notes.append(f"{lines.file}: holds no pair.")
    if empty := len(lines.texts) - sum(map(bool, lines.texts)):
        notes.append(f"{lines.file}: {empty} empty lines, together one pair like any other.")
    return notes


def _pairs_in(text: str) -> set[str]:
    """The neighbouring columns of a line, as pairs."""
    columns = text.split()
    return {"\t".join(columns[place : place + 2]) for place in range(len(columns) - 1)}
