"""Predictors of transfer: what a base says of a task before anything is trained on it.

Each is an entry: a function of numbers with its source, what it needs and what it costs. More is better for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from xstilts.prediction.predictors import distances, evidence, labels, separation
from xstilts.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

Needs = Literal["features and labels", "answers and labels", "two vectors"]


@dataclass(frozen=True)
class Predictor:
    """One predictor.

    Attributes:
        name: Its name.
        source: Paper and formula.
        needs: What its two arguments are: features, shape ``(n_items, n_features)``, of the base without training, or
            shares of an already trained head's answers, shape ``(n_items, n_answers)``, each with the classes of the
            items, shape ``(n_items,)``; or vectors of two tasks.
        cost: What has to be computed for it.
        of: The predictor; more is better.
    """

    name: str
    source: str
    needs: Needs
    cost: str
    of: Callable[[NDArray, NDArray], float]  # type: ignore[type-arg]


PREDICTORS: Registry[Predictor] = Registry("predictor")
_BASE = "one pass of the base over the items"
_ANSWERS = "one pass of a trained model over the items"
for _one in (
    Predictor("logme", "You et al. 2021, arXiv 2102.11005", "features and labels", _BASE, evidence.logme),
    Predictor(
        "h-score", "Bao et al. 2019; shrunk: Ibrahim et al. 2021", "features and labels", _BASE, separation.h_score
    ),
    Predictor("gbc", "Pandy et al. 2022, arXiv 2111.12780", "features and labels", _BASE, separation.gbc),
    Predictor("transrate", "Huang et al. 2022, arXiv 2106.09362", "features and labels", _BASE, separation.transrate),
    Predictor("probe", "a linear classifier, left-out accuracy", "features and labels", _BASE, evidence.linear_probe),
    Predictor("leep", "Nguyen et al. 2020, arXiv 2002.12462", "answers and labels", _ANSWERS, labels.leep),
    Predictor("nce", "Tran et al. 2019, arXiv 1908.08142", "answers and labels", _ANSWERS, labels.nce),
    Predictor(
        "task-similarity", "Vu et al. 2020, arXiv 2005.00770: cosine of mean vectors of texts, or of diagonal Fishers",
        "two vectors", "one pass over each task; for Fishers, with gradients of a trained model", distances.cosine,
    ),
):  # fmt: skip
    PREDICTORS.register(_one.name, _one)
