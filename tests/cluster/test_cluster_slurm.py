"""The executor parsl on a real Slurm of two nodes: whatever dies, the store ends up as an undisturbed run leaves it.

``make test-cluster`` runs them; elsewhere they skip, since they start daemons and take minutes.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path

import psutil
import pytest
from loopback_slurm import LoopbackSlurm, missing

from toy_nodes import RUNNER, toy
from xstilts.disk import file_sha256
from xstilts.errors import InputError, RunError
from xstilts.execution import EXECUTORS
from xstilts.execution.events import NodeWaiting
from xstilts.execution.run_options import RunOptions
from xstilts.store.store import Store
from xstilts.store.verify import verify

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif("XSTILTS_TEST_CLUSTER" not in os.environ, reason="make test-cluster runs it"),
]
parsl_run, inline_run = EXECUTORS.get("parsl"), EXECUTORS.get("inline")


@pytest.fixture(scope="module")
def slurm():
    if why := missing():
        pytest.fail(f"No Slurm can be started: {why}. make test-cluster installs it.")
    folder = Path(tempfile.mkdtemp(prefix="xstilts-slurm-"))
    folder.chmod(0o755)
    with LoopbackSlurm(folder) as running, pytest.MonkeyPatch.context() as patch:
        for name, value in running.environment.items():
            patch.setenv(name, value)
        yield running
    shutil.rmtree(folder)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


@pytest.fixture
def site(tmp_path, slurm):
    """Write a site file; no job is left over from an earlier test."""
    for job in slurm.jobs():
        slurm.run(f"scancel {job}")

    def write(**said):
        path = tmp_path / "site.yaml"
        given = {"provider": "slurm", "partition": "debug", "walltime": "00:10:00", "address": "127.0.0.1"}
        given |= {"options": "#SBATCH --exclusive", "heartbeat": 4, "poll": 1, "blocks": 2}
        path.write_text(json.dumps(given | said))
        return path

    return write


@pytest.fixture
def pipes(tmp_path):
    """A pipe on which a node says that it has started, and one whose end lets it go on."""
    paths = {name: str(tmp_path / name) for name in ("started", "go")}
    for path in paths.values():
        os.mkfifo(path)
    return {**paths, "tally": str(tmp_path / "tally")}


def contents(store):
    return {
        path.relative_to(store.root).as_posix(): file_sha256(path)
        for path in sorted((store.root / "nodes").rglob("*"))
        if path.is_file() and path.name not in ("provenance.json", "resumed_from.txt")
    }


def same_as_undisturbed(store, nodes, tmp_path):
    """Whether the store holds what an undisturbed run would have left, byte for byte, and nothing is damaged."""
    calm = Store(tmp_path / "calm")
    for node in nodes:
        node.runtime.pop("tally", None)
    held = [node for node in nodes if "started" in node.runtime]
    for node in held:
        for name in ("started", "go"):
            node.runtime[name] = "/dev/null"
    inline_run(nodes, calm, RUNNER)
    return contents(store) == contents(calm) and verify(store) == []


def started(pipes):
    assert Path(pipes["started"]).read_text() == "started\n"


def ancestors(store, label):
    """The process that runs a node, then that which forked it, Parsl's worker, and Parsl's manager."""
    holders = [json.loads(path.read_text()) for path in (store.root / "locks").glob("*.json")]
    process = psutil.Process(next(held["pid"] for held in holders if held["what"] == label))
    return [process, *process.parents()[:3]]


def meanwhile(action):
    """Run ``action`` beside the test; what it raises is raised at the end."""
    found = []

    def run():
        try:
            action()
        except BaseException as error:
            found.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()

    def end():
        thread.join(timeout=120)
        assert not thread.is_alive()
        for error in found:
            raise error

    return end


def study(pipes):
    """A node that waits to be let go, some beside it, and some that need it."""
    first = toy("first", do="announce", seconds=99, **pipes)
    beside = [toy(f"beside{index}") for index in range(6)]
    above = [toy(f"above{index}", [first, beside[index]]) for index in range(3)]
    return [first, *beside, *above, toy("last", above)]


def test_daemons_listen_on_loopback_alone(slurm):
    assert slurm.listens_on() == {"0100007F"}


def test_nodes_run_on_both_machines(slurm, store, site, tmp_path):
    nodes = [toy("a", do="print"), toy("b", do="print")]
    nodes += [toy("c", nodes)]
    assert parsl_run(nodes, store, RUNNER, RunOptions(site=site())).complete
    assert same_as_undisturbed(store, nodes, tmp_path)


@pytest.mark.parametrize("which", ["worker", "manager"])
def test_a_killed_worker_or_manager_costs_its_node_time_alone(slurm, store, site, pipes, tmp_path, which):
    nodes = study(pipes)

    def kill():
        started(pipes)
        ancestors(store, "first")[2 if which == "worker" else 3].kill()
        started(pipes)  # it runs again: what held its lock is gone
        Path(pipes["go"]).write_text("go")

    end = meanwhile(kill)
    outcome = parsl_run(nodes, store, RUNNER, RunOptions(site=site()))
    end()
    assert outcome.complete
    assert Counter(Path(pipes["tally"]).read_text().split())["first"] == 2
    assert same_as_undisturbed(store, nodes, tmp_path)


def test_of_two_writers_of_a_node_the_second_does_nothing(slurm, store, site, pipes, tmp_path):
    """The manager falls silent, and is given up, while its node runs on: the node is run elsewhere as well."""
    nodes, stopped, waiting = study(pipes), [], threading.Event()

    def silence():
        started(pipes)
        stopped.append(ancestors(store, "first")[3])
        stopped[0].suspend()
        assert waiting.wait(timeout=100)  # somebody else was given the node, and waits for its lock
        Path(pipes["go"]).write_text("go")

    def watch(event):
        if isinstance(event, NodeWaiting):
            waiting.set()

    end = meanwhile(silence)
    outcome = parsl_run(nodes, store, RUNNER, RunOptions(site=site()), watch)
    end()
    assert outcome.complete
    assert Counter(Path(pipes["tally"]).read_text().split())["first"] == 1
    assert nodes[0].key in outcome.cached  # found made
    assert same_as_undisturbed(store, nodes, tmp_path)


def test_a_cancelled_block_does_not_freeze_a_slurm_that_forgets(slurm, store, site, pipes, tmp_path):
    """One block, and a Slurm that knows nothing of it two seconds later (Parsl/parsl#1588)."""
    nodes = study(pipes)

    def cancel():
        started(pipes)
        (job,) = slurm.jobs()
        slurm.run(f"scancel {job}")
        started(pipes)
        Path(pipes["go"]).write_text("go")

    end = meanwhile(cancel)
    outcome = parsl_run(nodes, store, RUNNER, RunOptions(site=site(blocks=1)))
    end()
    assert outcome.complete
    assert same_as_undisturbed(store, nodes, tmp_path)


DRIVER = """
import json, sys
from pathlib import Path
from xstilts.execution import EXECUTORS
from xstilts.execution.run_options import RunOptions
from xstilts.store.node import Node
from xstilts.store.store import Store

nodes = [Node.from_json(one) for one in json.loads(Path(sys.argv[2]).read_text())]
EXECUTORS.get("parsl")(nodes, Store(Path(sys.argv[1])), "toy_nodes:run", RunOptions(site=Path(sys.argv[3])))
"""


def test_the_driver_may_die_and_come_back(slurm, store, site, pipes, tmp_path):
    nodes, where = study(pipes), site()
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps([node.to_json() for node in nodes]))
    paths = os.pathsep.join(filter(None, sys.path))
    driver = subprocess.Popen([sys.executable, "-c", DRIVER, str(store.root), str(plan), str(where)],
                              env={**os.environ, "PYTHONPATH": paths})  # fmt: skip
    started(pipes)
    children = psutil.Process(driver.pid).children()
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    _, alive = psutil.wait_procs(children, timeout=20)
    assert not alive  # the interchange goes with it, and the workers when they miss it

    def let_go():
        started(pipes)
        Path(pipes["go"]).write_text("go")

    end = meanwhile(let_go)
    outcome = parsl_run(nodes, store, RUNNER, RunOptions(site=where))
    end()
    assert outcome.complete
    assert same_as_undisturbed(store, nodes, tmp_path)
    assert len(list((store.root / "cluster").iterdir())) == 0  # what the dead one left is gone too


