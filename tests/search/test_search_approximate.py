"""Approximate search: what faiss proposes is ordered by the exact rule, and its recall is told."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

from xstilts.errors import InputError, ModelError
from xstilts.search import approximate
from xstilts.search.approximate import INDICES, search
from xstilts.search.exact import top

pytest.importorskip("faiss")


@pytest.fixture(scope="module")
def sides() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Queries that are candidates with some noise, in clusters."""
    generator = np.random.default_rng(1)
    candidates = (
        generator.normal(size=(40, 16))[generator.integers(0, 40, 3000)] + generator.normal(size=(3000, 16)) / 4
    )
    return candidates[:100] + 0.05 * generator.normal(size=(100, 16)), candidates.astype(np.float32)


@pytest.mark.parametrize("similarity", ["cosine", "dot"])
@pytest.mark.parametrize("index", INDICES)
def test_an_index_finds_most_and_says_how_much(sides: Any, index: str, similarity: str) -> None:
    found = search(*sides, 5, index, similarity)
    truth = top(*sides, 5, similarity=similarity)
    share = np.mean([len(set(a) & set(b)) / 5 for a, b in zip(found.hits.numbers, truth.numbers, strict=True)])
    assert found.recall == pytest.approx(share)
    assert 0.8 < found.recall <= 1
    right = (found.hits.numbers == truth.numbers).all(axis=1)
    assert right.sum() > 40
    assert np.array_equal(found.hits.scores[right], truth.scores[right])


@pytest.mark.parametrize("index", INDICES)
def test_the_same_vectors_give_the_same_hits(sides: Any, index: str) -> None:
    import faiss

    first = search(*sides, 5, index)
    threads = faiss.omp_get_max_threads()
    again = search(*sides, 5, index)
    assert faiss.omp_get_max_threads() == threads
    assert np.array_equal(first.hits.numbers, again.hits.numbers)
    assert np.array_equal(first.hits.scores, again.hits.scores)


def test_recall_tells_of_what_is_missed(sides: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approximate, "PROBES", 1)
    one = search(*sides, 50, "ivf")
    assert one.recall < 0.9
    assert one.hits.numbers.shape == (100, 50)
    assert all(len(set(row)) == 50 for row in one.hits.numbers.tolist())  # filled up where a cell holds too few
    assert (np.diff(one.hits.scores, axis=1) <= 0).all()
    monkeypatch.setattr(approximate, "MEASURED", 1)
    assert search(*sides, 50, "ivf").recall in np.arange(51) / 50  # of one query


@pytest.mark.parametrize("index", INDICES)
def test_equal_scores_come_in_the_order_of_the_rows(index: str) -> None:
    generator = np.random.default_rng(2)
    candidates = generator.normal(size=(1200, 8))
    candidates[[900, 30, 500]] = candidates[7]
    found = search(candidates[7:8], candidates, 4, index)
    assert found.hits.numbers.tolist() == [[7, 30, 500, 900]]


@pytest.mark.parametrize("index", INDICES)
def test_few_candidates_are_searched_exactly(sides: Any, index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approximate, "_cells", None)
    monkeypatch.setattr(approximate, "_graph", None)
    few = sides[1][: approximate.SMALLEST - 1]
    found = search(sides[0], few, 5, index)
    assert found.recall == 1
    assert np.array_equal(found.hits.numbers, top(sides[0], few, 5).numbers)
    assert search(sides[0], few[:3], 5, index).hits.numbers.shape == (100, 3)


def test_all_candidates_come_where_as_many_are_asked_for(sides: Any) -> None:
    found = search(sides[0][:3], sides[1][:1500], 2000, "ivf")
    assert np.array_equal(found.hits.numbers, top(sides[0][:3], sides[1][:1500], 2000).numbers)
    assert found.recall == 1


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: search(np.eye(2), np.eye(2), 1, "ivff"), "no index 'ivff'.*Did you mean 'ivf'"),
        (lambda: search(np.eye(2), np.eye(2), 0), "0 neighbours"),
        (lambda: search(np.eye(2), np.eye(3), 1), "2 and 3 values"),
        (lambda: search(np.eye(2), np.eye(2), 1, similarity="csls"), "no product 'csls'"),
        (lambda: search(np.eye(2), np.full((1, 2), np.nan), 1), "Vector 0 of the candidates"),
    ],
)
def test_what_cannot_be_searched_is_refused(act: Any, message: str) -> None:
    with pytest.raises(InputError, match=f"(?s){message}"):
        act()


def test_without_faiss_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faiss", None)
    with pytest.raises(ModelError, match=r"pip install 'xstilts\[ann\]'"):
        search(np.eye(2), np.eye(2), 1)
