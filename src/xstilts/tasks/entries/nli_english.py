"""English natural language inference beside MNLI and SNLI: ANLI, and the union ANLI+."""

from __future__ import annotations

from xstilts.tasks.base import TASKS, FileSpec, HubSpec, Kind, Task
from xstilts.tasks.entries.nli import HUB_COLUMNS, HUB_LABELS, LABELS

ROUNDS = ("1", "2", "3")
# The release calls the premise a context and the labels by their first letters.
ANLI_FILE_OPTIONS = {
    "columns": {"text": "context", "text_pair": "hypothesis", "label": "label"},
    "labels": {"e": "entailment", "n": "neutral", "c": "contradiction"},
}

TASKS.register(
    "anli",
    Task(
        name="anli",
        kind=Kind.CLASSIFICATION,
        title="Adversarial NLI: pairs that models got wrong, rounds 1 to 3 together",
        languages=("en",),
        # 16,946 + 45,460 + 100,459; 1,000 + 1,000 + 1,200
        splits={"train": 162_865, "dev": 3_200, "test": 3_200},
        labels=LABELS,
        metrics=("accuracy", "macro_f1"),
        files={
            split: FileSpec(
                tuple(f"anli_v1.0/R{number}/{split}.jsonl" for number in ROUNDS), "jsonl", ANLI_FILE_OPTIONS
            )
            for split in ("train", "dev", "test")
        },
        hub=HubSpec(
            repo="facebook/anli",
            config="plain_text",
            splits={split: "+".join(f"{split}_r{number}" for number in ROUNDS) for split in ("train", "dev", "test")},
            options={"columns": HUB_COLUMNS, "labels": HUB_LABELS},
        ),
        lab="anli",
        licence="CC BY-NC 4.0",
        non_commercial=True,
        citation="Nie et al. 2020, arXiv 1910.14599",
    ),
)

TASKS.register(
    "anli_plus",
    Task(
        name="anli_plus",
        kind=Kind.CLASSIFICATION,
        title="ANLI+: ANLI, MNLI and SNLI under one head, each in its natural proportion",
        languages=("en",),
        # 162,865 + 392,702 + 549,367; 3,200 + 9,815 + 9,842. MNLI's test labels are withheld, so there is no test.
        splits={"train": 1_104_934, "dev": 22_857},
        labels=LABELS,
        metrics=("accuracy", "macro_f1"),
        union=("anli", "mnli", "snli"),
        licence="those of its parts: CC BY-NC 4.0 (ANLI), OANC and others (MNLI), CC BY-SA 4.0 (SNLI)",
        non_commercial=True,
        citation="Phang et al. 2020, arXiv 2005.13013",
    ),
)
