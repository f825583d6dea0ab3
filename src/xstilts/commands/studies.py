"""``demo``, ``run``, ``plan`` and ``report``: what is done with a study."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xstilts.commands import options
from xstilts.commands.output import console, emit_json, emit_table, say

if TYPE_CHECKING:
    from xstilts.studies.api import RunSummary
    from xstilts.studies.plan import Plan
    from xstilts.studies.store import Store

Keep = Annotated[str, typer.Option("--keep", help="Weights kept after the run: encoders, all or scores.")]


def demo(
    out: options.Out = None,
    store: options.StoreFolder = options.DEFAULT_STORE,
    workers: options.Workers = None,
    threads: options.Threads = 1,
    sets: options.Sets = None,
    json: options.Json = False,
) -> None:
    """Run the lab study, from nothing to a report, in minutes and with nothing downloaded."""
    run("demo", out=out, store=store, workers=workers, threads=threads, sets=sets, json=json)


def run(
    study: options.StudyName,
    out: options.Out = None,
    store: options.StoreFolder = options.DEFAULT_STORE,
    executor: options.Executor = "local",
    workers: options.Workers = None,
    threads: options.Threads = 1,
    keep: Keep = "encoders",
    sets: options.Sets = None,
    json: options.Json = False,
) -> None:
    """Run a study to its report; what is in the store already is not run again."""
    from xstilts.studies.api import load_study, plan_study, run_study
    from xstilts.studies.execute.progress import shown

    loaded = load_study(study, sets or ())
    opened = options.open_store(store)
    plan = plan_study(loaded)
    with shown(list(plan.nodes.values())) as on_event:
        summary = run_study(
            loaded,
            opened,
            options.out_folder(out, loaded),
            executor=executor,
            workers=workers,
            threads=threads,
            keep=keep,
            on_event=on_event,
            command=_command(),
        )
    if json:
        emit_json(summary.to_json())
    else:
        _tell(summary, plan, opened)
    raise typer.Exit(summary.exit_code)


def plan(
    study: options.StudyName,
    store: options.StoreFolder = options.DEFAULT_STORE,
    sets: options.Sets = None,
    json: options.Json = False,
) -> None:
    """Show what a study would run: the tree of nodes, their cost, what is cached, and warnings. Works offline."""
    from xstilts.studies.api import load_study, plan_study

    loaded = load_study(study, sets or ())
    described = plan_study(loaded).to_json(options.open_store(store))
    if json:
        emit_json(described)
        return
    from xstilts.commands.plan_tree import plan_tree

    console().print(plan_tree(described, loaded.name))


def report(
    study: options.StudyName,
    out: options.Out = None,
    store: options.StoreFolder = options.DEFAULT_STORE,
    sets: options.Sets = None,
) -> None:
    """Write tables and page from the store alone; runs nothing."""
    from xstilts.studies.api import load_study, report_study

    loaded = load_study(study, sets or ())
    opened = options.open_store(store)
    page = report_study(loaded, opened, options.out_folder(out, loaded), command=_command())
    typer.echo(f"Report: {page}")


def _command() -> str:
    """The command line as typed, for the report."""
    return shlex.join(["xstilts", *sys.argv[1:]])


def _tell(summary: RunSummary, plan: Plan, store: Store) -> None:
    """After a run: the gain table, what did not run and why, and where the report is."""
    _print_gains(plan, store)
    result = summary.to_json()
    if result["failed"]:
        emit_table(result["failed"], ("label", "message", "log"), error=True)
    if result["not_run"]:
        say(f"{len(result['not_run'])} nodes did not run; the report lists them.")
    say(str(summary.outcome))
    page = Path(result["out"]) / "index.html"
    typer.echo(f"Report: {page}")


def _print_gains(plan: Plan, store: Store) -> None:
    from xstilts import statistics
    from xstilts.reports.terminal import print_summary

    for node in plan.nodes.values():
        if node.kind == "analyse" and store.has(node.key, node.kind):
            print_summary(statistics.load(store.folder(node.key, node.kind)), console())
