"""A mixed model of the gain, as a check on the intervals that the report prints."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xstilts.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class MixedGain:
    """What a linear mixed model says of the mean gain.

    Attributes:
        mean: Fixed effect of the arm, in points.
        error: Its standard error (asymptotic: too small with few seeds).
        language_sd: Standard deviation of the gain between languages, in points.
        seed_sd: Standard deviation between seeds, in points.
        rest_sd: Residual standard deviation, in points.
        converged: Whether the fit did; if not, do not read the rest.
    """

    mean: float
    error: float
    language_sd: float
    seed_sd: float
    rest_sd: float
    converged: bool


def mixed_gain(gains: ArrayLike) -> MixedGain:
    """Fit gain = mean + (1 | language) + (1 | seed) by REML.

    Question: as ``crossed_gain``, by another route. Nothing is resampled. statsmodels fits nested groups only, so both
    crossed factors are variance components of one group that holds everything.

    Args:
        gains: Gain of each seed in each language, shape ``(n_seeds, n_languages)``, in points; at least 2 x 2.

    Raises:
        InputError: If the table is not of that shape, or holds a number that is not finite.
    """
    table = np.asarray(gains, dtype=np.float64)
    if table.ndim != 2 or min(table.shape) < 2 or not np.isfinite(table).all():
        raise InputError("A mixed model needs a full table of at least two seeds and two languages.", value=table.shape)
    import pandas as pd
    from statsmodels.regression.mixed_linear_model import MixedLM

    seeds, languages = np.indices(table.shape)
    frame = pd.DataFrame({"gain": table.ravel(), "seed": seeds.ravel(), "language": languages.ravel(), "all": 1})
    model = MixedLM.from_formula(
        "gain ~ 1",
        groups="all",
        re_formula="0",
        vc_formula={"language": "0 + C(language)", "seed": "0 + C(seed)"},
        data=frame,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a component at 0 is a result here
        fit = model.fit(reml=True, method=["lbfgs", "powell"])
    components = dict(zip(model.exog_vc.names, fit.vcomp, strict=True))
    return MixedGain(
        float(fit.fe_params.iloc[0]),
        float(fit.bse_fe.iloc[0]),
        float(np.sqrt(components["language"])),
        float(np.sqrt(components["seed"])),
        float(np.sqrt(fit.scale)),
        bool(fit.converged),
    )
