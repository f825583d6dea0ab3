"""A study is run until it is sure which arm is best: rounds of nodes, each decided by the scores of those before."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.amounts import duration
from xstilts.errors import InputError
from xstilts.execution.events import NodeCached, NodeFinished, ignore
from xstilts.execution.outcome import Outcome
from xstilts.execution.study_run import StudyOptions, analyse_what_is_there, finished, prepared
from xstilts.prediction.campaign import Played, Run, play
from xstilts.prediction.study_gains import predicted_gains
from xstilts.prediction.study_runs import StudyRuns, study_runs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xstilts.execution.events import Event, OnEvent
    from xstilts.planning.plan import Plan
    from xstilts.prediction.asked import Until
    from xstilts.store.store import Store

WHY = {
    "settled": "it is",
    "nothing left": "every run that could tell more is made, and it is not sure",
    "budget": "the next run would go over the budget, and it is not sure",
    "": "the run was stopped before it was sure",
}


@dataclass(frozen=True, eq=False)
class UntilRun:
    """How a run went that was to end when its question was answered.

    Attributes:
        runs: What could be run.
        played: What was decided.
        outcome: What became of the nodes that were asked for; those never asked for are not among its ``not_run``.
    """

    runs: StudyRuns
    played: Played
    outcome: Outcome

    @property
    def never_needed(self) -> list[Run]:
        """The runs of the grid that no round asked for."""
        asked = {run for part in self.played.rounds for run in part}
        return [run for run in self.runs.cells if run not in asked]

    def sentences(self) -> list[str]:
        """What was found, for people."""
        asked, standing = self.runs.asked, self.played.decision.standing
        whole = float(_together(self.runs, list(self.runs.cells)))
        share = self.played.spent / whole if whole else 0.0
        looked = (
            "one half of the pivot's dev set" if self.runs.looks_at != "oracle" else "labels of the target languages"
        )
        leader = "no arm" if standing.leader is None else standing.arms[standing.leader]
        made = len(self.runs.cells) - len(self.never_needed)
        return [
            f"Asked: {asked.sentence()}. Leader: {leader}; {WHY[self.played.decision.why]}.",
            f"Decided by {looked}, mean over {', '.join(self.runs.targets)}, in {len(self.played.rounds)} rounds.",
            f"{made} of {len(self.runs.cells)} runs (arm and seed) were made, {share:.0%} of the work: about "
            f"{duration(round(self.played.spent))} of {duration(round(whole))}. "
            f"{len(self.never_needed)} were never needed.",
        ]

    def to_json(self) -> dict[str, Any]:
        """The decisions, with the names of arms and seeds."""
        standing = self.played.decision.standing
        named = self._named
        return {
            "sentences": self.sentences(),
            "asked": self.runs.asked.sentence(),
            "looks_at": self.runs.looks_at,
            "targets": list(self.runs.targets),
            "ended": self.played.decision.why or "stopped",
            "leader": None if standing.leader is None else standing.arms[standing.leader],
            "arms": [
                {
                    "arm": arm,
                    "score": _number(standing.means[place]),
                    "may_be_above_leader_by": _number(standing.upper[place]),
                    "can_win": bool(standing.open[place]),
                    "seeds": int(np.isfinite(self.played.scores[place]).sum()),
                }
                for place, arm in enumerate(standing.arms)
            ],
            "rounds": [[named(run) for run in part] for part in self.played.rounds],
            "never_needed": [named(run) for run in self.never_needed],
            "seconds_guessed": round(self.played.spent, 1),
        }

    def _named(self, run: Run) -> dict[str, str]:
        return {"arm": self.runs.campaign.arms[run.arm], "seed": self.runs.cells[run][0].seed}


def _number(value: float) -> float | None:
    return round(float(value), 4) if math.isfinite(value) else None


def _together(runs: StudyRuns, all_of: Sequence[Run]) -> float:
    return math.fsum(node.cost.seconds for node in runs.nodes(all_of))


def run_until(
    plan: Plan,
    store: Store,
    out: Path,
    asked: Until,
    options: StudyOptions = StudyOptions(),
    on_event: OnEvent = ignore,
) -> UntilRun:
    """Run rounds of a study's chains until its question is answered, the budget is spent or nothing is left.

    Each round is decided by the scores of the rounds before it and by nothing else that the store holds. So a run that
    was killed, and is started again, decides as one that was not.

    Args:
        plan: The whole study.
        store: Where nodes are kept and found.
        out: Folder of the report.
        asked: What it goes on until.
        options: As for a whole run.
        on_event: Called with every event.

    Raises:
        InputError: If the study cannot be asked this.
    """
    runs = study_runs(plan, asked)
    execute = prepared(plan, store, out, options, _once(on_event))
    outcome, failed = Outcome(), set[Run]()
    while True:
        known: dict[Run, float | None] = {run: runs.score(run, store) for run in runs.cells}
        known = {run: value for run, value in known.items() if value is not None or run in failed}
        budget = math.inf if asked.budget is None else asked.budget
        played = play(runs.campaign, known, runs.seconds, budget)
        if not played.decision.runs or outcome.stopped:
            break
        _add(outcome, execute(runs.nodes(played.decision.runs)))
        if not outcome.stopped:
            failed |= {run for run in played.decision.runs if runs.score(run, store) is None}
    if not outcome.stopped:
        _add(outcome, execute(runs.beside(store)))
    analyse_what_is_there(plan, store, options.threads, on_event)
    run = UntilRun(runs, played, finished(store, outcome))
    outcome.decisions = {**run.to_json(), "predicted": _predicted(plan, store)}
    return run


def _predicted(plan: Plan, store: Store) -> list[dict[str, Any]]:
    """The gains that were not measured, as far as those that were let them be predicted."""
    try:
        found = predicted_gains(plan, store)
    except InputError:  # nothing was measured
        return []
    return [asdict(row) for row in found.rows if row.measured is None]


def _once(on_event: OnEvent) -> OnEvent:
    """Events without those of nodes that an earlier round made or found."""
    there: set[str] = set()

    def tell(event: Event) -> None:
        if isinstance(event, NodeCached | NodeFinished):
            if event.node.key in there:
                return
            there.add(event.node.key)
        on_event(event)

    return tell


def _add(whole: Outcome, part: Outcome) -> None:
    """What became of one more round; what an earlier one made is no find of the store."""
    made = {*whole.done, *whole.cached}
    whole.done += part.done
    whole.cached += [key for key in part.cached if key not in made]
    whole.failed |= part.failed
    whole.not_run |= part.not_run
    whole.stopped = whole.stopped or part.stopped
    whole.notes += part.notes
