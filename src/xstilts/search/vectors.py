"""Collections of vectors to be searched: checked once, then read piece by piece, never copied as a whole.

Two readings of the same rows. ``wide`` is what scores are defined by: float64, of length one for the cosine.
``coarse`` is what the search looks through first: rows in a short float type, scaled to lengths of at most one and
centred, so that its products differ from the true ones by no more than :meth:`Coarse.error`.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.errors import InputError, nearest

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    Wide = NDArray[np.float64]

PRODUCTS = ("cosine", "dot")
"""How two vectors are multiplied."""

_ROWS_AT_ONCE = 1024
"""Rows made ready at a time."""

_SAMPLE = 128
"""Rows whose mean is the centre."""

_SAFE = (1e-15, 1e15)
"""Lengths that single precision can square."""

SMALLEST, LARGEST = 1e-300, 1e300
"""A vector of smaller values is a zero vector, one with a larger value is refused."""

LENGTHS = 1e-140, 1e140
"""Lengths that float64 can square, and round the products of; where lengths count, the longest must be between them."""

_UNIT32, _UNIT16 = 2.0**-24, 2.0**-9
"""Unit roundoff of float32 and bfloat16."""


def gamma(terms: int, unit: float) -> float:
    """Bound of the relative error of a sum of so many products (Higham 2002, section 3.1)."""
    return terms * unit / (1 - terms * unit)


class Coarse:
    """Some rows ready to be multiplied.

    The product of a row of one side and a row of the other is their score less ``centre · centre``, for
    ``x·y = (x-m)·(y-n) + (x-m)·n + m·(y-n) + m·n``: the second and third term stand in two more columns.

    Attributes:
        rows: Shape ``(n, h + 2)``.
        radius: No row without its two last columns is longer.
        offset: No value of the column that is added is larger.
        lost: No row without its two last columns was moved further when it was rounded to this float type.
    """

    def __init__(self, rows: torch.Tensor, radius: float, offset: float, lost: float) -> None:
        self.rows, self.radius, self.offset, self.lost = rows, radius, offset, lost

    def error(self, other: Coarse) -> tuple[float, float]:
        """How far a product p with a row of ``other`` may be from the true score, in the coarse scale.

        Single precision: the lengths (half of gamma on each side), the two added columns and the product itself. In
        bfloat16 the rows were rounded before (how far they moved is known), the added columns too, and p is.

        Returns:
            ``a`` and ``b``: the error is at most ``a + b * |p|``.
        """
        import torch

        products, offsets = self.radius * other.radius, self.offset + other.offset
        single = gamma(self.rows.shape[1], _UNIT32) * (1 + self.radius + other.radius + products + offsets)
        single += 16 * _UNIT32 * (1 + offsets)
        if self.rows.dtype == torch.float32:
            return single, 0.0
        moved = self.lost * other.radius + other.lost * self.radius + self.lost * other.lost
        return 1.01 * (moved + _UNIT16 * offsets + single), 1.01 * _UNIT16


@dataclass(frozen=True)
class Vectors:
    """One collection.

    Attributes:
        given: Shape ``(n, h)``, as the caller has them.
        product: One of ``PRODUCTS``.
        scale: What rows are multiplied with in the coarse reading, ``(n,)`` float64.
        bias: What is added to every score of a row, ``(n,)`` float64.
    """

    given: NDArray[Any]
    product: str
    scale: Wide
    bias: Wide

    def __len__(self) -> int:
        return len(self.given)

    @property
    def unit(self) -> float:
        """Coarse length of a row per true length; the cosine's true rows have length one."""
        return 1.0 if self.product == "cosine" else float(self.scale[0])

    def wide(self, rows: NDArray[np.int64] | slice) -> Wide:
        """Rows in float64, ``(n, h)``; for the cosine of length one, a zero vector stays zero."""
        found, lengths = self.raw(rows)
        return found if self.product == "dot" else found / lengths[:, None]

    def raw(self, rows: NDArray[np.int64] | slice) -> tuple[Wide, Wide]:
        """Rows in float64 and what a product must be divided by for each, ``(n, h)`` and ``(n,)``.

        That is 1 for a dot product and a zero vector, else the length. Rows whose length float64 could not square come
        multiplied by a number of their own.
        """
        found = np.asarray(self.given[rows], dtype=np.float64)
        if self.product == "dot":
            return found, np.ones(len(found))
        lengths = _lengths(found)
        odd = (lengths < LENGTHS[0]) | ~(lengths < LENGTHS[1])
        if odd.any():
            largest = np.abs(found[odd]).max(axis=1, initial=0)
            found = found.copy()
            found[odd] *= np.where(largest < SMALLEST, 0, 1 / np.maximum(largest, SMALLEST))[:, None]
            lengths[odd] = _lengths(found[odd])
        return found, np.where(lengths == 0, 1, lengths)

    def centre(self) -> NDArray[np.float32]:
        """Mean of evenly spaced coarse rows; any vector would do, a near one makes errors small."""
        rows = np.unique(np.linspace(0, len(self) - 1, min(len(self), _SAMPLE)).astype(np.int64))
        mean: NDArray[np.float32] = (self.wide(rows) * self.unit).mean(axis=0).astype(np.float32)
        return mean

    def coarse(
        self, rows: slice, centres: tuple[torch.Tensor, torch.Tensor], kind: torch.dtype, first: bool, multiple: int = 1
    ) -> Coarse:
        """Rows in the coarse reading.

        Args:
            rows: Which.
            centres: This side's centre and the other's, ``(h,)`` float32.
            kind: float32 or bfloat16.
            first: Whether this is the side whose added column comes before the column of ones.
            multiple: Rows of zeros are put at the end until the number is a multiple of this.
        """
        import torch

        n, h = rows.stop - rows.start, self.given.shape[1]
        made = torch.empty((-(-n // multiple) * multiple, h + 2), dtype=kind, device=centres[0].device)
        made[n:] = 0
        added, ones = (h, h + 1) if first else (h + 1, h)
        made[:n, ones] = 1
        held = torch.empty((min(n, _ROWS_AT_ONCE), h), dtype=torch.float32, device="cpu")
        radius, offset, lost = 0.0, 0.0, 0.0
        for start in range(0, n, _ROWS_AT_ONCE):
            part = slice(start, min(start + _ROWS_AT_ONCE, n))
            true = slice(rows.start + part.start, rows.start + part.stop)
            single = self._single(true, held[: part.stop - part.start]).to(centres[0].device).sub_(centres[0])
            column = single @ centres[1]
            column += torch.from_numpy(self.bias[true].astype(np.float32)).to(column.device)
            made[part, :h], made[part, added] = single, column
            radius = max(radius, float(torch.linalg.vector_norm(single, dim=1).max()))
            offset = max(offset, float(column.abs().max()))
            if kind != torch.float32:
                lost = max(lost, float(torch.linalg.vector_norm(single.sub_(made[part, :h]), dim=1).max()))
        slack = 1 + 2 * gamma(h, _UNIT32)
        return Coarse(made, radius * slack, offset * slack, lost * slack)

    def _single(self, rows: slice, held: torch.Tensor) -> torch.Tensor:
        """Scaled rows in float32, written to ``held``."""
        import torch

        part = self.given[rows]
        scale = self.scale[rows, None]
        if part.dtype != np.float32 or scale.max(initial=0) > 1 / _SAFE[0] or scale.min(initial=1) < 1 / _SAFE[1]:
            return held.copy_(torch.from_numpy(part.astype(np.float64) * scale))
        return torch.mul(tensor(part), torch.from_numpy(scale.astype(np.float32)), out=held)


def tensor(array: NDArray[Any]) -> torch.Tensor:
    """A tensor on the array's own memory, which may be a file that is open for reading only."""
    import torch

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
        return torch.from_numpy(np.ascontiguousarray(array))


def prepare(given: NDArray[Any], product: str, field: str, bias: Wide | None = None) -> Vectors:
    """A collection, checked.

    Args:
        given: Shape ``(n, h)``, float16, float32 or float64, in memory or mapped; other numbers become float64.
        product: One of ``PRODUCTS``.
        field: What errors call it.
        bias: What is added to every score of a row, ``(n,)``; for cosines only.

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
    array = np.asanyarray(given)
    if array.dtype not in (np.float16, np.float32, np.float64):
        array = array.astype(np.float64)
    norms = _norms(array, field)
    none = np.zeros(len(array)) if bias is None else bias
    if product == "cosine":
        return Vectors(array, product, 1 / np.where(norms == 0, 1, norms), none)
    largest = float(norms.max()) or 1.0
    if not LENGTHS[0] <= largest <= LENGTHS[1]:
        raise InputError(
            f"The longest of the {field} is {largest:g} long; dot products need {LENGTHS[0]:g} to {LENGTHS[1]:g}.",
            field=field, value=largest, hint="Scale the vectors, or compare them by cosine.",
        )  # fmt: skip
    return Vectors(array, product, np.full(len(array), 2.0 ** -np.ceil(np.log2(largest) + 0.01)), none)


def same_width(x: Vectors, y: Vectors) -> None:
    """Refuse sides of different widths."""
    widths = x.given.shape[1], y.given.shape[1]
    if widths[0] != widths[1]:
        raise InputError(f"Vectors of {widths[0]} and {widths[1]} values cannot be compared.", field="candidates")


def _norms(array: NDArray[Any], field: str) -> Wide:
    """Lengths, ``(n,)``, within gamma / 2 of the true ones."""
    norms = np.empty(len(array))
    for start in range(0, len(array), 4 * _ROWS_AT_ONCE):
        part = array[start : start + 4 * _ROWS_AT_ONCE]
        found = _lengths(part) if part.dtype == np.float32 else np.full(len(part), np.nan)
        odd = np.flatnonzero(~((found > _SAFE[0]) & (found < _SAFE[1])))
        if len(odd):
            found[odd] = _wide_norms(part[odd], odd + start, field)
        norms[start : start + len(part)] = found
    return norms


def _lengths(part: NDArray[Any]) -> Wide:
    """Lengths as the type of the rows gives them: 0 or infinite where it cannot square them."""
    import torch

    lengths: Wide = torch.linalg.vector_norm(tensor(part), dim=1).double().numpy()
    return lengths


def _wide_norms(part: NDArray[Any], rows: NDArray[np.int64], field: str) -> Wide:
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
    norms: Wide = np.sqrt(np.add.reduce(wide * wide, axis=1)) * largest
    return norms
