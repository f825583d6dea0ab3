"""The executor parsl with workers on this machine, and what it says of a site that cannot work."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import pytest

from tiny_base import tiny_base
from toy_nodes import RUNNER, toy
from xstilts.cli import main
from xstilts.disk import file_sha256
from xstilts.errors import InputError, RunError
from xstilts.execution import EXECUTORS
from xstilts.execution.cluster import bound, engine, machine, providers, run
from xstilts.execution.cluster.engine import Engine
from xstilts.execution.cluster.site import Site, read_site
from xstilts.execution.cluster.task import Reply, Task, Told
from xstilts.execution.events import NodeProgress, NodeStarted, NodeWaiting
from xstilts.execution.run_options import RunOptions
from xstilts.execution.study_run import StudyOptions, run_study
from xstilts.planning.plan import make_plan
from xstilts.store.node import Progress
from xstilts.store.store import Store
from xstilts.store.verify import verify
from xstilts.studies.load import validate

TINY = {
    "name": "tiny",
    "question": "Is it the same?",
    "protocol": "lab",
    "bases": [tiny_base(languages=["qaa", "qab"], steps=2, limit=40)],
    "arms": {"none": [], "snli": [{"tasks": ["snli"]}]},
    "targets": [{"task": "xnli", "limit": 12}],
    "languages": ["qaa", "qab"],
    "seeds": [1],
    "training": {"steps": 2, "batch_size": 8, "limit": 24, "max_length": 64},
}
parsl_run = EXECUTORS.get("parsl")


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


@pytest.fixture
def site(tmp_path):
    """Write a site file."""

    def write(**said):
        path = tmp_path / "site.yaml"
        path.write_text(json.dumps({"heartbeat": 4, "poll": 1, **said}))
        return path

    return write


def contents(store):
    return {
        path.relative_to(store.root).as_posix(): file_sha256(path)
        for path in sorted((store.root / "nodes").rglob("*"))
        if path.is_file() and path.name != "provenance.json"
    }


def test_a_study_gives_the_bytes_that_local_gives(tmp_path):
    plan = make_plan(validate(TINY, "tiny"))
    stores = {name: Store(tmp_path / name) for name in ("local", "parsl")}
    for name, store in stores.items():
        outcome = run_study(plan, store, tmp_path / "out", StudyOptions(executor=name, workers=2, keep="all"))
        assert outcome.complete, outcome.failed
    assert contents(stores["local"]) == contents(stores["parsl"])
    assert len(contents(stores["local"])) > len(plan.nodes)
    assert verify(stores["parsl"]) == []
    assert not list((stores["parsl"].root / "cluster").iterdir())  # a run that went well leaves nothing else


def test_the_word_that_a_running_node_leaves_is_passed_on_once(tmp_path):
    node, unheard, events = toy("n"), toy("unheard"), []
    watch = run._Watch(events.append)
    progress = {"key": node.key, "label": "n", "step": 3, "total": 9, "loss": None, "note": ""}
    for told in (Told(1.0, progress), Told(1.0, progress), Told(1.0, progress, "waiting for another run")):
        (tmp_path / f"{node.key}.json").write_text(json.dumps(asdict(told)), encoding="utf-8")
        watch._looked = -1e9
        watch.look(tmp_path, [node, unheard])
    said = [NodeStarted(node), NodeProgress(node, Progress(**progress)), NodeWaiting(node, "waiting for another run")]
    assert events == said


def test_what_kills_a_node_or_its_worker_or_asks_it_to_pause(store, site, tmp_path):
    """In one run, since each needs workers of its own to come up."""
    pipes = {name: str(tmp_path / name) for name in ("started", "go")}
    for path in pipes.values():
        os.mkfifo(path)
    dead, wrong, paused = toy("dead", do="kill_once"), toy("wrong", do="bad_input"), toy("paused", do="pause_once")
    orphan = toy("orphan", do="announce", seconds=99, tally=str(tmp_path / "tally"), **pipes)
    nodes = [dead, wrong, paused, orphan, toy("child", [dead, paused, orphan])]
    killer = subprocess.Popen([sys.executable, "-c", KILLER, pipes["started"], pipes["go"], str(store.root)])
    outcome = parsl_run(nodes, store, RUNNER, RunOptions(site=site(workers_per_node=2)))
    assert killer.wait(timeout=60) == 0
    assert set(outcome.done) == {node.key for node in nodes if node is not wrong}
    assert outcome.failed[wrong.key].message == "train.tsv:17: expected three columns."
    assert (store.read(dead.key, dead.kind) / "resumed_from.txt").read_text() == "3"
    assert (store.read(paused.key, paused.kind) / "resumed_from.txt").read_text() == "3"
    assert Path(tmp_path / "tally").read_text() == "orphan\norphan\n"
    assert verify(store) == []


KILLER = """
import json, os, signal, sys
from pathlib import Path
import psutil

