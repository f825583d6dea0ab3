"""Paraphrases that share their words: PAWS (Wikipedia part) and PAWS-X."""

from __future__ import annotations

from xstilts.languages import codes
from xstilts.tasks.base import TASKS, FileSpec, HubSpec, Kind, Overlap, Task, TextOrigin

LABELS = ("not_paraphrase", "paraphrase")
OPTIONS = {
    "columns": {"text": "sentence1", "text_pair": "sentence2", "label": "label"},
    "labels": {"0": "not_paraphrase", "1": "paraphrase"},
}
FILE_OPTIONS = {**OPTIONS, "header": True, "id": "id"}
LICENCE = "free for any purpose, acknowledgement of Google appreciated"

TASKS.register(
    "paws",
    Task(
        name="paws",
        kind=Kind.CLASSIFICATION,
        title="PAWS-Wiki, labelled (final): do two sentences with the same words mean the same?",
        languages=("en",),
        splits={"train": 49_401, "dev": 8_000, "test": 8_000},
        labels=LABELS,
        metrics=("accuracy", "f1"),
        files={split: FileSpec(f"final/{split}.tsv", "delimited", FILE_OPTIONS) for split in ("train", "dev", "test")},
        hub=HubSpec(
            repo="google-research-datasets/paws",
            config="labeled_final",
            splits={"train": "train", "dev": "validation", "test": "test"},
            options=OPTIONS,
        ),
        lab="paws",
        licence=LICENCE,
        non_commercial=False,
        # words swapped and sentences translated back by machine, then judged by people
        origin=TextOrigin.MIXED,
        citation="Zhang et al. 2019, arXiv 1904.01130",
        overlaps={"pawsx": Overlap("leak", "PAWS-X's dev and test pairs are from PAWS-Wiki's dev set")},
    ),
)

TASKS.register(
    "pawsx",
    Task(
        name="pawsx",
        kind=Kind.CLASSIFICATION,
        title="PAWS-X: PAWS in 7 languages, trained on English PAWS",
        languages=codes("de en es fr ja ko zh"),
        # No train: English is PAWS's own, the other languages are machine translations of it and not zero-shot.
        # Sentences that were not translated hold the placeholder NS; XTREME scores them, so they stay.
        splits={"dev": 2_000, "test": 2_000},
        labels=LABELS,
        metrics=("accuracy", "f1"),
        files={
            split: FileSpec(f"x-final/{{language}}/{split}_2k.tsv", "delimited", FILE_OPTIONS)
            for split in ("dev", "test")
        },
        # The hub's copy has -1 where a label was missing or wrong.
        hub=HubSpec(
            repo="google-research-datasets/paws-x",
            config="{language}",
            splits={"dev": "validation", "test": "test"},
            options={**OPTIONS, "drop": {"label": [-1]}},
        ),
        lab="pawsx",
        licence=LICENCE,
        non_commercial=False,
        origin=TextOrigin.HUMAN_TRANSLATED,
        train_origin=TextOrigin.MACHINE_TRANSLATED,
        citation="Yang et al. 2019, arXiv 1908.11828",
        overlaps={
            "paws": Overlap("overlap", "PAWS trains PAWS-X, and PAWS's dev set holds the English of its test pairs"),
            "pawsx": Overlap("leak", "its training data in other languages are translated: not zero-shot"),
        },
    ),
)
