"""Questions with their passages: which item has which tokens, and which passages of a step are the same."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts.encoding import ENCODINGS, EncodingOptions, Features
from xstilts.encoding.pairs import (
    check_contrast,
    collate_passages,
    pairs,
    passage_lengths,
    right_rows,
    step_passages,
)
from xstilts.errors import DataError
from xstilts.tasks.base import Kind

ROWS = [
    {"id": "q1", "role": "query", "text": "red", "gold": ["b"]},
    {"id": "q2", "role": "query", "text": "the bed", "gold": ["a", "b"]},
    {"id": "q3", "role": "query", "text": "nobody", "gold": []},
    {"id": "q4", "role": "query", "text": "bing", "gold": ["b"]},
    {"id": "a", "role": "candidate", "text": "wo wo wo", "gold": []},
    {"id": "b", "role": "candidate", "text": "the red thing", "gold": []},
    {"id": "c", "role": "candidate", "text": "wo wo wo", "gold": []},
]


def encoded(examples, tokenizer, max_length=32):
    dataset = examples(Kind.RETRIEVAL, *ROWS)
    return dataset, ENCODINGS.get(Kind.RETRIEVAL).encode(dataset, tokenizer, EncodingOptions(max_length), ())


def test_every_answered_question_has_its_first_passage(examples, tokenizer):
    queries, right = right_rows(encoded(examples, tokenizer)[0])
    assert (queries.tolist(), right.tolist()) == ([0, 1, 3], [5, 4, 5])


def test_an_item_is_a_question_with_its_passages(examples, tokenizer):
    dataset, features = encoded(examples, tokenizer)
    made = pairs(features, *right_rows(dataset), np.array([[4, 6], [5, 6], [6, 4]]))
    tokens, passages, groups = features.ragged("input_ids"), made.ragged("passages"), made.groups("passages")
    assert made.items == ["q1", "q2", "q4"]
    assert [made.ragged("input_ids")[row].tolist() for row in range(3)] == [tokens[row].tolist() for row in (0, 1, 3)]
    assert groups.tolist() == [0, 3, 6, 9]
    for place, row in enumerate([5, 4, 6, 4, 5, 6, 5, 6, 4]):
        assert passages[place].tolist() == tokens[row].tolist()
    length = {row: len(tokens[row]) for row in range(len(features))}
    assert made.lengths.tolist() == [length[0] + length[5] + 2 * length[4], length[1] + 2 * length[4] + length[5],
                                     length[3] + length[5] + 2 * length[4]]  # fmt: skip
    assert passage_lengths(made, np.array([0, 1])).tolist() == [length[5], length[4]]


def test_passages_are_numbered_by_their_tokens(examples, tokenizer):
    dataset, features = encoded(examples, tokenizer)
    numbers = pairs(features, *right_rows(dataset)).ragged("numbers").values
    assert numbers[0] == numbers[2] != numbers[1]
    again = pairs(features, np.array([3, 0]), np.array([6, 4])).ragged("numbers").values
    assert again.tolist() == [numbers[1]] * 2  # a and c are the same text


def test_truncation_of_either_side_is_told(examples, tokenizer):
    dataset, features = encoded(examples, tokenizer, 7)
    assert features.column("truncated").tolist() == [False, False, True, False, False, True, False]
    queries, right = right_rows(dataset)
    assert pairs(features, queries, right).column("truncated").tolist() == [True, False, True]
    assert pairs(features, queries, right, np.array([[4], [5], [6]])).column("truncated").all()


def test_a_step_holds_each_passage_once_in_the_order_of_its_items(examples, tokenizer):
    dataset, features = encoded(examples, tokenizer)
    made = pairs(features, *right_rows(dataset), np.array([[4], [5], [6]]))
    places, right = step_passages(made, np.array([2, 0, 1, 2]))
    assert places.tolist() == [4, 5]  # b of q4, then c of q4, which is a as well
    assert right.tolist() == [0, 0, 1, 0]


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=8),
    st.data(),
)
def test_right_passages_are_found_again_whatever_the_step(own, data):
    """Passage ``n`` is the token 10 + n."""
    table = pa.table({
        "item": [f"q{row}" for row in range(len(own))],
        "passages": pa.array([[[10 + number] for number in pair] for pair in own], pa.list_(pa.list_(pa.int32()))),
        "numbers": pa.array([list(pair) for pair in own], pa.list_(pa.int64())),
    })  # fmt: skip
    rows = np.array(data.draw(st.lists(st.integers(0, len(own) - 1), min_size=1, max_size=6)))
    features = Features(pa.concat_tables([table.slice(0, 1), table.slice(1)]).combine_chunks())
    places, right = step_passages(features, rows)
    tokens = [int(features.ragged("passages")[place][0]) - 10 for place in places]
    assert len(set(tokens)) == len(tokens)
    assert set(tokens) == {number for row in rows for number in own[row]}
    assert [tokens[place] for place in right] == [own[row][0] for row in rows]


def test_passages_are_padded_to_their_own_longest(examples, typed_tokenizer):
    dataset = examples(
        Kind.RETRIEVAL,
        {"id": "q", "role": "query", "text": "w1 w2 w3 w4 w5", "gold": ["p"]},
        {"id": "p", "role": "candidate", "text": "w6", "gold": []},
        {"id": "n", "role": "candidate", "text": "w7 w8", "gold": []},
    )
    features = ENCODINGS.get(Kind.RETRIEVAL).encode(dataset, typed_tokenizer, EncodingOptions(32), ())
    made = pairs(features, *right_rows(dataset), np.array([[2]]))
    batch = collate_passages(made, np.array([0, 1]), 0)
    assert batch["input_ids"].tolist() == [[1, 11, 2, 0], [1, 12, 13, 2]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1, 0], [1, 1, 1, 1]]
    assert batch["token_type_ids"].tolist() == [[0] * 4] * 2


def test_one_passage_in_all_is_nothing_to_tell_apart(examples, tokenizer):
    _, features = encoded(examples, tokenizer)
    alone = pairs(features, np.array([0, 3]), np.array([5, 5]))
    with pytest.raises(DataError, match="squad: The 2 questions of squad have one passage in all"):
        check_contrast(alone, "squad")
    check_contrast(pairs(features, np.array([0, 3]), np.array([5, 5]), np.array([[4], [4]])), "squad")
