"""Span question answering: the answer is a piece of the context, which is read through overlapping windows.

An item is one window, named ``id#0``, ``id#1`` … Only the context is cut; a question of more than half the length is
shortened first, and only that counts as truncated. Adds ``start`` and ``end`` (int64, first and last token of the first
gold answer; 0 and 0, the null span, where the window does not hold all of it or the question has none),
``offset_start`` and ``offset_end`` (list<int32>, characters of the context at each position, -1 outside the context).
Model output of an item: start and end logits of its real tokens, shape ``(2, T)``.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from xstilts.encoding.base import ENCODINGS, Encoding, EncodingOptions
from xstilts.encoding.subwords import Builder, base_types, check, chunks, pad_inputs
from xstilts.errors import InputError
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    import torch
    from datasets import Dataset
    from numpy.typing import NDArray
    from transformers import BatchEncoding, PreTrainedTokenizerFast

    from xstilts.encoding.features import Features

_OUTSIDE = -1


class Span(NamedTuple):
    """An answer found in one window: first and last token, and the sum of their logits."""

    first: int
    last: int
    score: float


def encode(
    examples: Dataset, tokenizer: PreTrainedTokenizerFast, options: EncodingOptions, labels: tuple[str, ...]
) -> Features:
    """Windows over each context; neighbours share ``options.stride`` tokens, at most half of their room.

    Raises:
        InputError: If the maximum length leaves no room for question and context.
    """
    check(tokenizer, options.max_length, pair=True)
    special = tokenizer.num_special_tokens_to_add(pair=True)
    if options.max_length < 2 * special + 4:
        raise InputError(
            f"A maximum length of {options.max_length} tokens has no room for question and context.",
            field="max_length",
            hint=f"Use {2 * special + 4} or more.",
        )
    builder = Builder(base_types(tokenizer, "start", "end", "offset_start", "offset_end"))
    for first_row, rows in chunks(examples, ("id", "question", "context", "answer_texts", "answer_starts")):
        questions, sizes, cut = _shortened(tokenizer, rows["question"], options.max_length // 2)
        overlaps: dict[int, list[int]] = defaultdict(list)
        for row, size in enumerate(sizes):
            overlaps[min(options.stride, (options.max_length - size - special) // 2)].append(row)
        windows: list[list[dict[str, Any]]] = [[] for _ in questions]
        for overlap, part in overlaps.items():
            batch = _windows(tokenizer, questions, rows["context"], part, options.max_length, overlap)
            for number, owner in enumerate(batch["overflow_to_sample_mapping"]):
                windows[part[owner]].append(_window(batch, number, rows, part[owner]))
        for row, found in enumerate(windows):
            for number, window in enumerate(found):
                window["item"] = f"{rows['id'][row]}#{number}"
                window["example"] = first_row + row
                window["truncated"] = cut[row]
        items = [window for found in windows for window in found]
        builder.add({name: [window[name] for window in items] for name in items[0]})
    return builder.features()


def _shortened(
    tokenizer: PreTrainedTokenizerFast, questions: Sequence[str], limit: int
) -> tuple[list[str], list[int], list[bool]]:
    """Questions of at most ``limit`` tokens, their sizes, and which of them were cut."""
    texts = list(questions)
    sizes = [0] * len(texts)
    rows = list(range(len(texts)))
    while rows:
        batch = tokenizer(
            [texts[row] for row in rows],
            add_special_tokens=False,
            truncation=False,
            padding=False,
            return_offsets_mapping=True,
            verbose=False,
        )
        for row, offsets in zip(rows, batch["offset_mapping"], strict=True):
            sizes[row] = len(offsets)
            if len(offsets) > limit:  # a shorter text may have other subwords: cut at least one character, look again
                texts[row] = texts[row][: min(offsets[limit - 1][1], len(texts[row]) - 1)]
        rows = [row for row in rows if sizes[row] > limit]
    return texts, sizes, [text != question for text, question in zip(texts, questions, strict=True)]


def _windows(
    tokenizer: PreTrainedTokenizerFast,
    questions: Sequence[str],
    contexts: Sequence[str],
    rows: list[int],
    max_length: int,
    overlap: int,
) -> BatchEncoding:
    batch: BatchEncoding = tokenizer(
        [questions[row] for row in rows],
        [contexts[row] for row in rows],
        truncation="only_second",
        max_length=max_length,
        stride=overlap,
        padding=False,
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
        return_attention_mask=False,
        return_token_type_ids="token_type_ids" in tokenizer.model_input_names,
        verbose=False,
    )
    return batch


def _window(batch: BatchEncoding, number: int, rows: dict[str, list[Any]], row: int) -> dict[str, Any]:
    in_context = np.array([part == 1 for part in batch.sequence_ids(number)], dtype=bool)
    offsets = np.array(batch["offset_mapping"][number], dtype=np.int32).reshape(-1, 2)
    starts, ends = _without_spaces(rows["context"][row], offsets)
    starts, ends = np.where(in_context, starts, _OUTSIDE), np.where(in_context, ends, _OUTSIDE)
    first, last = (0, 0)
    if rows["answer_texts"][row]:
        answer = rows["answer_texts"][row][0]
        begin = rows["answer_starts"][row][0] + len(answer) - len(answer.lstrip())
        first, last = answer_tokens(starts, ends, begin, begin + len(answer.strip()))
    window = {"input_ids": batch["input_ids"][number], "length": len(in_context), "start": first, "end": last}
    if "token_type_ids" in batch:
        window["token_type_ids"] = batch["token_type_ids"][number]
    return {**window, "offset_start": starts, "offset_end": ends}


def _without_spaces(text: str, offsets: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Offsets without the spaces that some tokenizers count to the following token."""
    space = np.fromiter((letter.isspace() for letter in text), dtype=bool, count=len(text))
    place = np.arange(len(text) + 1, dtype=np.int32)
    following = np.minimum.accumulate(np.append(np.where(space, len(text), place[:-1]), len(text))[::-1])[::-1]
    inside = np.clip(offsets, 0, len(text))
    starts = np.minimum(following[inside[:, 0]], inside[:, 1]).astype(np.int32)
    return starts, inside[:, 1].astype(np.int32)


