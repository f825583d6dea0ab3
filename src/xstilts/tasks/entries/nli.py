"""Natural language inference: MNLI, SNLI and XNLI."""

from __future__ import annotations

from xstilts.languages import codes
from xstilts.tasks.base import TASKS, FileSpec, HubSpec, Kind, Overlap, Task, TextOrigin

LABELS = ("entailment", "neutral", "contradiction")
HUB_LABELS = {"0": "entailment", "1": "neutral", "2": "contradiction"}
HUB_COLUMNS = {"text": "premise", "text_pair": "hypothesis", "label": "label"}

# The release spells label and sentences alike in MNLI, SNLI and XNLI; "-" marks pairs without a majority.
RELEASE_COLUMNS = {"text": "sentence1", "text_pair": "sentence2", "label": "gold_label"}
RELEASE_OPTIONS = {"columns": RELEASE_COLUMNS, "drop": {"gold_label": ["-"]}}


def _jsonl(path: str) -> FileSpec:
    return FileSpec(path, "jsonl", RELEASE_OPTIONS)


# What training tasks share with XNLI's dev and test pairs, and so with every translation of them.
OVERLAPS_OF_XNLI = {
    **{
        name: Overlap("leak", "its pairs in other languages are the target's own test pairs")
        for name in ("americasnli", "c_xnli", "myxnli", "xnli", "xnli_eu")
    },
    "kornli": Overlap("overlap", "its training pairs are those of MNLI, XNLI's English training set, and of SNLI"),
    "mnli": Overlap("overlap", "MNLI is XNLI's English training set"),
}

# One file holds all languages; pairID numbers the same pair alike in each of them.
_XNLI_OPTIONS = {
    "columns": RELEASE_COLUMNS,
    "where": {"language": "{language}"},
    "labels": {**{label: label for label in LABELS}, "contradictory": "contradiction"},
    "id": "pairID",
    "header": True,
}

TASKS.register(
    "mnli",
    Task(
        name="mnli",
        kind=Kind.CLASSIFICATION,
        title="MultiNLI: does the premise entail the hypothesis? (dev = matched)",
        languages=("en",),
        splits={"train": 392_702, "dev": 9_815, "dev_mismatched": None},
        labels=LABELS,
        metrics=("accuracy", "macro_f1"),
        files={
            "train": _jsonl("multinli_1.0/multinli_1.0_train.jsonl"),
            "dev": _jsonl("multinli_1.0/multinli_1.0_dev_matched.jsonl"),
            "dev_mismatched": _jsonl("multinli_1.0/multinli_1.0_dev_mismatched.jsonl"),
        },
        hub=HubSpec(
            repo="nyu-mll/glue",
            config="mnli",
            splits={"train": "train", "dev": "validation_matched", "dev_mismatched": "validation_mismatched"},
            options={"columns": HUB_COLUMNS, "labels": HUB_LABELS},
        ),
        lab="mnli",
        licence="OANC and the licences of its other sources",
        citation="Williams et al. 2018, arXiv 1704.05426",
    ),
)

TASKS.register(
    "snli",
    Task(
        name="snli",
        kind=Kind.CLASSIFICATION,
        title="SNLI: inference between image captions",
        languages=("en",),
        splits={"train": 549_367, "dev": 9_842, "test": 9_824},
        labels=LABELS,
        metrics=("accuracy", "macro_f1"),
        files={split: _jsonl(f"snli_1.0/snli_1.0_{split}.jsonl") for split in ("train", "dev", "test")},
        hub=HubSpec(
            repo="stanfordnlp/snli",
            config="plain_text",
            splits={"train": "train", "dev": "validation", "test": "test"},
            options={"columns": HUB_COLUMNS, "labels": HUB_LABELS, "drop": {"label": [-1]}},
        ),
        lab="snli",
        licence="CC BY-SA 4.0",
        non_commercial=False,
        citation="Bowman et al. 2015, arXiv 1508.05326",
    ),
)

TASKS.register(
    "xnli",
    Task(
        name="xnli",
        kind=Kind.CLASSIFICATION,
        title="XNLI: inference in 15 languages, trained on MNLI",
        languages=codes("ar bg de el en es fr hi ru sw th tr ur vi zh"),
        splits={"dev": 2_490, "test": 5_010},
        labels=LABELS,
        metrics=("accuracy", "macro_f1"),
        files={
            "dev": FileSpec("XNLI-1.0/xnli.dev.tsv", "delimited", _XNLI_OPTIONS),
            "test": FileSpec("XNLI-1.0/xnli.test.tsv", "delimited", _XNLI_OPTIONS),
        },
        hub=HubSpec(
            repo="facebook/xnli",
            config="{language}",
            splits={"dev": "validation", "test": "test"},
            options={"columns": HUB_COLUMNS, "labels": HUB_LABELS},
        ),
        lab="xnli",
        licence="CC BY-NC 4.0",
        non_commercial=True,
        origin=TextOrigin.HUMAN_TRANSLATED,
        # MNLI, which its authors had translated by machine into the other languages
        train_origin=TextOrigin.MACHINE_TRANSLATED,
        citation="Conneau et al. 2018, arXiv 1809.05053",
        overlaps={
            **OVERLAPS_OF_XNLI,
            "ocnli": Overlap(
                "leak", "it trains the same task in Chinese, one of the target's languages: not zero-shot"
            ),
        },
    ),
)
