"""The processes of one phase: started beside the one that runs the node, and ended with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from xstilts.errors import RunError
from xstilts.runners.devices import DEVICES, shares, take_share
from xstilts.training.processes import Processes, process_group

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xstilts.runners.context import Context
    from xstilts.store.node import Node

_LOOK_SECONDS = 0.05


@contextmanager
def together(node: Node, context: Context) -> Iterator[Processes]:
    """Within the block a phase is trained by ``context.means.processes`` processes, of which this is the first.

    The others run :mod:`xstilts.runners.helper`.

    Raises:
        RunError: If one of the others ends before the phase begins; what it said is in the log of the node.
    """
    me = Processes(0, context.means.processes)
    if me.count == 1:
        yield me
        return
    with ExitStack() as stack:
        meeting = Path(stack.enter_context(TemporaryDirectory(prefix="xstilts-"))) / "meeting"
        backend = _backend(me.count)
        asked = {"node": node.to_json(), "store": str(context.store.root), "scratch": str(context.scratch),
                 "means": asdict(context.means), "meeting": str(meeting), "backend": backend}  # fmt: skip
        helpers = [stack.enter_context(_helper({**asked, "rank": rank})) for rank in range(1, me.count)]
        stack.enter_context(_first_share(me.count))
        stack.enter_context(met(meeting, backend, me, helpers))
        yield me


@contextmanager
def met(meeting: Path, backend: str, me: Processes, others: Sequence[subprocess.Popen[bytes]] = ()) -> Iterator[None]:
    """Wait until all are there, and let them speak to one another within the block.

    Args:
        meeting: A file by which they find one another.
        backend: Of torch.distributed.
        me: This process.
        others: Known to the first alone, which so learns when one is no more.

    Raises:
        RunError: If one of the others ended.
    """
    from torch import distributed

    store = distributed.FileStore(str(meeting), me.count)  # type: ignore[attr-defined]
    if me.rank:
        store.set(f"here-{me.rank}", "yes")
    else:
        names = [f"here-{rank}" for rank in range(1, me.count)]
        while not store.check(names):
            if any(other.poll() is not None for other in others):
                raise RunError("A process of the phase ended before it began.", hint="The log of the node says why.")
            time.sleep(_LOOK_SECONDS)
    with process_group(backend, store, me):
        yield


@contextmanager
def _helper(asked: dict[str, Any]) -> Iterator[subprocess.Popen[bytes]]:
    """One of the other processes; it ends with the block, and when this process does."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
    command = [sys.executable, "-P", "-m", "xstilts.runners.helper"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=2, env=environment) as helper:  # noqa: S603 - our own
        try:
            if helper.stdin is not None:
                helper.stdin.write(json.dumps(asked).encode() + b"\n")
                helper.stdin.flush()
            yield helper
        finally:
            helper.kill()


@contextmanager
def _first_share(count: int) -> Iterator[None]:
    """Within the block this process sees its own part of the GPUs alone."""
    before = os.environ.get(DEVICES)
    take_share(0, count)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(DEVICES, None)
        else:
            os.environ[DEVICES] = before


def _backend(count: int) -> str:
    """``nccl`` where each process has a GPU of its own, which it needs; else ``gloo``, which takes anything."""
    from torch import distributed

    apart = shares(count)
    return "nccl" if distributed.is_nccl_available() and None not in apart and len(set(apart)) == count else "gloo"
