"""Tiny phases on several processes: forked from this script, which has imported what they need.

As a script: ``python tiny_processes.py FOLDER '[{"name": …, "phase": …, "count": 2, "stop": null, "scratch": …}]'``.
Runs one after the other; a run with ``stop`` is killed after so many steps, all processes of it. Weights and losses of
process 0 go to ``NAME.npz``; each other process compares its own with what it finds there in the end: they are one.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import tiny_phases as tiny

from xstilts.tasks.base import Kind
from xstilts.training import Contrast, Mix, PhaseSpec

TWO = tiny.COMMON | {"batch_size": 2, "token_budget": 1, "steps": 6}
"""Each step has two items, and each item is a micro-batch."""
PAIR = {"qa~dual-encoder": Kind.RETRIEVAL}
PHASES = {
    **tiny.PHASES,
    "tagging": (PhaseSpec(("pos",), steps=9, **tiny.COMMON), {"pos": Kind.TAGGING}),
    "qa": (PhaseSpec(("qa",), steps=9, **tiny.COMMON), {"qa": Kind.SPAN_QA}),
    "dual_alone": (PhaseSpec(tuple(PAIR), steps=6, contrast=Contrast("mean"), **tiny.COMMON), PAIR),
    "two_classification": (PhaseSpec(("nli",), **TWO), {"nli": Kind.CLASSIFICATION}),
    "two_tagging": (PhaseSpec(("pos",), **TWO), {"pos": Kind.TAGGING}),
    "two_qa": (PhaseSpec(("qa",), **TWO), {"qa": Kind.SPAN_QA}),
    "two_masked_lm": (PhaseSpec(("mlm",), mlm_probability=0.4, **TWO), {"mlm": Kind.MASKED_LM}),
    "two_mixture": (
        PhaseSpec(("nli", "mlm", "pos"), mix=Mix("uniform"), lora_rank=2, **TWO),
        {"nli": Kind.CLASSIFICATION, "mlm": Kind.MASKED_LM, "pos": Kind.TAGGING},
    ),
    "two_dual": (  # the questions are one micro-batch, the passages the other
        PhaseSpec(tuple(PAIR), contrast=Contrast("mean"), **(TWO | {"token_budget": 999, "batch_size": 4})), PAIR),
    "dual_cached": (
        PhaseSpec(tuple(PAIR), contrast=Contrast("mean"), **(TWO | {"token_budget": 40, "batch_size": 4})), PAIR),
}  # fmt: skip


def train(phase: str, scratch: Path, processes, stop: int | None):
    from xstilts.training.loop import Execution
    from xstilts.training.loop import train as run

    spec, kinds = PHASES[phase]
    dev = tiny.wavering_dev if spec.selection == "pivot-dev" else None

    def progress(told) -> None:
        if told.step == stop and processes.rank == 0:
            os.killpg(0, signal.SIGKILL)

    how = Execution(cpu=True, snapshot_steps=2, progress=progress, processes=processes)
    return run(replace(spec), tiny.encoder(), tiny.task_data(kinds, dev), tiny.VOCABULARY, scratch, how)


def one_process(folder: Path, asked: dict, rank: int) -> None:
    from torch import distributed

    from xstilts.training.processes import Processes, process_group

    me = Processes(rank, asked["count"])
    scratch = folder / asked["scratch"]
    out = folder / f"{asked['name']}.npz"
    if me.count == 1:
        result = train(asked["phase"], scratch, me, asked["stop"])
    else:
        store = distributed.FileStore(str(folder / f"{asked['name']}.meeting"), me.count)
        store.set_timeout(timedelta(seconds=300))
        with process_group("gloo", store, me):
            result = train(asked["phase"], scratch, me, asked["stop"])
            found = {"losses": np.array([entry["loss"] for entry in result.history]), **tiny.weights(result)}
            if rank == 0:
                np.savez(out, **found)
            distributed.barrier()
            with np.load(out) as first:
                assert all(np.array_equal(first[name], found[name]) for name in first.files)
        return
    np.savez(out, losses=np.array([entry["loss"] for entry in result.history]), **tiny.weights(result))


def run(folder: Path, asked: dict) -> list[int]:
    """Exit statuses of the processes."""
    children = []
    for rank in range(asked["count"]):
        child = os.fork()
        if child == 0:
            os.setpgid(0, children[0] if children else 0)
            try:
                one_process(folder, asked, rank)
            except BaseException:
                import traceback

                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        children.append(child)
        os.setpgid(child, children[0])
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


if __name__ == "__main__":
    import accelerate  # noqa: F401 - imported before the first fork
    import peft  # noqa: F401 - the same
    import torch.distributed  # noqa: F401 - the same

    tiny.encoder()
    sys.stdout.write(json.dumps({asked["name"]: run(Path(sys.argv[1]), asked) for asked in json.loads(sys.argv[2])}))
