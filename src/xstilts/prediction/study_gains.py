"""Gains of a study that were not measured, from those that were: one row per arm, target and language."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from xstilts.errors import InputError
from xstilts.planning.study_facts import study_facts
from xstilts.prediction.grid import Column, Grid, Measured, table_of
from xstilts.prediction.intervals import Predicted, predict
from xstilts.prediction.skill import Skill, skill
from xstilts.prediction.study_runs import SCORES
from xstilts.statistics.score_rows import BASELINE, NONE
from xstilts.statistics.study_facts import Facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xstilts.planning.chains.chain import Cell
    from xstilts.planning.plan import Plan
    from xstilts.store.store import Store


@dataclass(frozen=True)
class PredictedGain:
    """The gain of an arm over ``none`` in one language of one target, in points, more being better.

    Attributes:
        base, arm, target, language: The cell.
        measured: Mean over its seeds; None where no seed has both the arm and ``none``.
        seeds: How many seeds were measured.
        predicted: What the model says of it without having been shown it.
        low, high: 95 % interval of what as many seeds as usual would measure; None where too little is known.
        rests_on: What the prediction rests on.
    """

    base: str
    arm: str
    target: str
    language: str
    measured: float | None
    seeds: int
    predicted: float
    low: float | None
    high: float | None
    rests_on: str


@dataclass(frozen=True)
class PredictedGains:
    """What is predicted for one study.

    Attributes:
        rows: One per base, arm, target and language.
        skill: Base to the errors of the model and of plain means on cells that they were not shown.
    """

    rows: tuple[PredictedGain, ...]
    skill: dict[str, Skill]

    def sentences(self) -> list[str]:
        """How far the model is to be trusted, for people."""
        return [
            f"On {base}, left-out gains are missed by {told.model:.2f} points on average. The mean of the other arms "
            f"in the same language misses them by {told.by_column:.2f}, that of the same arm elsewhere by "
            f"{told.by_arm:.2f}. " + (_skilled(told) if told.share > 0 else _NO_SKILL)
            for base, told in self.skill.items()
        ]

    def to_json(self) -> dict[str, Any]:
        """Rows and skill as plain JSON."""
        told = {base: {**one._asdict(), "share": one.share} for base, one in self.skill.items()}
        return {"gains": [asdict(row) for row in self.rows], "skill": told}


def _skilled(told: Skill) -> str:
    return f"So the model takes away {told.share:.0%} of the better's error."


_NO_SKILL = "The model says no more than the better of these means: read that one."


def predicted_gains(plan: Plan, store: Store, level: float = 0.95) -> PredictedGains:
    """Predict every gain of a study from the scores that the store holds.

    Args:
        plan: The study.
        store: Where finished nodes lie.
        level: Chance that an interval holds the gain, once it is measured.

    Raises:
        InputError: If no gain was measured yet.
    """
    facts = Facts.parse(study_facts(plan.resolved))
    rows: list[PredictedGain] = []
    skills: dict[str, Skill] = {}
    for base in facts.bases:
        gains = _grid(plan, store, facts, base)
        table = table_of(gains)
        if not table.known.any():
            continue
        told = predict(table, level=level)
        rows += _rows(base, gains, told)
        skills[base] = skill(table, told.shape)
    if not rows:
        hint = f"Run some of it: xstilts run {plan.study.name} --until 'best arm within 1 point at 95 %' --budget 30min"
        raise InputError("No gain of this study was measured yet, so none can be predicted.", hint=hint)
    return PredictedGains(tuple(rows), skills)


def _grid(plan: Plan, store: Store, facts: Facts, base: str) -> Grid:
    columns = [Column(name, code) for name, target in facts.targets.items() for code in target.languages]
    cells = [cell for cell in plan.cells if cell.base == base and not cell.arm.startswith(BASELINE) and cell.seed]
    scores = [row for cell in cells if store.has(cell.score, "score") for row in _measured(cell, store, facts)]
    return Grid.of(scores, [NONE, *(arm for arm in facts.arms if arm != NONE)], columns).gains(NONE)


def _measured(cell: Cell, store: Store, facts: Facts) -> Iterator[Measured]:
    rows: Sequence[dict[str, Any]] = json.loads((store.read(cell.score, "score") / SCORES).read_text(encoding="utf-8"))
    sign = 1 if facts.targets[cell.target].higher_is_better else -1
    for row in rows:
        named = {"noise": "clean", "severity": 0, **row, "target": cell.target, "split": cell.split}
        if facts.is_headline(named) and facts.is_result(named) and row["value"] is not None:
            yield Measured(cell.arm, cell.target, row["language"], cell.seed, sign * row["value"])


def _rows(base: str, gains: Grid, told: Predicted) -> Iterator[PredictedGain]:
    table = told.table
    for (arm, column), known in ((place, table.known[place]) for place in _places(table.mean.shape)):
        value = float((told.left_out if known else told.values)[arm, column])
        half = float(told.half[arm, column])
        sure = math.isfinite(half)
        yield PredictedGain(
            base,
            gains.arms[arm],
            *gains.columns[column],
            measured=float(table.mean[arm, column]) if known else None,
            seeds=round(float(table.weight[arm, column])),
            predicted=value,
            low=value - half if sure else None,
            high=value + half if sure else None,
            rests_on=str(told.basis[arm, column].value),
        )


def _places(shape: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    yield from ((arm, column) for arm in range(shape[0]) for column in range(shape[1]))
