"""Nodes that do nothing, but for scores: each chain's are written down beforehand, by what is looked at."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xstilts.runners.context import Context
    from xstilts.store.node import Node

ROWS: dict[str, list[dict[str, Any]]] = {}
"""Key of a score node to its rows."""
BROKEN: set[str] = set()
"""Keys of nodes that fail."""
STOP_AFTER: list[int] = []
"""How many nodes may still run before somebody presses Ctrl-C; empty: all."""


def run_node(node: Node, context: Context) -> None:
    if STOP_AFTER:
        STOP_AFTER[0] -= 1
        if STOP_AFTER[0] < 0:
            raise KeyboardInterrupt
    if node.key in BROKEN:
        raise ValueError("broken")
    rows = ROWS.get(node.key)
    (context.work / ("scores.json" if rows else "nothing.json")).write_text(json.dumps(rows or []), encoding="utf-8")
