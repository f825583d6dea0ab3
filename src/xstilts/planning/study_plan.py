"""From a study to its plan, with the commits of what it reads from the hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.errors import StudyError
from xstilts.planning import pinning
from xstilts.planning.plan import make_plan
from xstilts.planning.resolved import ResolvedStudy

if TYPE_CHECKING:
    from pathlib import Path

    from xstilts.planning.plan import Plan
    from xstilts.studies.spec import Study


def plan_study(study: Study, *, resolve: bool = False, out: Path | None = None) -> Plan:
    """The plan of a study.

    Args:
        study: The study.
        resolve: Ask the hub for the commits of unpinned data sets and bases first; without it the plan works offline.
        out: Folder of an earlier run's report, whose commits are taken over.

    Raises:
        StudyError: If the plan is to be run (``resolve``) and files are missing that it needs beside the hub.
    """
    resolved = ResolvedStudy.of(study)
    if out is not None:
        resolved = pinning.with_known(resolved, out)
    if not resolve:
        return make_plan(study, resolved)
    if resolved.source.kind == "hub":
        _refuse_missing_data(make_plan(study, resolved))
    return make_plan(study, pinning.pinned(resolved))


def _refuse_missing_data(plan: Plan) -> None:
    """Nothing is asked of the hub and nothing is trained while a file is missing that the hub does not have."""
    missing = [caution.message for caution in plan.cautions if caution.code == "no-data"]
    if missing:
        folder = plan.resolved.source.data
        hint = "Name the folder: --set data=DIR." if folder is None else f"The data folder is {str(folder)!r}."
        said = f"needs files that are not there. {' '.join(missing)}"
        less = "Or leave out what reads them: --set arms.NAME=null, --set targets=[…]."
        raise StudyError(said, field="data", hint=f"{hint} {less}")
