"""Workers are forked from one process that has imported what they need, and can be stopped while it does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import toy_nodes
from toy_nodes import RUNNER, toy
from xstilts.execution import local
from xstilts.execution.pool import Pool, preloaded
from xstilts.execution.run_options import RunOptions
from xstilts.runners import PRELOAD
from xstilts.runners.context import Means
from xstilts.store.node import KIND_VERSIONS
from xstilts.store.payloads import REVIEW_KINDS
from xstilts.store.store import Store

SLOW = "slow_to_import"
RUN = """
import json, sys
from pathlib import Path
import toy_nodes
from xstilts.execution import local
from xstilts.execution.run_options import RunOptions
from xstilts.store.store import Store

toy_nodes.PRELOAD = {"train": ["slow_to_import"]}
nodes = [toy_nodes.toy("one", kind="train")]
outcome = local.run(nodes, Store(Path(sys.argv[1])), "toy_nodes:run", RunOptions(workers=2))
print(json.dumps([outcome.done, outcome.not_run, outcome.stopped]), flush=True)
"""


@pytest.fixture
def imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with a line for each process that imported a module that trains need."""
    counted = tmp_path / "imports"
    counted.touch()
    (tmp_path / f"{SLOW}.py").write_text(
        f"import os\nwith open({str(counted)!r}, 'a') as file:\n    file.write(f'{{os.getpid()}}\\n')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(toy_nodes, "PRELOAD", {"train": [SLOW]}, raising=False)
    return counted


def test_what_nodes_need_is_imported_once_for_all_workers(tmp_path: Path, imports: Path):
    nodes = [toy(f"n{index}", kind="train") for index in range(6)]
    outcome = local.run(nodes, Store(tmp_path / "store"), RUNNER, RunOptions(workers=3))
    assert set(outcome.done) == {node.key for node in nodes}
    assert len(imports.read_text().splitlines()) == 1


def test_nothing_is_imported_for_nodes_that_do_not_need_it(tmp_path: Path, imports: Path):
    nodes = [toy(f"n{index}") for index in range(3)]
    assert local.run(nodes, Store(tmp_path / "store"), RUNNER, RunOptions(workers=2)).complete
    assert imports.read_text() == ""


def test_a_worker_that_lacks_a_module_makes_room_for_one_that_has_it(tmp_path: Path, imports: Path):
    first = toy("first")
    last = toy("last", [first], kind="train")
    store = Store(tmp_path / "store")
    assert local.run([first, last], store, RUNNER, RunOptions(workers=1)).done == [first.key, last.key]
    assert len(imports.read_text().splitlines()) == 1


def test_a_module_that_cannot_be_imported_is_left_to_the_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(toy_nodes, "PRELOAD", {"score": ["no_such_module"]}, raising=False)
    assert local.run([toy("one")], Store(tmp_path / "store"), RUNNER, RunOptions(workers=1)).complete


def test_a_run_is_stopped_while_modules_are_imported(tmp_path: Path):
    """The import says on one pipe that it has begun, and waits for another that never comes."""
    begun, never = tmp_path / "begun", tmp_path / "never"
    os.mkfifo(begun)
    os.mkfifo(never)
    (tmp_path / f"{SLOW}.py").write_text(
        f"from pathlib import Path\nPath({str(begun)!r}).write_text('begun')\nPath({str(never)!r}).read_text()\n"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", RUN, str(tmp_path / "store")],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *filter(None, sys.path)])},
    )
    try:
        assert begun.read_text() == "begun"
        run.send_signal(signal.SIGTERM)
        done, not_run, stopped = json.loads(run.communicate(timeout=120)[0])
    finally:
        run.kill()
        run.communicate()
    assert (done, list(not_run.values()), stopped) == ([], [None], True)


def test_a_killed_nursery_is_replaced(tmp_path: Path):
    store = Store(tmp_path / "store")
    wake, ring = os.pipe()
    pool = Pool(2, Means(), wake)
    try:
        pool._nursery._process.kill()
        pool._nursery._process.wait()
        node = toy("one")
        with store.locks.run("a test"):
            pool.start(node, store, RUNNER)
            said: list[str] = []
            while "done" not in said:
                for _, messages in pool.wait():
                    assert messages is not None
                    said += [message["type"] for message in messages]
    finally:
        pool.stop()
        os.close(wake)
        os.close(ring)
    assert store.has(node.key, node.kind)


def test_every_kind_of_node_that_loads_a_model_or_data_is_preloaded():
    assert {kind for kind in KIND_VERSIONS if "torch" in PRELOAD.get(kind, ())} == set(KIND_VERSIONS) - {
        "score",
        "analyse",
        *REVIEW_KINDS,
    }
    assert preloaded("xstilts.runners:run_node", "train") == PRELOAD["train"]
    assert preloaded("xstilts.runners:run_node", "score") == preloaded("nowhere:run", "train") == ()
