"""Extractive question answering: SQuAD v1.1, SQuAD v2.0 and XQuAD."""

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
    "squad_v2",
    Task(
        name="squad_v2",
        kind=Kind.SPAN_QA,
        title="SQuAD v2.0: SQuAD v1.1 and questions that the paragraph does not answer",
        languages=("en",),
        splits={"train": 130_319, "dev": 11_873},
        rule="squad2",
        metrics=("f1", "exact_match"),
        files={split: FileSpec(f"{split}-v2.0.json", "squad_json", FILE_OPTIONS) for split in ("train", "dev")},
        hub=HubSpec(
            repo="rajpurkar/squad_v2",
            config="squad_v2",
            splits={"train": "train", "dev": "validation"},
            options=HUB_OPTIONS,
        ),
        lab="squad_v2",
        licence="CC BY-SA 4.0",
        non_commercial=False,
        citation="Rajpurkar et al. 2018, arXiv 1806.03822",
        overlaps={
            "squad": Overlap("overlap", "its answerable questions are those of SQuAD v1.1"),
            "xquad": Overlap("leak", "XQuAD's paragraphs and questions are SQuAD dev"),
        },
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
            "squad_v2": Overlap(
                "overlap", "its answerable questions are XQuAD's training set (its dev XQuAD's source)"
            ),
            "squad_it": Overlap("leak", "translated from SQuAD: its test set is SQuAD dev, the source of XQuAD"),
            "squad_es": Overlap("leak", "XQuAD's training set in Spanish, and its dev is SQuAD dev, XQuAD's source"),
            "xquad": Overlap("leak", "its questions in other languages are the target's own test questions"),
        },
    ),
)
