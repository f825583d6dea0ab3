"""Multiple choice: Cosmos QA, Social IQa, COPA and XCOPA."""

from __future__ import annotations

from xstilts.languages import codes
from xstilts.tasks.base import TASKS, FileSpec, HubSpec, Kind, Overlap, Task, TextOrigin

COSMOS_OPTIONS = {"columns": {"choices": ["answer0", "answer1", "answer2", "answer3"]}}
COSMOS_FILE_OPTIONS = {**COSMOS_OPTIONS, "delimiter": ",", "header": True}

# Social IQa numbers its answers from 1 and keeps them in a file beside the questions.
SIQA_LABELS = {"1": 0, "2": 1, "3": 2}
SIQA_FILE_OPTIONS = {
    "parts": ["jsonl", "text"],
    "columns": {
        "context": "0.context",
        "question": "0.question",
        "choices": ["0.answerA", "0.answerB", "0.answerC"],
        "label": "1.text",
    },
    "labels": SIQA_LABELS,
}

# The question is the word cause or effect.
COPA_OPTIONS = {"columns": {"context": "premise", "choices": ["choice1", "choice2"]}}

TASKS.register(
    "cosmosqa",
    Task(
        name="cosmosqa",
        kind=Kind.MULTIPLE_CHOICE,
        title="Cosmos QA: causes, effects and facts between the lines of a story, four answers",
        languages=("en",),
        splits={"train": 25_262, "dev": 2_985},
        metrics=("accuracy",),
        files={
            "train": FileSpec("cosmosqa/data/train.csv", "delimited", COSMOS_FILE_OPTIONS),
            "dev": FileSpec("cosmosqa/data/valid.csv", "delimited", COSMOS_FILE_OPTIONS),
        },
        hub=HubSpec(
            repo="allenai/cosmos_qa",
            config="default",
            splits={"train": "train", "dev": "validation"},
            options=COSMOS_OPTIONS,
            parquet="default/{split}/*.parquet",
        ),
        lab="cosmosqa",
        licence="none stated",
        citation="Huang et al. 2019, arXiv 1909.00277",
    ),
)

TASKS.register(
    "siqa",
    Task(
        name="siqa",
        kind=Kind.MULTIPLE_CHOICE,
        title="Social IQa: motives and feelings in everyday situations, three answers",
        languages=("en",),
        splits={"train": 33_410, "dev": 1_954},
        metrics=("accuracy",),
        files={
            split: FileSpec(
                (f"socialiqa-train-dev/{split}.jsonl", f"socialiqa-train-dev/{split}-labels.lst"),
                "parallel",
                SIQA_FILE_OPTIONS,
            )
            for split in ("train", "dev")
        },
        hub=HubSpec(
            repo="allenai/social_i_qa",
            config="default",
            splits={"train": "train", "dev": "validation"},
            options={"columns": {"choices": ["answerA", "answerB", "answerC"]}, "labels": SIQA_LABELS},
            parquet="default/{split}/*.parquet",
        ),
        lab="siqa",
        licence="CC BY 4.0",
        non_commercial=False,
        citation="Sap et al. 2019, arXiv 1904.09728",
    ),
)

TASKS.register(
    "copa",
    Task(
        name="copa",
        kind=Kind.MULTIPLE_CHOICE,
        title="COPA: the likelier cause or effect of a premise, two choices (SuperGLUE's files)",
        languages=("en",),
        splits={"train": 400, "dev": 100},
        metrics=("accuracy",),
        files={
            "train": FileSpec("COPA/train.jsonl", "jsonl", COPA_OPTIONS),
            "dev": FileSpec("COPA/val.jsonl", "jsonl", COPA_OPTIONS),
        },
        hub=HubSpec(
            repo="aps/super_glue",
            config="copa",
            splits={"train": "train", "dev": "validation"},
            options=COPA_OPTIONS,
        ),
        lab="copa",
        licence="none stated",
        citation="Roemmele et al. 2011, AAAI Spring Symposium",
        overlaps={"xcopa": Overlap("leak", "XCOPA's dev items are translations of COPA's")},
    ),
)

TASKS.register(
    "xcopa",
    Task(
        name="xcopa",
        kind=Kind.MULTIPLE_CHOICE,
        title="XCOPA: COPA in 11 languages (not English), trained on Social IQa, then COPA",
        languages=codes("et ht id it qu sw ta th tr vi zh"),
        splits={"dev": 100, "test": 500},
        metrics=("accuracy",),
        files={
            "dev": FileSpec("data/{language}/val.{language}.jsonl", "jsonl", COPA_OPTIONS),
            "test": FileSpec("data/{language}/test.{language}.jsonl", "jsonl", COPA_OPTIONS),
        },
        hub=HubSpec(
            repo="cambridgeltl/xcopa",
            config="{language}",
            splits={"dev": "validation", "test": "test"},
            options=COPA_OPTIONS,
        ),
        lab="xcopa",
        licence="CC BY 4.0",
        non_commercial=False,
        origin=TextOrigin.HUMAN_TRANSLATED,
        citation="Ponti et al. 2020, arXiv 2005.00333",
        overlaps={
            "copa": Overlap("overlap", "XCOPA's dev items are translations of COPA's dev items"),
            "xcopa": Overlap("leak", "its items in other languages are the target's own test items"),
        },
    ),
)
