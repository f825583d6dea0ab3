"""A phase on several processes gives what it gives on one: bit for bit where a step has two micro-batches."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
import tiny_processes as many

from xstilts.training.processes import Processes

TWO = [name for name in many.PHASES if name.startswith("two_")]
MORE = [name for name in many.PHASES if name not in TWO]
RESUMED = "classification", "dual", "two_mixture"
THREE = "classification", "masked_lm", "dual", "adapted"
COUNTS = {name: (1, 2, 3) if name in THREE else (1, 2) for name in many.PHASES}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """All runs, in one script: name to exit statuses, and a function from name to what it left."""
    folder = tmp_path_factory.mktemp("processes")
    asked = [
        {"name": f"{phase}-{count}", "phase": phase, "count": count, "stop": None, "scratch": f"{phase}-{count}"}
        for phase, counts in COUNTS.items()
        for count in counts
    ]
    for phase in RESUMED:
        lives = ((2, 3), (1, 4), (3, 5), (2, None)) if phase == "classification" else ((2, 3), (1, None))
        asked += [
            {"name": f"{phase}-life{place}", "phase": phase, "count": count, "stop": stop, "scratch": f"{phase}-lives"}
            for place, (count, stop) in enumerate(lives)
        ]
    done = subprocess.run(
        [sys.executable, "-W", "error", many.__file__, str(folder), json.dumps(asked)],
        env=os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr

    def left(name):
        with np.load(folder / f"{name}.npz") as found:
            return {key: found[key] for key in found.files}

    return json.loads(done.stdout), left, done.stderr


def furthest(one, other):
    assert one.keys() == other.keys()
    return max(float(np.abs(one[name] - other[name]).max(initial=0)) for name in one)


@pytest.mark.parametrize("phase", TWO)
def test_two_processes_give_the_bits_of_one_where_a_step_has_two_micro_batches(results, phase):
    statuses, left, said = results
    assert statuses[f"{phase}-2"] == [0, 0], said
    assert furthest(left(f"{phase}-1"), left(f"{phase}-2")) == 0


@pytest.mark.parametrize("phase, count", [(name, count) for name in MORE for count in COUNTS[name][1:]])
def test_losses_are_those_of_one_process_but_for_the_order_of_additions(results, phase, count):
    statuses, left, said = results
    assert statuses[f"{phase}-{count}"] == [0] * count, said
    one, several = left(f"{phase}-1"), left(f"{phase}-{count}")
    assert np.abs(one["losses"] - several["losses"]).max() <= 1e-6


@pytest.mark.parametrize("phase", RESUMED)
def test_killed_on_two_processes_a_phase_goes_on_on_one_or_three_and_back(results, phase):
    statuses, left, said = results
    lives = [name for name in statuses if name.startswith(f"{phase}-life")]
    for name in lives[:-1]:
        assert set(statuses[name]) == {-signal.SIGKILL}, said
    assert set(statuses[lives[-1]]) == {0}, said
    one, resumed = left(f"{phase}-1"), left(lives[-1])
    if phase.startswith("two_"):
        assert furthest(one, resumed) == 0
    assert np.abs(one["losses"] - resumed["losses"]).max() <= 1e-6


@pytest.mark.parametrize("count, of", [(1, 3), (2, 2), (2, 5), (3, 2), (4, 9)])
def test_each_micro_batch_has_one_owner_and_owners_have_blocks_of_them(count, of):
    owners = [Processes(0, count).owner(number, of) for number in range(of)]
    assert owners == sorted(owners)
    shares = [owners.count(rank) for rank in range(count)]
    assert max(shares) - min(shares) <= 1
    assert [Processes(rank, count).owns(0, of) for rank in range(count)] == [rank == owners[0] for rank in range(count)]
