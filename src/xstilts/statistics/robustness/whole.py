"""All that a study with noise says of robustness."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from xstilts.statistics.answer import answers
from xstilts.statistics.robustness.degradation import degradation_rows, noise_rows
from xstilts.statistics.robustness.noisy_scores import noisy_scores
from xstilts.statistics.robustness.people import people_rows
from xstilts.statistics.robustness.sentences import robust_answers
from xstilts.statistics.robustness.table import KEPT, as_gains, mean_rows, robustness_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xstilts.statistics.robustness.noisy_scores import RatesOf
    from xstilts.statistics.score_rows import Row
    from xstilts.statistics.study_facts import Facts
    from xstilts.statistics.tables.items import Known


class Robustness(TypedDict):
    """What noise does to a study's scores.

    Attributes:
        noise: Rows of ``degradation.noise_rows``.
        robustness: Rows of ``table.robustness_rows``, then of ``table.mean_rows``.
        degradation: Rows of ``degradation.degradation_rows``.
        people: Rows of ``people.people_rows``.
        under_noise: What ``sentences.robust_answers`` says.
    """

    noise: list[Row]
    robustness: list[Row]
    degradation: list[Row]
    people: list[Row]
    under_noise: list[Row]


def robustness(clean: Sequence[Row], noisy: Iterable[Row], known: Known, rates: RatesOf, facts: Facts) -> Robustness:
    """Set noisy scores beside clean ones.

    Args:
        clean: Results on clean text, as for the tables of gains.
        noisy: Results on noisy text, flip rates among them.
        known: How sure scores are by their items.
        rates: What noise did to the text (``noisy_scores.rates_of``).
        facts: What the study asked for.

    Returns:
        The tables; equal input in any order gives equal output.
    """
    found = noisy_scores(clean, noisy, known, rates, facts)
    rows = robustness_rows(found, facts)
    best = answers(as_gains(rows), facts)
    means = mean_rows(rows, best, facts)
    return Robustness(
        noise=noise_rows(found, facts),
        robustness=[{name: row.get(name) for name in KEPT} for row in [*rows, *means]],
        degradation=degradation_rows(found, facts),
        people=people_rows(found, clean, facts),
        under_noise=robust_answers(best, means, facts),
    )
