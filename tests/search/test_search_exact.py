"""Exact search: against a plain float64 ranking, in both float types that it looks through, and where ties are many."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts.errors import InputError
from xstilts.search import exact
from xstilts.search.exact import both_ways, top
from xstilts.search.scores import Rule
from xstilts.search.vectors import prepare

Array = np.ndarray[Any, Any]


def plain(queries: Array, candidates: Array, k: int, similarity: str = "cosine") -> tuple[Array, Array]:
    """All scores, rounded, in a stable order."""
    x, y = (side.astype(np.float64) for side in (queries, candidates))
    if similarity == "cosine":
        x, y = (v / np.where((n := np.linalg.norm(v, axis=1, keepdims=True)) == 0, 1, n) for v in (x, y))
    scores = np.round(x @ y.T, 9)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return order, np.take_along_axis(scores, order, 1)


def same(found: Any, expected: tuple[Array, Array]) -> None:
    assert found.numbers.dtype == np.int64
    assert found.scores.dtype == np.float64
    assert np.array_equal(found.numbers, expected[0])
    assert np.allclose(found.scores, expected[1], atol=1.1e-9)


@pytest.fixture(params=["float32", "float64"])
def looked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Small tables, looked through in this float type; in float64 all are, as if float32 told nothing apart."""
    monkeypatch.setattr(exact, "_ROWS", 64)
    monkeypatch.setattr(exact, "_COLUMNS", 256)
    monkeypatch.setattr(exact, "_WIDE", (60, 90))
    if request.param == "float64":
        every = exact._Way.look_again
        monkeypatch.setattr(
            exact._Way, "look", lambda way, rows, others, _: every(way, np.arange(rows.start, rows.stop), others)
        )
    return str(request.param)


def invented(shape: str, n: int, h: int, generator: np.random.Generator) -> Array:
    vectors = generator.normal(size=(n, h))
    if shape == "whole numbers":
        return np.round(vectors)
    if shape == "half equal":
        vectors[n // 2 :] = vectors[0]
    if shape == "all equal":
        vectors[:] = np.linspace(1, 2, h)
    if shape == "nearly equal":
        return 1 + 1e-7 * vectors
    if shape == "one direction":
        return vectors + 30
    if shape == "with zeros":
        vectors[::3] = 0
    if shape == "lengths":
        return vectors * np.exp(5 * generator.normal(size=(n, 1)))
    return vectors * (shape != "zero")


SHAPES = ("random", "whole numbers", "half equal", "all equal", "nearly equal", "one direction", "with zeros", "zero")


@pytest.mark.parametrize("similarity", ["cosine", "dot"])
@pytest.mark.parametrize("shape", [*SHAPES, "lengths"])
def test_both_ways_find_what_a_plain_ranking_finds(looked: str, shape: str, similarity: str) -> None:
    generator = np.random.default_rng(len(shape))
    x, y = invented(shape, 150, 20, generator), invented(shape, 700, 20, generator)
    forward, backward = both_ways(x, y, 3, similarity=similarity)
    same(forward, plain(x, y, 3, similarity))
    same(backward, plain(y, x, 3, similarity))
    same(top(x, y, 3, similarity=similarity), plain(x, y, 3, similarity))


@settings(max_examples=40, deadline=None)
@given(
    n=st.integers(1, 200), m=st.integers(1, 400), h=st.integers(1, 12), k=st.integers(1, 40), seed=st.integers(0, 99),
    shape=st.sampled_from(SHAPES), kind=st.sampled_from([np.float16, np.float32, np.float64]),
    rows=st.sampled_from([32, 96, 1024]), columns=st.sampled_from([32, 128, 2048]), pending=st.sampled_from([1, 9999]),
)  # fmt: skip
def test_no_size_type_or_table_changes_the_result(
    n: int, m: int, h: int, k: int, seed: int, shape: str, kind: Any, rows: int, columns: int, pending: int
) -> None:
    generator = np.random.default_rng(seed)
    x, y = invented(shape, n, h, generator).astype(kind), invented(shape, m, h, generator).astype(kind)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact, "_ROWS", rows)
        patch.setattr(exact, "_COLUMNS", columns)
        patch.setattr(exact, "_PENDING", pending)
        found = both_ways(x, y, k)
    same(found[0], plain(x, y, k))
    same(found[1], plain(y, x, k))


