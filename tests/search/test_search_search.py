"""Exact search: against a plain float64 ranking, in every float type that it looks through, and where ties are many."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts.errors import InputError
from xstilts.search import exact, sieve, tiles
from xstilts.search.exact import Rule
from xstilts.search.search import both_ways, top
from xstilts.search.vectors import prepare

Array = np.ndarray[Any, Any]
BEFORE = tiles._kinds


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


@pytest.fixture(params=["bfloat16", "float32", "float64"])
def coarse(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Begin with this float type, however few the pairs are."""
    kinds = {"bfloat16": [torch.bfloat16, torch.float32], "float32": [torch.float32], "float64": []}
    monkeypatch.setattr(tiles, "_SMALL", 0)
    monkeypatch.setattr(tiles, "_kinds", lambda device: kinds[request.param])
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
def test_both_ways_find_what_a_plain_ranking_finds(coarse: str, shape: str, similarity: str) -> None:
    generator = np.random.default_rng(len(shape))
    x, y = invented(shape, 150, 20, generator), invented(shape, 700, 20, generator)
    forward, backward = both_ways(x, y, 3, similarity=similarity, chunk_bytes=1 << 18)
    same(forward, plain(x, y, 3, similarity))
    same(backward, plain(y, x, 3, similarity))
    same(top(x, y, 3, similarity=similarity), plain(x, y, 3, similarity))


@settings(max_examples=40, deadline=None)
@given(
    n=st.integers(1, 200), m=st.integers(1, 400), h=st.integers(1, 12), k=st.integers(1, 40), seed=st.integers(0, 99),
    shape=st.sampled_from(SHAPES), kind=st.sampled_from([np.float16, np.float32, np.float64]),
    chunk=st.sampled_from([1, 1 << 15, 1 << 18, 1 << 28]), bf16=st.booleans(),
)  # fmt: skip
def test_no_size_type_or_chunk_changes_the_result(
    n: int, m: int, h: int, k: int, seed: int, shape: str, kind: Any, chunk: int, bf16: bool
) -> None:
    generator = np.random.default_rng(seed)
    x, y = invented(shape, n, h, generator).astype(kind), invented(shape, m, h, generator).astype(kind)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tiles, "_SMALL", 0)
        patch.setattr(tiles, "_kinds", lambda device: [torch.bfloat16, torch.float32] if bf16 else [torch.float32])
        found = both_ways(x, y, k, chunk_bytes=chunk)
    same(found[0], plain(x, y, k))
    same(found[1], plain(y, x, k))


def test_scores_are_the_same_bits_whatever_the_chunks_and_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(5)
    x, y = generator.normal(size=(300, 33)).astype(np.float32), generator.normal(size=(900, 33)).astype(np.float32)
    first = top(x, y, 5)
    monkeypatch.setattr(tiles, "_SMALL", 0)
    for kinds in ([torch.bfloat16], [torch.float32], []):
        monkeypatch.setattr(tiles, "_kinds", lambda device, kinds=kinds: kinds)
        for chunk in (1 << 17, 1 << 22):
            again = top(x, y, 5, chunk_bytes=chunk)
            assert again.numbers.tobytes() == first.numbers.tobytes()
            assert again.scores.tobytes() == first.scores.tobytes()
    assert both_ways(y, x, 5)[1].scores.tobytes() == first.scores.tobytes()


def test_a_difference_that_only_float64_shows_decides() -> None:
    """By hand: cosines 1 - e²/2 with e = 1e-4 and 2e-4 differ in the ninth digit, far below bfloat16 and float32."""
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


def test_the_bound_of_the_coarse_error_holds() -> None:
    generator = np.random.default_rng(3)
    for shape in ("random", "one direction", "with zeros", "lengths"):
        for product in ("cosine", "dot"):
            sides = [prepare(invented(shape, 120, 64, generator), product, "side") for _ in range(2)]
            scale = tiles._Scale(sides[0], sides[1], Rule(), "cpu")
            true = scale.of(sides[0].wide(slice(0, 120)) @ sides[1].wide(slice(0, 120)).T)
            for kind in (torch.float32, torch.bfloat16):
                x = sides[0].coarse(slice(0, 120), scale.centres, kind, True)
                y = sides[1].coarse(slice(0, 120), scale.centres[::-1], kind, False)
                found = (x.rows @ y.rows.T).double().numpy()
                absolute, relative = x.error(y)
                assert (np.abs(found - true) <= absolute + relative * np.abs(found)).all()
                assert absolute + relative < (0.02 if kind == torch.bfloat16 else 1e-4)


def test_few_pairs_survive_the_coarse_look(monkeypatch: pytest.MonkeyPatch, coarse: str) -> None:
    if coarse == "float64":  # which looks at all
        return
    asked: list[int] = []
    before = tiles.scores
    monkeypatch.setattr(tiles, "scores", lambda x, y, rows, *rest: asked.append(len(rows)) or before(x, y, rows, *rest))
    monkeypatch.setattr(tiles, "contenders", None)  # and float64 is not asked
    generator = np.random.default_rng(1)
    x, y = generator.normal(size=(100, 128)) + 5, generator.normal(size=(5000, 128)) + 5
    same(top(x, y, 5), plain(x, y, 5))
    assert sum(asked) < 100 * 5 * (3 if coarse == "bfloat16" else 1.1)


