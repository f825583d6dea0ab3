"""Questions without an answer: what they teach, and when the null wins, with values worked out by hand."""

from __future__ import annotations

import math

import numpy as np

from xstilts.encoding import EncodingOptions, span_qa

OPTIONS = EncodingOptions(max_length=13, stride=3)
CONTEXT = " ".join(f"w{number}" for number in range(13))


def question(name: str, *answers: tuple[str, int], context: str = CONTEXT) -> dict:
    return {"id": name, "question": "w0 w1", "context": context, "answer_texts": [answer for answer, _ in answers],
            "answer_starts": [start for _, start in answers]}  # fmt: skip


def logits(length: int, **at: tuple[int, float]) -> np.ndarray:
    """Zeros but for ``null`` at the first token and ``span`` at one place, half of the sum at start and end each."""
    made = np.zeros((2, length), dtype=np.float32)
    for place, total in at.values():
        made[:, place] = total / 2
    return made


def test_every_window_of_a_question_without_an_answer_points_to_the_first_token(typed_tokenizer, examples) -> None:
    rows = examples("span_qa", question("none"), question("one", ("w12", CONTEXT.index("w12"))))
    features = span_qa.encode(rows, typed_tokenizer, OPTIONS, ())
    assert features.items == ["none#0", "none#1", "one#0", "one#1"]
    batch = span_qa.collate(features, np.arange(4), 0)
    assert batch["start_positions"].tolist() == batch["end_positions"].tolist() == [0, 0, 0, 11]
    assert (batch["input_ids"][:, 0] == typed_tokenizer.cls_token_id).all()


def test_the_null_of_the_least_certain_window_is_compared_with_the_best_span(typed_tokenizer, examples) -> None:
    rows = examples("span_qa", question("no"), question("yes"), question("even"))
    features = span_qa.encode(rows, typed_tokenizer, OPTIONS, ())
    outputs = [
        # two windows each of 13 and 13 tokens: the first place of the context is 4
        logits(13, null=(0, 6), span=(4, 3)), logits(13, null=(0, 5), span=(5, 4)),  # smallest null 5, best span 4
        logits(13, null=(0, 9), span=(4, 1)), logits(13, null=(0, 2), span=(5, 4)),  # 2 and 4
        logits(13, null=(0, 4), span=(4, 4)), logits(13, null=(0, 7), span=(5, 2)),  # 4 and 4: the span is kept
    ]  # fmt: skip
    plain = span_qa.decode(rows, features, outputs, OPTIONS, ())
    table = span_qa.with_null(plain, features, outputs)
    assert table.column_names == [*plain.column_names, "span", "null_score"]
    assert table.column("null_score").to_pylist() == [1, -2, 0]
    assert table.column("span").to_pylist() == plain.column("prediction").to_pylist() == ["w6", "w6", "w0"]
    assert table.column("prediction").to_pylist() == ["", "w6", "w0"]
    for name in ("id", "gold", "truncated", "score"):
        assert table.column(name).equals(plain.column(name))


def test_without_any_span_the_null_wins_for_certain(typed_tokenizer, examples) -> None:
    rows = examples("span_qa", question("blank", context=" "))
    features = span_qa.encode(rows, typed_tokenizer, OPTIONS, ())
    outputs = [logits(length, null=(0, -50)) for length in features.lengths]
    table = span_qa.with_null(span_qa.decode(rows, features, outputs, OPTIONS, ()), features, outputs)
    assert table.column("null_score").to_pylist() == [math.inf]
    assert table.column("prediction").to_pylist() == [""]