def test_scores_are_the_same_bits_whatever_the_tables_and_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(5)
    x, y = generator.normal(size=(300, 33)).astype(np.float32), generator.normal(size=(900, 33)).astype(np.float32)
    first = top(x, y, 5)
    for rows, columns in ((64, 32), (128, 256), (32, 2048)):
        monkeypatch.setattr(exact, "_ROWS", rows)
        monkeypatch.setattr(exact, "_COLUMNS", columns)
        again = top(x, y, 5)
        assert again.numbers.tobytes() == first.numbers.tobytes()
        assert again.scores.tobytes() == first.scores.tobytes()
    assert both_ways(y, x, 5)[1].scores.tobytes() == first.scores.tobytes()


def test_a_difference_that_only_float64_shows_decides() -> None:
    """By hand: cosines 1 - e²/2 with e = 1e-4 and 2e-4 differ in the ninth digit, far below float32."""
    candidates = np.array([[1, 2e-4]] * 500 + [[1, 1e-4]] + [[1, 2e-4]] * 499)
    found = top(np.array([[1.0, 0.0]] * 400), candidates, 3)
    assert (found.numbers == [500, 0, 1]).all()
    assert found.scores[0].tolist() == [0.999999995, 0.99999998, 0.99999998]


def test_scores_that_round_to_the_same_tie() -> None:
    """By hand: 1 - 2e-12 and 1 both round to 1, so the earlier row comes first though it is further."""
    found = top(np.array([[1.0, 0.0]]), np.array([[1, 2e-6], [1, 0]]), 2)
    assert found.numbers.tolist() == [[0, 1]]
    assert found.scores.tolist() == [[1, 1]]
    assert top(np.array([[1.0, 0.0]]), np.array([[1, 2e-6], [1, 0]]), 2, digits=12).numbers.tolist() == [[1, 0]]


@pytest.mark.parametrize("width", [1, 64, 768])
def test_the_bound_of_the_error_of_float32_holds(width: int) -> None:
    generator = np.random.default_rng(3)
    halves = generator.uniform(-1, 1, 120), generator.uniform(-1, 1, 120)
    for shape in ("random", "one direction", "with zeros", "lengths"):
        for product, rule in (("cosine", Rule()), ("dot", Rule()), ("cosine", Rule(halves=halves, factor=2.0))):
            x, y = (prepare(invented(shape, 120, width, generator), product, "side") for _ in range(2))
            (left, own), (right, other) = x.wide(slice(0, 120)), y.wide(slice(0, 120))
            places = slice(0, 120), slice(0, 120)
            true = rule.of(left @ right.T / (own[:, None] * other), (places[0], None), (None, places[1]))
            left = x.scaled(places[0], np.empty((120, width), np.float32))
            found = np.empty((128, 128), dtype=np.float32)
            tile = exact._Tile(*places, left, np.empty((120, width), np.float32), found)
            for part in (slice(0, 70), slice(70, 120)):
                tile.fill(y, rule, part)
                tile.across(part)
            tile.down(slice(0, 50))
            way = exact._Way(x, y, 1, rule)
            assert np.isneginf(found[120:, :50]).all() and np.isneginf(found[:120, 120:]).all()
            assert np.abs(found[:120, :120] - true * way.unit).max() <= way.error
            assert way.error < 1e-3


