"""A run whose phases have several processes: the bytes of a run with one, and no process is left over."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import psutil
import pytest

from tiny_base import tiny_base
from xstilts.disk import file_sha256
from xstilts.errors import RunError
from xstilts.execution.study_run import StudyOptions, run_study
from xstilts.planning.plan import make_plan
from xstilts.runners.devices import DEVICES, GPUS, shares, take_share
from xstilts.runners.together import met
from xstilts.store.store import Store
from xstilts.studies.load import validate
from xstilts.training.processes import Processes

STUDY = {
    "name": "tiny",
    "question": "Is it the same?",
    "protocol": "lab",
    "bases": [tiny_base(languages=["qaa"], steps=2, limit=40)],
    "arms": {"none": []},
    "targets": [{"task": "xnli", "limit": 6}],
    "languages": ["qaa", "qab"],
    "seeds": [1],
    "training": {"steps": 3, "batch_size": 2, "limit": 24, "max_length": 64, "token_budget": 1},
}
"""Every step has two micro-batches, so there is one order of additions and the weights are the same bit for bit."""


def contents(store):
    return {
        path.relative_to(store.root).as_posix(): file_sha256(path)
        for path in sorted((store.root / "nodes").rglob("*"))
        if path.is_file() and path.name != "provenance.json"
    }


def test_two_processes_give_the_bytes_of_one(tmp_path):
    plan, stores = make_plan(validate(STUDY, "tiny")), [Store(tmp_path / "one"), Store(tmp_path / "two")]
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    ways = [StudyOptions(executor="inline", processes=number, keep="all") for number in (1, 2)]
    for store, how in zip(stores, ways, strict=True):
        outcome = run_study(plan, store, tmp_path / "out", how)
        assert outcome.complete, outcome.failed
    assert contents(stores[0]) == contents(stores[1])
    assert not {process.pid for process in psutil.Process().children(recursive=True)} - before
    assert not any((stores[1].root / "scratch").iterdir())


@pytest.mark.gpu
def test_two_processes_on_gpus_give_the_losses_of_one(tmp_path):
    """Over nccl where there are two GPUs, over gloo on a single one."""
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("there is no GPU")
    plan, found = make_plan(validate(STUDY, "tiny")), []
    for number in (1, 2):
        store = Store(tmp_path / str(number))
        how = StudyOptions(workers=1, processes=number, keep="all")
        assert run_study(plan, store, tmp_path / "out", how).complete
        paths = sorted((store.root / "nodes").rglob("history.json"))
        found.append([[step["loss"] for step in json.loads(path.read_text())["history"]] for path in paths])
    assert np.allclose(np.array(found[0]).ravel(), np.array(found[1]).ravel(), rtol=0, atol=1e-4)


def test_a_process_that_ends_before_the_phase_begins_is_told(tmp_path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    with pytest.raises(RunError, match="ended before it began"), met(tmp_path / "m", "gloo", Processes(0, 2), [dead]):
        pass


def test_a_share_of_the_gpus_is_taken_once(monkeypatch):
    monkeypatch.setenv(DEVICES, "4,5,6,7")
    assert shares(2) == ["4,5", "6,7"]
    take_share(1, 2)
    assert shares(2) == ["6", "7"]  # now its own are shared out among the processes of its phase
    monkeypatch.delenv(DEVICES)
    monkeypatch.setenv(GPUS, "2")
    assert shares(2) == ["0", "1"]
    monkeypatch.setenv(GPUS, "0")
    take_share(0, 2)
    assert shares(1) == [None]
