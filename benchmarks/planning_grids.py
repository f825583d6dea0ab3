"""Measured grids that planners are judged on: xpos, TaskWeb, LITMUS and reports of xstilts, read as they are kept.

Nothing here changes a score. The files are those of their repositories (docs/results/planning.md names them).
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from xstilts.prediction.grid import Column, Grid, Measured, Table, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

BUDGETS = (630, 1_250, 2_500, 5_000, 10_000, 20_000, 40_000)
"""Training examples of the runs of xpos, each a run of its own."""
FULL_CELL = 8
"""Seeds of a cell of TaskWeb."""


class Transfer(NamedTuple):
    """xpos: accuracy by budget, source and target, shape (n_budgets, n_sources, n_targets); LDND distance."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    scores: NDArray[np.float64]
    distance: NDArray[np.float64]


def xpos(folder: Path) -> Transfer:
    """Part-of-speech tagging from 65 languages into 105, XLM-R base (de Vries et al. 2022)."""
    found: dict[int, dict[tuple[str, str], float]] = {}
    for budget in BUDGETS:
        with (folder / f"udpos-ft-{budget:05d}.csv").open(encoding="utf-8") as file:
            rows = csv.DictReader(file)
            found[budget] = {(row["lang_train"], row["lang_pred"]): float(row["score"]) for row in rows}
    sources, targets = (tuple(sorted({pair[side] for pair in found[BUDGETS[-1]]})) for side in (0, 1))
    scores = [[[found[b][s, t] for t in targets] for s in sources] for b in BUDGETS]
    return Transfer(sources, targets, np.array(scores), _distances(folder, sources, targets))


def _distances(folder: Path, sources: tuple[str, ...], targets: tuple[str, ...]) -> NDArray[np.float64]:
    with (folder / "udpos-langs.csv").open(encoding="utf-8") as file:
        names = {row["language_id"]: row["language"] for row in csv.DictReader(file)}
    with (folder / "ldnd.csv").open(encoding="utf-8") as file:
        table = {row[""]: row for row in csv.DictReader(file)}
    known = {(a, b): float(row[b] or 0) for a, row in table.items() for b in row if b}
    return np.array([[known.get((names.get(s, s), names.get(t, t)), np.nan) for t in targets] for s in sources])


class Setting(NamedTuple):
    """One model of TaskWeb: scores in points by source, target and seed; NaN where there is none."""

    name: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    scores: NDArray[np.float64]


def taskweb(file: Path) -> list[Setting]:
    """Transfer between 22 tasks in several models, eight paired seeds (Kim et al. 2023)."""
    found: dict[str, dict[tuple[str, str, str], list[float]]] = defaultdict(lambda: defaultdict(list))
    with gzip.open(file, "rt", encoding="utf-8") as opened:
        for row in csv.DictReader(opened, delimiter="\t"):
            metrics = json.loads(row["metrics_json"])
            value = metrics.get("eval_accuracy", metrics.get("eval_pearson"))
            # a correlation is kept as a share in some of the files
            points = value * 100 if "eval_accuracy" not in metrics and abs(value) <= 1 else value
            found[row["model"]][row["source"], row["target"], row["seed"]].append(points)
    return [_setting(name, cells) for name, cells in sorted(found.items())]


def _setting(name: str, cells: dict[tuple[str, str, str], list[float]]) -> Setting:
    sources, targets, seeds = (tuple(sorted({key[side] for key in cells})) for side in range(3))
    scores = np.full((len(sources), len(targets), len(seeds)), np.nan)
    for (source, target, seed), values in cells.items():
        scores[sources.index(source), targets.index(target), seeds.index(seed)] = float(np.mean(values))
    return Setting(name, sources, targets, scores)


def litmus(folder: Path) -> Iterator[tuple[str, Table]]:
    """Scores of models that were trained on mixtures of languages: one arm per mixture (SumEval 2022)."""
    for file in sorted((folder / "SumEval/data/train").glob("*.json")):
        runs: list[dict[str, dict[str, float]]] = json.loads(file.read_text(encoding="utf-8"))
        languages = sorted({code for run in runs for code in run["eval_results"]})
        values = [[run["eval_results"].get(code, np.nan) * 100 for code in languages] for run in runs]
        mean, columns = np.array(values), tuple(Column(file.stem, code) for code in languages)
        yield file.stem, Table(tuple(map(str, range(len(runs)))), columns, mean, np.isfinite(mean) * 1.0, 0.0)


def report(file: Path) -> Grid:
    """The test scores of a report's ``tables/scores.csv``: clean text, first metric and setting of each target."""
    with file.open(encoding="utf-8") as opened:
        rows = [row for row in csv.DictReader(opened) if row["value"] and row["seed"] and row["noise"] == "clean"]
    first: dict[str, tuple[str, ...]] = {}
    kept: list[Measured] = []
    for row in rows:
        if first.setdefault(row["target"], _measured_as(row)) == _measured_as(row):
            kept.append(Measured(row["arm"], row["target"], row["language"], row["seed"], float(row["value"])))
    return Grid.of(kept)


def _measured_as(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(row[name] for name in ("base", "metric", "split", "setting", "selection"))


def report_table(file: Path) -> Table:
    """The same as means over seeds."""
    return table_of(report(file))
