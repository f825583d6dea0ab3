"""Multiple choice from common sense: HellaSwag and CommonsenseQA."""

from __future__ import annotations

from xstilts.tasks.base import TASKS, FileSpec, HubSpec, Kind, Task

HELLASWAG_COLUMNS = {"context": "ctx", "choices": "endings"}

# Where choices have names, the label is one of these, whatever their order: A is not always the first.
COMMONSENSEQA_COLUMNS = {"question": "question.stem", "choices": "question.choices", "label": "answerKey"}

TASKS.register(
    "hellaswag",
    Task(
        name="hellaswag",
        kind=Kind.MULTIPLE_CHOICE,
        title="HellaSwag: how an everyday scene goes on, four endings",
        languages=("en",),
        splits={"train": 39_905, "dev": 10_042},
        metrics=("accuracy",),
        files={
            "train": FileSpec("hellaswag/data/hellaswag_train.jsonl", "jsonl", {"columns": HELLASWAG_COLUMNS}),
            "dev": FileSpec("hellaswag/data/hellaswag_val.jsonl", "jsonl", {"columns": HELLASWAG_COLUMNS}),
        },
        hub=HubSpec(
            repo="Rowan/hellaswag",
            config="default",
            splits={"train": "train", "dev": "validation"},
            # numbers as text there, and nothing where they are withheld (all of test)
            options={"columns": HELLASWAG_COLUMNS, "drop": {"label": [""]}},
            revision="218ec52e09a7e7462a5400043bb9a69a41d06b76",
        ),
        lab="hellaswag",
        licence="MIT",
        non_commercial=False,
        citation="Zellers et al. 2019, arXiv 1905.07830",
    ),
)

TASKS.register(
    "commonsenseqa",
    Task(
        name="commonsenseqa",
        kind=Kind.MULTIPLE_CHOICE,
        title="CommonsenseQA: a question on one concept, five answers (random split)",
        languages=("en",),
        splits={"train": 9_741, "dev": 1_221},
        metrics=("accuracy",),
        files={
            split: FileSpec(f"commonsenseqa/{split}_rand_split.jsonl", "jsonl", {"columns": COMMONSENSEQA_COLUMNS})
            for split in ("train", "dev")
        },
        hub=HubSpec(
            repo="tau/commonsense_qa",
            config="default",
            splits={"train": "train", "dev": "validation"},
            options={"columns": {"label": "answerKey"}, "drop": {"answerKey": [""]}},
            revision="94630fe30dad47192a8546eb75f094926d47e155",
        ),
        lab="commonsenseqa",
        licence="MIT",
        non_commercial=False,
        citation="Talmor et al. 2019, arXiv 1811.00937",
    ),
)
