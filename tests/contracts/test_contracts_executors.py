"""What every registered executor must do: the same DAG gives the same store."""

from __future__ import annotations

import json

import pytest

from xstilts.disk import file_sha256
from xstilts.execution import EXECUTORS
from xstilts.execution.events import NodeCached, NodeFailed, NodeFinished, NodeStarted, ignore
from xstilts.execution.run_options import RunOptions
from xstilts.store.node import Node
from xstilts.store.store import Store

RUNNER = f"{__name__}:run"


def run(node, context):
    """Concatenates the names of all ancestors; the runner of this test, in whatever process."""
    names = sorted((context.parent(role) / "name.txt").read_text() for role in node.parents)
    (context.work / "name.txt").write_text(node.payload["name"] + "(" + ",".join(names) + ")")
    (context.work / "deep").mkdir()
    (context.work / "deep" / "facts.json").write_text(json.dumps(node.payload))
    if node.payload["fail"]:
        raise RuntimeError("as told")


def node(name, *parents, fail=False):
    return Node("score", name, {"name": name, "fail": fail}, {f"p{i}": parent.key for i, parent in enumerate(parents)})


def contents(store):
    return {
        path.relative_to(store.root).as_posix(): file_sha256(path)
        for path in sorted((store.root / "nodes").rglob("*"))
        if path.is_file() and path.name != "provenance.json"
    }


@pytest.fixture(params=EXECUTORS.names())
def execute(request):
    executor = EXECUTORS.get(request.param)
    return lambda nodes, store, on_event=ignore: executor(nodes, store, RUNNER, RunOptions(workers=2), on_event)


A = node("a")
B, C = node("b", A), node("c", A)
D = node("d", B, C)
BAD = node("bad", A, fail=True)
BLOCKED = node("blocked", BAD, D)
DAG = [BLOCKED, D, C, B, A, BAD, A]


def test_the_same_dag_gives_the_same_store_as_inline(execute, tmp_path):
    one, two = Store(tmp_path / "one"), Store(tmp_path / "two")
    EXECUTORS.get("inline")(DAG, one, RUNNER, RunOptions(workers=1), ignore)
    execute(DAG, two)
    assert contents(one) == contents(two)
    assert len(contents(one)) == 8
    assert (two.read(D.key, "score") / "name.txt").read_text() == "d(b(a()),c(a()))"


def test_each_key_has_one_fate(execute, tmp_path):
    outcome = execute(DAG, Store(tmp_path))
    assert set(outcome.done) == {A.key, B.key, C.key, D.key}
    assert len(outcome.done) == 4
    assert list(outcome.failed) == [BAD.key]
    assert outcome.failed[BAD.key].message == "RuntimeError: as told"
    assert "as told" in outcome.failed[BAD.key].log.read_text()
    assert outcome.not_run == {BLOCKED.key: BAD.key}
    assert not outcome.stopped


def test_a_second_run_makes_only_what_is_missing(execute, tmp_path):
    store = Store(tmp_path)
    execute([A, B], store)
    assert set(execute([A, B, C, D], store).cached) == {A.key, B.key}
    assert len(execute([A, B, C, D], store).cached) == 4


def test_events_tell_the_whole_story(execute, tmp_path):
    store = Store(tmp_path)
    execute([A], store)
    events = []
    execute(DAG, store, events.append)
    by_type = {kind: {event.node.label for event in events if isinstance(event, kind)} for kind in
               (NodeCached, NodeStarted, NodeFinished, NodeFailed)}  # fmt: skip
    assert by_type == {
        NodeCached: {"a"},
        NodeStarted: {"b", "c", "d", "bad"},
        NodeFinished: {"b", "c", "d"},
        NodeFailed: {"bad"},
    }
