"""Chunks read in arrays are those that a plain reading finds, word by word, and so are hits and lengths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.metrics.chunks import OUTSIDE, step, undated, whole_tag, without_letter
from xstilts.metrics.tag_lists import TagLists

TAGS = ["O", "B-PER", "I-PER", "E-PER", "S-LOC", "B-DATE", "I-DATE", "NOUN", "SYM", "INTJ", ""]
PAIRS = st.lists(st.lists(st.tuples(st.sampled_from(TAGS), st.sampled_from(TAGS)), max_size=6), max_size=6)
RULES = (whole_tag, without_letter)


def plain(sentences, type_of):
    """The chunks of all sentences as type, first and last position."""
    found, before, first, position = set(), None, 0, 0
    for sentence in sentences:
        for tag in (*sentence, OUTSIDE):
            one = step(before, tag, type_of)
            if one.ends:
                found.add((one.kind, first, position - 1))
            if one.starts:
                first = position
            before, position = tag, position + 1
    return found


@given(PAIRS, st.sampled_from(RULES))
def test_chunks_are_those_of_a_plain_reading(pairs, type_of):
    gold, said = ([[pair[side] for pair in sentence] for sentence in pairs] for side in (0, 1))
    right, other = plain(gold, type_of), plain(said, type_of)
    counts = TagLists.of(gold).agreement(TagLists.of(said), type_of).sum(axis=0)
    assert counts.tolist() == [len(right & other), len(right), len(other)]


@given(PAIRS)
def test_hits_and_lengths_are_those_of_a_plain_reading(pairs):
    gold, said = ([[pair[side] for pair in sentence] for sentence in pairs] for side in (0, 1))
    lists = TagLists.of(gold)
    assert [list(tags) for tags in lists] == gold
    assert lists.lengths.tolist() == [len(tags) for tags in gold]
    assert lists.hits(TagLists.of(said)).tolist() == [sum(a == b for a, b in sentence) for sentence in pairs]
    assert [list(tags) for tags in lists.mapped(undated)] == [[undated(tag) for tag in tags] for tags in gold]


def test_each_sentence_has_its_own_chunks():
    gold = [["B-PER", "I-PER", "O"], [], ["B-LOC"], ["O", "B-PER"]]
    said = [["B-PER", "I-PER", "O"], [], ["O"], ["B-PER", "B-PER"]]
    found = TagLists.of(gold).agreement(TagLists.of(said), whole_tag)
    assert found.tolist() == [[1, 1, 1], [0, 0, 0], [0, 1, 0], [1, 1, 2]]


def test_it_is_read_like_a_list():
    lists = TagLists.of([["a", "b"], [], ["b"]])
    assert (len(lists), lists[0], lists[-1], lists[1:]) == (3, ["a", "b"], ["b"], [[], ["b"]])
    assert TagLists.of(lists) is lists
    with pytest.raises(IndexError):
        lists[3]
