"""Behavioural tests of question answering: MultiCheckList, of which only the templates are published."""

from __future__ import annotations

from xstilts.languages import codes
from xstilts.tasks.base import TASKS, Kind, Overlap, Task, TextOrigin

WHY_NOT_FILES = (
    "only the templates are in google-research/xtreme (multichecklist/checklist_templates.tsv); the test suites made "
    "from them are drawn at random by a script and kept as pickles, which are never loaded"
)

TASKS.register(
    "multichecklist",
    Task(
        name="multichecklist",
        kind=Kind.SPAN_QA,
        title="MultiCheckList: six behavioural tests of question answering in 50 languages (templates only)",
        languages=codes(
            "af ar az bg bn de el en es et eu fa fi fr gu he hi ht hu id it ja jv ka kk ko lt ml mr ms my nl pa pl pt "
            "qu ro ru sw ta te th tl tr uk ur vi wo yo zh"
        ),
        splits={"test": None},
        metrics=("exact_match", "f1"),
        no_source={
            "files": WHY_NOT_FILES,
            "hub": "there is no copy of the test suites",
            "lab": "its tests are about English professions, nationalities and vehicles, of which the lab has none",
        },
        no_target="it has no training data, and no source has its tests",
        licence="Apache-2.0",
        non_commercial=False,
        origin=TextOrigin.HUMAN_TRANSLATED,
        citation="Ruder et al. 2021, arXiv 2104.07412",
        overlaps={"squad": Overlap("overlap", "models are tested after training on SQuAD v1.1")},
    ),
)