def test_few_pairs_are_scored(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    before = exact.scored
    monkeypatch.setattr(exact, "scored", lambda x, y, rows, *rest: asked.append(len(rows)) or before(x, y, rows, *rest))
    monkeypatch.setattr(exact, "_kept", None)  # and float64 is not asked
    generator = np.random.default_rng(1)
    x, y = generator.normal(size=(100, 128)) + 5, generator.normal(size=(5000, 128)) + 5
    same(top(x, y, 5), plain(x, y, 5))
    assert sum(asked) < 100 * 5 * 1.3
    asked.clear()
    monkeypatch.setattr(exact, "_COLUMNS", 256)  # of many tables as many: what later ones leave behind is not scored
    same(top(x, y, 5), plain(x, y, 5))
    assert sum(asked) < 100 * 5 * 1.3


@pytest.mark.parametrize("shape", ["all equal", "nearly equal", "half equal"])
def test_few_pairs_are_scored_where_float32_tells_none_apart(monkeypatch: pytest.MonkeyPatch, shape: str) -> None:
    asked: list[int] = []
    before = exact.scored
    monkeypatch.setattr(exact, "scored", lambda x, y, rows, *rest: asked.append(len(rows)) or before(x, y, rows, *rest))
    y = invented(shape, 3000, 16, np.random.default_rng(1))
    forward, backward = both_ways(y[-90:], y, 3)
    same(forward, plain(y[-90:], y, 3))
    same(backward, plain(y, y[-90:], 3))
    assert sum(asked) <= 2 * 3 * (90 + 3000)


def test_memory_stays_within_the_table_and_the_pairs_that_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    waiting: list[int] = []
    fill, settle = exact._Tile.fill, exact._Way.settle
    monkeypatch.setattr(exact._Tile, "fill", lambda tile, *rest: sizes.append(tile.memory.shape) or fill(tile, *rest))
    monkeypatch.setattr(
        exact._Way,
        "settle",
        lambda way, pool, most=0: waiting.append(sum(len(own) for own, _, _ in way.pending)) or settle(way, pool, most),
    )
    for name, value in (("_ROWS", 64), ("_COLUMNS", 128), ("_PENDING", 500)):
        monkeypatch.setattr(exact, name, value)
    y = np.random.default_rng(1).normal(size=(700, 4))
    for found in both_ways(y, y, 3):
        same(found, plain(y, y, 3))
    assert set(sizes) == {(64, 128)}
    assert 500 < max(waiting) <= 500 + 64 * 128
    assert len(waiting) > 15


def test_a_file_open_for_reading_is_searched_where_it_lies(tmp_path: Any, looked: str) -> None:
    y = np.random.default_rng(1).normal(size=(800, 16)).astype(np.float32)
    np.save(tmp_path / "y.npy", y)
    mapped = np.load(tmp_path / "y.npy", mmap_mode="r")
    same(top(mapped[:50], mapped, 3), plain(y[:50], y, 3))


# --- bad input --------------------------------------------------------------------------------------------------------

GOOD = np.eye(3)


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: top(np.zeros((0, 3)), GOOD, 1), "queries must be a table of vectors, not of shape \\(0, 3\\)"),
        (lambda: top(GOOD, np.zeros((0, 3)), 1), "candidates must be a table.*\\(0, 3\\)"),
        (lambda: top(np.zeros((2, 0)), np.zeros((2, 0)), 1), "\\(2, 0\\)"),
        (lambda: top(np.zeros(3), GOOD, 1), "shape \\(3,\\)"),
        (lambda: top(GOOD, GOOD, 0), "0 neighbours are too few"),
        (lambda: both_ways(GOOD, GOOD, -1), "-1 neighbours"),
        (lambda: top(GOOD, np.eye(4), 1), "Vectors of 3 and 4 values"),
        (lambda: top(GOOD, GOOD, 1, similarity="cosin"), "no product 'cosin'.*Did you mean 'cosine'"),
        (lambda: top(np.array([[1.0], [np.nan], [np.inf]]), GOOD[:, :1], 1), "Vector 1 of the queries.*nan"),
        (lambda: top(GOOD.astype(np.float32), np.diag([1, 1, -np.inf]), 1), "Vector 2 of the candidates.*-inf"),
        (lambda: top(np.diag([1, np.nan]).astype(np.float32), np.eye(2), 1), "Vector 1 of the queries"),
        (lambda: top(np.array([[1e301]]), np.eye(1), 1), "below 1e\\+300"),
        (lambda: top(GOOD * 1e150, GOOD, 1, similarity="dot"), "longest of the queries is 1e\\+150 long.*1e\\+140"),
        (lambda: top(GOOD, GOOD * 1e-150, 1, similarity="dot"), "longest of the candidates is 1e-150"),
        (lambda: top(GOOD, GOOD, 1, digits=16), "rounded to 16 digits"),
        (lambda: both_ways(GOOD, GOOD, 1, digits=-1), "rounded to -1 digits"),
    ],
)
def test_what_cannot_be_searched_is_refused(act: Any, message: str) -> None:
    with pytest.raises(InputError, match=f"(?s){message}"):
        act()


