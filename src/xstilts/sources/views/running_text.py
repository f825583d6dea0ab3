"""The view ``masked-lm``: masked language modelling on the text of a task, without its labels.

Multiple choice: the text is context and question; its pair is all choices in their order, so that nothing tells the
right one. Tagging: the words with spaces between. Span QA: context and question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from xstilts.sources.arrow import Example
from xstilts.sources.views.view import Change, View, each
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    import datasets

    from xstilts.tasks.base import Task

Texts = Callable[[Example], tuple[str, str]]

TEXTS: Mapping[Kind, Texts] = MappingProxyType(
    {
        Kind.CLASSIFICATION: lambda example: (example["text"], example["text_pair"]),
        Kind.MULTIPLE_CHOICE: lambda example: (
            f"{example['context']} {example['question']}".strip(),
            " ".join(example["choices"]),
        ),
        Kind.TAGGING: lambda example: (" ".join(example["tokens"]), ""),
        Kind.SPAN_QA: lambda example: (example["context"], example["question"]),
        Kind.MASKED_LM: lambda example: (example["text"], example["text_pair"]),
    }
)
"""Kind to its example as a text and a second one, which may be "" ."""


def _plain(task: Task, examples: datasets.Dataset, seed: int) -> Change:
    del examples, seed
    texts = TEXTS[task.kind]

    def change(example: Example) -> Example:
        text, text_pair = texts(example)
        return {"id": example["id"], "text": text, "text_pair": text_pair}

    return change


VIEW = View(
    "masked-lm",
    "masked language modelling on its text",
    MappingProxyType({kind: each(_plain) for kind in TEXTS if kind is not Kind.MASKED_LM}),
    kind=Kind.MASKED_LM,
    labels=(),
)
