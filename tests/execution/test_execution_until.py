"""A study that runs until its question is answered: what it looks at and leaves, and that a kill changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import until_toy

from xstilts.errors import InputError
from xstilts.execution import study_run, until_run
from xstilts.execution.study_run import StudyOptions
from xstilts.execution.until_run import UntilRun, run_until
from xstilts.planning.plan import Plan, make_plan
from xstilts.prediction.asked import until
from xstilts.prediction.study_gains import predicted_gains
from xstilts.prediction.study_runs import study_runs
from xstilts.store.store import Store
from xstilts.studies.load import validate

if TYPE_CHECKING:
    from pathlib import Path

STUDY: dict[str, Any] = {
    "name": "toy",
    "question": "Which arm is best?",
    "protocol": "lab",
    "bases": ["lab-tiny"],
    "arms": {"none": [], "good": [{"tasks": ["snli"]}], "bad": [{"tasks": ["qqp"]}], "same": [{"tasks": ["squad"]}]},
    "targets": [{"task": "xnli", "limit": 6}],
    "languages": ["qaa", "qab"],
    "seeds": [1, 2, 3, 4],
    "selection": {"arms": "pivot-dev"},
    "training": {"steps": 3},
}
LEVEL = {"good": 90.0, "none": 60.0, "same": 60.0, "bad": 30.0}
ASKED = until("best arm within 1 point at 95 %")


def plan_of(**changes: Any) -> Plan:
    return make_plan(validate({**STUDY, **changes}, "toy"))


def row(language: str, metric: str, value: float) -> dict[str, Any]:
    return {"language": language, "metric": metric, "setting": "", "value": value, "n": 6}


@pytest.fixture(autouse=True)
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real plans, stores and executors; only what nodes do is a toy."""
    monkeypatch.setattr(study_run, "RUNNER", "until_toy:run_node")
    for held in (until_toy.ROWS, until_toy.BROKEN, until_toy.STOP_AFTER):
        held.clear()


def write_down(plan: Plan) -> None:
    """On the pivot's dev half arms are as in LEVEL; on the test set in the other language it is the other way round."""
    for cell in plan.cells:
        if not cell.seed:
            continue
        metric = {"xnli": "accuracy", "udpos": "f1"}[cell.target]
        value = LEVEL[cell.arm] + {"1": 0.3, "2": -0.2, "3": 0.1, "4": 0.4, "5": -0.1}[cell.seed] * len(cell.arm)
        until_toy.ROWS[cell.chosen] = [row("qaa", metric, value)]
        until_toy.ROWS[cell.score] = [row("qaa", metric, value), row("qab", metric, 120 - value)]


def run(plan: Plan, folder: Path, budget: str | None = None) -> UntilRun:
    asked = until(ASKED.sentence(), budget)
    return run_until(plan, Store(folder / "store"), folder / "out", asked, StudyOptions(executor="inline"))


def test_it_stops_when_it_is_sure_and_leaves_the_rest(tmp_path: Path) -> None:
    plan = plan_of()
    write_down(plan)
    found = run(plan, tmp_path)
    decision = found.played.decision
    assert decision.why == "settled"
    assert decision.standing.leader is not None
    assert decision.standing.arms[decision.standing.leader] == "good"
    assert found.never_needed
    store = Store(tmp_path / "store")
    for one in found.never_needed:
        assert not any(store.has(cell.score, "score") for cell in found.runs.cells[one])
    told = found.outcome.decisions
    assert told["leader"] == "good"
    assert len(told["never_needed"]) == len(found.never_needed)
    assert not found.outcome.failed
    assert not found.outcome.not_run
    assert any("never needed" in line for line in told["sentences"])


