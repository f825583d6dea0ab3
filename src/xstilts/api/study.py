"""A study, loaded, planned and run. Nothing here imports torch."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.api.planned import PlannedStudy
from xstilts.api.results import Results
from xstilts.disk import at_home, refuse_file
from xstilts.errors import RunError
from xstilts.execution.events import ignore
from xstilts.execution.study_run import StudyOptions, run_study
from xstilts.planning.plan import plan_study, refuse_too_large
from xstilts.reports.from_store import write_report
from xstilts.store.store import Store
from xstilts.studies import load
from xstilts.studies.spec import Study

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xstilts.execution.events import OnEvent
    from xstilts.execution.outcome import Outcome
    from xstilts.planning.plan import Plan


def load_study(
    study: str | Path | Mapping[str, Any], *, set: Mapping[str, Any] | None = None, size: str | None = None
) -> Study:
    """Read and validate a study; nothing is planned or run.

    Args:
        study: A name of ``xstilts list studies``, the path of a YAML file, or a mapping with the keys of such a file.
        set: Dotted path to value, applied last: ``{"seeds": [1], "training.steps": 10}``. A list is replaced whole,
            and None takes out an arm.
        size: Which entry of the study's ``sizes`` to take; None: the study's own.

    Returns:
        The study, with a field for each root key.

    Raises:
        StudyError: Naming the path of the wrong key and what is allowed there.

    Example:
        >>> import xstilts as xs
        >>> study = xs.load_study("demo", set={"seeds": [1]})
        >>> study.name, study.seeds
        ('demo', [1])
    """
    changes = list((set or {}).items())
    if isinstance(study, str | Path):
        return load.load_changed(str(study), changes, size)
    return load.study_of(study, changes, size)


def plan(study: Study | str | Path | Mapping[str, Any], *, store: str | Path | None = None) -> PlannedStudy:
    """What a study would run, what that costs, and what to be warned of. Works offline and runs nothing.

    Args:
        study: A study, or what :func:`load_study` takes.
        store: Folder of finished nodes, asked what is there already; None: ``$XSTILTS_STORE``, else ``./.xstilts``.

    Raises:
        InputError: If a name, language, split or data file of the study does not exist.

    Example:
        >>> import xstilts as xs
        >>> planned = xs.plan("demo")  # doctest: +SKIP
        >>> planned.totals["train_nodes"], len(planned.warnings)  # doctest: +SKIP
    """
    loaded = _loaded(study)
    return PlannedStudy(loaded.name, plan_study(loaded).to_json(_opened(store)))


def run(
    study: Study | str | Path | Mapping[str, Any],
    *,
    store: str | Path | None = None,
    out: str | Path | None = None,
    workers: int | None = None,
    executor: str = "local",
    on_event: OnEvent = ignore,
) -> Results:
    """Run a study to its report. What the store holds already is not run again.

    Stop it at any moment and call it again: it goes on where it stopped, with the results of a run that was not.

    Args:
        study: A study, or what :func:`load_study` takes.
        store: Folder of finished nodes; None: ``$XSTILTS_STORE``, else ``./.xstilts``.
        out: Folder of the report; None: ``./xstilts-out/NAME``.
        workers: Processes that run nodes, one thread each; None: the physical cores.
        executor: Where nodes run: ``local`` (worker processes), ``inline`` (this process, one after the other), or one
            of a plug-in.
        on_event: Called with every event of the run (``xstilts.execution.events``).

    Raises:
        InputError: If the study names something that does not exist, or a folder cannot be used.
        RunError: If a node failed. The report of what finished is written all the same, and the message says where.
        StoreError: If the store cannot be used, or the tables cannot be made of what it holds.

    Example:
        >>> import xstilts as xs
        >>> results = xs.run(xs.load_study("demo", set={"seeds": [1]}), workers=2)  # doctest: +SKIP
        >>> print(results.answer)  # doctest: +SKIP
    """
    loaded, opened = _loaded(study), _opened(store)
    folder = at_home(Path("xstilts-out") / loaded.name if out is None else Path(out), "out")
    refuse_file(folder, "report")
    planned = plan_study(loaded, resolve=True)
    refuse_too_large(planned, executor)
    described = planned.to_json(opened)
    outcome = run_study(planned, opened, folder, StudyOptions(executor, workers), on_event)
    write_report(planned, described, opened, folder, outcome, ())
    if not outcome.complete:
        raise _unfinished(planned, outcome, folder)
    return Results.open(folder)


def _loaded(study: Study | str | Path | Mapping[str, Any]) -> Study:
    return study if isinstance(study, Study) else load_study(study)


def _opened(folder: str | Path | None) -> Store:
    return Store(at_home(Path(folder or os.environ.get("XSTILTS_STORE") or ".xstilts"), "store"))


def _unfinished(plan: Plan, outcome: Outcome, folder: Path) -> RunError:
    count = f"{len(outcome.failed)} of {len(plan.nodes)} nodes failed, {len(outcome.not_run)} did not run."
    first = [f"{plan.nodes[key].label}: {why.message} (log: {why.log})" for key, why in outcome.failed.items()][:1]
    hint = f"What finished is reported: xs.Results.open({str(folder)!r}). Run it again to go on."
    return RunError(" ".join([count, *first]), field=plan.study.name, hint=hint)
