"""What each kind of node does: one module per kind, of its name, each with one function ``run(node, context)``."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from xstilts.store.node import KIND_VERSIONS

if TYPE_CHECKING:
    from xstilts.runners.context import Context
    from xstilts.store.node import Node

_SLOW = (
    "torch",
    "datasets",
    "transformers.models.auto",
    "xstilts.encoding",
    "xstilts.evaluation",
    "xstilts.models.load",
    "xstilts.models.stored",
    "xstilts.training.loop",
)
PRELOAD = {kind: _SLOW for kind in KIND_VERSIONS if kind not in ("score", "analyse")}
"""Kind of node to the modules that executors import once for all workers; scores and tables need none of them."""


def run_node(node: Node, context: Context) -> None:
    """Make one node: read its parents, write its files into ``context.work``.

    The module of its kind is imported when first needed, so that only training brings torch.
    """
    import_module(f"{__name__}.{node.kind}").run(node, context)