def test_no_decision_reads_a_score_of_a_target_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even the file that holds one: such files are read for the report alone, once all is decided."""
    plan = plan_of()
    write_down(plan)
    read: set[str] = set()
    decided: list[bool] = []
    before = Store.read

    def watched(store: Store, key: str, *rest: Any, **more: Any) -> Path:
        if key in plan.nodes and plan.nodes[key].kind == "score" and not decided:
            read.add(key)
        return before(store, key, *rest, **more)

    monkeypatch.setattr(Store, "read", watched)
    monkeypatch.setattr(until_run, "analyse_what_is_there", lambda *_: decided.append(True))
    found = run(plan, tmp_path)
    assert found.runs.looks_at == "pivot dev"
    assert decided
    assert read
    assert read <= {cell.chosen for cell in plan.cells}


def test_an_oracle_may_look_at_them_and_says_so(tmp_path: Path) -> None:
    plan = plan_of(selection="oracle")
    for cell in plan.cells:
        if cell.seed:
            metric = {"xnli": "accuracy", "udpos": "f1"}[cell.target]
            value = LEVEL[cell.arm]
            until_toy.ROWS[cell.score] = [row("qaa", metric, value), row("qab", metric, 120 - value)]
    found = run(plan, tmp_path)
    assert found.outcome.decisions["leader"] == "bad"
    assert found.outcome.decisions["looks_at"] == "oracle"
    assert "labels of the target languages" in found.sentences()[1]


def test_killed_and_resumed_it_decides_the_same(tmp_path: Path) -> None:
    plan = plan_of()
    write_down(plan)
    whole = run(plan, tmp_path / "whole")
    nodes = len(whole.outcome.done)
    for stop in (nodes // 4, nodes - 9):
        folder = tmp_path / str(stop)
        until_toy.STOP_AFTER[:] = [stop]
        killed = run(plan, folder)
        assert killed.outcome.stopped
        assert killed.played.rounds == whole.played.rounds[: len(killed.played.rounds)]
        until_toy.STOP_AFTER.clear()
        resumed = run(plan, folder)
        assert resumed.played.rounds == whole.played.rounds
        assert len(killed.outcome.done) + len(resumed.outcome.done) == nodes


def test_a_store_that_holds_more_changes_no_decision(tmp_path: Path) -> None:
    plan = plan_of()
    write_down(plan)
    first = run(plan, tmp_path / "first")
    study_run.run_study(plan, Store(tmp_path / "full/store"), tmp_path / "full/out", StudyOptions(executor="inline"))
    assert run(plan, tmp_path / "full").played.rounds == first.played.rounds


def test_an_arm_that_fails_is_left_behind(tmp_path: Path) -> None:
    plan = plan_of()
    write_down(plan)
    until_toy.BROKEN |= {cell.chosen for cell in plan.cells if cell.arm == "same" and cell.chosen}
    found = run(plan, tmp_path)
    assert found.outcome.failed
    assert found.played.decision.why == "nothing left", "nobody knows how good it is"
    assert found.outcome.decisions["leader"] == "good"


def test_a_budget_is_kept(tmp_path: Path) -> None:
    plan = plan_of()
    write_down(plan)
    whole = run(plan, tmp_path / "whole")
    half = run(plan, tmp_path / "half", f"{whole.played.spent / 2:.1f} s")
    assert half.played.decision.why == "budget"
    assert half.played.spent <= whole.played.spent / 2


def test_what_is_shared_is_paid_for_once() -> None:
    plan = plan_of()
    runs = study_runs(plan, ASKED)
    first, second = (next(run for run in runs.cells if run.arm == 1 and run.seed == seed) for seed in (0, 1))
    alone, after = runs.seconds([first], [])[0], runs.seconds([first], [second])[0]
    assert 0 < after < alone
    assert runs.seconds([first], [first])[0] == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"selection": "last"}, "--set selection.arms=pivot-dev"),
        ({"bases": ["lab-tiny", "lab-small"]}, "one base"),
        ({"seeds": {"intermediate": [1, 2], "target": [1, 2]}}, "nested"),
    ],
)
def test_what_cannot_be_asked_is_said(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        study_runs(plan_of(**changes), ASKED)


def test_an_unknown_target_is_refused() -> None:
    with pytest.raises(InputError, match="compared on xnli"):
        study_runs(plan_of(), until("best arm on xquad within 1 point at 95 %"))


def test_gains_are_predicted_from_what_is_there(tmp_path: Path) -> None:
    plan = plan_of()
    store = Store(tmp_path / "store")
    with pytest.raises(InputError, match="measured yet"):
        predicted_gains(plan, store)
    write_down(plan)
    found = run(plan, tmp_path)
    gains = predicted_gains(plan, store)
    assert len(gains.rows) == 3 * 2
    good = next(one for one in gains.rows if (one.arm, one.target, one.language) == ("good", "xnli", "qaa"))
    assert good.measured == pytest.approx(30, abs=1)
    seeds = [{run.seed for part in found.played.rounds for run in part if run.arm == arm} for arm in (0, 1)]
    assert good.seeds == len(seeds[0] & seeds[1]), "those that both arms have"
    assert {one.language for one in gains.rows} == {"qaa", "qab"}
    assert gains.sentences()[0].startswith("On lab-tiny, left-out gains are missed by ")


def test_an_arm_that_never_ran_is_predicted_from_the_others(tmp_path: Path) -> None:
    plan = plan_of()
    write_down(plan)
    until_toy.BROKEN |= {cell.score for cell in plan.cells if cell.arm == "same"}
    run(plan, tmp_path)
    same = [one for one in predicted_gains(plan, Store(tmp_path / "store")).rows if one.arm == "same"]
    assert {one.rests_on for one in same} == {"other arms"}
    assert all(one.measured is None and one.seeds == 0 for one in same)
