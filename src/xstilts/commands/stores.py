"""``export``, ``verify`` and ``gc``: what is done with the store."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads annotations at run time
from typing import Annotated

import typer

from xstilts.commands import options
from xstilts.commands.output import say, tell


def export(
    key: Annotated[str, typer.Argument(metavar="KEY", help="A training node's key, or its first characters.")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to; new or empty.")],
    store: options.StoreFolder = options.DEFAULT_STORE,
    task: Annotated[str | None, typer.Option("--task", help="Which head, for a phase on several tasks.")] = None,
) -> None:
    """Write a trained model as a Hugging Face checkpoint with tokenizer and model card."""
    from xstilts.studies.checkpoints import export_node

    tell(str(export_node(options.open_store(store), key, folder, task)))


def verify(store: options.StoreFolder = options.DEFAULT_STORE) -> None:
    """Check that every stored node still holds the bytes that were written."""
    from xstilts.studies.verify import verify as problems_of

    count = 0

    def on_node(_key: str) -> None:
        nonlocal count
        count += 1

    problems = problems_of(options.open_store(store), on_node)
    for problem in problems:
        tell(str(problem))
    say(f"{count} nodes checked, {len(problems)} problems.")
    if problems:
        say("Delete the folder of such a node and run its study again.")
        raise typer.Exit(1)


def gc(store: options.StoreFolder = options.DEFAULT_STORE) -> None:
    """Free what no study in the store's records needs."""
    from xstilts.studies.retention import gc as free

    freed = free(options.open_store(store))
    tell(
        f"Freed {freed.size / 1e6:.1f} MB: {freed.nodes} nodes, weights of {freed.weights} nodes,"
        f" {freed.leftovers} leftovers."
    )