def answer_tokens(starts: NDArray[np.int32], ends: NDArray[np.int32], first: int, stop: int) -> tuple[int, int]:
    """First and last token of the characters ``first`` to ``stop`` (exclusive), or (0, 0) when not all are here.

    Characters that no token covers (some tokenizers drop control characters) are missed only at the window's edges.

    Args:
        starts: First character of each token, -1 outside the context, shape ``(t,)``.
        ends: One past its last character, same shape.
        first: First character of the answer, in code points.
        stop: One past its last character.
    """
    solid = np.flatnonzero((starts >= 0) & (ends > starts))
    touched = solid[(starts[solid] < stop) & (ends[solid] > first)]
    if not len(touched):
        return 0, 0
    begins_before = touched[0] == solid[0] and starts[touched[0]] > first
    ends_after = touched[-1] == solid[-1] and ends[touched[-1]] < stop
    return (0, 0) if begins_before or ends_after else (int(touched[0]), int(touched[-1]))


def collate(features: Features, rows: NDArray[np.int64], pad_id: int) -> dict[str, torch.Tensor]:
    """Padded inputs and ``start_positions``, ``end_positions``, shape ``(b,)``."""
    import torch

    batch = pad_inputs(features, rows, pad_id)
    batch["start_positions"] = torch.from_numpy(features.column("start")[rows])
    batch["end_positions"] = torch.from_numpy(features.column("end")[rows])
    return batch


def best_span(logits: NDArray[Any], allowed: NDArray[np.bool_], longest: int) -> Span | None:
    """The span with the largest start + end logit; the earliest start, then the shortest, among equals.

    Args:
        logits: Start and end logits, shape ``(2, t)``.
        allowed: Positions at which an answer may start and end, shape ``(t,)``.
        longest: Most tokens of an answer.
    """
    if not allowed.any():
        return None
    starts, ends = np.where(allowed, logits.astype(np.float64), -np.inf)
    padded = np.concatenate([ends, np.full(longest - 1, -np.inf)])
    sums = starts[:, None] + np.lib.stride_tricks.sliding_window_view(padded, longest)
    first, extra = divmod(int(sums.argmax()), longest)
    return Span(first, first + extra, float(sums[first, extra]))


def decode(
    examples: Dataset,
    features: Features,
    outputs: Sequence[NDArray[Any]],
    options: EncodingOptions,
    labels: tuple[str, ...],
) -> pa.Table:
    """Each example's best answer over its windows, cut from the original context; ties go to the earlier window."""
    import pyarrow as pa

    ids, contexts = list(examples["id"]), list(examples["context"])
    answers, scores, truncated = [""] * len(ids), [-np.inf] * len(ids), [False] * len(ids)
    offset_start, offset_end = features.ragged("offset_start"), features.ragged("offset_end")
    owners, cut = features.column("example"), features.column("truncated")
    for row, logits in enumerate(outputs):
        owner, starts, ends = owners[row], offset_start[row], offset_end[row]
        truncated[owner] = bool(cut[row])
        span = best_span(logits, (starts >= 0) & (ends > starts), options.max_answer_tokens)
        if span is not None and span.score > scores[owner]:
            scores[owner] = span.score
            answers[owner] = contexts[owner][starts[span.first] : ends[span.last]]
    return pa.table(
        {
            "id": pa.array(ids, pa.string()),
            "gold": pa.array(examples["answer_texts"], pa.list_(pa.string())),
            "prediction": pa.array(answers, pa.string()),
            "truncated": pa.array(truncated, pa.bool_()),
            "score": pa.array(scores, pa.float64()),
        }
    )


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
