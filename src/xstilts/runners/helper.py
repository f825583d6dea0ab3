"""One more process of a phase, as a program: ``python -m xstilts.runners.helper``, with what to train on stdin.

It makes the same encoder and items from the node and the store, and trains the same phase. What it has in the end is
thrown away, since all have the same. It ends when its stdin does, which is that of the process that started it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

from xstilts.runners.context import Context, Means
from xstilts.runners.devices import take_share
from xstilts.runners.together import met
from xstilts.runners.train import trained
from xstilts.store.node import Node
from xstilts.store.store import Store
from xstilts.training.processes import Processes


def main() -> None:
    """Train what the first line of stdin says."""
    asked = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    means, scratch = Means(**asked["means"]), Path(asked["scratch"])
    me = Processes(asked["rank"], means.processes)
    take_share(me.rank, me.count)
    node = Node.from_json(asked["node"])
    context = Context(node, Store(Path(asked["store"])), scratch, scratch, means, lambda progress: None)
    with met(Path(asked["meeting"]), asked["backend"], me):
        trained(node, context, me)


def _end_with_stdin() -> None:
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    main()
