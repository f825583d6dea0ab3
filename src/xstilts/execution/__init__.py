"""Executors run the nodes of a plan into a store: same DAG, same store, same results, whichever is chosen.

    local    worker processes on this machine (the default)
    inline   in this process, one node after the other: for debugging and for tests
    parsl    workers on other machines, by Slurm, PBS, LSF or Kubernetes, or on this one: see docs/how-to/clusters.md

docs/how-to/adding_an_executor.md says how to add one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from xstilts.execution import inline, local
from xstilts.execution.cluster import run as cluster
from xstilts.execution.events import ignore
from xstilts.execution.run_options import RunOptions
from xstilts.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.execution.events import OnEvent
    from xstilts.execution.outcome import Outcome
    from xstilts.store.node import Node
    from xstilts.store.store import Store


class Executor(Protocol):
    """Runs a DAG of nodes into a store.

    A failing node blocks its descendants alone; nodes in the store are not run; whatever stops the run, no half-made
    node counts as complete.
    """

    def __call__(
        self,
        nodes: Sequence[Node],
        store: Store,
        runner: str,
        options: RunOptions = RunOptions(),
        on_event: OnEvent = ignore,
    ) -> Outcome:
        """Run ``nodes``.

        Args:
            nodes: The DAG, in any order.
            store: Where results go.
            runner: ``module:function``, called as ``function(node, context)`` for each node that must run.
            options: Workers, threads, and weights that must be there in the end.
            on_event: Told what happens (see :mod:`xstilts.execution.events`).
        """
        ...


EXECUTORS: Registry[Executor] = Registry("executor")
EXECUTORS.register("local", local.run)
EXECUTORS.register("inline", inline.run)
EXECUTORS.register("parsl", cluster.run)

WITHOUT_SITE = ("local", "inline")
"""Executors that run on this machine alone."""