started, go, root = sys.argv[1:]
assert Path(started).read_text() == "started\\n"
holders = [json.loads(path.read_text()) for path in Path(root, "locks").glob("*.json")]
pid = next(held["pid"] for held in holders if held["what"] == "orphan")
worker = psutil.Process(pid).parent().parent()  # the process of the node, that which forked it, Parsl's worker
assert "multiprocessing" in " ".join(worker.cmdline()), worker.cmdline()
worker.send_signal(signal.SIGKILL)
assert Path(started).read_text() == "started\\n"  # it runs again
Path(go).write_text("go")
"""


def test_a_process_that_is_bound_ends_with_its_parent():
    forker = (
        "import os, subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-P', {bound.__file__!r}, sys.executable, '-c', "
        "'import time; print(1, flush=True); time.sleep(600)'])\n"
        "print(child.pid, flush=True)\n"
        "os.read(0, 1)\n"
        "os._exit(0)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", forker], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert {parent.stdout.readline().strip().isdigit() for _ in range(2)} == {True}  # the child runs, and its number
    parent.stdin.write(b"x")
    parent.stdin.flush()
    assert parent.stdout.read() == b""  # at its end nobody holds the pipe any more, the child neither
    parent.wait()
    parent.stdin.close()
    parent.stdout.close()


def test_a_worker_that_cannot_start_ends_the_run_with_what_it_said(store, site):
    where = site(python="/no/such/python")
    with pytest.raises(RunError, match="3 blocks in a row came to nothing. The last one said: .*/no/such/python"):
        parsl_run([toy("n")], store, RUNNER, RunOptions(site=where))


# --- without workers --------------------------------------------------------------------------------------------------


@pytest.fixture
def answering(monkeypatch):
    """Workers that answer at once what a function of the task says."""

    def put(answer):
        @contextmanager
        def started(site, folder):
            def send(text):
                future = Future()
                future.set_result(answer(Task.from_text(text)).to_text())
                return future

            yield Engine(send)

        monkeypatch.setattr(engine, "started", started)

    return put


def test_a_machine_that_cannot_see_the_store_ends_the_run(store, answering):
    answering(lambda task: Reply("n2", unseen=task.told))
    with pytest.raises(RunError, match=rf"^{store.root}: The machine n2 cannot see the store: it has no .*/told\. Put"):
        parsl_run([toy("n")], store, RUNNER)


def test_a_worker_says_when_it_cannot_see_the_store(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "end_with_parent", lambda: None)
    monkeypatch.setenv("SLURMD_NODENAME", "n2")
    task = Task((toy("n"),), "/nowhere", "/nowhere/told", RUNNER, 1, 1, ())
    assert Reply.from_text(machine.run_task(task.to_text())) == Reply("n2", unseen="/nowhere/told")


def test_a_worker_refuses_what_failed_there_and_what_comes_too_late(tmp_path, monkeypatch):
    slept = []
    monkeypatch.setattr(machine, "end_with_parent", lambda: None)
    monkeypatch.setattr(machine.time, "sleep", slept.append)
    monkeypatch.setenv("SLURMD_NODENAME", "n2")
    task = Task((toy("n"),), str(tmp_path), str(tmp_path), RUNNER, 1, 1, (), avoid=("n1", "n2"))
    assert Reply.from_text(machine.run_task(task.to_text())) == Reply("n2")
    monkeypatch.setenv("XSTILTS_UNTIL", "5")
    assert Reply.from_text(machine.run_task(Task(**{**vars(task), "avoid": ()}).to_text())) == Reply("n2")
    assert slept == [1.0, 1.0]  # so that another worker is faster


def test_a_store_that_scripts_cannot_name_is_refused(tmp_path):
    with pytest.raises(InputError, match="--store: has a space in its path"):
        parsl_run([toy("n")], Store(tmp_path / "my store"), RUNNER)


def test_a_finished_run_asks_for_no_machines(store, answering):
    EXECUTORS.get("inline")([toy("n")], store, RUNNER)
    answering(lambda task: pytest.fail("asked"))
    assert len(parsl_run([toy("n")], store, RUNNER).cached) == 1


@pytest.mark.parametrize(
    "connected, failed, ends", [([], 2, False), ([], 3, True), (["0"], 9, False), (["0"], 10, True)]
)
def test_blocks_that_come_to_nothing_end_the_run_in_the_end(connected, failed, ends):
    from parsl.jobs.states import JobState

    def status(state):
        return SimpleNamespace(state=state, stderr_summary="", message="no\n such account")

    states = [JobState.COMPLETED] * len(connected) + [JobState.FAILED] * failed
    trouble = []
    executor = SimpleNamespace(connected_blocks=lambda: connected)
    engine._look(executor, {str(number): status(state) for number, state in enumerate(states)}, trouble)
    assert (trouble != []) is ends
    if ends:
        with pytest.raises(RunError, match="came to nothing. The last one said: no such account Look at worker_init"):
            Engine(lambda text: Future(), trouble).check()


# --- the site file ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, said",
    [
        (
            "provider: slrum",
            "provider: Input should be 'local', 'slurm', 'pbs', 'lsf' or 'kubernetes' (here: 'slrum').",
        ),
        ("walltme: 1", "walltme: unknown key. Did you mean 'walltime'?"),
        ("provider: slurm", "walltime is missing: blocks of slurm are asked for by their length."),
        ("walltime: 4h", "walltime: must be hours, minutes and seconds, as in 04:00:00 (here: '4h')."),
        ("walltime: '00:01:00'", "grace must be shorter than walltime."),
        ("provider: kubernetes", "kubernetes needs image, memory, and volumes with the one that holds the store."),
        ("blocks: 0", "blocks: Input should be greater than or equal to 1 (here: 0)."),
        ("- local", "must be a mapping of keys"),
        ("a: [", "is not valid YAML"),
        (None, "does not exist."),
    ],
)
def test_a_wrong_site_file_is_told_in_one_paragraph(tmp_path, text, said):
    path = tmp_path / "site.yaml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_site(path)
    assert said in str(caught.value)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text, seconds", [("24:00:00", 86400), ("04:00:00", 14400), ("'24:00:00'", 86400)])
def test_walltime_is_read_however_yaml_reads_it(tmp_path, text, seconds):
    path = tmp_path / "site.yaml"
    path.write_text(f"provider: slurm\npartition: gpu\nwalltime: {text}\n")
    site = read_site(path)
    assert (site.walltime, site.useful, site.queue) == (seconds, seconds - 120, "gpu")


@pytest.fixture
def commands(tmp_path, monkeypatch):
    """A path with nothing on it but the scheduler's commands that a test writes."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def write(name, text):
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)

    return write