def test_a_node_whose_disk_is_full_leaves_the_work_to_the_other(slurm, store, site, tmp_path):
    if not slurm.own_mounts:
        pytest.skip("this container does not let a process have mounts of its own")
    store.make_folders()
    place = store.root / "tmp"
    slurm.on("n1", "mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(place))
    try:
        slurm.on("n1", "sh", "-c", f"cat /dev/zero > {place}/full 2>/dev/null || true")
        nodes = [toy(f"n{index}") for index in range(8)]
        outcome = parsl_run(nodes, store, RUNNER, RunOptions(site=site()))
        assert outcome.complete, outcome.failed
        assert "is full" in "".join(path.read_text() for path in (store.root / "logs").glob("*.log"))
    finally:
        slurm.on("n1", "umount", "--lazy", str(place))
    assert same_as_undisturbed(store, nodes, tmp_path)


def test_a_phase_stops_before_its_block_ends_and_goes_on_in_the_next(slurm, store, site, tmp_path):
    node = toy("phase", do="until_taken")
    nodes = [node, toy("after", [node])]
    where = site(walltime="00:01:00", grace=45, blocks=1)
    assert parsl_run(nodes, store, RUNNER, RunOptions(site=where)).complete
    assert (store.read(node.key, node.kind) / "resumed_from.txt").read_text() == "3"


def test_a_partition_that_is_not_there(slurm, store, site):
    with pytest.raises(InputError, match="Slurm has no partition 'gpu'. Allowed: debug."):
        parsl_run([toy("n")], store, RUNNER, RunOptions(site=site(partition="gpu")))


def test_a_machine_that_cannot_see_the_store(slurm, site, tmp_path):
    """Its disk of the same name is another one."""
    if not slurm.own_mounts:
        pytest.skip("this container does not let a process have mounts of its own")
    place = tmp_path / "disk"
    place.mkdir()
    for node in ("n1", "n2"):
        slurm.on(node, "mount", "-t", "tmpfs", "tmpfs", str(place))
    try:
        with pytest.raises(RunError, match="blocks in a row came to nothing.*each machine must see the store"):
            parsl_run([toy("n")], Store(place / "store"), RUNNER, RunOptions(site=site(blocks=1)))
    finally:
        for node in ("n1", "n2"):
            slurm.on(node, "umount", "--lazy", str(place))
