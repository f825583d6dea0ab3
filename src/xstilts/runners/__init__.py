"""What each kind of node does: one module per kind, of its name, each with one function ``run(node, context)``.

Those of reviews lie together in ``reviews``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from xstilts.store.node import KIND_VERSIONS
from xstilts.store.payloads import REVIEW_KINDS

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
PRELOAD = {kind: _SLOW for kind in KIND_VERSIONS if kind not in ("score", "analyse", *REVIEW_KINDS)}
"""Kind of node to the modules that executors import once for all workers; scores, tables, reviews need none of them."""


def run_node(node: Node, context: Context) -> None:
    """Make one node: read its parents, write its files into ``context.work``.

    The module of its kind is imported when first needed, so that only training brings torch.
    """
    room = f"{__name__}.reviews" if node.kind in REVIEW_KINDS else __name__
    import_module(f"{room}.{node.kind}").run(node, context)
