"""What every rule of span question answering gives: one answer for each question, out of all its windows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa
    from datasets import Dataset
    from numpy.typing import NDArray

    from xstilts.encoding.features import Features

Outputs = Sequence[tuple[int, "NDArray[Any]"]]
"""A question's windows in order: row of the features, start and end logits of its tokens, shape ``(2, t)``."""


class Answer(NamedTuple):
    """What is answered, and the sum of the logits of its first and last token."""

    text: str
    score: float


Answering = Callable[[str, Outputs], Answer]
"""From a context and its windows to the answer."""


def answers(examples: Dataset, features: Features, outputs: Sequence[NDArray[Any]], answering: Answering) -> pa.Table:
    """The predictions table: ``id``, ``gold``, ``prediction``, ``truncated`` and ``score`` of each question."""
    import pyarrow as pa

    owners, cut = features.column("example"), features.column("truncated")
    bounds = np.searchsorted(owners, np.arange(len(examples) + 1))
    found = [
        answering(context, [(row, outputs[row]) for row in range(bounds[place], bounds[place + 1])])
        for place, context in enumerate(examples["context"])
    ]
    truncated = np.zeros(len(examples), dtype=bool)
    truncated[owners[cut]] = True
    return pa.table(
        {
            "id": pa.array(examples["id"], pa.string()),
            "gold": pa.array(examples["answer_texts"], pa.list_(pa.string())),
            "prediction": pa.array([answer.text for answer in found], pa.string()),
            "truncated": pa.array(truncated, pa.bool_()),
            "score": pa.array([answer.score for answer in found], pa.float64()),
        }
    )
