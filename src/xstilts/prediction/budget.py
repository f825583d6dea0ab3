"""What a budget buys of a study, and what to drop first: told by ``plan``, before anything runs."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from xstilts.amounts import duration
from xstilts.planning.resolved import seeds_of
from xstilts.prediction.study_runs import with_parents
from xstilts.statistics.inference.power import outlook
from xstilts.statistics.score_rows import NONE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xstilts.planning.chains.chain import Cell
    from xstilts.planning.plan import Plan


@dataclass(frozen=True)
class Dropped:
    """What is saved by leaving out one arm, target or seed.

    Attributes:
        what: ``arm``, ``target`` or ``seed``.
        name: Which.
        seconds: Work that nothing else needs, as the plan guesses it for one core.
        detectable: Smallest gain that what is left could find, in standard deviations between seeds; None below two
            seeds.
    """

    what: str
    name: str
    seconds: float
    detectable: float | None


@dataclass(frozen=True)
class Bought:
    """What a budget buys.

    Attributes:
        seconds: The budget.
        whole: Seconds of the whole study, as the plan guesses them for one core.
        seeds: Whole seeds of all arms and targets that it pays for, in the order of the study.
        cells: Chains of these seeds.
        detectable: Smallest gain that they could find, in standard deviations between seeds; None below two seeds.
        drop: What to leave out, the one first that saves most for what it costs in questions that can be answered.
    """

    seconds: float
    whole: float
    seeds: int
    cells: int
    detectable: float | None
    drop: tuple[Dropped, ...]

    def sentences(self) -> list[str]:
        """The same for people."""
        found = "two seeds are the least that can show anything"
        if self.detectable is not None:
            found = f"a gain must be {self.detectable:.1f} times its standard deviation between seeds to be found"
        said = [
            f"A budget of {duration(self.seconds)} pays for {self.seeds} whole seeds, {self.cells} chains, of the "
            f"study's {duration(round(self.whole))} of work: {found}."
        ]
        if self.drop and self.seconds < self.whole:
            one = self.drop[0]
            said.append(f"To save most, drop the {one.what} {one.name} first: {duration(round(one.seconds))} less.")
        return said

    def to_json(self) -> dict[str, Any]:
        """The same as plain JSON."""
        return asdict(self)


def bought(plan: Plan, seconds: float) -> Bought:
    """What so many seconds buy of a plan.

    Args:
        plan: The study.
        seconds: The budget, as work on one core.
    """
    cells = [cell for cell in plan.cells if cell.seed]
    seeds = [seed.label for seed in seeds_of(plan.study)]
    affordable = 0
    while affordable < len(seeds) and _seconds(plan, _of(cells, seeds[: affordable + 1])) <= seconds:
        affordable += 1
    paid = _of(cells, seeds[:affordable])
    return Bought(seconds, _seconds(plan, cells), affordable, len(paid), _detectable(paid), tuple(_drops(plan, cells)))


def _of(cells: Iterable[Cell], seeds: Iterable[str]) -> list[Cell]:
    wanted = set(seeds)
    return [cell for cell in cells if cell.seed in wanted]


def _drops(plan: Plan, cells: list[Cell]) -> list[Dropped]:
    """Every arm but ``none``, target and seed, where there are two of its sort at least."""
    whole = _seconds(plan, cells)
    found = []
    for what in ("arm", "target", "seed"):
        names = list(dict.fromkeys(getattr(cell, what) for cell in cells))
        for name in names if len(names) > 1 else ():
            if name != NONE:
                left = [cell for cell in cells if getattr(cell, what) != name]
                found.append(Dropped(what, name, whole - _seconds(plan, left), _detectable(left)))
    # work saved for each chain that is lost
    lost = {(one.what, one.name): sum(getattr(cell, one.what) == one.name for cell in cells) for one in found}
    return sorted(found, key=lambda one: (-one.seconds / lost[one.what, one.name], one.what, one.name))


def _seconds(plan: Plan, cells: Iterable[Cell]) -> float:
    seen: dict[str, frozenset[str]] = {}
    keys = {key for cell in cells for key in (cell.score, cell.chosen, cell.noised) if key}
    needed = frozenset().union(*(with_parents(key, plan.nodes, seen) for key in keys))
    return math.fsum(plan.nodes[key].cost.seconds for key in needed)


def _detectable(cells: Iterable[Cell]) -> float | None:
    told = list(cells)
    seeds = {cell.seed for cell in told}
    questions = {(cell.base, cell.arm, cell.target) for cell in told if cell.arm != NONE}
    return outlook(len(seeds), max(1, len(questions))).detectable
