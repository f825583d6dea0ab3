"""Predictors from the answers of a model that was trained for another task."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def leep(answers: NDArray[np.float64], classes: NDArray[np.int64]) -> float:
    """Log expected empirical prediction (Nguyen et al. 2020, equation 2), in nats, at most 0.

    The mean log probability of the true class, when a class is guessed from the model's answers by how often they went
    together.

    Args:
        answers: Probability of each of the model's answers, shape ``(n_items, n_answers)``, rows summing to 1.
        classes: Classes of the items, shape ``(n_items,)``.
    """
    _, codes = np.unique(classes, return_inverse=True)
    joint = np.zeros((codes.max() + 1, answers.shape[1]))
    np.add.at(joint, codes, answers / len(answers))
    marginal = joint.sum(axis=0)
    given = np.divide(joint, marginal, out=np.zeros_like(joint), where=marginal > 0)
    return float(np.log((given[codes] * answers).sum(axis=1)).mean())


def nce(answers: NDArray[np.float64], classes: NDArray[np.int64]) -> float:
    """Negative conditional entropy of the classes given the likeliest answer (Tran et al. 2019), in nats, at most 0."""
    return leep(np.eye(answers.shape[1])[answers.argmax(axis=1)], classes)
