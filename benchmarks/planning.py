"""Planners and predictors on measured grids, beside random order, one seed each, halving and the full grid.

    python benchmarks/planning.py GRIDS             xpos, TaskWeb and LITMUS: docs/results/planning.md
    python benchmarks/planning.py --scores FILE     a report's tables/scores.csv, which is one more grid
    python benchmarks/planning.py --studies 1700    wrong stops in so many simulated studies of each of six sorts
    python benchmarks/planning.py --decision        seconds of one decision over 10,000 open runs

Regret is what the chosen arm lacks to the best one. On xpos it is in percent of the best score, as its authors' users
read it; elsewhere in points. Regret@k is that of the best of the k arms that a planner ranks first. Intervals are 95 %
percentile bootstraps over targets. On TaskWeb arms are chosen on four seeds and judged on the other four, so that the
row ``all seeds`` is the ceiling: nobody can know more than it does.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.stats import rankdata

import planning_grids as grids
from xstilts.prediction.campaign import Campaign, Run, play
from xstilts.prediction.gain_model import chosen_shape
from xstilts.prediction.grid import Table
from xstilts.prediction.halving import Halving, halve
from xstilts.prediction.intervals import predict
from xstilts.prediction.skill import skill

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/prediction"))
import prediction_simulated as simulated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DRAWS, REPLAYS, CHOSEN_ON = 1_000, 10, 4
RUNGS = (630, 2_500, 10_000, 40_000)
PLAIN, OURS = Halving(3, None), Halving()
SCREENED = 12
"""Arms that are seen at all where finished grids say in which order."""


class Choice(NamedTuple):
    """What a planner says of one target: a number per arm, the chosen one highest, and the share of the grid."""

    order: Floats
    spent: float


class Judged(NamedTuple):
    """One choice, judged."""

    regrets: tuple[float, float, float]
    ndcg: float
    within: float
    spent: float


def main() -> None:
    """Print tables, and one JSON object at the end."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("grids", nargs="?", type=Path, help="a folder with xpos, taskweb and litmus")
    parser.add_argument("--scores", type=Path, action="append", default=[])
    parser.add_argument("--studies", type=int, default=0)
    parser.add_argument("--decision", action="store_true")
    options = parser.parse_args()
    started, found = time.perf_counter(), {}
    if options.grids:
        found["xpos"] = shown("xpos, regret in %", on_xpos(options.grids / "xpos"), True)
        found["taskweb"] = shown("TaskWeb", on_taskweb(next((options.grids / "taskweb").glob("*.tsv.gz"))), False)
        found["model"] = list(on_tables(options.grids))
    for file in options.scores:
        found[file.as_posix()] = shown(file.as_posix(), on_report(file), False)
    if options.studies:
        found["studies"] = list(on_studies(options.studies))
    if options.decision:
        found["decision_seconds"] = decision_seconds()
    print(json.dumps(found | {"seconds": round(time.perf_counter() - started, 1)}))


def judge(choice: Choice, truth: Floats, percent: bool) -> Judged:
    """What a choice is worth; ``truth`` has NaN for arms that do not exist."""
    there = np.isfinite(truth)
    order = np.argsort(-np.where(there, choice.order, -np.inf), kind="stable")[: there.sum()]
    best = np.nanmax(truth)
    regrets = [float(best - truth[order[:k]].max()) for k in (1, 3, 5)]
    within = float(regrets[0] <= 1)
    # gains of NDCG: what an arm has above the worst, as a share of the span
    gains = (truth - np.nanmin(truth)) / max(1e-9, float(best - np.nanmin(truth)))
    discounts = 1 / np.log2(np.arange(len(order)) + 2)
    most = float((np.sort(gains[there])[::-1] * discounts).sum())
    ndcg = float((gains[order] * discounts).sum()) / most if most else 1.0
    scaled = [100 * one / best for one in regrets] if percent else regrets
    return Judged((scaled[0], scaled[1], scaled[2]), ndcg, within, choice.spent)


