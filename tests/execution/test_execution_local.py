"""Worker processes: deaths, failures, stops, and two runs on one store. Nothing here sleeps: pipes say when."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from toy_nodes import RUNNER, toy, value_of
from xstilts.errors import CorruptNodeError, StoreError
from xstilts.execution import local
from xstilts.execution.events import NodeStarted
from xstilts.execution.run_options import RunOptions
from xstilts.store.store import Store
from xstilts.store.verify import verify

RUN = """
import json, signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # tests that run in the background inherit that it is ignored
from xstilts.execution import local
from xstilts.execution.events import NodeWaiting
from xstilts.execution.run_options import RunOptions
from xstilts.store.node import Node
from xstilts.store.store import Store

def tell(event):
    if isinstance(event, NodeWaiting):
        print(event.message, flush=True)

nodes = [Node.from_json(item) for item in json.loads(Path(sys.argv[2]).read_text())]
outcome = local.run(nodes, Store(Path(sys.argv[1])), "toy_nodes:run", RunOptions(workers=1), tell)
print(json.dumps([outcome.done, outcome.cached, outcome.not_run, outcome.stopped]), flush=True)
"""


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


@pytest.fixture
def elsewhere(tmp_path, store):
    """Run nodes in another process."""
    started = []

    def start(nodes):
        plan = tmp_path / f"plan{len(started)}.json"
        plan.write_text(json.dumps([node.to_json() for node in nodes]))
        process = subprocess.Popen(
            [sys.executable, "-c", RUN, str(store.root), str(plan)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def pipes(tmp_path):
    """A pipe on which a node says that it has started, and one whose end lets it go on."""
    paths = {name: str(tmp_path / name) for name in ("started", "go")}
    for path in paths.values():
        os.mkfifo(path)
    return paths


def test_a_diamond(store):
    a = toy("a")
    b, c = toy("b", [a]), toy("c", [a])
    d = toy("d", [b, c])
    outcome = local.run([d, c, b, a], store, RUNNER, RunOptions(workers=2))
    assert Counter(outcome.done) == Counter(node.key for node in (a, b, c, d))
    assert outcome.complete
    assert value_of(store.read(d.key, d.kind)) == 5  # 1 + (1 + 1) + (1 + 1)
    again = local.run([a, b, c, d], store, RUNNER, RunOptions(workers=2))
    assert (again.done, len(again.cached)) == ([], 4)


def test_the_longest_remaining_path_goes_first(store):
    short, tall = toy("short", seconds=5), toy("tall", seconds=1)
    above = toy("above", [tall], seconds=9)
    order = []
    local.run(
        [short, tall, above],
        store,
        RUNNER,
        RunOptions(workers=1),
        on_event=lambda event: order.append(event.node.label) if isinstance(event, NodeStarted) else None,
    )
    assert order == ["tall", "above", "short"]


def test_a_failure_blocks_its_descendants_alone(store):
    bad = toy("bad", do="fail")
    child = toy("child", [bad])
    grandchild = toy("grandchild", [toy("well"), child])
    outcome = local.run([bad, child, grandchild, toy("well"), toy("apart")], store, RUNNER, RunOptions(workers=2))
    assert {toy("well").key, toy("apart").key} == set(outcome.done)
    assert outcome.failed[bad.key].message == "ValueError: the toy is broken"
    assert "Traceback" in outcome.failed[bad.key].log.read_text()
    assert outcome.not_run == {child.key: bad.key, grandchild.key: bad.key}
    assert not outcome.complete


def test_an_error_for_people_keeps_its_words(store):
    bad = toy("bad", do="bad_input")
    failure = local.run([bad], store, RUNNER, RunOptions(workers=1)).failed[bad.key]
    assert (failure.message, failure.error) == ("train.tsv:17: expected three columns.", "DataError")


def test_a_full_disk_fails_the_node_in_plain_words(store):
    bad = toy("bad", do="full")
    failure = local.run([bad], store, RUNNER, RunOptions(workers=1)).failed[bad.key]
    assert failure.error == "StoreError"
    assert "is full" in failure.message


def test_a_killed_worker_fails_only_its_node_and_is_replaced(store):
    dead = toy("dead", do="kill", seconds=9)
    others = [toy(f"n{index}") for index in range(3)]
    outcome = local.run([dead, *others], store, RUNNER, RunOptions(workers=1))
    assert set(outcome.done) == {node.key for node in others}
    assert "was killed by signal 9" in outcome.failed[dead.key].message
    assert outcome.failed[dead.key].log == store.log(dead.key)
    assert not list((store.root / "tmp").iterdir())


def test_scratch_survives_a_kill(store):
    node = toy("resumes", do="kill_once")
    assert list(local.run([node], store, RUNNER, RunOptions(workers=1)).failed) == [node.key]
    assert (store.scratch(node.key) / "snapshot.json").exists()
    assert local.run([node], store, RUNNER, RunOptions(workers=1)).done == [node.key]
    assert (store.read(node.key, node.kind) / "resumed_from.txt").read_text() == "3"
    assert not store.scratch(node.key).exists()


def test_what_a_node_prints_goes_to_its_log(store, capfd):
    node = toy("talks", do="print")
    local.run([node], store, RUNNER, RunOptions(workers=1))
    assert store.log(node.key).read_text() == "hello from the node\nand from a library\n"
    assert capfd.readouterr() == ("", "")


def test_threads_reach_the_worker_before_anything_is_imported(store):
    node = toy("one")
    local.run([node], store, RUNNER, RunOptions(workers=1, threads=3))
    assert store.provenance(node.key, node.kind)["threads"] == 3


def test_an_unknown_runner_fails_each_node_with_its_name(store):
    node = toy("one")
    assert (
        "no runner 'toy_nodes:walk'"
        in local.run([node], store, "toy_nodes:walk", RunOptions(workers=1)).failed[node.key].message
    )


def test_a_changed_node_stops_the_run_before_it_starts(store):
    node = toy("one")
    local.run([node], store, RUNNER, RunOptions(workers=1))
    (store.folder(node.key, node.kind) / "value.json").write_text("12345")
    with pytest.raises(CorruptNodeError, match=r"value\.json"):
        local.run([node, toy("two", [node])], store, RUNNER, RunOptions(workers=1))


def test_a_parent_that_is_nowhere_is_refused(store):
    with pytest.raises(StoreError, match="p0 of two is neither planned nor in the store"):
        local.run([toy("two", [toy("one")])], store, RUNNER, RunOptions(workers=1))


def test_two_runs_make_each_node_once(store, elsewhere, pipes, tmp_path):
    tally = str(tmp_path / "tally")
    first = toy("first", do="announce", tally=tally, **pipes)
    middle = [toy(f"m{index}", [first], tally=tally) for index in range(4)]
    nodes = [first, *middle, toy("last", middle, tally=tally)]
    one = elsewhere(nodes)
    assert Path(pipes["started"]).read_text() == "started\n"
    two = elsewhere(nodes)
    assert two.stdout.readline().startswith("waiting for another run that is making first (process ")
    Path(pipes["go"]).write_text("go")
    made = [json.loads(process.communicate(timeout=120)[0].splitlines()[-1]) for process in (one, two)]
    assert Counter(Path(tally).read_text().split()) == Counter(node.label for node in nodes)
    assert Counter(made[0][0] + made[1][0]) == Counter(node.key for node in nodes)
    assert all(len(done) + len(cached) == len(nodes) for done, cached, _, _ in made)
    assert verify(store) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_leaves_nothing_half_made_and_goes_on_later(store, elsewhere, pipes, number):
    before = toy("before", seconds=9)
    during = toy("during", [before], do="announce", **pipes)
    after = toy("after", [during])
    run = elsewhere([before, during, after])
    assert Path(pipes["started"]).read_text() == "started\n"
    run.send_signal(number)
    done, _, not_run, stopped = json.loads(run.communicate(timeout=120)[0].splitlines()[-1])
    assert (done, stopped) == ([before.key], True)
    assert not_run == {during.key: None, after.key: None}
    assert not store.has(during.key, during.kind)
    assert not list((store.root / "tmp").iterdir())
    again = elsewhere([before, during, after])
    assert Path(pipes["started"]).read_text() == "started\n"
    Path(pipes["go"]).write_text("go")
    done, cached, _, _ = json.loads(again.communicate(timeout=120)[0].splitlines()[-1])
    assert (done, cached) == ([during.key, after.key], [before.key])


def test_workers_of_a_killed_run_die_and_let_go(store, elsewhere, pipes):
    node = toy("node", do="announce", **pipes)
    run = elsewhere([node])
    assert Path(pipes["started"]).read_text() == "started\n"
    run.kill()
    run.communicate()
    again = elsewhere([node])  # waits for the lock until the orphan is gone
    assert Path(pipes["started"]).read_text() == "started\n"
    Path(pipes["go"]).write_text("go")
    assert json.loads(again.communicate(timeout=120)[0].splitlines()[-1])[0] == [node.key]
    assert not list((store.root / "tmp").iterdir())
