"""Nodes that add numbers, and misbehave when told to; worker processes import this module by name."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

from xstilts.errors import DataError, PausedError
from xstilts.store.node import Cost, Node, Progress
from xstilts.store.payloads import NgramPayload
from xstilts.tasks.base import Kind

RUNNER = "toy_nodes:run"


def toy(name, parents=(), do="add", kind="score", seconds=1.0, **runtime):
    """A node called ``name`` that adds 1 to the sum of its parents."""
    roles = {f"p{index}": parent.key for index, parent in enumerate(parents)}
    payload = {"name": name, "do": do}
    if kind == "predict":  # of which the store reads whether the parents' heads are needed
        asked = NgramPayload(task=name, kind=Kind.SPAN_QA, labels=(do,), pivot="en", learn=())
        payload = asked.to_json()
    return Node(kind, name, payload, roles, Cost(seconds=seconds), runtime)


def value_of(folder):
    return json.loads((folder / "value.json").read_text())


def run(node, context):
    """The runner."""
    if "tally" in node.runtime:
        with Path(node.runtime["tally"]).open("a") as file:
            file.write(node.label + "\n")
    context.report(Progress(node.key, node.label, 1, 2, loss=0.5))
    total = 1 + sum(value_of(context.parent(role)) for role in node.parents)
    (context.work / "value.json").write_text(json.dumps(total))
    do = node.payload["labels"][0] if node.kind == "predict" else node.payload["do"]
    ACTIONS[do](node, context)


def _fail(node, context):
    raise ValueError("the toy is broken")


def _bad_input(node, context):
    raise DataError("expected three columns.", field="train.tsv:17")


def _kill(node, context):
    os.kill(os.getpid(), signal.SIGKILL)


def _kill_once(node, context):
    snapshot = context.scratch / "snapshot.json"
    if not snapshot.exists():
        snapshot.write_text("3")
        _kill(node, context)
    (context.work / "resumed_from.txt").write_text(snapshot.read_text())


def _pause_once(node, context):
    snapshot = context.scratch / "step-3"
    if not snapshot.exists():
        snapshot.mkdir()
        raise PausedError("the machine is taken away")
    (context.work / "resumed_from.txt").write_text("3")


def _until_taken(node, context):
    """Wait for the machine to be taken away, and stop before with a snapshot; go on from it elsewhere."""
    if not (context.scratch / "step-3").exists():
        while time.time() < context.means.until:
            signal.sigtimedwait([signal.SIGUSR2], context.means.until - time.time())
    _pause_once(node, context)


def _announce(node, context):
    """Say on one pipe that it has started, then wait for the other one to end."""
    Path(node.runtime["started"]).write_text("started\n")
    Path(node.runtime["go"]).read_text()


def _print(node, context):
    print("hello from the node")  # noqa: T201 -- what is tested
    os.write(1, b"and from a library\n")


def _full(node, context):
    with Path("/dev/full").open("w") as file:
        file.write("x")


def _weights(node, context):
    for name in ("model.safetensors", "config.json", "heads/xnli.safetensors"):
        path = context.work / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name * 10)


ACTIONS = {
    "add": lambda node, context: None,
    "fail": _fail,
    "bad_input": _bad_input,
    "kill": _kill,
    "kill_once": _kill_once,
    "pause_once": _pause_once,
    "until_taken": _until_taken,
    "announce": _announce,
    "print": _print,
    "full": _full,
    "weights": _weights,
}
