"""Extractive question answering: SQuAD v1.1 and XQuAD."""

from __future__ import annotations

from xstilts.languages import codes
from xstilts.tasks.base import TASKS, FileSpec, HubSpec, Kind, Overlap, Task, TextOrigin

HUB_OPTIONS = {
    "columns": {"answer_texts": "answers.text", "answer_starts": "answers.answer_start"},
    "id": "id",
}
FILE_OPTIONS = {"id": "id"}

TASKS.register(
    "squad",
    Task(
        name="squad",
        kind=Kind.SPAN_QA,
        title="SQuAD v1.1: the answer is a span of a Wikipedia paragraph",
        languages=("en",),
        splits={"train": 87_599, "dev": 10_570},
        metrics=("f1", "exact_match"),
        files={split: FileSpec(f"{split}-v1.1.json", "squad_json", FILE_OPTIONS) for split in ("train", "dev")},
        hub=HubSpec(
            repo="rajpurkar/squad",
            config="plain_text",
            splits={"train": "train", "dev": "validation"},
            options=HUB_OPTIONS,
        ),
        lab="squad",
        licence="CC BY-SA 4.0",
        non_commercial=False,
        citation="Rajpurkar et al. 2016, arXiv 1606.05250",
        overlaps={"xquad": Overlap("leak", "XQuAD's paragraphs and questions are SQuAD dev")},
    ),
)

TASKS.register(
    "xquad",
    Task(
        name="xquad",
        kind=Kind.SPAN_QA,
        title="XQuAD: 1,190 SQuAD questions in 12 languages, trained on SQuAD v1.1",
        languages=codes("ar de el en es hi ro ru th tr vi zh"),
        splits={"test": 1_190},
        metrics=("f1", "exact_match"),
        files={"test": FileSpec("xquad.{language}.json", "squad_json", FILE_OPTIONS)},
        hub=HubSpec(
            repo="google/xquad",
            config="xquad.{language}",
            splits={"test": "validation"},
            options=HUB_OPTIONS,
        ),
        lab="xquad",
        licence="CC BY-SA 4.0",
        non_commercial=False,
        origin=TextOrigin.HUMAN_TRANSLATED,
        citation="Artetxe et al. 2020, arXiv 1910.11856",
        overlaps={
            "squad": Overlap("overlap", "SQuAD train is XQuAD's training set (its dev is the source of XQuAD)"),
            "xquad": Overlap("leak", "its questions in other languages are the target's own test questions"),
        },
    ),
)
