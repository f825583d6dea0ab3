"""Tagging and span QA: no word and no answer is lost on the way to subwords and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xstilts.encoding import ENCODINGS, IGNORED, EncodingOptions
from xstilts.encoding.span_qa_overlap import answer_tokens, best_span
from xstilts.errors import DataError, InputError

TAGGING, QA = ENCODINGS.get("tagging"), ENCODINGS.get("span_qa")
TAGS = ("NOUN", "VERB")
fixtures_are_fine = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
words = st.lists(st.text(alphabet="abre北京 \u200b", min_size=1, max_size=5), min_size=1, max_size=12)


def sentence(name: str, tokens: list[str], tags: list[str]) -> dict:
    return {"id": name, "tokens": tokens, "tags": tags}


def one_hot(numbers, size: int) -> np.ndarray:
    return np.eye(size, dtype=np.float32)[np.maximum(numbers, 0)]


def test_the_first_subword_carries_the_tag(tokenizer, examples) -> None:
    data = examples("tagging", sentence("a", ["red", "bed"], ["NOUN", "VERB"]))
    features = TAGGING.encode(data, tokenizer, EncodingOptions(), TAGS)
    assert tokenizer.convert_ids_to_tokens(features.ragged("input_ids")[0]) == ["<s>", "▁re", "d", "▁b", "ed", "</s>"]
    assert features.ragged("word")[0].tolist() == [-1, 0, 0, 1, 1, -1]
    assert features.ragged("labels")[0].tolist() == [IGNORED, 0, IGNORED, 1, IGNORED, IGNORED]
    assert TAGGING.collate(features, np.array([0]), 1)["labels"].tolist() == [features.ragged("labels")[0].tolist()]


@fixtures_are_fine
@given(tokens=words, max_length=st.integers(6, 30), random=st.randoms(use_true_random=False))
def test_gold_tags_come_back_for_every_word_that_has_a_token(tokens, max_length, random, tokenizer, examples) -> None:
    tags = [random.choice(TAGS) for _ in tokens]
    data = examples("tagging", sentence("a", tokens, tags))
    features = TAGGING.encode(data, tokenizer, EncodingOptions(max_length=max_length), TAGS)
    assert features.lengths.max() <= max_length
    outputs = [one_hot(features.ragged("labels")[0], len(TAGS))]
    row = TAGGING.decode(data, features, outputs, EncodingOptions(), TAGS).to_pylist()[0]
    assert len(row["prediction"]) == len(tokens)
    assert row["lost"] == row["prediction"].count("")
    seen = set(features.ragged("word")[0].tolist())
    assert row["prediction"] == [tag if word in seen else "" for word, tag in enumerate(tags)]


def test_words_beyond_the_cut_and_words_without_a_token_are_lost_but_kept_in_place(typed_tokenizer, examples) -> None:
    data = examples("tagging", sentence("cut", ["w1"] * 6, ["VERB"] * 6), sentence("void", ["w1", " ", "w2"], []),
                    sentence("empty", [], []))  # fmt: skip
    features = TAGGING.encode(data, typed_tokenizer, EncodingOptions(max_length=6), TAGS)
    outputs = [one_hot(np.ones(length, dtype=int), 2) for length in features.lengths]
    table = TAGGING.decode(data, features, outputs, EncodingOptions(), TAGS).to_pylist()
    assert [row["prediction"] for row in table] == [["VERB"] * 4 + ["", ""], ["VERB", "", "VERB"], []]
    assert [(row["truncated"], row["lost"]) for row in table] == [(True, 2), (False, 1), (False, 0)]
    assert set(features.ragged("labels")[1].tolist()) == {IGNORED}


def test_wrong_tags_are_refused(tokenizer, examples) -> None:
    for tags, message in ((["NOUN", "PIG"], "'a' has the label 'PIG'"), (["NOUN"], "2 words but 1 tags")):
        with pytest.raises(DataError, match=message):
            TAGGING.encode(examples("tagging", sentence("a", ["red", "bed"], tags)), tokenizer, EncodingOptions(), TAGS)


def question(name: str, text: str, context: str, *answers: tuple[str, int]) -> dict:
    return {"id": name, "question": text, "context": context, "answer_texts": [answer for answer, _ in answers],
            "answer_starts": [start for _, start in answers]}  # fmt: skip


def gold_logits(features) -> list[np.ndarray]:
    """The logits of a model that knows: high where the answer is, low at the other windows' first token."""
    outputs = []
    for row, length in enumerate(features.lengths):
        logits = np.zeros((2, length), dtype=np.float32)
        start, end = features.column("start")[row], features.column("end")[row]
        if start:
            logits[0, start] = logits[1, end] = 9
        outputs.append(logits)
    return outputs


def test_windows_overlap_and_only_the_context_is_cut(typed_tokenizer, examples) -> None:
    context = " ".join(f"w{number}" for number in range(13))
    data = examples("span_qa", question("q", "w0 w1", context, ("w9 w10", context.index("w9"))))
    features = QA.encode(data, typed_tokenizer, EncodingOptions(max_length=13, stride=3), ())
    assert features.items == ["q#0", "q#1"]
    assert [ids.tolist() for ids in map(features.ragged("input_ids").__getitem__, range(2))] == [
        [1, 5, 6, 2, *range(5, 13), 2],
        [1, 5, 6, 2, *range(10, 18), 2],
    ]
    assert features.column("truncated").tolist() == [False, False]
    assert list(zip(features.column("start"), features.column("end"), strict=True)) == [(0, 0), (8, 9)]
    assert features.ragged("offset_start")[0].tolist() == [-1, -1, -1, -1, 0, 3, 6, 9, 12, 15, 18, 21, -1]
    table = QA.decode(data, features, gold_logits(features), EncodingOptions(), ()).to_pylist()
    assert table == [{"id": "q", "gold": ["w9 w10"], "prediction": "w9 w10", "truncated": False, "score": 18}]
    batch = QA.collate(features, np.array([1, 0]), 0)
    assert (batch["start_positions"].tolist(), batch["end_positions"].tolist()) == ([8, 0], [9, 0])


