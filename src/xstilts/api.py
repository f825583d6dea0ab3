"""What is done with a study: load, plan, run, report. Nothing here imports torch."""

from __future__ import annotations

from xstilts.execution.study_run import RUNNER, StudyOptions, analysis_node, run_study, stored_outcome, summary
from xstilts.planning.plan import plan_study
from xstilts.studies.load import catalog_names, catalog_text, load_study

__all__ = [
    "RUNNER",
    "StudyOptions",
    "analysis_node",
    "catalog_names",
    "catalog_text",
    "load_study",
    "plan_study",
    "run_study",
    "stored_outcome",
    "summary",
]
