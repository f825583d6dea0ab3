"""How one node is run into the store."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, TypeAlias

from xstilts.errors import XstiltsError
from xstilts.runners.context import Context

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xstilts.runners.context import Means
    from xstilts.store.node import Node, Progress
    from xstilts.store.store import Store

    Runner: TypeAlias = Callable[[Node, Context], None]


def load_runner(name: str) -> Runner:
    """The function called ``module:function``, which runs one node.

    Raises:
        XstiltsError: If there is none.
    """
    module, _, function = name.partition(":")
    try:
        runner: Runner = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        raise XstiltsError(f"There is no runner {name!r}: {error}", value=name) from error
    return runner


def run_node(
    node: Node,
    store: Store,
    runner: Runner,
    means: Means,
    report: Callable[[Progress], None],
    on_wait: Callable[[str], None],
) -> bool:
    """Run one node into the store; returns False when another run had made it meanwhile."""
    made = False

    def work_on(work: Path, scratch: Path) -> dict[str, str]:
        nonlocal made
        context = Context(node, store, work, scratch, means, report)
        runner(node, context)
        made = True
        return context.read

    store.make(node, work_on, on_wait)
    return made