def test_equal_scores_go_to_the_earlier_window(typed_tokenizer, examples) -> None:
    data = examples("span_qa", question("q", "w0", " ".join(f"w{number}" for number in range(10))))
    features = QA.encode(data, typed_tokenizer, EncodingOptions(max_length=10, stride=0), ())
    assert len(features) == 2
    flat = [np.zeros((2, length), dtype=np.float32) for length in features.lengths]
    assert QA.decode(data, features, flat, EncodingOptions(), ()).column("prediction").to_pylist() == ["w0"]


def test_a_question_longer_than_the_window_is_shortened_and_counted(typed_tokenizer, examples) -> None:
    context = " ".join(f"w{number}" for number in range(20))
    data = examples("span_qa", question("long", "w3 " * 50, context, ("w19", context.index("w19"))),
                    question("short", "w3", "w1 w2", ("w2", 3)))  # fmt: skip
    features = QA.encode(data, typed_tokenizer, EncodingOptions(max_length=20, stride=128), ())
    assert features.lengths.max() <= 20
    assert features.ragged("input_ids")[0][:12].tolist() == [1, *[8] * 10, 2]
    table = QA.decode(data, features, gold_logits(features), EncodingOptions(), ()).to_pylist()
    assert [(row["prediction"], row["truncated"]) for row in table] == [("w19", True), ("w2", False)]
    with pytest.raises(InputError, match="Use 10 or more"):
        QA.encode(data, typed_tokenizer, EncodingOptions(max_length=9), ())


@fixtures_are_fine
@given(data=st.data())
def test_gold_answers_come_back_from_the_original_text(data: st.DataObject, tokenizer, examples) -> None:
    alphabet = "abre 北京\U0001f600é.  "
    context = data.draw(st.text(alphabet=alphabet, min_size=1, max_size=90).filter(str.strip))
    first = data.draw(st.integers(0, len(context) - 1))
    answer = context[first : data.draw(st.integers(first + 1, min(len(context), first + 6)))]
    rows = examples("span_qa", question("q", "red?", context, (answer, first)))
    options = EncodingOptions(max_length=data.draw(st.integers(32, 64)), stride=8)
    features = QA.encode(rows, tokenizer, options, ())
    row = QA.decode(rows, features, gold_logits(features), options, ()).to_pylist()[0]
    if answer.strip():
        found = row["prediction"]
        assert found in context
        assert answer.strip() in found  # a subword may reach beyond the answer
        assert len(found) <= len(answer) + 2 * len("北京")
    covered = set()
    for window in range(len(features)):
        starts, ends = features.ragged("offset_start")[window], features.ragged("offset_end")[window]
        covered |= {place for s, e in zip(starts, ends, strict=True) if s >= 0 for place in range(s, e)}
    assert covered >= {place for place, letter in enumerate(context) if not letter.isspace()}


def test_offsets_are_code_points_and_leave_spaces_out(tokenizer, examples) -> None:
    context = "\U0001f600\U0001f600 red  北京"
    data = examples("span_qa", question("q", "bed", context, ("北京", context.index("北"))))
    features = QA.encode(data, tokenizer, EncodingOptions(), ())
    table = QA.decode(data, features, gold_logits(features), EncodingOptions(), ()).to_pylist()
    assert table[0]["prediction"] == "北京"


def test_an_answer_that_a_window_holds_in_part_is_none_of_its_answers() -> None:
    starts, ends = np.array([-1, 3, 6, 9, -1]), np.array([-1, 5, 8, 11, -1])
    assert answer_tokens(starts, ends, 6, 11) == (2, 3)
    assert answer_tokens(starts, ends, 7, 10) == (2, 3)
    assert answer_tokens(starts, ends, 2, 5) == (0, 0)
    assert answer_tokens(starts, ends, 9, 12) == (0, 0)
    assert answer_tokens(starts, ends, 20, 22) == (0, 0)


@settings(deadline=None)
@given(st.integers(1, 12), st.integers(1, 6), st.randoms(use_true_random=False))
def test_the_best_span_is_that_of_trying_all(length: int, longest: int, random) -> None:
    logits = np.array([[random.randint(0, 3) for _ in range(length)] for _ in range(2)], dtype=np.float32)
    allowed = np.array([random.random() < 0.7 for _ in range(length)])
    spans = [
        (-float(logits[0, first] + logits[1, last]), first, last)
        for first in range(length)
        for last in range(first, min(first + longest, length))
        if allowed[first] and allowed[last]
    ]
    span = best_span(logits, allowed, longest)
    assert (span is None) == (not spans)
    if span is not None:
        assert (-span.score, span.first, span.last) == min(spans)


def test_without_answers_and_without_context_nothing_breaks(tokenizer, examples) -> None:
    data = examples("span_qa", question("q", "red", ""), question("", "", "red"))
    features = QA.encode(data, tokenizer, EncodingOptions(), ())
    table = QA.decode(data, features, gold_logits(features), EncodingOptions(), ()).to_pylist()
    assert [(row["gold"], row["prediction"]) for row in table] == [([], ""), ([], "re")]
