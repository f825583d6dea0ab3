"""Span question answering: the answer is a piece of the context, which is read through overlapping windows.

An item is one window, named ``id#0``, ``id#1`` … Only the context is cut, and a question that is too long, which alone
counts as truncated. Adds ``start`` and ``end`` (int64, first and last token of the first gold answer; 0 and 0, the null
span, where the window does not hold all of it or the question has none) and what its rule needs to answer: see
:mod:`xstilts.encoding.span_qa_overlap` and :mod:`xstilts.encoding.span_qa_run_squad`.
Model output of an item: start and end logits of its real tokens, shape ``(2, T)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from xstilts.encoding import span_qa_overlap, span_qa_run_squad
from xstilts.encoding.base import ENCODINGS, Encoding, EncodingOptions
from xstilts.encoding.span_qa_answers import Answering, answers
from xstilts.encoding.subwords import pad_inputs
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow as pa
    import torch
    from datasets import Dataset
    from numpy.typing import NDArray
    from transformers import PreTrainedTokenizerFast

    from xstilts.encoding.features import Features


class _Rule(NamedTuple):
    """How contexts are cut into windows, and how a question is answered from them."""

    encode: Callable[[Dataset, PreTrainedTokenizerFast, EncodingOptions], Features]
    answering: Callable[[Features, EncodingOptions], Answering]


RULES: Mapping[str, _Rule] = {
    "overlap": _Rule(span_qa_overlap.encode, span_qa_overlap.answering),
    "run_squad": _Rule(span_qa_run_squad.encode, span_qa_run_squad.answering),
}
"""By the name that a protocol's ``Windows`` has."""


def encode(
    examples: Dataset, tokenizer: PreTrainedTokenizerFast, options: EncodingOptions, labels: tuple[str, ...]
) -> Features:
    """Windows over each context, as ``options.windows`` says.

    Raises:
        InputError: If the maximum length leaves no room for question and context.
    """
    return RULES[options.windows].encode(examples, tokenizer, options)


def collate(features: Features, rows: NDArray[np.int64], pad_id: int) -> dict[str, torch.Tensor]:
    """Padded inputs and ``start_positions``, ``end_positions``, shape ``(b,)``."""
    import torch

    batch = pad_inputs(features, rows, pad_id)
    batch["start_positions"] = torch.from_numpy(features.column("start")[rows])
    batch["end_positions"] = torch.from_numpy(features.column("end")[rows])
    return batch


def decode(
    examples: Dataset,
    features: Features,
    outputs: Sequence[NDArray[Any]],
    options: EncodingOptions,
    labels: tuple[str, ...],
) -> pa.Table:
    """Each example's answer, as ``options.windows`` says; the options must be those the features were made with."""
    return answers(examples, features, outputs, RULES[options.windows].answering(features, options))


def unreachable(examples: Dataset, features: Features) -> int:
    """How many questions have an answer of which no window holds all: they cannot be learned, nor answered in full."""
    asked = np.fromiter((bool(texts) for texts in examples["answer_texts"]), dtype=bool, count=len(examples))
    asked[features.column("example")[features.column("start") > 0]] = False
    return int(asked.sum())


def with_null(table: pa.Table, features: Features, outputs: Sequence[NDArray[Any]]) -> pa.Table:
    """Predictions that may be "no answer", for rules that know questions without one.

    The null score is the sum of the first token's logits, to which questions without an answer point, in the window
    where it is smallest, less the score of the best span; above 0 the null wins (Devlin et al. 2019, arXiv 1810.04805,
    section 4.3; google-research/bert:run_squad.py).

    Args:
        table: What :func:`decode` gave.
        features: The windows.
        outputs: Their logits.

    Returns:
        The table with ``prediction`` "" where the null wins, and two columns more: ``span`` (string, the best answer
        whatever the null scores) and ``null_score`` (float64, ``inf`` where no window holds an answer).
    """
    import pyarrow as pa

    null = np.full(len(table), np.inf)
    np.minimum.at(null, features.column("example"), [float(logits[0, 0]) + float(logits[1, 0]) for logits in outputs])
    scores = null - table.column("score").to_numpy()
    spans = table.column("prediction")
    decided = ["" if score > 0 else span for score, span in zip(scores, spans.to_pylist(), strict=True)]
    place = table.column_names.index("prediction")
    table = table.set_column(place, "prediction", pa.array(decided, pa.string()))
    return table.append_column("span", spans).append_column("null_score", pa.array(scores, pa.float64()))


ENCODINGS.register(Kind.SPAN_QA, Encoding(Kind.SPAN_QA, encode, collate, decode))
