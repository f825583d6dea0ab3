"""Paraphrase detection: QQP."""

from __future__ import annotations

from xstilts.tasks.base import TASKS, FileSpec, HubSpec, Kind, Task

LABELS = ("not_duplicate", "duplicate")
# A few lines of GLUE's train.tsv lack columns; the hub's copy leaves them out too.
OPTIONS = {
    "columns": {"text": "question1", "text_pair": "question2", "label": "is_duplicate"},
    "labels": {"0": "not_duplicate", "1": "duplicate"},
    "header": True,
    "broken_rows": "drop",
}

TASKS.register(
    "qqp",
    Task(
        name="qqp",
        kind=Kind.CLASSIFICATION,
        title="Quora question pairs, GLUE's split: do two questions ask the same?",
        languages=("en",),
        # as the hub's card of GLUE counts them (nyu-mll/glue)
        splits={"train": 363_846, "dev": 40_430},
        labels=LABELS,
        metrics=("accuracy", "f1"),
        files={split: FileSpec(f"QQP/{split}.tsv", "delimited", OPTIONS) for split in ("train", "dev")},
        hub=HubSpec(
            repo="nyu-mll/glue",
            config="qqp",
            splits={"train": "train", "dev": "validation"},
            options={
                "columns": {"text": "question1", "text_pair": "question2", "label": "label"},
                "labels": OPTIONS["labels"],
            },
        ),
        lab="qqp",
        licence="Quora terms of use",
        citation="Iyer et al. 2017; split: Wang et al. 2018, arXiv 1804.07461",
    ),
)