SLURM = Site(provider="slurm", walltime=3600, queue="gpus")


@pytest.mark.parametrize("provider, command", providers.SUBMITS.items())
def test_a_scheduler_that_is_not_there(commands, provider, command):
    with pytest.raises(
        InputError, match=rf"provider: {provider}: There is no {command} on this machine. Start the run"
    ):
        providers.check(Site(provider=provider, walltime=3600))


def test_a_partition_that_is_not_there(commands):
    commands("sbatch", "")
    commands("sinfo", "echo gpu; echo debug; echo gpu")
    with pytest.raises(InputError) as caught:
        providers.check(SLURM)
    assert str(caught.value) == "queue: Slurm has no partition 'gpus'. Allowed: debug, gpu. Did you mean 'gpu'?"
    providers.check(Site(provider="slurm", walltime=3600, queue="debug,gpu"))
    providers.check(Site(provider="slurm", walltime=3600))


def test_a_slurm_that_does_not_answer(commands):
    commands("sbatch", "")
    commands("sinfo", "echo 'slurm_load_partitions: Unable to contact' >&2; exit 1")
    with pytest.raises(InputError, match="Slurm does not answer: slurm_load_partitions: Unable to contact"):
        providers.check(SLURM)


def test_parsl_that_is_not_installed(monkeypatch):
    monkeypatch.setattr(providers, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"not installed. Install it with: pip install 'xstilts\[cluster\]'"):
        providers.check(Site())


def test_a_site_for_an_executor_of_this_machine_is_refused(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "site.yaml").write_text("blocks: 2\n")
    with pytest.raises(SystemExit, match="2"):
        main(["run", "demo", "--site", "site.yaml"])
    assert "--site: The executor local runs nodes on this machine and reads no site file." in capsys.readouterr().err


# --- providers, constructed and not asked -----------------------------------------------------------------------------


def test_slurm_is_asked_for_two_ids_and_as_often_as_the_site_says(commands, tmp_path):
    commands("sacct", "echo 'Slurm accounting storage is disabled' >&2; exit 1")
    made = providers.provider_of(
        SLURM.model_copy(update={"poll": 7, "gpus": 4, "memory": 64, "cores": 16, "options": "#SBATCH --qos=low"}),
        "hello",
    )
    commands("squeue", f'echo "$@" > {tmp_path}/asked')
    made.resources = {"77": {"job_id": "77", "status": SimpleNamespace(terminal=False), "job_stdout_path": "",
                             "job_stderr_path": ""}}  # fmt: skip
    assert [status.state.name for status in made.status(["77"])] == ["COMPLETED"]  # it is over and forgotten
    assert (tmp_path / "asked").read_text().split()[-1] == "1,77"
    assert (made.status_polling_interval, made.walltime, made.exclusive) == (7, "01:00:00", False)
    for line in ("--partition=gpus", "--gpus-per-node=4", "--qos=low"):
        assert line in made.scheduler_options
    assert made.worker_init.strip() == "hello"


