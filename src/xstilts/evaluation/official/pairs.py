"""BUCC: one pair of sentence ids a line, with a tab between; what counts is the set of distinct lines.

Source: google-research/xtreme:evaluate.py, ``read_label`` and ``bucc_f1``. The files need not be equally long; an empty
line is a pair like any other, and a repeated one counts once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.evaluation.official.reading import Read, stripped_lines

if TYPE_CHECKING:
    from pathlib import Path

    from xstilts.tasks.base import Task


def read_pairs(task: Task, gold: Path, predictions: Path) -> Read:
    """Of every first id, in either file, the second ids that are right and those that were said.

    Raises:
        DataError: If a file cannot be read.
    """
    right, said = (dict.fromkeys(stripped_lines(file)) for file in (gold, predictions))
    note = ""
    if any(said) and not any("\t" in line or line in right for line in said):
        note = f"{predictions}: no line is a pair of ids with a tab between; the first is {next(iter(said))!r}."
    sources = dict.fromkeys(line.partition("\t")[0] for line in (*right, *said))
    golds: dict[str, list[str]] = {source: [] for source in sources}
    guesses: dict[str, list[str]] = {source: [] for source in sources}
    for lines, found in ((right, golds), (said, guesses)):
        for line in lines:
            source, _, target = line.partition("\t")
            found[source].append(target)
    return Read(list(golds.values()), list(guesses.values()), (), len(right), ("f1", "precision", "recall"), note)
