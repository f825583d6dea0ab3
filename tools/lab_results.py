"""The results of a lab study as the lab's invented literature takes them, from the tables of its page of results.

    python tools/lab_results.py docs/results/demo.md > src/xstilts/lab/literature/results.json

Read are the tables ``Gains`` (mean over the zero-shot languages, with intervals), ``Scores`` and ``Language by
language``. Controls and baselines are left out, and so are targets on which an arm was not run.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict
from pathlib import Path

from xstilts.lab.literature.results import MEAN, Cell, Results

_GAIN = re.compile(r"([+−-]?[\d.]+)[*†]* \(([+−-]?[\d.]+) to ([+−-]?[\d.]+)‡?\)")
_LEFT_OUT = ("none", "shuffled", "more_of_the_same")


def results(page: str) -> Results:
    """The results that a page prints."""
    scores = _rows(page, "## Scores")
    means = {(row["arm"], row["target"]): float(row["zero-shot"]) for row in scores if row["zero-shot"] != "–"}
    metrics = {row["target"]: row["metric"] for row in scores}
    studied = next(row for row in scores if row["arm"] == "none")
    cells = []
    for row in _rows(page, "## Gains\n"):
        for heading, printed in row.items():
            target = heading.partition(" (")[0]
            found = _GAIN.match(printed)
            if row["arm"] in _LEFT_OUT or target not in metrics or found is None:
                continue
            gain, low, high = (float(part.replace("−", "-")) for part in found.groups())
            none, score = means["none", target], means[row["arm"], target]
            cells.append(Cell(row["arm"], target, metrics[target], MEAN, none, score, gain, low, high))
    arms = tuple(dict.fromkeys(cell.arm for cell in cells))
    for target in dict.fromkeys(cell.target for cell in cells):
        cells += _by_language(page, target, metrics[target], arms)
    study = re.search(r"catalog study `([\w-]+)`", page)
    return Results(study[1] if study else "", studied["base"], int(studied["seeds"]), tuple(cells))


def _by_language(page: str, target: str, metric: str, arms: tuple[str, ...]) -> list[Cell]:
    found = []
    for row in _rows(page, f"### {target}, "):
        for arm in arms:
            if row["language"] != "qaa" and arm in row:
                none, score = float(row["none"]), float(row[arm])
                found.append(Cell(arm, target, metric, row["language"], none, score, round(score - none, 1)))
    return found


def _rows(page: str, heading: str) -> list[dict[str, str]]:
    """The rows of the first table below a heading, by the names of its columns."""
    _, found, below = page.partition(heading)
    lines = below.partition("\n#")[0].splitlines() if found else []
    told = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines if line.startswith("|")]
    return [dict(zip(told[0], row, strict=True)) for row in told[2:]] if told else []


if __name__ == "__main__":
    told = asdict(results(Path(sys.argv[1]).read_text(encoding="utf-8")))
    cells = ",\n".join(f"  {json.dumps(cell)}" for cell in told.pop("cells"))
    head = json.dumps(told)[:-1]
    sys.stdout.write(f'{head}, "cells": [\n{cells}\n]}}\n')
