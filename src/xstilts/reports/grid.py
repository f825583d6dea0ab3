"""The gain matrix of one base, arm by target: the one structure that page, picture, Markdown and terminal draw."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xstilts.statistics.inference.correction import ALPHA
from xstilts.statistics.inference.crossed import COVERS_FROM
from xstilts.statistics.score_rows import NONE
from xstilts.statistics.study_facts import Facts, covers
from xstilts.statistics.tables.gains import ZERO_SHOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.statistics import Analysis

MEANINGS = MappingProxyType(
    {
        "*": "told from zero after Holm correction",
        "†": "degenerate, leaking or a rival, so not in the mean",
        "‡": f"interval from fewer than {COVERS_FROM} seeds, so it may be too narrow",
        "§": "mean of fewer targets, because the others were cut on purpose",
        "¶": "the base or the protocol was trained on such data before, so the arm none was too",
    }
)
"""What the marks of a cell mean."""
MARKS = "; ".join(f"{mark} {meaning}" for mark, meaning in MEANINGS.items())
"""All of them in one line."""

CUT, DID_NOT_RUN = "cut", "did not run"


def absent(facts: Facts, arm: str, target: str) -> str:
    """What stands where a cell has no number: ``cut`` where it was left out on purpose, or ``did not run``."""
    return CUT if facts.left_out(arm, target, False) else DID_NOT_RUN


@dataclass(frozen=True)
class GridCell:
    """The zero-shot gain of one arm on one target.

    Attributes:
        gain, low, high: Points over ``none`` and the interval; None where the cell did not run, or has one seed.
        better: The gain with its sign turned so that more is better; None where the cell did not run.
        p_corrected: After Holm over the whole grid.
        n_seeds: Paired seeds.
        wanted: Seeds that the study asked for.
        unfair: Why the cell is degenerate, leaking or a rival; empty for a fair one.
        notes: Messages of its other warnings.
        cut: Why the cell was left out on purpose; "" for one that was asked for.
        fewer_targets: Of a mean: whether targets were cut, so that it is no match for the other arms' means.
        hidden_stage: Whether the base or the protocol was trained on what the arm or the target trains, in none too.
    """

    gain: float | None
    low: float | None
    high: float | None
    better: float | None
    p_corrected: float | None
    n_seeds: int
    wanted: int
    unfair: tuple[str, ...]
    notes: tuple[str, ...]
    cut: str = ""
    fewer_targets: bool = False
    hidden_stage: bool = False

    @property
    def marks(self) -> str:
        """What ``MARKS`` explains, but the star: it is drawn in other ways too."""
        said = (("†", bool(self.unfair)), ("§", self.fewer_targets), ("¶", self.hidden_stage))
        return "".join(mark for mark, true in said if true)

    @property
    def absent(self) -> str:
        """What stands for a number that is not there: ``cut`` where it was left out on purpose, or ``did not run``."""
        return CUT if self.cut else DID_NOT_RUN

    @property
    def significant(self) -> bool:
        """Whether the corrected p-value is below the level."""
        return self.p_corrected is not None and self.p_corrected <= ALPHA

    @property
    def few_seeds(self) -> bool:
        """Whether the interval comes from so few seeds that it may cover less than it says."""
        return self.low is not None and self.n_seeds < COVERS_FROM

    @property
    def partial(self) -> bool:
        """Whether seeds are missing in a cell that has a number."""
        return 0 < self.n_seeds < self.wanted


@dataclass(frozen=True)
class Grid:
    """All cells of one base.

    Attributes:
        base: The base.
        arms: Arms in the order of the study, without ``none``.
        targets: Target name to its heading (title and metric).
        cells: (arm, target) to its cell; every pair is there.
        means: Arm to its mean over fair targets (a cell without targets of its own); absent where incomplete.
    """

    base: str
    arms: tuple[str, ...]
    targets: Mapping[str, tuple[str, str]]
    cells: Mapping[tuple[str, str], GridCell]
    means: Mapping[str, GridCell]


def grids(analysis: Analysis) -> list[Grid]:
    """One grid per base of the study, in its order."""
    facts = Facts.parse(analysis["facts"])
    answers = {answer["base"]: answer for answer in analysis["answer"]["bases"]}
    bases = facts.bases or tuple(answers)
    return [_grid(base, analysis["clusters"], answers.get(base, {}), facts) for base in bases]


def _grid(base: str, clusters: Sequence[Mapping[str, Any]], answer: Mapping[str, Any], facts: Facts) -> Grid:
    rows = {
        (row["arm"], row["target"]): row
        for row in reversed(clusters)
        if row["base"] == base and row["clustering"] == ZERO_SHOT and facts.is_headline(row)
    }
    arms = tuple(arm for arm in facts.arms if arm != NONE)
    cells = {
        (arm, target): _cell(rows.get((arm, target), _NOTHING), facts, (base, arm, target))
        for arm in arms
        for target in facts.targets
    }
    means = {row["arm"]: _mean(row, facts) for row in answer.get("ranking", [])}
    means |= {arm: cell for arm in arms if arm not in means and (cell := _no_mean(arm, cells, facts)) is not None}
    headings = {name: (name, target.metric) for name, target in facts.targets.items()}
    return Grid(base, arms, headings, cells, means)


_NOTHING: Mapping[str, Any] = {"gain": None, "low": None, "high": None, "p_corrected": None, "seeds": ()}


def _cell(row: Mapping[str, Any], facts: Facts, where: tuple[str, str, str]) -> GridCell:
    unfair = tuple(facts.unfair(*where))
    others = [warning for warning in facts.warnings if covers(warning.get("cell"), *where)]
    sign = 1.0 if facts.targets[where[2]].higher_is_better else -1.0
    return GridCell(
        row["gain"],
        row["low"],
        row["high"],
        None if row["gain"] is None else sign * row["gain"],
        row["p_corrected"],
        len(row["seeds"]),
        facts.wanted_seeds(where[1], len(row["seeds"])),
        unfair,
        tuple(f"{warning['code']}: {warning['message']}" for warning in others if warning["message"] not in unfair),
        facts.left_out(where[1], where[2], row["gain"] is not None),
        hidden_stage=bool(facts.hidden_stages(*where)),
    )


def _mean(row: Mapping[str, Any], facts: Facts) -> GridCell:
    cut = tuple(f"without {target}, cut" for target in row["cut"])
    left_out = (*(f"without {target}" for target in row["excluded"]), *cut)
    wanted = facts.wanted_seeds(row["arm"], len(row["seeds"]))
    return GridCell(
        row["gain"], row["low"], row["high"], row["gain"], row["p_corrected"], len(row["seeds"]), wanted, (), left_out,
        fewer_targets=bool(cut),
    )  # fmt: skip


def _no_mean(arm: str, cells: Mapping[tuple[str, str], GridCell], facts: Facts) -> GridCell | None:
    """The mean of a control that must show, or of an arm of which every fair cell was cut; None where one should be."""
    fair = [cell for target in facts.targets if not (cell := cells[arm, target]).unfair]
    why = fair[0].cut if fair and all(cell.cut for cell in fair) else ""
    why = f"{arm} is a control that must show, and has no part in the answer" if arm in facts.must else why
    return GridCell(None, None, None, None, None, 0, 0, (), (), cut=why) if why else None
