"""xstilts' own rule of windows and answers: neighbours share tokens, any window may answer, no letter is ever cut.

A question of more than half the length is shortened first. Answers are cut from the original context at the edges of
what readers see as letters (``xstilts.encoding.text_edges``), whatever the tokenizer's own edges are. Adds
``offset_start`` and ``offset_end`` (list<int32>, characters of the context at each position, widened to whole letters
and without invisible edges; -1 outside the context).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from xstilts.encoding.span_qa_answers import Answer, Answering, Outputs
from xstilts.encoding.subwords import Builder, base_types, check_room, chunks, question_limit
from xstilts.encoding.text_edges import Edges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from datasets import Dataset
    from numpy.typing import NDArray
    from transformers import BatchEncoding, PreTrainedTokenizerFast

    from xstilts.encoding.base import EncodingOptions
    from xstilts.encoding.features import Features

_OUTSIDE = -1


class Span(NamedTuple):
    """An answer found in one window: first and last token, and the sum of their logits."""

    first: int
    last: int
    score: float


def encode(examples: Dataset, tokenizer: PreTrainedTokenizerFast, options: EncodingOptions) -> Features:
    """Windows over each context; neighbours share ``options.stride`` tokens, at most half of their room.

    Raises:
        InputError: If the maximum length leaves no room for question and context.
    """
    special = check_room(tokenizer, options.max_length)
    builder = Builder(base_types(tokenizer, "start", "end", "offset_start", "offset_end"))
    for first_row, rows in chunks(examples, ("id", "question", "context", "answer_texts", "answer_starts")):
        questions, sizes, cut = _shortened(tokenizer, rows["question"], question_limit(options))
        overlaps: dict[int, list[int]] = defaultdict(list)
        for row, size in enumerate(sizes):
            overlaps[min(options.stride, (options.max_length - size - special) // 2)].append(row)
        windows: list[list[dict[str, Any]]] = [[] for _ in questions]
        for overlap, part in overlaps.items():
            batch = _windows(tokenizer, questions, rows["context"], part, options.max_length, overlap)
            for number, owner in enumerate(batch["overflow_to_sample_mapping"]):
                windows[part[owner]].append(_window(batch, number))
        for row, found in enumerate(windows):
            for number, window in enumerate(found):
                window["item"] = f"{rows['id'][row]}#{number}"
                window["example"] = first_row + row
                window["truncated"] = cut[row]
            _point_to_gold(found, rows, row, Edges.of(rows["context"][row]))
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


def _window(batch: BatchEncoding, number: int) -> dict[str, Any]:
    """One window, with the tokenizer's own offsets."""
    in_context = np.array([part == 1 for part in batch.sequence_ids(number)], dtype=bool)
    offsets = np.array(batch["offset_mapping"][number], dtype=np.int32).reshape(-1, 2)
    window = {"input_ids": batch["input_ids"][number], "length": len(in_context)}
    if "token_type_ids" in batch:
        window["token_type_ids"] = batch["token_type_ids"][number]
    return {**window, "offsets": np.where(in_context[:, None], offsets, _OUTSIDE)}


def _point_to_gold(windows: list[dict[str, Any]], rows: dict[str, list[Any]], row: int, edges: Edges) -> None:
    """Add the edges of each token and where the first gold answer lies to all windows of one question."""
    gold = None
    if rows["answer_texts"][row]:
        start = rows["answer_starts"][row][0]
        stop = min(start + len(rows["answer_texts"][row][0]), len(rows["context"][row]))
        gold = edges.trimmed(start, stop)
    for number, window in enumerate(windows):
        starts, ends = token_edges(window["offsets"], edges)
        window["offset_start"], window["offset_end"] = starts, ends
        whole = (number == 0, number == len(windows) - 1)
        window["start"], window["end"] = (0, 0) if gold is None else answer_tokens(starts, ends, *gold, whole)


def token_edges(offsets: NDArray[np.int32], edges: Edges) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Where each token begins and ends as readers see it; a token without a visible letter has two equal numbers.

    Args:
        offsets: First character of each token and one past its last, -1 outside the context, shape ``(t, 2)``.
        edges: Those of the context.
    """
    first, stop = np.clip(offsets, 0, len(edges.begin) - 1).T
    starts, ends = edges.begin[first], edges.end[stop]
    seen = (starts < ends) & (first < stop)
    outside = offsets[:, 0] < 0
    starts, ends = np.where(seen, starts, stop), np.where(seen, ends, stop)
    return np.where(outside, _OUTSIDE, starts), np.where(outside, _OUTSIDE, ends)


def answer_tokens(
    starts: NDArray[np.int32],
    ends: NDArray[np.int32],
    first: int,
    stop: int,
    whole: tuple[bool, bool] = (False, False),
) -> tuple[int, int]:
    """First and last token of the characters ``first`` to ``stop`` (exclusive), or (0, 0) when not all are here.

    Characters that no token covers (some tokenizers drop some) are missed only where a window is cut.

    Args:
        starts: First character of each token, -1 outside the context, shape ``(t,)``.
        ends: One past its last character, same shape.
        first: First character of the answer, in code points.
        stop: One past its last character.
        whole: Whether the window begins where the context begins, and ends where it ends.
    """
    solid = np.flatnonzero((starts >= 0) & (ends > starts))
    touched = solid[(starts[solid] < stop) & (ends[solid] > first)]
    if not len(touched):
        return 0, 0
    begins_before = not whole[0] and touched[0] == solid[0] and starts[touched[0]] > first
    ends_after = not whole[1] and touched[-1] == solid[-1] and ends[touched[-1]] < stop
    return (0, 0) if begins_before or ends_after else (int(touched[0]), int(touched[-1]))


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


def answering(features: Features, options: EncodingOptions) -> Answering:
    """What answers a question from its windows: the best span of them all, the earlier window's among equals."""
    offset_start, offset_end = features.ragged("offset_start"), features.ragged("offset_end")

    def answer(context: str, windows: Outputs) -> Answer:
        best = Answer("", -np.inf)
        for row, logits in windows:
            starts, ends = offset_start[row], offset_end[row]
            span = best_span(logits, (starts >= 0) & (ends > starts), options.max_answer_tokens)
            if span is not None and span.score > best.score:
                best = Answer(context[starts[span.first] : ends[span.last]], span.score)
        return best

    return answer
