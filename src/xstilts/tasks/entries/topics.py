"""Classification of topics in 200 languages: SIB-200."""

from __future__ import annotations

from xstilts.languages import LANGUAGES
from xstilts.tasks.base import TASKS, FileSpec, HubSpec, Kind, Overlap, Task, TextOrigin

# SIB-200 calls its 205 languages as FLORES-200 does, from which its sentences are.
FLORES = {language.code: language.flores for language in LANGUAGES if language.flores is not None}
COLUMNS = {"columns": {"text": "text", "label": "category"}, "id": "index_id"}

TASKS.register(
    "sib200",
    Task(
        name="sib200",
        kind=Kind.CLASSIFICATION,
        title="SIB-200: the topic of a sentence from FLORES-200, seven topics, 205 languages",
        languages=tuple(FLORES),
        splits={"train": 701, "dev": 99, "test": 204},
        labels=("science/technology", "travel", "politics", "sports", "health", "entertainment", "geography"),
        metrics=("accuracy", "macro_f1"),
        # tabs, with fields in quotation marks where they hold some
        files={
            split: FileSpec(
                f"sib-200/data/annotated/{{language}}/{split}.tsv",
                "delimited",
                {**COLUMNS, "quoting": "csv", "header": True},
            )
            for split in ("train", "dev", "test")
        },
        hub=HubSpec(
            repo="Davlan/sib200",
            config="{language}",
            splits={"train": "train", "dev": "validation", "test": "test"},
            options=COLUMNS,
        ),
        lab="sib200",
        codes=FLORES,
        licence="Apache-2.0 (labels); CC BY-SA 4.0 (sentences of FLORES-200)",
        non_commercial=False,
        origin=TextOrigin.HUMAN_TRANSLATED,
        citation="Adelani et al. 2024, arXiv 2309.07445",
        overlaps={"sib200": Overlap("leak", "its sentences in other languages are the target's own")},
    ),
)