def test_survivors_are_thinned_where_they_are_many(monkeypatch: pytest.MonkeyPatch, coarse: str) -> None:
    monkeypatch.setattr(sieve, "_PAIRS", 1)
    held: list[int] = []
    before = sieve.Sieve.thin
    monkeypatch.setattr(sieve.Sieve, "thin", lambda self, exactly: (before(self, exactly), held.append(self._held)))
    y = np.round(np.random.default_rng(1).normal(size=(3000, 4)))
    same(top(y[:90], y, 3, chunk_bytes=1 << 17), plain(y[:90], y, 3))
    assert len(held) > 10
    assert max(held) <= 4 * 90 * 3


def test_memory_stays_within_the_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = [tiles._steps(1000, 768, bytes_) for bytes_ in (1 << 20, 1 << 24, 256 << 20)]
    for (rows, columns), allowed in zip(sizes[1:], (1 << 24, 256 << 20), strict=True):
        assert 4 * (rows * columns + 770 * (rows + columns)) <= allowed
    assert sizes[0] == (64, 128)  # never less than 64
    monkeypatch.setattr(exact, "_COLUMNS_AT_ONCE", 7)
    monkeypatch.setattr(exact, "_ROWS_AT_ONCE", 5)
    y = np.random.default_rng(1).normal(size=(50, 4))
    same(top(y, y, 9), plain(y, y, 9))


def test_a_file_open_for_reading_is_searched_where_it_lies(tmp_path: Any, coarse: str) -> None:
    y = np.random.default_rng(1).normal(size=(800, 16)).astype(np.float32)
    np.save(tmp_path / "y.npy", y)
    mapped = np.load(tmp_path / "y.npy", mmap_mode="r")
    same(top(mapped[:50], mapped, 3), plain(y[:50], y, 3))


def test_what_a_user_allows_elsewhere_shortens_no_product_and_is_put_back() -> None:
    torch.set_float32_matmul_precision("medium")
    try:
        with tiles._single_precision():
            assert torch.get_float32_matmul_precision() == "highest"
        assert torch.get_float32_matmul_precision() == "medium"
    finally:
        torch.set_float32_matmul_precision("highest")


def test_bfloat16_is_for_processors_that_multiply_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for able, kinds in (({"avx512_bf16": True}, 2), ({"amx_bf16": True}, 2), ({"avx2": True}, 1), ({}, 1)):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda able=able: able)
        monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: True)
        assert len(BEFORE("cpu")) == kinds
        assert BEFORE("cuda") == [torch.float32]


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
def test_very_short_and_very_long_vectors_have_their_direction(coarse: str, size: float) -> None:
    y = np.random.default_rng(1).normal(size=(600, 8))
    same(top(y[:99] * size, y, 3), plain(y[:99], y, 3))
    same(top(y[:99], y * size, 3), plain(y[:99], y, 3))


@pytest.mark.parametrize("size", [1e-139, 1e-30, 1e30, 1e139])
def test_dot_products_of_any_allowed_length_are_finite(coarse: str, size: float) -> None:
    y = np.random.default_rng(1).normal(size=(600, 8))
    y /= np.linalg.norm(y, axis=1).max()
    same(top(y[:99] * size, y / size, 3, similarity="dot"), plain(y[:99], y, 3, "dot"))
    found = top(y[:99] * size, y * size, 3, similarity="dot")
    if size > 1:
        assert np.array_equal(found.numbers, np.argsort(-(y[:99] @ y.T), axis=1, kind="stable")[:, :3])
    else:
        assert (found.numbers == [0, 1, 2]).all()  # all round to 0
    assert np.isfinite(found.scores).all()


@pytest.mark.parametrize("name", ["float64", "bfloat16"])
def test_a_default_type_set_elsewhere_changes_nothing(coarse: str, name: str) -> None:
    y = np.random.default_rng(1).normal(size=(600, 8)).astype(np.float32)
    before = torch.get_default_dtype()
    torch.set_default_dtype(getattr(torch, name))
    try:
        same(top(y[:99], y, 3), plain(y[:99], y, 3))
    finally:
        torch.set_default_dtype(before)


def test_other_numbers_are_read_as_float64() -> None:
    assert top(np.array([[3, 4]]), np.array([[6, 8], [4, 3]]), 1).scores.tolist() == [[1]]


def test_scores_too_small_for_nine_digits_all_tie(coarse: str) -> None:
    y = 1e-6 * np.random.default_rng(1).normal(size=(900, 8))
    found = top(y[:70], y, 3, similarity="dot")
    assert (found.numbers == [0, 1, 2]).all()
    assert (found.scores == 0).all()


def test_threads_share_the_work_and_change_no_digit() -> None:
    generator = np.random.default_rng(8)
    queries, candidates = generator.standard_normal((300, 768)), generator.standard_normal((900, 768))
    before, found = torch.get_num_threads(), []
    try:
        for threads in (1, 2, 3):
            torch.set_num_threads(threads)
            found.append(top(queries, candidates, 20))
    finally:
        torch.set_num_threads(before)
    for other in found[1:]:
        assert np.array_equal(found[0].numbers, other.numbers)
        assert np.array_equal(found[0].scores, other.scores)
