"""Spaces made from the vectors alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xstilts.errors import InputError
from xstilts.evaluation.spaces import SPACES, shrinkage, transform

VALUES = st.floats(-100, 100, width=32)
SIDES = st.integers(1, 5).flatmap(
    lambda hidden: st.dictionaries(
        st.sampled_from("abc"),
        st.integers(0, 6).flatmap(lambda n: arrays(np.float32, (n, hidden), elements=VALUES)),
        min_size=1,
    )
)


def drawn(n: int, hidden: int, seed: int):
    draw = np.random.default_rng(seed)
    return draw.normal(size=(n, hidden)) @ draw.normal(size=(hidden, hidden)) + draw.normal(size=hidden)


def cosines(sides):
    points = np.concatenate(list(sides.values())).astype(np.float64)
    unit = points / np.linalg.norm(points, axis=1, keepdims=True)
    return unit @ unit.T


def test_centring_worked_out_by_hand() -> None:
    sides = {"de": np.array([[1, 2], [3, 6]]), "fr": np.array([[10, 0], [20, 0], [0, 30]])}
    found = transform(sides, "centred")
    assert list(found) == ["de", "fr"]
    assert found["de"].tolist() == [[-1, -2], [1, 2]]
    assert found["fr"].tolist() == [[0, -10], [10, -10], [-10, 20]]
    assert found["de"].dtype == np.float32


def test_whitening_worked_out_by_hand() -> None:
    # variances 8 and 2, no covariance; each point's square spread: 16^2, 4^2 -> share of shrinkage below
    side = np.array([[4, 0], [-4, 0], [0, 2], [0, -2]]) + 5.0
    centred = side - 5
    # total = 64 + 4, spread = 68 - 100/2 = 18, error = ((256 + 256 + 16 + 16)/4 - 68)/4 = 17
    assert shrinkage(centred) == pytest.approx(17 / 18)
    small, large = (1 / 18) * 2 + (17 / 18) * 5, (1 / 18) * 8 + (17 / 18) * 5
    found = transform({"x": side}, "whitened")["x"]
    assert np.allclose(np.abs(found[:2]), [[0, 4 / np.sqrt(large)]] * 2)
    assert np.allclose(np.abs(found[2:]), [[2 / np.sqrt(small), 0]] * 2)


@given(SIDES, st.sampled_from(sorted(SPACES)))
def test_shapes_are_kept_and_everything_is_finite(sides, space) -> None:
    found = transform(sides, space)
    assert list(found) == list(sides)
    for key, side in sides.items():
        assert found[key].shape == side.shape
        assert found[key].dtype == np.float32
        assert np.isfinite(found[key]).all()
        if space == "raw":
            assert np.array_equal(found[key], side)
        elif len(side):
            assert np.allclose(found[key].mean(axis=0, dtype=np.float64), 0, atol=1e-3)


@given(st.integers(0, 2**32))
def test_with_many_texts_whitened_covariance_is_nearly_the_identity(seed) -> None:
    draw = np.random.default_rng(seed)
    turn, _ = np.linalg.qr(draw.normal(size=(4, 4)))
    sides = {key: (draw.normal(size=(3000, 4)) * [1, 2, 3, 4]) @ turn + draw.normal(size=4) for key in "ab"}
    points = np.concatenate(list(transform(sides, "whitened").values())).astype(np.float64)
    assert np.abs(points.T @ points / len(points) - np.eye(4)).max() < 0.05


@given(st.integers(0, 2**32), st.sampled_from(sorted(SPACES)))
def test_cosines_do_not_change_when_all_vectors_are_turned(seed, space) -> None:
    turn, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(6, 6)))
    sides = {"a": drawn(4, 6, seed), "b": drawn(5, 6, seed + 1)}
    turned = {key: side @ turn for key, side in sides.items()}
    assert np.allclose(cosines(transform(sides, space)), cosines(transform(turned, space)), atol=1e-3)


def test_fewer_texts_than_dimensions_do_not_become_equally_far() -> None:
    draw = np.random.default_rng(1)
    near = draw.normal(size=(10, 50))
    sides = {"a": np.concatenate([near, near + 0.1 * draw.normal(size=near.shape)])}
    found = cosines(transform(sides, "whitened"))
    assert np.diag(found, 10).min() > 0.9
    assert np.abs(found[:10, :10] - np.eye(10)).max() < 0.6


@pytest.mark.parametrize("space", ["centred", "whitened"])
@pytest.mark.parametrize("n", [1, 7])
def test_a_side_that_says_nothing_but_its_language_becomes_zero(n, space) -> None:
    constant = np.full((n, 3), 0.1, dtype=np.float32) * np.array([1, 3, 7], dtype=np.float32)
    sides = {"a": constant, "b": np.array([[1, 0, 0], [0, 1, 0], [0, 0, 2]], dtype=np.float32)}
    found = transform(sides, space)
    assert not found["a"].any()
    assert found["b"].any(axis=1).all()
    assert not transform({"a": constant}, space)["a"].any()


@pytest.mark.parametrize("space", ["centred", "whitened"])
def test_what_differs_in_the_last_bit_only_is_no_direction(space) -> None:
    side = np.full((4, 3), 0.1, dtype=np.float32)
    side[2, 1] = np.nextafter(side[2, 1], np.float32(1))
    assert not transform({"a": side}, space)["a"].any()


def test_a_zero_vector_is_one_like_others_once_centred() -> None:
    sides = {"a": np.array([[0, 0], [2, 4]])}
    assert transform(sides, "raw")["a"].tolist() == [[0, 0], [2, 4]]
    assert transform(sides, "centred")["a"].tolist() == [[-1, -2], [1, 2]]


def test_directions_without_variance_are_left_out() -> None:
    found = transform({"a": np.array([[1.0, 0, 0], [3.0, 0, 0]])}, "whitened")["a"]
    assert np.array_equal(np.sort(np.abs(found)), [[0, 0, 1], [0, 0, 1]])
    assert np.array_equal(found[0], -found[1])


def test_nothing_stays_nothing() -> None:
    for space in SPACES:
        assert transform({}, space) == {}
        assert transform({"a": np.empty((0, 4))}, space)["a"].shape == (0, 4)


def test_unknown_spaces_and_unlike_sides_are_refused() -> None:
    with pytest.raises(InputError, match="space: .*'white'.*raw, centred, whitened"):
        transform({"a": np.ones((1, 2))}, "white")
    with pytest.raises(InputError, match="sides: All sides"):
        transform({"a": np.ones((1, 2)), "b": np.ones((1, 3))}, "raw")
    with pytest.raises(InputError, match="sides: All sides"):
        transform({"a": np.ones(3)}, "raw")