def shown(title: str, results: dict[str, list[list[Judged]]], percent: bool) -> list[dict[str, object]]:
    """Print a table of planners; each result has one list of replays per target. Returns its rows."""
    unit = "%" if percent else "points"
    head = ("planner", "share of the grid", f"regret@1 ({unit})", "regret@3", "regret@5", "NDCG", "within 1 point")
    print(f"\n{title}\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    rows: list[dict[str, object]] = []
    for name, units in results.items():
        numbers = np.array([np.mean([_numbers(one) for one in unit], axis=0) for unit in units])
        mean, draws = numbers.mean(axis=0), np.random.default_rng(0).integers(0, len(numbers), (DRAWS, len(numbers)))
        low, high = np.quantile(numbers[draws].mean(axis=1), [0.025, 0.975], axis=0)
        first = f"{mean[0]:.2f} ({low[0]:.2f} to {high[0]:.2f})"
        within = f"{mean[4]:.1%} ({low[4]:.1%} to {high[4]:.1%})"
        print(f"| {name} | {mean[5]:.1%} | {first} | {mean[1]:.2f} | {mean[2]:.2f} | {mean[3]:.3f} | {within} |")
        rows.append({"planner": name, "mean": mean.round(4).tolist(), "low": low.round(4).tolist()})
    return rows


def _numbers(one: Judged) -> tuple[float, ...]:
    return (*one.regrets, one.ndcg, one.within, one.spent)


def on_xpos(folder: Path) -> dict[str, list[list[Judged]]]:
    """The best source of each target at the largest budget; each rung is a run of its own and paid for whole."""
    grid = grids.xpos(folder)
    truth = grid.scores[-1]
    n = len(grid.sources)

    places, costs = [grids.BUDGETS.index(rung) for rung in RUNGS], [rung / RUNGS[-1] for rung in RUNGS]

    def halved(target: int, rule: Halving) -> Choice:
        return _halved(n, costs, lambda arm, rung: float(grid.scores[places[rung], arm, target]), rule)

    near, some = -np.nan_to_num(grid.distance, nan=1e3), np.random.default_rng(0)
    planners: dict[str, Callable[[int], Choice]] = {
        "random order, 6 full runs": lambda t: _subset(truth[:, t], some.permutation(n)[:6], 6 / n),
        "nearest language (LDND), nothing run": lambda t: Choice(near[:, t], 0.0),
        "nearest 6 languages, full runs": lambda t: _subset(truth[:, t], np.argsort(-near[:, t])[:6], 6 / n),
        "one cheap run each (630)": lambda t: Choice(grid.scores[0, :, t], RUNGS[0] / RUNGS[-1]),
        "halving, eta 3": lambda t: halved(t, PLAIN),
        "halving that looks at moves (ours)": lambda t: halved(t, OURS),
        "full grid": lambda t: Choice(truth[:, t], 1.0),
    }
    return {
        name: [[judge(planner(t), truth[:, t], True)] for t in range(len(grid.targets))]
        for name, planner in planners.items()
    }


def _subset(scores: Floats, arms: NDArray[np.int64], spent: float) -> Choice:
    order = np.full(len(scores), -1e9)
    order[arms] = scores[arms]
    return Choice(order, spent)


def _halved(
    n: int, rungs: Sequence[float], run: Callable[[int, int], float], rule: Halving, arms: Sequence[int] | None = None
) -> Choice:
    """A halving, its arms ranked by how far they came; what it spent as a share of all arms' last rung."""
    seen = np.full(n, -1e9)

    def watched(arm: int, rung: int) -> float:
        value = run(arm, rung)
        seen[arm] = 1e4 * rung + value
        return value

    found = halve(range(n) if arms is None else arms, rungs, watched, rule)
    seen[found.chosen] = 1e6
    return Choice(seen, found.spent / n)


def on_taskweb(file: Path) -> dict[str, list[list[Judged]]]:
    """The best intermediate task of each target and model, chosen on four seeds and judged on the other four."""
    settings = grids.taskweb(file)
    results: dict[str, list[list[Judged]]] = {}
    for place, setting in enumerate(settings):
        elsewhere = _elsewhere([other for other in settings if other is not setting])
        for target in range(len(setting.targets)):
            arms = np.flatnonzero(np.isfinite(setting.scores[:, target]).all(axis=1))
            replays: dict[str, list[Judged]] = {}
            for replay in range(REPLAYS):
                seeds = np.random.default_rng([place, replay]).permutation(grids.FULL_CELL)
                scores = setting.scores[arms, target][:, seeds]
                prior = elsewhere[arms, target]
                truth = scores[:, CHOSEN_ON:].mean(axis=1)
                for name, choice in _on_seeds(scores[:, :CHOSEN_ON], prior, replay):
                    replays.setdefault(name, []).append(judge(choice, truth, False))
            for name, judged in replays.items():
                results.setdefault(name, []).append(judged)
    return results


def _elsewhere(settings: Sequence[grids.Setting]) -> Floats:
    """What finished grids of other models say: mean of their scores, each target in units of its own spread."""
    told = []
    for setting in settings:
        mean = setting.scores.mean(axis=-1)
        middle = np.nanmedian(mean, axis=0)
        spread = np.maximum(np.nanmedian(np.abs(mean - middle), axis=0), 1e-3)
        told.append(np.clip((mean - middle) / spread / 1.4826, -3, 3))
    return np.nanmean(told, axis=0)


def _on_seeds(scores: Floats, prior: Floats, replay: int) -> Iterator[tuple[str, Choice]]:
    n, seeds = scores.shape
    order = np.argsort(-np.nan_to_num(prior, nan=-9.0), kind="stable")
    counts = (1, 2, 4)
    rungs = [(count - before) / seeds for before, count in zip((0, *counts), counts, strict=False)]

    def run(arm: int, rung: int) -> float:
        return float(scores[arm, : counts[rung]].mean())

    yield "random arm, nothing run", Choice(np.random.default_rng(replay).random(n), 0.0)
    yield "finished grids of other models, nothing run", Choice(np.nan_to_num(prior, nan=-9.0), 0.0)
    yield "one seed each", Choice(scores[:, 0], 1 / seeds)
    yield "two seeds each", Choice(scores[:, :2].mean(axis=1), 2 / seeds)
    yield "halving: 1, 6 at 2, 3 at 4", _fixed(scores, (6, 3))
    yield "halving that looks at moves (ours)", _halved(n, rungs, run, OURS)
    screened = order[:SCREENED].tolist()
    yield f"ours, first {SCREENED} by finished grids of other models", _halved(n, rungs, run, OURS, screened)
    yield "all seeds (ceiling)", Choice(scores.mean(axis=1), 1.0)


def _fixed(scores: Floats, sizes: tuple[int, int]) -> Choice:
    """The halving of the facts: all at one seed, so many at two, so many at four."""
    first = np.argsort(-scores[:, 0], kind="stable")[: sizes[0]]
    second = first[np.argsort(-scores[first, :2].mean(axis=1), kind="stable")][: sizes[1]]
    order = rankdata(scores[:, 0]) - 1e4
    order[first] = scores[first, :2].mean(axis=1)
    order[second] = 1e4 + scores[second].mean(axis=1)
    return Choice(order, (len(scores) + sizes[0] + 2 * sizes[1]) / scores.size)


def on_report(file: Path) -> dict[str, list[list[Judged]]]:
    """The best arm of each target of a report, as mean over languages, judged on the same seeds."""
    grid = grids.report(file)
    names = list(dict.fromkeys(column.target for column in grid.columns))
    results: dict[str, list[list[Judged]]] = {}
    for name in names:
        chosen = [place for place, column in enumerate(grid.columns) if column.target == name]
        scores = grid.full[:, chosen].mean(axis=1) * (100 if np.nanmax(grid.full) <= 1 else 1)
        scores = scores[np.isfinite(scores).all(axis=1)]
        rungs = [1 / scores.shape[1]] * scores.shape[1]
        own = _halved(len(scores), rungs, lambda arm, rung, s=scores: float(s[arm, : rung + 1].mean()), OURS)  # type: ignore[misc]
        for title, choice in (
            ("one seed each", Choice(scores[:, 0], rungs[0])),
            ("halving that looks at moves (ours)", own),
        ):
            results.setdefault(title, []).append([judge(choice, scores.mean(axis=1), False)])
    return results


def on_tables(folder: Path) -> Iterator[dict[str, object]]:
    """Skill of the model of gains on left-out cells, and how many of its intervals hold a cell it was not shown."""
    tables = list(grids.litmus(folder / "litmus"))
    for setting in grids.taskweb(next((folder / "taskweb").glob("*.tsv.gz"))):
        mean = np.nanmean(setting.scores, axis=-1) if setting.scores.size else setting.scores
        columns = tuple(grids.Column(target, "en") for target in setting.targets)
        tables.append((f"TaskWeb {setting.name}", Table(setting.sources, columns, mean, np.isfinite(mean) * 1.0, 0.0)))
    means = ("error of the model", "of the column's mean", "of the arm's mean")
    print(f"\nThe model of gains\n| table | cells | {' | '.join(means)} | skill | intervals that hold |\n|{'---|' * 7}")
    for name, whole in tables:
        table = _part(whole, 0.5)
        shape = chosen_shape(table)
        told, errors = predict(table, shape), skill(table, shape)
        hidden = whole.known & ~table.known & np.isfinite(told.half)
        held = float((np.abs(told.values - whole.mean) <= told.half)[hidden].mean()) if hidden.any() else float("nan")
        counted = f"{held:.1%} of {int(hidden.sum()):,}" if hidden.any() else "too few cells"
        told_errors = " | ".join(f"{error:.2f}" for error in errors[:3])
        print(f"| {name} | {errors.cells} | {told_errors} | {errors.share:+.0%} | {counted} |")
        yield {"table": name, "skill": round(errors.share, 4), "held": held, **errors._asdict()}


def _part(table: Table, share: float) -> Table:
    """Half of the cells, and of many arms the first hundred: what a model is shown."""
    small = Table(table.arms[:100], table.columns, table.mean[:100], table.weight[:100], 0.0)
    hidden = np.zeros(table.mean.shape, dtype=bool)
    hidden[:100] = np.random.default_rng(0).random(small.mean.shape) >= share
    hidden[100:] = True
    return table.without(hidden)


def on_studies(studies: int) -> Iterator[dict[str, object]]:
    """How often a campaign stops, and how often it is wrong then; looked at after every run that it decides on."""
    print("\n| studies | stopped | wrong | share of the runs |\n|---|---|---|---|")
    for kind in simulated.KINDS:
        stopped = wrong = 0
        shares = []
        for number in range(studies):
            true, scores = simulated.study(kind, 8, 6, number)
            known = {Run(arm, seed): float(scores[arm, seed]) for arm, seed in np.ndindex(*scores.shape)}
            campaign = Campaign(tuple(map(str, range(len(true)))), np.ones(scores.shape, dtype=bool))
            played = play(campaign, known, lambda runs, _: np.ones(len(runs)))
            shares.append(np.isfinite(played.scores).mean())
            if played.decision.why == "settled":
                stopped += 1
                wrong += bool(true.max() - true[played.decision.standing.leader] > campaign.question.margin)
        print(f"| {kind} | {stopped / studies:.1%} | {wrong / studies:.2%} | {np.mean(shares):.0%} |")
        yield {"kind": kind, "studies": studies, "stopped": stopped, "wrong": wrong}


def decision_seconds(arms: int = 1_000, seeds: int = 11) -> float:
    """One decision over 10,000 open runs, after one seed of each arm."""
    rng = np.random.default_rng(0)
    known = {Run(arm, 0): float(rng.normal(60, 3)) for arm in range(arms)}
    campaign = Campaign(tuple(map(str, range(arms))), np.ones((arms, seeds), dtype=bool))
    started = time.perf_counter()
    played = play(campaign, known, lambda runs, _: np.ones(len(runs)))
    taken = time.perf_counter() - started
    print(f"\n{int((~np.isfinite(played.scores)).sum()):,} open runs: {taken:.2f} s")
    return taken


if __name__ == "__main__":
    main()
