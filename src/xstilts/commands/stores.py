"""``export``, ``verify`` and ``gc``: what is done with the store."""

from __future__ import annotations

import shlex
from pathlib import Path  # noqa: TC003 - typer reads annotations at run time
from typing import Annotated

import typer

from xstilts.commands import options
from xstilts.commands.output import say, tell


def export(
    key: Annotated[
        str,
        typer.Argument(
            metavar="KEY", help="The key of a training node, or its first characters. `xstilts plan` prints it."
        ),
    ],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write: a new one, or an empty one.")],
    store: options.StoreFolder = options.DEFAULT_STORE,
    task: Annotated[
        str | None,
        typer.Option("--task", help="Which head, if the phase trained several. Example: mnli. Default: the only one."),
    ] = None,
) -> None:
    """Write a trained model as a folder that transformers loads, with its tokenizer and a model card."""
    from xstilts.using_models.exports import export_node

    tell(str(export_node(options.open_store(store), key, folder, task)))


def verify(
    store: options.StoreFolder = options.DEFAULT_STORE,
    repair: Annotated[
        bool,
        typer.Option("--repair", help="Remove damaged nodes, and all nodes made from them. Default: only report them."),
    ] = False,
) -> None:
    """Check that every stored node still holds the bytes that were written, and was made from what is stored."""
    from xstilts.store.repair import doomed
    from xstilts.store.repair import repair as repaired
    from xstilts.store.verify import verified

    opened = options.open_store(store)
    fixed = repaired(opened) if repair else None
    found = fixed.found if fixed else verified(opened)
    for problem in found.problems:
        tell(str(problem))
    say(f"{found.nodes} nodes checked, {len(found.problems)} problems.")
    if not opened.root.is_dir():
        say(f"There is no store at {opened.root}.")
    if found.lineage.unsealed:
        say(
            f"{len(found.lineage.unsealed)} of them come from an older version: a change in their notes on versions,"
            " processor and times would not show, and they do not say which bytes they were made of."
        )
    removed = fixed.removed if fixed else []
    for entry in removed:
        tell(f"removed {entry.kind} {entry.key[:12]} {found.lineage.labels.get(entry, '')}".rstrip())
    if removed:
        say(f"{len(removed)} nodes removed. Run their studies again.")
    elif lost := doomed(found):
        command = shlex.join(["xstilts", "verify", "--repair", "--store", str(store)])
        say(f"`{command}` removes the damaged nodes and what was made from them: {len(lost)} in all.")
    left = [problem for problem in found.problems if fixed is None or not problem.damage]
    if any(not problem.damage for problem in left):
        say("Move what xstilts did not write out of the store, and let this user read what cannot be read.")
    if left:
        raise typer.Exit(1)


def gc(store: options.StoreFolder = options.DEFAULT_STORE) -> None:
    """Delete from the store what no study that ran there needs."""
    from xstilts.store.retention import gc as free

    freed = free(options.open_store(store))
    tell(
        f"Freed {freed.size / 1e6:.1f} MB: {freed.nodes} nodes, weights of {freed.weights} nodes,"
        f" {freed.leftovers} leftovers."
    )
    for line in freed.left:
        say(f"Left as it is: {line}")