def test_all_candidates_come_where_more_are_asked_for() -> None:
    found = top(GOOD, GOOD[:2], 10)
    assert found.numbers.tolist() == [[0, 1], [1, 0], [0, 1]]
    assert found.scores.tolist() == [[1, 0], [1, 0], [0, 0]]


def test_a_zero_vector_is_at_right_angles_to_everything() -> None:
    assert top(np.array([[0.0, 0.0]]), np.array([[-1.0, 0.0], [0.0, 0.0], [1.0, 1.0]]), 3).scores.tolist() == [
        [0, 0, 0]
    ]


@pytest.mark.parametrize("size", [1e-200, 1e-40, 1e-25, 1e20, 1e180])
def test_very_short_and_very_long_vectors_have_their_direction(looked: str, size: float) -> None:
    y = np.random.default_rng(1).normal(size=(600, 8))
    same(top(y[:99] * size, y, 3), plain(y[:99], y, 3))
    same(top(y[:99], y * size, 3), plain(y[:99], y, 3))


@pytest.mark.parametrize("size", [1e-139, 1e-30, 1e30, 1e139])
def test_dot_products_of_any_allowed_length_are_finite(looked: str, size: float) -> None:
    y = np.random.default_rng(1).normal(size=(600, 8))
    y /= np.linalg.norm(y, axis=1).max()
    same(top(y[:99] * size, y / size, 3, similarity="dot"), plain(y[:99], y, 3, "dot"))
    found = top(y[:99] * size, y * size, 3, similarity="dot")
    if size > 1:
        assert np.array_equal(found.numbers, np.argsort(-(y[:99] @ y.T), axis=1, kind="stable")[:, :3])
    else:
        assert (found.numbers == [0, 1, 2]).all()  # all round to 0
    assert np.isfinite(found.scores).all()


def test_other_numbers_are_read_as_float64() -> None:
    assert top(np.array([[3, 4]]), np.array([[6, 8], [4, 3]]), 1).scores.tolist() == [[1]]


def test_scores_too_small_for_nine_digits_all_tie(looked: str) -> None:
    y = 1e-6 * np.random.default_rng(1).normal(size=(900, 8))
    found = top(y[:70], y, 3, similarity="dot")
    assert (found.numbers == [0, 1, 2]).all()
    assert (found.scores == 0).all()


def test_threads_change_no_digit() -> None:
    """More rows and columns than a product of matrices leaves to one thread."""
    code = (
        "import numpy, hashlib; from xstilts.search.exact import top; draw = numpy.random.default_rng(8);"
        "x, y = draw.standard_normal((300, 768)), draw.standard_normal((900, 768));"
        "x[:150] = x[0]; y[:450] = y[0]; found = top(x, y, 20);"
        "print(hashlib.sha256(found.numbers.tobytes() + found.scores.tobytes()).hexdigest())"
    )
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | dict.fromkeys(names, threads),
            capture_output=True,
            check=True,
        ).stdout
        for threads in ("1", "2", "3")
    }
    assert len(said) == 1


def test_what_float64_cannot_decide_is_kept() -> None:
    """By hand, rounded to whole numbers, each value within 0.01: 0.5 may be 0 or 1, the others are sure."""
    kept = exact._kept(np.array([[1.2, 0.5, 0.3, 1.1]]), np.full((1, 4), 0.01), 1, 0)
    assert kept.tolist() == [[True, True, False, False]]  # 1.1 ties with 1.2, which comes first
    kept = exact._kept(np.array([[0.5, 0.4, 0.3, 0.5]]), np.full((1, 4), 0.01), 1, 0)
    assert kept.tolist() == [[True, True, False, True]]  # if both are 0, the first of all; 0.4 is the first sure one
    kept = exact._kept(np.array([[1.2, 0.5, 0.9, 1.1]]), np.full((1, 4), 0.01), 2, 0)
    assert kept.tolist() == [[True, True, True, False]]
