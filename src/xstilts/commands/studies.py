"""``demo``, ``run``, ``plan`` and ``report``: what is done with a study."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from xstilts.commands import options
from xstilts.commands.output import console, emit_json, emit_table, say, tell

if TYPE_CHECKING:
    from pathlib import Path

    from xstilts.studies.execute.outcome import Outcome
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
    from xstilts.reports.from_store import write_report
    from xstilts.studies import api
    from xstilts.studies.execute.progress import shown

    loaded = api.load_study(study, sets or ())
    opened = options.open_store(store)
    folder = options.out_folder(out, loaded)
    planned = api.plan_study(loaded, resolve=True)
    described = planned.to_json(opened)
    with shown(list(planned.nodes.values())) as on_event:
        outcome = api.run_study(
            planned, opened, folder, executor=executor, workers=workers, threads=threads, keep=keep, on_event=on_event
        )
    page = write_report(planned, described, opened, folder, outcome, _commands(study, sets))
    if json:
        emit_json(api.summary(planned, outcome, folder))
    else:
        _tell(planned, outcome, opened, page)
    raise typer.Exit(0 if outcome.complete else 1)


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
    from xstilts.reports.from_store import write_report
    from xstilts.studies import api

    loaded = api.load_study(study, sets or ())
    opened = options.open_store(store)
    folder = options.out_folder(out, loaded)
    planned = api.plan_study(loaded, out=folder)
    outcome = api.stored_outcome(planned, opened)
    page = write_report(planned, planned.to_json(opened), opened, folder, outcome, _commands(study, sets))
    tell(f"Report: {page}")


def _commands(study: str, sets: list[str] | None) -> list[str]:
    """What makes the study again from nothing, and the command line as typed, for the report."""
    changed = [word for change in sets or () for word in ("--set", change)]
    return list(dict.fromkeys(shlex.join(["xstilts", *words]) for words in (["run", study, *changed], sys.argv[1:])))


def _tell(plan: Plan, outcome: Outcome, store: Store, page: Path) -> None:
    """After a run: the gain table, what did not run and why, and where the report is."""
    _print_gains(plan, store)
    if outcome.failed:
        rows = [
            {"label": plan.nodes[key].label, "message": failure.message, "log": str(failure.log)}
            for key, failure in outcome.failed.items()
        ]
        emit_table(rows, ("label", "message", "log"), error=True)
    if outcome.not_run:
        say(f"{len(outcome.not_run)} nodes did not run; the report lists them.")
    say(str(outcome))
    tell(f"Report: {page}")


def _print_gains(plan: Plan, store: Store) -> None:
    from xstilts import statistics
    from xstilts.reports.terminal import print_summary
    from xstilts.studies.api import analysis_node

    node = analysis_node(plan, store)
    if node is not None:
        print_summary(statistics.load(store.folder(node.key, node.kind)), console())
