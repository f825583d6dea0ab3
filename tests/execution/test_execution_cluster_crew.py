"""What a run does with what its machines say: groups, losses, second tries. No machine and no Parsl."""

from __future__ import annotations

import pytest

from toy_nodes import RUNNER, toy
from xstilts.execution import inline
from xstilts.execution.cluster import crew as crews
from xstilts.execution.cluster.crew import Crew
from xstilts.execution.cluster.task import Fate, Reply, Task
from xstilts.execution.events import ignore
from xstilts.execution.schedule import Schedule
from xstilts.runners.devices import own_devices
from xstilts.store.store import Store


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


@pytest.fixture
def crew_of(store):
    def made(nodes, slots=1):
        schedule = Schedule(nodes, store, ignore)
        return Crew(schedule, store, slots), schedule

    return made


def failed(node, error, machine="m1"):
    return Reply(machine, (Fate(node.key, message="why", error=error),))


def test_small_nodes_travel_together_only_when_everybody_has_enough(crew_of):
    crew, _ = crew_of([toy(f"n{i}", seconds=1) for i in range(20)], slots=2)
    assert [len(crew.next()) for _ in range(5)] == [5, 3, 3, 2, 0]  # 20 // 4, 15 // 4, 12 // 4, 9 // 4; four are out


def test_a_long_node_travels_alone_and_takes_no_small_one_along(crew_of):
    crew, _ = crew_of([toy("long", seconds=31), *(toy(f"n{i}", seconds=1) for i in range(9))])
    assert [node.label for node in crew.next()] == ["long"]
    assert len(crew.next()) == 4


def test_a_group_is_planned_to_take_seconds(crew_of):
    crew, _ = crew_of([toy(f"n{i}", seconds=11) for i in range(30)])
    assert len(crew.next()) == 2  # three are planned to take more than 30 seconds


def test_lost_machines_cost_no_retry_until_nothing_moves(crew_of, store):
    node = toy("n")
    crew, schedule = crew_of([node])
    for number in range(3 * crews.LOSSES):
        crew.lost(crew.next(), "gone")
        (store.scratch(node.key) / f"step-{number}").mkdir(parents=True)  # it got further, elsewhere
    for _ in range(crews.LOSSES - 1):
        crew.lost(crew.next(), "gone")
        assert not schedule.outcome().failed
    crew.lost(crew.next(), "gone")
    assert "lost 10 times in a row (gone)" in schedule.outcome().failed[node.key].message
    assert crew.next() == ()


def test_what_a_lost_task_had_finished_is_not_run_again(crew_of, store):
    one, two = toy("one"), toy("two")
    crew, schedule = crew_of([one, two])
    group = (*crew.next(), *crew.next())
    inline.run([one], store, RUNNER)
    crew.out -= 1
    crew.lost(group, "gone")
    assert schedule.outcome().done == [one.key]
    assert [node.label for node in crew.next()] == ["two"]


def test_a_failure_of_the_machine_is_tried_elsewhere_and_no_other_one(crew_of):
    full, wrong = toy("full", seconds=2), toy("wrong")
    crew, schedule = crew_of([full, wrong])
    first = crew.next()
    assert crew.avoided(first) == ()
    crew.returned(first, failed(full, "StoreError", "m1"))
    again = crew.next()
    assert (again, crew.avoided(again)) == ((full,), ("m1",))
    crew.returned(again, failed(full, "WorkerDied", "m2"))
    third = crew.next()
    assert crew.avoided(third) == ("m1", "m2")
    crew.returned(third, failed(full, "OSError", "m3"))
    assert schedule.outcome().failed[full.key].error == "OSError"
    crew.returned(crew.next(), failed(wrong, "DataError"))
    assert schedule.outcome().failed[wrong.key].error == "DataError"
    assert crew.next() == ()


@pytest.mark.parametrize("others, refusals", [((), crews.LONELY), (("m2",), crews.REFUSALS)])
def test_a_machine_where_it_failed_gets_it_in_the_end_if_no_other_takes_it(crew_of, others, refusals):
    node = toy("n", seconds=9)
    rest = [toy(f"r{i}") for i in range(len(others))]
    crew, schedule = crew_of([node, *rest])
    crew.returned(crew.next(), failed(node, "StoreError"))
    for machine, other in zip(others, rest, strict=True):
        again, at = crew.next(), crew.next()
        assert (again, at) == ((node,), (other,))
        crew.returned(at, Reply(machine, (Fate(other.key),)))
        crew.returned(again, Reply("m1"))
    for number in range(refusals - len(others)):
        again = crew.next()
        assert crew.avoided(again) == ("m1",), number
        crew.returned(again, Reply("m1"))
    again = crew.next()
    assert crew.avoided(again) == ()
    crew.returned(again, Reply("m1", (Fate(node.key),)))
    assert node.key in schedule.outcome().done


def test_a_paused_phase_goes_on_and_costs_nothing(crew_of):
    node = toy("n")
    crew, schedule = crew_of([node])
    for _ in range(20):
        crew.returned(crew.next(), failed(node, "PausedError"))
    crew.returned(crew.next(), Reply("m1", (Fate(node.key, 2.0),)))
    assert schedule.outcome().done == [node.key]


def test_nodes_that_were_not_begun_come_again(crew_of):
    nodes = [toy(f"n{i}") for i in range(8)]
    crew, schedule = crew_of(nodes)
    group = crew.next()
    assert len(group) == 4
    crew.returned(group, Reply("m1", (Fate(group[0].key),)))
    assert [crew.next() for _ in range(2)] == [(group[1],), (group[2],)]
    assert schedule.outcome().done == [group[0].key]


def test_tasks_and_replies_survive_the_way():
    task = Task((toy("a", seconds=3),), "/s", "/s/told", RUNNER, 2, 1, ("/p",), ("m1",))
    assert Task.from_text(task.to_text()) == task
    reply = Reply("m1", (Fate("k", 1.5, False, "why", "OSError"),), "/s")
    assert Reply.from_text(reply.to_text()) == reply


@pytest.mark.parametrize(
    "inherited, there, rank, workers, own",
    [
        ("4,5", 0, 0, 2, "4"),
        ("4,5", 8, 1, 2, "5"),  # what was granted goes before what is there
        ("0,1,2,3,4,5,6,7", 0, 1, 3, "2,3,4"),
        ("GPU-a,GPU-b", 0, 0, 1, "GPU-a,GPU-b"),
        (None, 8, 11, 12, "7"),  # more workers than GPUs: no GPU that is not there
        (None, 0, 0, 4, None),
        ("", 2, 0, 1, None),  # none was granted
    ],
)
def test_gpus_are_shared_out_and_never_widened(inherited, there, rank, workers, own):
    assert own_devices(inherited, there, rank, workers) == own
