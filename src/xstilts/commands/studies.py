"""``demo``, ``run``, ``plan`` and ``report``: what is done with a study."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from xstilts.commands import options
from xstilts.commands.output import console, emit_json, emit_table, say, tell
from xstilts.errors import InputError, StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from xstilts.execution.outcome import Outcome
    from xstilts.planning.plan import Plan
    from xstilts.prediction.asked import Until as AskedUntil
    from xstilts.reports.report import Report
    from xstilts.store.store import Store

DEFAULT_EXECUTOR = "local"
Keep = Annotated[
    str | None,
    typer.Option(
        "--keep",
        help="Which weights stay after the run: encoders, all, or scores (none). A run that needs dropped ones makes "
        "them again. Default: encoders.",
    ),
]

Track = Annotated[
    str | None,
    typer.Option(
        "--track",
        help="Tell training losses to a tracker too, which writes beside the report: tensorboard, wandb, mlflow or "
        "trackio. Nothing of it reaches a result.",
    ),
]


Until = Annotated[
    str | None,
    typer.Option(
        "--until",
        help="Run only what it takes to answer a question, in the order that tells most per second. Example: 'best arm "
        "within 1 point at 95 %'. The study needs selection.arms=pivot-dev.",
    ),
]
Budget = Annotated[
    str | None,
    typer.Option("--budget", help="With --until: most work, as `plan` guesses it for one core. Example: 2h."),
]
Buys = Annotated[
    str | None, typer.Option("--budget", help="Say what so much work buys, and what to drop first. Example: 2h.")
]


def demo(
    out: options.Out = None,
    store: options.StoreFolder = options.DEFAULT_STORE,
    workers: options.Workers = None,
    threads: options.Threads = 1,
    sets: options.Sets = None,
    json: options.Json = False,
) -> None:
    """Run a study in the lab, from nothing to a report. It takes minutes and downloads nothing."""
    run("demo", out=out, store=store, workers=workers, threads=threads, sets=sets, json=json)


def run(
    study: options.StudyName,
    out: options.Out = None,
    store: options.StoreFolder = options.DEFAULT_STORE,
    executor: options.Executor = DEFAULT_EXECUTOR,
    site: options.Site = None,
    workers: options.Workers = None,
    threads: options.Threads = 1,
    processes: options.Processes = 1,
    keep: Keep = None,
    track: Track = None,
    until: Until = None,
    budget: Budget = None,
    sets: options.Sets = None,
    json: options.Json = False,
) -> None:
    """Run a study and write its report. What is in the store already is not run again."""
    from xstilts.execution.progress import shown
    from xstilts.execution.study_run import StudyOptions, run_study, summary
    from xstilts.execution.tracking import tracked
    from xstilts.execution.until_run import run_until
    from xstilts.planning.plan import plan_study, refuse_too_large
    from xstilts.reports.from_store import write_report
    from xstilts.studies.load import load_study

    asked = _asked(until, budget)
    loaded = load_study(study, sets or ())
    opened = options.open_store(store)
    folder = options.out_folder(out, loaded)
    planned = plan_study(loaded, resolve=True)
    refuse_too_large(planned, executor)
    described = planned.to_json(opened)
    watched = list(planned.nodes.values())
    with shown(watched, planned.arms_of()) as told, tracked(track, folder, loaded.name, told) as on_event:
        command = _again(study, sets, out, store, _machines(executor, site))
        how = StudyOptions(executor, workers, threads, processes, keep, site, command)
        if asked is None:
            outcome = run_study(planned, opened, folder, how, on_event)
        else:
            outcome = run_until(planned, opened, folder, asked, how, on_event).outcome
    page = None
    try:
        page = write_report(planned, described, opened, folder, outcome, _commands(study, sets))
    except StoreError as error:  # what the run did is told all the same
        outcome.notes.append(f"xstilts: {error}")
    if json:
        emit_json(summary(planned, outcome, folder))
    else:
        _tell(planned, outcome, opened, page)
        for line in outcome.decisions.get("sentences", ()):
            tell(line)
    for note in outcome.notes:
        say(note)
    raise typer.Exit(0 if outcome.complete and page else 1)


def plan(
    study: options.StudyName,
    store: options.StoreFolder = options.DEFAULT_STORE,
    budget: Buys = None,
    sets: options.Sets = None,
    json: options.Json = False,
) -> None:
    """Show what a study would run: its nodes, their cost, what is stored already, and warnings. Works offline."""
    from xstilts.planning.advice import advice
    from xstilts.planning.plan import plan_study
    from xstilts.prediction.asked import seconds
    from xstilts.prediction.budget import bought
    from xstilts.reports.data_read import data_planned
    from xstilts.reports.tables.left_out import left_out_sentences
    from xstilts.studies.load import load_study

    span = None if budget is None else seconds(budget)
    loaded = load_study(study, sets or ())
    planned, opened = plan_study(loaded), options.open_store(store)
    refusals = list(opened.refusals(planned.nodes.values()))
    for refusal in refusals:
        say(f"xstilts: {refusal}")
    described, data = planned.to_json(opened), data_planned(planned, opened)
    described["advice"] = list(advice(planned, opened))
    buys = None if span is None else bought(planned, span)
    if json:
        counts = {row["node"]: {"data": row} for row in data}
        told = {} if buys is None else {"budget": buys.to_json()}
        emit_json(described | told | {"nodes": [node | counts.get(node["key"], {}) for node in described["nodes"]]})
    else:
        from xstilts.commands.plan_tree import plan_tree

        console().print(plan_tree(described, loaded.name))
        for line in (*left_out_sentences(data), *(buys.sentences() if buys is not None else ())):
            tell(line)
    raise typer.Exit(1 if refusals else 0)


def report(
    study: options.StudyName,
    out: options.Out = None,
    store: options.StoreFolder = options.DEFAULT_STORE,
    sets: options.Sets = None,
) -> None:
    """Write the tables and the page again, from what is stored. It runs nothing."""
    from xstilts.execution.study_run import stored_outcome
    from xstilts.planning.plan import plan_study
    from xstilts.reports.from_store import write_report
    from xstilts.studies.load import load_study

    loaded = load_study(study, sets or ())
    opened = options.open_store(store)
    folder = options.out_folder(out, loaded)
    planned = plan_study(loaded, out=folder)
    outcome = stored_outcome(planned, opened)
    page = write_report(planned, planned.to_json(opened), opened, folder, outcome, _commands(study, sets))
    tell(f"Report: {page}")


def _asked(until: str | None, budget: str | None) -> AskedUntil | None:
    """What the run goes on until; None: the whole grid.

    Raises:
        InputError: If it is no question, or a budget is given for none.
    """
    from xstilts.prediction import asked

    if until is None and budget is not None:
        hint = "Example: --until 'best arm within 1 point at 95 %' --budget 2h."
        raise InputError("A budget goes with what the run goes on until.", field="--budget", value=budget, hint=hint)
    return None if until is None else asked.until(until, budget)


def _commands(study: str, sets: list[str] | None) -> list[str]:
    """What makes the study again from nothing, and the command line as typed, for the report."""
    made = (["run", study, *_changes(sets)], sys.argv[1:])
    return list(dict.fromkeys(shlex.join(["xstilts", *words]) for words in made))


def _machines(executor: str, site: Path | None) -> list[str]:
    """The options that say what runs the nodes, where they are not the default."""
    words = ["--executor", executor] if executor != DEFAULT_EXECUTOR else []
    return words if site is None else [*words, "--site", str(site)]


def _again(study: str, sets: list[str] | None, out: Path | None, store: Path, machines: list[str]) -> str:
    """The command that runs the study again into the same store and report."""
    places = ["--out", str(out)] if out is not None else []
    places += ["--store", str(store)] if store != options.DEFAULT_STORE else []
    return shlex.join(["xstilts", "run", study, *_changes(sets), *places, *machines])


def _changes(sets: list[str] | None) -> list[str]:
    return [word for change in sets or () for word in ("--set", change)]


def _tell(plan: Plan, outcome: Outcome, store: Store, page: Path | None) -> None:
    """After a run: gains, what the data left out, what did not run and why, where the report is, how controls did."""
    from xstilts.reports.data_read import data_planned
    from xstilts.reports.tables.left_out import left_out_sentences

    gains = _print_gains(plan, store) if page is not None else None
    if outcome.failed:
        rows = [
            {"label": plan.nodes[key].label, "message": failure.message, "log": str(failure.log)}
            for key, failure in outcome.failed.items()
        ]
        emit_table(rows, ("label", "message", "log"), error=True)
    if outcome.not_run:
        say(f"{len(outcome.not_run)} nodes did not run; the report lists them.")
    for line in left_out_sentences(data_planned(plan, store)):
        say(line)
    say(str(outcome))
    if page is not None:
        tell(f"Report: {page}")
    for one in gains.rows("must_show") if gains is not None else ():
        tell(one["sentence"])


def _print_gains(plan: Plan, store: Store) -> Report | None:
    """Print what was found; returns it, where anything was."""
    from xstilts import statistics
    from xstilts.execution.study_run import analysis_node
    from xstilts.reports.report import Report
    from xstilts.reports.terminal import print_summary

    node = analysis_node(plan, store)
    if node is None:
        return None
    report = Report(statistics.load(store.read(node.key, node.kind)))
    print_summary(report, console())
    return report
