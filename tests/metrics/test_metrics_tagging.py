"""Chunks and tag accuracy against values worked out by hand (and, while writing, against both versions of seqeval)."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts import metrics
from xstilts.errors import InputError
from xstilts.metrics.chunks import whole_tag, without_letter
from xstilts.metrics.tag_lists import TagLists


def chunks(sentences, type_of):
    return TagLists.of(sentences).chunks(type_of)


OLD, NEW, ACCURACY = (metrics.get("tagging", name) for name in ("f1", "f1.seqeval1", "accuracy"))
TAGS = ["ADJ", "CCONJ", "SCONJ", "SYM", "INTJ", "NOUN", "X", "O", "B-PER", "I-PER"]
sentences = st.lists(st.lists(st.sampled_from(TAGS), min_size=1, max_size=6), min_size=1, max_size=4)


def test_neighbouring_equal_tags_are_one_chunk() -> None:
    assert chunks([["NOUN", "NOUN", "VERB"]], whole_tag) == {("NOUN", 0, 1), ("VERB", 2, 2)}


def test_sconj_and_sym_are_read_as_single_word_chunks_and_intj_as_inside() -> None:
    assert chunks([["SCONJ", "SCONJ"]], whole_tag) == {("SCONJ", 0, 0), ("SCONJ", 1, 1)}
    assert chunks([["SYM", "SYM"]], whole_tag) == {("SYM", 0, 0), ("SYM", 1, 1)}
    assert chunks([["INTJ", "INTJ"]], whole_tag) == {("INTJ", 0, 1)}


def test_a_sentence_end_is_a_chunk_end_and_counts_as_a_position() -> None:
    assert chunks([["NOUN"], ["NOUN"]], whole_tag) == {("NOUN", 0, 0), ("NOUN", 2, 2)}


def test_named_entities_begin_continue_and_end() -> None:
    tags = ["B-PER", "I-PER", "O", "B-LOC", "B-LOC", "I-PER"]
    expected = {("PER", 0, 1), ("LOC", 3, 3), ("LOC", 4, 4), ("PER", 5, 5)}
    assert chunks([tags], whole_tag) == expected
    assert chunks([tags], without_letter) == expected


def test_the_later_rule_takes_cconj_and_sconj_for_one_type() -> None:
    assert (OLD([["CCONJ"]], [["SCONJ"]]), NEW([["CCONJ"]], [["SCONJ"]])) == (0, 100)
    gold, said = [["NOUN", "CCONJ"]], [["NOUN", "SCONJ"]]
    assert (OLD(gold, said), NEW(gold, said)) == (50, 100)


def test_the_later_rule_loses_a_chunk_before_sconj_and_every_lone_x() -> None:
    assert chunks([["CCONJ", "SCONJ"]], without_letter) == {("CONJ", 1, 1)}
    assert chunks([["X"]], without_letter) == set()
    assert chunks([["X"]], whole_tag) == {("X", 0, 0)}


def test_precision_and_recall() -> None:
    gold, said = [["NOUN", "VERB", "ADJ"]], [["NOUN", "VERB", "VERB"]]
    assert metrics.get("tagging", "precision")(gold, said) == 50  # NOUN and VERB-VERB were said, NOUN is right
    assert metrics.get("tagging", "recall")(gold, said) == pytest.approx(100 / 3)
    assert OLD(gold, said) == pytest.approx(2 * 50 * (100 / 3) / (50 + 100 / 3))


def test_a_lost_word_is_wrong_and_no_chunk() -> None:
    assert ACCURACY([["NOUN", "VERB"]], [["NOUN", ""]]) == 50
    assert OLD([["NOUN", "VERB"]], [["NOUN", ""]]) == pytest.approx(200 / 3)


def test_sentences_must_have_as_many_tags_as_words() -> None:
    with pytest.raises(InputError, match="Sentence 1 has 1 words but 2"):
        OLD([["NOUN"], ["VERB"]], [["NOUN"], ["VERB", "VERB"]])
    with pytest.raises(InputError, match="no word"):
        ACCURACY([[]], [[]])


@settings(deadline=None)
@given(sentences)
def test_gold_against_itself_is_perfect_and_chunks_do_not_overlap(gold: list[list[str]]) -> None:
    found = sorted(chunks(gold, whole_tag), key=lambda chunk: chunk[1])
    assert all(left[2] < right[1] for left, right in pairwise(found))
    assert ACCURACY(gold, gold) == 100
    assert OLD(gold, gold) == (100 if found else 0)


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(["NOUN", "VERB", "ADP"]), min_size=1, max_size=8), min_size=1, max_size=4))
def test_tags_without_prefix_letters_chunk_as_runs(gold: list[list[str]]) -> None:
    runs = sum(1 + sum(a != b for a, b in pairwise(tags)) for tags in gold)
    assert len(chunks(gold, whole_tag)) == runs
