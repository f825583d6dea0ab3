"""What each kind of node does: one module per kind, each with one function ``run(node, context)``."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xstilts.studies.execute.context import Context
    from xstilts.studies.node import Node

MODULES = {
    "prepare": "xstilts.studies.runners.prepare",
    "pretrain": "xstilts.studies.runners.train",
    "train": "xstilts.studies.runners.train",
    "choose": "xstilts.studies.runners.choose",
    "predict": "xstilts.studies.runners.predict",
    "score": "xstilts.studies.runners.score",
    "overlap": "xstilts.studies.runners.overlap",
    "analyse": "xstilts.studies.runners.analyse",
}
"""Kind of node to the module that runs it; imported when first needed, so that only training brings torch."""

_SLOW = (
    "torch",
    "datasets",
    "transformers.models.auto",
    "xstilts.encoding",
    "xstilts.evaluation",
    "xstilts.models.load",
    "xstilts.models.checkpoint",
    "xstilts.training.loop",
)
PRELOAD = {kind: _SLOW for kind in MODULES if kind not in ("score", "analyse")}
"""Kind of node to the modules that executors import once for all workers; scores and tables need none of them."""


def run_node(node: Node, context: Context) -> None:
    """Make one node: read its parents, write its files into ``context.work``."""
    import_module(MODULES[node.kind]).run(node, context)
