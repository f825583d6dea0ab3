"""What each kind of node does: one module per kind, each with one function ``run(node, context)``."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xstilts.runners.context import Context
    from xstilts.store.node import Node

MODULES = {
    "prepare": "xstilts.runners.prepare",
    "pretrain": "xstilts.runners.train",
    "train": "xstilts.runners.train",
    "choose": "xstilts.runners.choose",
    "predict": "xstilts.runners.predict",
    "score": "xstilts.runners.score",
    "overlap": "xstilts.runners.overlap",
    "analyse": "xstilts.runners.analyse",
}
"""Kind of node to the module that runs it; imported when first needed, so that only training brings torch."""

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
PRELOAD = {kind: _SLOW for kind in MODULES if kind not in ("score", "analyse")}
"""Kind of node to the modules that executors import once for all workers; scores and tables need none of them."""


def run_node(node: Node, context: Context) -> None:
    """Make one node: read its parents, write its files into ``context.work``."""
    import_module(MODULES[node.kind]).run(node, context)
