"""From scores on clean and noisy text to what noise changes, with everything that gains are judged by.

What noise changes of a chain's score, in one language and over some types of noise, is a number for each seed like any
score, and its moves with the items are the differences of the moves. So its gain over ``none``, which is the difference
in differences, takes intervals, items and corrections from where the gains of scores have theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xstilts.statistics.inference import jackknife
from xstilts.statistics.robustness.noisy_scores import Number, mean_number
from xstilts.statistics.score_rows import MeasuredScore
from xstilts.statistics.tables.items import Measurement, Sure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from xstilts.statistics.robustness.noisy_scores import Chain, NoisyScores
    from xstilts.statistics.score_rows import Cells, Condition
    from xstilts.statistics.tables.items import Known


class Robust(NamedTuple):
    """One chain in one language: its clean score, its mean under noise (mPC), and the scores by type of noise."""

    clean: Number
    noisy: Number
    by_type: Mapping[str, Sequence[Number]]


@dataclass(frozen=True)
class Changes:
    """What some types of noise change.

    Attributes:
        condition: Names the changes: that of the clean scores, with all types as its noise.
        types: The types.
        robust: Chain to language to what noise does there; where a chain lacks one score, it lacks the language.
        cells: The changes themselves (mPC − clean, in points), as scores.
        known: How sure they are by their items.
    """

    condition: Condition
    types: tuple[str, ...]
    robust: Mapping[Chain, Mapping[str, Robust]]
    cells: Cells
    known: Known

    def seeds(self, arm: str, languages: Sequence[str]) -> list[str]:
        """The seeds in which an arm has all languages."""
        own = (
            seed
            for (name, seed), cells in self.robust.items()
            if name == arm and languages and all(code in cells for code in languages)
        )
        return sorted(own)


def mean_performance(by_type: Mapping[str, Sequence[Number]]) -> Number:
    """mPC: the mean score under noise, each type's mean over its severities first, all types alike.

    Args:
        by_type: Noise to the scores at its severities; neither may be empty.

    References:
        Hendrycks and Dietterich 2019 (arXiv 1903.12261), Yi et al. 2021 (arXiv 2110.06513).
    """
    return mean_number([mean_number(scores) for scores in by_type.values()])


def changes_by_type(scores: NoisyScores) -> Callable[[tuple[str, ...]], Changes]:
    """What gives the changes under any types of noise, each once."""

    @cache
    def of(types: tuple[str, ...]) -> Changes:
        return _changes(scores, types)

    return of


def _changes(scores: NoisyScores, types: tuple[str, ...]) -> Changes:
    condition = scores.key._replace(noise=" ".join(types))
    robust: dict[Chain, dict[str, Robust]] = {}
    cells: Cells = {}
    known: Known = {}
    for chain, own in scores.clean.items():
        for language, clean in own.items():
            found = scores.by_type(chain, language, types) if types else None
            if not found:
                continue
            noisy = mean_performance(found)
            robust.setdefault(chain, {})[language] = Robust(clean, noisy, found)
            cells.setdefault(chain, {})[language] = MeasuredScore(noisy.value - clean.value, min(noisy.n, clean.n))
            if noisy.moves is not None and clean.moves is not None:
                moves = noisy.moves - clean.moves
                sure = Sure(
                    jackknife.error_of(moves), float("nan"), float("nan"), "difference", moves.astype(np.float32)
                )
                known[Measurement(condition, *chain, language)] = sure
    return Changes(condition, types, robust, cells, known)
