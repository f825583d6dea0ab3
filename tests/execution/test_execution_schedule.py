"""Which node comes next and what became of each, without a process or a clock."""

from __future__ import annotations

from pathlib import Path

from toy_nodes import toy
from xstilts.execution.events import ignore
from xstilts.execution.outcome import Failure
from xstilts.execution.schedule import Schedule
from xstilts.store.store import Store

FAILURE = Failure("ValueError: no", Path("a.log"), "ValueError")


def test_each_node_is_blocked_by_a_failed_node_that_it_hangs_on(tmp_path: Path):
    """Two failures beside each other: neither is blamed for what hangs on the other."""
    first, second, well = toy("first"), toy("second"), toy("well")
    of_first, of_second = toy("of first", [well, first]), toy("of second", [second])
    below = toy("below", [well, of_second])
    both = toy("both", [of_first, second])
    apart = toy("apart", [well])
    nodes = [first, second, well, of_first, of_second, below, both, apart]
    schedule = Schedule(nodes, Store(tmp_path), ignore)
    while (node := schedule.next()) is not None:
        if node in (first, second):
            schedule.failed(node, FAILURE)
        else:
            schedule.finished(node, 1.0, made=True)
    outcome = schedule.outcome()
    assert set(outcome.failed) == {first.key, second.key}
    assert set(outcome.done) == {well.key, apart.key}
    assert outcome.not_run == {
        of_first.key: first.key,
        of_second.key: second.key,
        below.key: second.key,
        both.key: first.key,  # of several the one that its first parent hangs on
    }


def test_what_a_stop_left_is_blocked_by_nobody(tmp_path: Path):
    bad, well = toy("bad"), toy("well", seconds=9.0)
    below, later = toy("below", [bad]), toy("later", [well])
    schedule = Schedule([bad, well, below, later], Store(tmp_path), ignore)
    assert [schedule.next(), schedule.next()] == [well, bad]
    schedule.failed(bad, FAILURE)
    outcome = schedule.outcome(stopped=True)
    assert outcome.not_run == {well.key: None, below.key: bad.key, later.key: None}
    assert outcome.stopped and not outcome.complete
