"""Natural language inference written in other languages than English: OCNLI, IndoNLI and FarsTail."""

from __future__ import annotations

from xstilts.tasks.base import TASKS, FileSpec, HubSpec, Kind, Overlap, Task
from xstilts.tasks.entries.nli import HUB_COLUMNS, HUB_LABELS, LABELS

FIRST_LETTERS = {"e": "entailment", "n": "neutral", "c": "contradiction"}
SAME_LANGUAGE = "its training data are in the target's own language: not zero-shot"
SENTENCES = {"text": "sentence1", "text_pair": "sentence2"}

TASKS.register(
    "ocnli",
    Task(
        name="ocnli",
        kind=Kind.CLASSIFICATION,
        title="OCNLI: inference written in Chinese (its test labels are withheld)",
        languages=("zh",),
        splits={"train": None, "dev": None},
        labels=LABELS,
        metrics=("accuracy", "macro_f1"),
        # "-" marks pairs without a majority
        files={
            split: FileSpec(f"OCNLI/data/ocnli/{name}.json", "jsonl", {"columns": SENTENCES, "drop": {"label": ["-"]}})
            for split, name in (("train", "train.50k"), ("dev", "dev"))
        },
        # The hub numbers neutral 0 and entailment 1, unlike XNLI: its own names decide.
        hub=HubSpec(
            repo="clue/clue",
            config="ocnli",
            splits={"train": "train", "dev": "validation"},
            options={"columns": SENTENCES, "id": None, "drop": {"label": [-1]}},
        ),
        lab="ocnli",
        no_target="its training data is in Chinese alone, and a target is trained in the pivot",
        licence="CC BY-NC 2.0",
        non_commercial=True,
        citation="Hu et al. 2020, arXiv 2010.05444",
        overlaps={"ocnli": Overlap("leak", SAME_LANGUAGE)},
    ),
)

TASKS.register(
    "indonli",
    Task(
        name="indonli",
        kind=Kind.CLASSIFICATION,
        title="IndoNLI: inference written in Indonesian (test = by lay annotators)",
        languages=("id",),
        splits={"train": 10_330, "dev": 2_197, "test": 2_201, "test_expert": 2_984},
        labels=LABELS,
        metrics=("accuracy", "macro_f1"),
        files={
            split: FileSpec(
                f"indonli/data/indonli/{name}.jsonl",
                "jsonl",
                {"columns": {"text": "premise", "text_pair": "hypothesis"}, "labels": FIRST_LETTERS, "id": "pair_id"},
            )
            for split, name in (
                ("train", "train"), ("dev", "val"), ("test", "test_lay"), ("test_expert", "test_expert"),
            )
        },
        hub=HubSpec(
            repo="afaji/indonli",
            config="indonli",
            splits={"train": "train", "dev": "validation", "test": "test_lay", "test_expert": "test_expert"},
            options={"columns": HUB_COLUMNS, "labels": HUB_LABELS},
            parquet="indonli/{split}/*.parquet",
        ),
        lab="indonli",
        no_target="its training data is in Indonesian alone, and a target is trained in the pivot",
        licence="CC BY-SA 4.0 by the hub's card; premises from Wikipedia, UD and IndoSum under their own",
        non_commercial=False,
        citation="Mahendra et al. 2021, 2021.emnlp-main.821",
        overlaps={"indonli": Overlap("leak", SAME_LANGUAGE)},
    ),
)  # fmt: skip

TASKS.register(
    "farstail",
    Task(
        name="farstail",
        kind=Kind.CLASSIFICATION,
        title="FarsTail: inference written in Persian, from exam questions",
        languages=("fa",),
        splits={"train": 7_266, "dev": 1_537, "test": 1_564},
        labels=LABELS,
        metrics=("accuracy", "macro_f1"),
        # called CSV, but separated by tabs, with fields in quotation marks where they hold some
        files={
            split: FileSpec(
                f"FarsTail/data/{name}-word.csv",
                "delimited",
                {
                    "columns": {"text": "premise", "text_pair": "hypothesis"},
                    "labels": FIRST_LETTERS,
                    "quoting": "csv",
                    "header": True,
                },
            )
            for split, name in (("train", "Train"), ("dev", "Val"), ("test", "Test"))
        },
        lab="farstail",
        no_source={"hub": "its copies there need a loading script and have no Parquet files"},
        no_target="its training data is in Persian alone, and a target is trained in the pivot",
        licence="Apache-2.0",
        non_commercial=False,
        citation="Amirkhani et al. 2023, arXiv 2009.08820",
        overlaps={"farstail": Overlap("leak", SAME_LANGUAGE)},
    ),
)
