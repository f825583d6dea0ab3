"""What two data sets share: ids, texts and n-grams, by hand and against the plain definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.statistics.shared_text import Hashes, Held, id_hashes, ngram_hashes, normalised, text_hashes

BREAK = 0


def hashed(lists, owners=None, size=3, shortest=2):
    starts = np.cumsum([0, *map(len, lists)])
    tokens = np.array([token for one in lists for token in one], dtype=np.int32)
    owned = np.arange(len(lists)) if owners is None else np.array(owners)
    return ngram_hashes(tokens, starts, owned, [BREAK], size, shortest)


def share(test, train, **options):
    held = Held(hashed(test, **options), len(test))
    held.meet(hashed(train, size=options.get("size", 3), shortest=options.get("shortest", 2)).values)
    return held.share()


@pytest.mark.parametrize(
    ("test", "train", "percent"),
    [
        ([[1, 2, 3, 4]], [[9, 2, 3, 4, 9]], 100),
        ([[1, 2, 3, 4]], [[9, 2, 3, 5, 4]], 0),
        ([[1, 2, 3, 4]], [[4, 3, 2, 1]], 0),
        ([[1, 2, 3], [4, 5, 6]], [[1, 2, 3]], 50),
        ([[1, 2]], [[1, 2]], 100),  # shorter than an n-gram, compared as a whole
        ([[1, 2]], [[1, 2, 3]], 0),  # a whole text is not a piece of a longer one
        ([[1]], [[1]], 0),  # too short to say anything
        ([[1, 2, BREAK, 3, 4]], [[2, 3, 4]], 0),  # nothing runs across a break
        ([[1, 2, BREAK, 3, 4]], [[BREAK, 3, 4, BREAK]], 100),
        ([[1, 2], [3, 4]], [[2, 3, 4]], 0),  # nor from one list into the next
        ([[1, 1, 1]], [[1, 1, 1, 1]], 100),
        ([], [[1, 2, 3]], 0),
        ([[1, 2, 3]], [], 0),
        ([[BREAK], []], [[BREAK], []], 0),
    ],
)
def test_shares_by_hand(test, train, percent):
    assert share(test, train) == percent


def test_lists_of_one_example_count_once():
    held = Held(hashed([[1, 2, 3], [1, 2, 4], [7, 8, 9]], owners=[0, 0, 1]), 2)
    held.meet(hashed([[1, 2, 3], [1, 2, 4]]).values)
    assert held.share() == 50


LISTS = st.lists(st.lists(st.integers(0, 3), max_size=9), max_size=6)


@given(LISTS, LISTS, st.integers(1, 4), st.integers(1, 4))
def test_hashes_say_what_sets_of_runs_say(test, train, one, other):
    shortest, size = sorted((one, other))

    def runs(tokens):
        pieces = [[]]
        for token in tokens:
            pieces.append([]) if token == BREAK else pieces[-1].append(token)
        whole = {tuple(piece) for piece in pieces if shortest <= len(piece) < size}
        return whole | {tuple(piece[i : i + size]) for piece in pieces for i in range(len(piece) - size + 1)}

    known = {run for tokens in train for run in runs(tokens)}
    wanted = sum(bool(runs(tokens) & known) for tokens in test)
    assert share(test, train, size=size, shortest=shortest) == (100 * wanted / len(test) if test else 0)


@given(LISTS, LISTS)
def test_pieces_of_the_other_set_may_come_one_by_one(test, train):
    whole, apart = Held(hashed(test), len(test)), Held(hashed(test), len(test))
    whole.meet(hashed(train).values)
    for one in train:
        apart.meet(hashed([one]).values)
    assert whole.share() == apart.share()


def test_a_window_into_longer_columns_gives_the_hashes_of_its_lists():
    tokens = np.array([5, 6, 7, 1, 2, 3, 8], dtype=np.int32)
    part = ngram_hashes(tokens, np.array([3, 6]), np.array([4]), [BREAK], 3, 2)
    assert part.values.tolist() == hashed([[1, 2, 3]]).values.tolist()
    assert part.owners.tolist() == [4]


def test_forgetting_starts_anew():
    held = Held(id_hashes(["a-1", "a-2"]), 2)
    held.meet(id_hashes(["a-1"]).values)
    assert held.share() == 50
    held.forget()
    assert held.share() == 0
    held.meet(id_hashes(["a-2", "a-1"]).values)
    assert held.share() == 100


@pytest.mark.parametrize("name", ["7", "000000123", " 12 ", "#4", "(3)"])
def test_a_row_number_names_no_item(name):
    assert len(id_hashes([name]).values) == 0


@pytest.mark.parametrize("name", ["mnli-train-7", "56be4db0acb8001400a502ec", "4705552913.jpg#2r1n", "1234567890"])
def test_other_ids_do(name):
    assert id_hashes(["3", name], first=10).owners.tolist() == [11]


def test_texts_are_compared_without_case_and_white_space():
    assert normalised(["  Straße \n frei", "", "JA"]) == "strasse frei ja"
    one, two = text_hashes([["A  b", "c"], ["", " "]], first=3), text_hashes([["a B", "C"]])
    assert one.values.tolist() == two.values.tolist()
    assert one.owners.tolist() == [3]


def test_an_empty_set_shares_nothing():
    empty = Held(Hashes(np.empty(0, np.uint64), np.empty(0, np.int64)), 0)
    empty.meet(np.array([1], np.uint64))
    assert empty.share() == 0
