"""Effects of several studies put together: random effects, with what the next study may show."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from xstilts.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

Method = Literal["dl", "pm"]


@dataclass(frozen=True)
class Pooled:
    """A pooled effect, in the unit of the effects.

    Attributes:
        mean: Over studies, weighted by ``1 / (variance + tau2)``.
        error: Its standard error (Hartung–Knapp where asked).
        low: Lower end of its interval.
        high: Upper end.
        predicted_low: Lower end of where the effect of a new study is expected; None with fewer than three studies.
        predicted_high: Upper end.
        tau2: Variance between studies.
        i2: Share of the spread that is not sampling error, 0 to 1.
        q: Cochran's Q.
        p_q: Chance of such a Q, or a larger one, if all studies had one effect.
        n: Studies.
    """

    mean: float
    error: float
    low: float
    high: float
    predicted_low: float | None
    predicted_high: float | None
    tau2: float
    i2: float
    q: float
    p_q: float
    n: int


def pool(
    effects: ArrayLike, variances: ArrayLike, method: Method = "pm", *, knapp: bool = True, level: float = 0.95
) -> Pooled:
    """Random-effects mean of independent studies.

    The interval is Hartung–Knapp's (t with n - 1 degrees of freedom; the scale may fall below 1) or the normal one. The
    prediction interval is that of Higgins, Thompson & Spiegelhalter 2009: t with n - 2 degrees of freedom over
    ``tau2 + error²``.

    Args:
        effects: One per study, shape (n,), n >= 2.
        variances: Squared standard errors, above 0, shape (n,).
        method: Of tau2: ``dl`` (DerSimonian & Laird 1986) or ``pm`` (Paule & Mandel 1982).
        knapp: Whether the interval is Hartung–Knapp's.
        level: Coverage, between 0 and 1.

    Raises:
        InputError: If there are fewer than two studies, or a variance is not above 0.
    """
    from scipy.stats import chi2, norm, t

    values, spread = np.asarray(effects, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    if values.ndim != 1 or len(values) < 2 or values.shape != spread.shape:
        raise InputError(f"At least two effects with their variances are needed, not {values.shape}, {spread.shape}.")
    if not (np.isfinite(values).all() and np.isfinite(spread).all() and (spread > 0).all()):
        raise InputError("Effects are finite and variances above 0.", field="variances")
    n = len(values)
    q = _q(values, spread, 0.0)
    tau2 = _laird(values, spread) if method == "dl" else _mandel(values, spread)
    weights = 1 / (spread + tau2)
    mean = float(weights @ values / weights.sum())
    plain = math.sqrt(1 / weights.sum())
    error = plain * math.sqrt(_q(values, spread, tau2) / (n - 1)) if knapp else plain
    half = float(t.ppf(0.5 + level / 2, n - 1) if knapp else norm.ppf(0.5 + level / 2)) * error
    reach = float(t.ppf(0.5 + level / 2, n - 2)) * math.sqrt(tau2 + error**2) if n > 2 else None
    return Pooled(
        mean, error, mean - half, mean + half,
        None if reach is None else mean - reach, None if reach is None else mean + reach,
        tau2, max(0.0, 1 - (n - 1) / q) if q else 0.0, q, float(chi2.sf(q, n - 1)), n,
    )  # fmt: skip


def _q(values: NDArray[np.float64], spread: NDArray[np.float64], tau2: float) -> float:
    weights = 1 / (spread + tau2)
    return float(weights @ (values - weights @ values / weights.sum()) ** 2)


def _laird(values: NDArray[np.float64], spread: NDArray[np.float64]) -> float:
    weights = 1 / spread
    scale = weights.sum() - (weights**2).sum() / weights.sum()
    return max(0.0, (_q(values, spread, 0.0) - (len(values) - 1)) / float(scale))


def _mandel(values: NDArray[np.float64], spread: NDArray[np.float64]) -> float:
    """The tau2 at which Q equals its degrees of freedom; Q falls as tau2 grows."""
    from scipy.optimize import brentq

    excess: Callable[[float], float] = lambda tau2: _q(values, spread, tau2) - (len(values) - 1)  # noqa: E731
    if excess(0.0) <= 0:
        return 0.0
    top = float(np.var(values) + spread.max()) or 1.0
    while excess(top) > 0:
        top *= 2
    return float(brentq(excess, 0.0, top, xtol=1e-14 * top, rtol=1e-14))


def leave_one_out(effects: ArrayLike, variances: ArrayLike, method: Method = "pm") -> tuple[Pooled, ...]:
    """The pooled effect without each study in turn; needs three studies.

    Raises:
        InputError: With fewer than three.
    """
    values, spread = np.asarray(effects, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    return tuple(pool(np.delete(values, i), np.delete(spread, i), method) for i in range(len(values)))


def sign_test(ups: int, downs: int) -> float | None:
    """Two-sided p of "up is as likely as down", for studies that print no errors; None without any vote."""
    from scipy.stats import binomtest

    return float(binomtest(ups, ups + downs).pvalue) if ups + downs else None
