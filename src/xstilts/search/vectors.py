"""Collections of vectors to be searched: checked once, then read piece by piece, never copied as a whole."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.errors import InputError, nearest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows = NDArray[np.int64]
    Single = NDArray[np.float32]
    Wide = NDArray[np.float64]

PRODUCTS = ("cosine", "dot")
"""How two vectors are multiplied."""

SMALLEST, LARGEST = 1e-300, 1e300
"""A vector of smaller values is a zero vector, one with a larger value is refused."""

LENGTHS = 1e-140, 1e140
"""Lengths that float64 can square, and round the products of; where lengths count, the longest must be between them."""

_SAFE = 1e-12, 1e15
"""Lengths that float32 can square."""

_ADDED_AT_ONCE = 4096
"""Products of two rows that are added up in one go; numpy has no one order for sums much longer than that."""

_ROWS_AT_ONCE = 2048
"""Rows whose lengths are taken at a time."""


@dataclass(frozen=True)
class Vectors:
    """One collection.

    Attributes:
        given: Shape ``(n, h)``, as the caller has them.
        product: One of ``PRODUCTS``.
        scale: What makes no row longer than 1: shape ``(n,)``, float64; for dot products the same power of two for all.
    """

    given: NDArray[Any]
    product: str
    scale: Wide

    def __len__(self) -> int:
        return len(self.given)

    @property
    def unit(self) -> float:
        """Length of a scaled row per length that counts; the cosine's rows count as of length 1."""
        return 1.0 if self.product == "cosine" else float(self.scale[0])

    def scaled(self, rows: slice, out: Single) -> Single:
        """Rows times their scale, rounded to float32, ``(n, h)``, in the first rows of ``out``."""
        part, scale = self.given[rows], self.scale[rows, None]
        if part.dtype == np.float32 and scale.max() < 1 / _SAFE[0] and scale.min() > 1 / _SAFE[1]:
            scale = scale.astype(np.float32)
        found: Single = np.multiply(part, scale, out=out[: len(part)], casting="same_kind")
        return found

    def wide(self, rows: slice | Rows) -> tuple[Wide, Wide]:
        """Rows in float64 and what a product must be divided by for each, ``(n, h)`` and ``(n,)``.

        That is 1 for a dot product and a zero vector, else the length. Rows whose length float64 could not square come
        multiplied by a number of their own.
        """
        found = np.array(self.given[rows], dtype=np.float64, order="C")
        if self.product == "dot":
            return found, np.ones(len(found))
        lengths = _lengths(found)
        if len(found) and not (lengths.min() >= LENGTHS[0] and lengths.max() < LENGTHS[1]):
            odd = (lengths < LENGTHS[0]) | ~(lengths < LENGTHS[1])
            largest = np.abs(found[odd]).max(axis=1)
            found[odd] *= np.where(largest < SMALLEST, 0, 1 / np.maximum(largest, SMALLEST))[:, None]
            lengths[odd] = _lengths(found[odd])
            lengths[lengths == 0] = 1
        return found, lengths


def threads() -> int:
    """As many as libraries for numbers use here: BLAS shares a product among them, and rows are shared like that."""
    said = os.environ.get("OMP_NUM_THREADS", "")
    return max(1, int(said)) if said.isdigit() else os.cpu_count() or 1


def prepare(given: NDArray[Any], product: str, field: str) -> Vectors:
    """A collection, checked.

    Args:
        given: Shape ``(n, h)``, float16, float32 or float64, in memory or mapped; other numbers become float64.
        product: One of ``PRODUCTS``.
        field: What errors call it.

    Raises:
        InputError: If there is no such product, if the shape is not ``(1 or more, 1 or more)``, if a value is infinite
            or not a number (the message names the first such row), or if dot products would be too large or small.
    """
    if product not in PRODUCTS:
        hint = nearest(product, PRODUCTS)
        raise InputError(
            f"There is no product {product!r}.", field="similarity", value=product, allowed=PRODUCTS, hint=hint
        )
    if np.ndim(given) != 2 or not np.size(given):
        raise InputError(f"The {field} must be a table of vectors, not of shape {np.shape(given)}.", field=field)
    array = np.asarray(given)  # of a mapped file: as mapped, without its class, which makes every piece slower
    if array.dtype not in (np.float16, np.float32, np.float64):
        array = array.astype(np.float64)
    norms = _norms(array, field)
    if product == "cosine":
        return Vectors(array, product, 1 / np.where(norms == 0, 1, norms))
    largest = float(norms.max()) or 1.0
    if not LENGTHS[0] <= largest <= LENGTHS[1]:
        raise InputError(
            f"The longest of the {field} is {largest:g} long; dot products need {LENGTHS[0]:g} to {LENGTHS[1]:g}.",
            field=field, value=largest, hint="Scale the vectors, or compare them by cosine.",
        )  # fmt: skip
    return Vectors(array, product, np.full(len(array), 2.0 ** -np.ceil(np.log2(largest) + 0.01)))


def same_width(x: Vectors, y: Vectors) -> None:
    """Refuse sides of different widths."""
    widths = x.given.shape[1], y.given.shape[1]
    if widths[0] != widths[1]:
        raise InputError(f"Vectors of {widths[0]} and {widths[1]} values cannot be compared.", field="candidates")


def products_of(x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    """Products of the rows of ``x`` with those of ``y``, each added up by itself, in one order and on one thread."""
    found: NDArray[Any] = np.vecdot(x[..., :_ADDED_AT_ONCE], y[..., :_ADDED_AT_ONCE])
    for start in range(_ADDED_AT_ONCE, x.shape[-1], _ADDED_AT_ONCE):
        part = slice(start, start + _ADDED_AT_ONCE)
        found += np.vecdot(x[..., part], y[..., part])
    return found


def _norms(array: NDArray[Any], field: str) -> Wide:
    """Lengths, ``(n,)``; of rows in float32 as that adds up, where it can."""
    with ThreadPoolExecutor(threads()) as pool:
        starts = range(0, len(array), _ROWS_AT_ONCE)
        return np.concatenate(list(pool.map(lambda start: _some_norms(array, start, field), starts)), dtype=np.float64)


def _some_norms(array: NDArray[Any], start: int, field: str) -> NDArray[Any]:
    part = array[start : start + _ROWS_AT_ONCE]
    found = _lengths(part) if part.dtype == np.float32 else np.zeros(len(part))
    odd = np.flatnonzero(~((found > _SAFE[0]) & (found < _SAFE[1])))
    if len(odd):
        found[odd] = _wide_norms(part[odd], odd + start, field)
    return found


def _lengths(part: NDArray[Any]) -> NDArray[Any]:
    """Lengths as the type of the rows gives them: 0 or infinite where it cannot square them."""
    with np.errstate(over="ignore", invalid="ignore"):
        lengths: NDArray[Any] = np.sqrt(products_of(part, part))
        return lengths


def _wide_norms(part: NDArray[Any], rows: Rows, field: str) -> Wide:
    wide = part.astype(np.float64)
    largest = np.abs(wide).max(axis=1)
    bad = np.flatnonzero(~(largest < LARGEST))
    if len(bad):
        value = wide[bad[0]][~(np.abs(wide[bad[0]]) < LARGEST)][0]
        raise InputError(
            f"Vector {rows[bad[0]]} of the {field} (counted from 0) holds {value}.",
            field=field,
            value=float(value),
            hint=f"Only finite numbers below {LARGEST:g} can be compared.",
        )
    wide *= np.where(largest < SMALLEST, 0, 1 / np.maximum(largest, SMALLEST))[:, None]
    norms: Wide = _lengths(wide) * largest
    return norms
