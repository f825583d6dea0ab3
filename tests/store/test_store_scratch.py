"""Whose snapshots the next run removes, and whose it leaves."""

from __future__ import annotations

import pytest

from arm_plans import plan_of
from toy_nodes import RUNNER, toy
from xstilts.execution import EXECUTORS, inline
from xstilts.execution.outcome import Outcome
from xstilts.execution.study_run import StudyOptions, run_study
from xstilts.store.retention import after_run
from xstilts.store.scratch import drop_stale
from xstilts.store.store import Store
from xstilts.store.study_records import record

MADE = toy("made", do="weights", kind="train")
WAITING = toy("waiting", [MADE], do="weights", kind="train")
STUDY = [MADE, WAITING]


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "store")
    store.make_folders()
    return store


def leave(store, *keys):
    for key in keys:
        folder = store.scratch(key) / "step-00000002"
        folder.mkdir(parents=True)
        (folder / "state.json").write_text("{}")


def left(store):
    return {path.name for path in (store.root / "scratch").iterdir()}


def test_snapshots_of_finished_nodes_and_of_nodes_that_no_record_names_go(store):
    inline.run([MADE], store, RUNNER)
    record(store, "demo", STUDY, "all", "out")
    leave(store, MADE.key, WAITING.key, "0" * 64)
    assert drop_stale(store) == 2
    assert left(store) == {WAITING.key}
    assert store.scratch(WAITING.key).joinpath("step-00000002", "state.json").exists()


def test_a_study_that_changed_lets_go_unless_another_one_still_plans_the_node(store):
    record(store, "demo", STUDY, "all", "out")
    record(store, "mine", [WAITING], "all", "other")
    leave(store, WAITING.key, MADE.key)
    record(store, "demo", [toy("new")], "all", "out")
    drop_stale(store)
    assert left(store) == {WAITING.key}
    record(store, "mine", [toy("new")], "all", "other")
    drop_stale(store)
    assert left(store) == set()


def test_what_another_process_is_making_stays(store):
    leave(store, WAITING.key)
    with store.locks.key(WAITING.key, "train"):
        assert drop_stale(store) == 0
    assert left(store) == {WAITING.key}
    assert drop_stale(store) == 1


def test_dropped_weights_may_be_in_the_making_again(store):
    record(store, "demo", STUDY, "scores", "out")
    inline.run(STUDY, store, RUNNER)
    after_run(store)
    leave(store, MADE.key)
    drop_stale(store)
    assert left(store) == {MADE.key}


def test_with_a_broken_record_only_those_of_finished_nodes_go(store):
    inline.run([MADE], store, RUNNER)
    record(store, "demo", STUDY, "all", "out").write_text("{")
    leave(store, MADE.key, WAITING.key, "0" * 64)
    drop_stale(store)
    assert left(store) == {WAITING.key, "0" * 64}


def test_what_xstilts_did_not_write_stays(store):
    (store.root / "scratch" / "mine").mkdir()
    assert drop_stale(store) == 0
    assert left(store) == {"mine"}


def test_every_run_begins_with_it(store, tmp_path, monkeypatch):
    plan = plan_of({"none": []})
    waiting = next(node for node in plan.nodes.values() if node.kind == "train")
    leave(store, waiting.key, "0" * 64)
    seen = []

    def run(nodes, store, *_):
        seen.append(left(store))
        return Outcome()

    monkeypatch.setitem(EXECUTORS._items, "nothing", run)
    run_study(plan, store, tmp_path / "out", StudyOptions(executor="nothing"))
    assert seen == [{waiting.key}]
