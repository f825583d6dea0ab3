"""What a person sees of a run, by a clock that the test turns."""

from __future__ import annotations

import io
import re

from rich.console import Console

from toy_nodes import toy
from xstilts.execution import progress as display
from xstilts.execution.events import NodeCached, NodeFailed, NodeFinished, NodeProgress, NodeStarted, NodeWaiting
from xstilts.execution.outcome import Failure
from xstilts.execution.progress import shown
from xstilts.execution.tally import Tally
from xstilts.store.node import Progress


class Clock:
    def __init__(self):
        self.time = 0.0

    def __call__(self):
        return self.time


def step(node, number, total=100, loss=None):
    return NodeProgress(node, Progress(node.key, node.label, number, total, loss))


A, B, C = (toy(name, seconds=10.0) for name in "abc")


def test_time_left_follows_the_speed_that_was_seen():
    clock = Clock()
    tally = Tally([A, B, C], clock)
    assert tally.remaining() is None
    tally(NodeCached(A))
    tally(NodeStarted(B))
    clock.time = 4.0
    tally(step(B, 50))
    assert tally.remaining() is None  # the start of a worker may have taken all of it
    clock.time = 6.0
    tally(step(B, 75))
    assert tally.remaining() == 10.0  # 2.5 planned seconds took 2; 12.5 are left
    clock.time = 8.0
    tally(NodeFinished(B, 8.0))
    assert tally.remaining() == 8.0
    assert str(tally) == "2/3 nodes, about 8 s left"


def test_what_a_failed_node_blocks_takes_no_time():
    clock = Clock()
    child = toy("child", [A], seconds=10.0)
    tally = Tally([A, B, C, child, toy("grandchild", [child], seconds=10.0)], clock)
    tally(NodeStarted(B))
    clock.time = 8.0
    tally(NodeFinished(B, 8.0))
    assert tally.remaining() == 32.0
    tally(NodeStarted(A))
    tally(NodeFailed(A, Failure("went wrong", "a.log", "ValueError")))
    assert tally.remaining() == 8.0


def test_each_kind_of_node_has_a_speed_of_its_own():
    """A first data set takes 12 s for 0.1 planned ones, training then a tenth of what was planned."""
    clock = Clock()
    data = [toy(f"data {n}", kind="prepare", seconds=0.1) for n in range(4)]
    models = [toy(f"model {n}", kind="train", seconds=600.0) for n in range(5)]
    scores = [toy(f"score {n}", kind="score", seconds=0.05) for n in range(40)]
    tally = Tally([*data, *models, *scores], clock)
    for node, seconds in zip(data, (12.0, 0.2, 0.2, 0.2), strict=True):
        tally(NodeStarted(node))
        clock.time += seconds
        tally(NodeFinished(node, seconds))
        assert tally.remaining() is None  # it would be 100 hours
    tally(NodeStarted(models[0]))
    for clock.time, number in ((20.0, 1), (20.3, 6), (21.5, 26)):
        tally(step(models[0], number))
        if number < 11:
            assert tally.remaining() is None  # 30 of 3,000 planned seconds are too few to tell
    left = tally.remaining()
    assert left is not None
    assert 0.01 * (600 * 4 + 444) * 1.0 < left < 0.01 * (600 * 4 + 444) * 1.01  # and 2 planned seconds of scores
    assert str(tally) == "4/49 nodes, about 28 s left"


def test_a_slow_start_among_many_nodes_counts_as_one_of_them():
    clock = Clock()
    data = [toy(f"data {n}", kind="prepare", seconds=1.0) for n in range(10)]
    tally = Tally(data, clock)
    for node, seconds in zip(data, (41.0, 2.0, 2.0, 2.0, 2.0), strict=False):
        tally(NodeStarted(node))
        clock.time += seconds
        tally(NodeFinished(node, seconds))
    assert tally.remaining() == 10.0


def test_a_node_that_was_not_counted_tells_nothing():
    clock = Clock()
    tally = Tally([A, B], clock)
    tally(NodeStarted(C))
    clock.time = 3.0
    tally(step(C, 1))
    tally(step(C, 2))
    tally(NodeFinished(C, 3.0))
    assert tally.remaining() is None


def test_nodes_that_run_beside_each_other_are_over_sooner():
    clock = Clock()
    nodes = [toy(f"model {n}", kind="train", seconds=10.0) for n in range(6)]
    tally = Tally(nodes, clock)
    tally(NodeStarted(nodes[0]))
    tally(NodeStarted(nodes[1]))
    clock.time = 5.0
    tally(NodeFinished(nodes[0], 5.0))
    tally(NodeFinished(nodes[1], 5.0))
    assert tally.remaining() == 10.0  # four of 5 s each, two at a time


def test_time_left_of_a_node_counts_from_its_first_report():
    clock = Clock()
    tally = Tally([A], clock)
    tally(NodeStarted(A))
    clock.time = 100.0  # a slow start, or a snapshot found at step 40
    tally(step(A, 40))
    clock.time = 110.0
    last = step(A, 60, loss=1.23456)
    tally(last)
    assert tally.describe(last.progress) == "a, step 60/100, loss 1.235, 20 s left"


def test_lines_without_a_terminal():
    clock, stream = Clock(), io.StringIO()
    arms = {"b": ["none", "nli"], "c": list("pqrs")}
    with shown([A, B, C], {node.key: arms.get(node.label, []) for node in (A, B, C)}, stream, clock) as on_event:
        on_event(NodeCached(A))
        on_event(NodeStarted(B))
        for clock.time, number in ((1.0, 5), (3.0, 8), (4.0, 20), (4.5, 60), (14.0, 61), (15.0, 62)):
            on_event(step(B, number))
        clock.time = 20.0
        on_event(NodeFinished(B, 20.0))
        on_event(NodeStarted(C))
        on_event(NodeWaiting(C, "waiting for another run"))
        on_event(NodeFailed(C, Failure("ValueError: no", "c.log", "ValueError")))
    lines = stream.getvalue().splitlines()
    assert all(re.match(r"\d\d:\d\d:\d\d  ", line) for line in lines)
    assert [line[10:] for line in lines] == [
        "cached  1 nodes are in the store already  [1/3 nodes]",
        "start   b  [none, nli]",
        "        b, step 20/100, 16 s left",  # 10 % and 2 s later
        "        b, step 61/100, 9 s left",  # after 10 s
        "done    b  [none, nli] in 20 s  [2/3 nodes, about 20 s left]",
        "start   c",
        "wait    c: waiting for another run",
        "FAILED  c: ValueError: no (log: c.log)",
    ]


def test_bars_on_a_terminal():
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=100)
    with display._bars(console, Tally([A, B], Clock()), lambda node: node.label) as on_event:
        on_event(NodeCached(A))
        on_event(NodeStarted(B))
        on_event(NodeWaiting(B, "waiting for another run"))
        on_event(step(B, 30, loss=0.25))
        on_event(NodeFailed(B, Failure("ValueError: [no]", "b.log", "ValueError")))
    text = stream.getvalue()
    assert "FAILED b: ValueError: [no] (log: b.log)" in text
    assert "2/2 nodes, 1 failed" in text


def test_nothing_goes_to_stdout(capsys):
    with shown([A]) as on_event:
        on_event(NodeStarted(A))
        on_event(NodeFinished(A, 1.0))
    out, err = capsys.readouterr()
    assert out == ""
    assert "done    a in 1 s" in err