def test_accounting_is_asked_as_parsl_does(commands):
    commands("sacct", "exit 0")
    assert "--job '{0}'" in providers.provider_of(SLURM, "")._cmd


def test_pbs_and_lsf_get_what_the_site_says():
    pbs = providers.provider_of(
        Site(provider="pbs", queue="q", account="a", walltime=5400, cores=8, memory=32, gpus=2), ""
    )
    assert (pbs.queue, pbs.account, pbs.walltime, pbs.cpus_per_node) == ("q", "a", "01:30:00", 8)
    assert pbs.select_options == "mem=32gb:ngpus=2"
    lsf = providers.provider_of(Site(provider="lsf", queue="q", account="a", walltime=5400, nodes_per_block=2), "")
    assert "#BSUB -q q" in lsf.scheduler_options and "#BSUB -P a" in lsf.scheduler_options
    assert type(lsf.launcher).__name__ == "JsrunLauncher"


def test_kubernetes_gets_the_memory_that_torch_needs(monkeypatch):
    import parsl.providers

    told = {}
    monkeypatch.setattr(parsl.providers, "KubernetesProvider", lambda **said: told.update(said))
    site = Site(provider="kubernetes", image="i", memory=16, gpus=1, cores=4, volumes={"claim": "/data"})
    providers.provider_of(site, "hello")
    assert (told["max_mem"], told["init_mem"], told["max_cpu"]) == ("16Gi", "16Gi", 4)
    assert told["extra_limits"] == {"nvidia.com/gpu": "1"}
    assert (told["persistent_volumes"], told["worker_init"], told["max_blocks"]) == ([("claim", "/data")], "hello", 1)


def test_a_block_begins_with_what_the_site_says_and_when_its_phases_stop():
    site = Site(provider="slurm", walltime=3600, gpus=4, worker_init="module load cuda\n")
    assert engine._beginning(site).splitlines() == [
        "module load cuda",
        "export XSTILTS_GPUS=4",
        "export XSTILTS_UNTIL=$(( $(date +%s) + 3480 ))",
    ]
    assert engine._beginning(Site()) == ""


def test_the_executor_of_parsl_is_told_what_the_site_says(commands):
    commands("sacct", "exit 1")
    made = engine._executor(SLURM.model_copy(update={"address": "10.0.0.1", "workers_per_node": 3}), [])
    assert (made.drain_period, made.heartbeat_threshold, made.address) == (3480, 120, "10.0.0.1")
    assert (made.workers_per_node, made.encrypted, made.available_accelerators) == (3, True, [])
    assert made.launch_cmd.startswith(f"{sys.executable} -m parsl.executors.high_throughput.process_worker_pool ")
    assert engine._executor(Site(), []).address == "127.0.0.1"


def test_a_stopped_run_gives_its_blocks_back(tmp_path, store, site):
    pipes = {name: str(tmp_path / name) for name in ("started", "go")}
    for path in pipes.values():
        os.mkfifo(path)
    node = toy("n", do="announce", **pipes)
    program = (
        "import json, sys\nfrom pathlib import Path\n"
        "from xstilts.execution import EXECUTORS\nfrom xstilts.execution.run_options import RunOptions\n"
        "from xstilts.store.node import Node\nfrom xstilts.store.store import Store\n"
        "node = Node.from_json(json.loads(sys.argv[2]))\n"
        "how = RunOptions(site=Path(sys.argv[3]))\n"
        "print(EXECUTORS.get('parsl')([node], Store(Path(sys.argv[1])), 'toy_nodes:run', how).stopped)\n"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", program, str(store.root), json.dumps(node.to_json()), str(site())],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert Path(pipes["started"]).read_text() == "started\n"
    run.send_signal(signal.SIGTERM)
    assert run.communicate(timeout=120)[0].strip() == b"True"  # its end is that of all that held the pipe
    again = Store(store.root)
    with again.locks.key(node.key, "test"):  # waits for the node's process, which goes with its worker
        pass
    assert again.clean() in (0, 1)
    assert not again.has(node.key, node.kind)


# --- the page ---------------------------------------------------------------------------------------------------------

PAGE = (Path(__file__).parents[2] / "docs/how-to/clusters.md").read_text(encoding="utf-8")


def test_the_page_has_a_short_site_for_each_provider(tmp_path):
    examples = re.findall(r"^```yaml site\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    path = tmp_path / "site.yaml"
    seen = []
    for text in examples:
        path.write_text(text)
        seen.append(read_site(path).provider)
        assert len(text.splitlines()) <= 15
    assert sorted(seen) == ["kubernetes", "local", "lsf", "pbs", "slurm"]


def test_the_page_tells_every_key():
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", PAGE, re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == set(Site.model_fields)
