"""Processes that really die: what they leave behind is gone on from, and the end is the same bit for bit."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
import tiny_phases as tiny

from xstilts.randomness import generator


@pytest.fixture(scope="module")
def lives(tmp_path_factory):
    """Every phase: one uninterrupted process, then four that are killed at random steps and one that ends."""
    folder = tmp_path_factory.mktemp("lives")
    plan = {
        phase: [f"{who}:{generator(11, 'kill', phase, number).integers(1, 4)}"
                for number, who in enumerate(("self", "parent", "self", "parent"))] + ["finish"]
        for phase in tiny.PHASES
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-W", "error", tiny.__file__, str(folder), json.dumps(plan)],
        env=os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout)


@pytest.mark.parametrize("phase", list(tiny.PHASES))
def test_killed_at_random_steps_a_run_ends_with_the_weights_of_an_uninterrupted_one(lives, phase):
    folder, told = lives
    whole, *killed, last = told[phase]
    assert (whole["status"], last["status"]) == (0, 0)
    assert [life["status"] for life in killed] == [-signal.SIGKILL] * 4
    starts = [life["steps"][0] for life in (*killed, last)]
    assert starts == sorted(starts) and starts[-1] > 1  # each goes on from a snapshot, the last one too
    assert last["steps"][-1] == len(whole["steps"])
    with np.load(folder / f"{phase}-whole.npz") as one, np.load(folder / f"{phase}-end.npz") as other:
        assert set(one.files) == set(other.files)
        for name in one.files:
            assert np.array_equal(one[name], other[name]), name
