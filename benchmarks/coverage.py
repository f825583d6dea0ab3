"""Do the intervals cover, and does the correction hold? Simulated studies with known truth.

    python benchmarks/coverage.py [--studies 4000]

For seeds {3, 5, 10} x languages {1, 3, 8, 30}: the share of simulated studies whose 95 % interval of the mean gain
holds the true one, for the default interval (t over seeds; over seeds and languages from eight languages on) and for a
percentile bootstrap over seeds; then the family-wise error of Holm over 9 arms x 9 targets without any true gain, for
the default test and for an example-level test that takes two single runs for two arms.
"""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

import numpy as np
from scipy.special import bdtr

from xstilts.statistics.inference.correction import holm
from xstilts.statistics.inference.crossed import crossed_gain, effects_of
from xstilts.statistics.inference.intervals import Interval, paired_gain

SEEDS, LANGUAGES = (3, 5, 10), (1, 3, 8, 30)
# Points: what differs between seeds, between languages (their true gains), and the rest, as measured gains vary.
SEED_SD, LANGUAGE_SD, REST_SD = 1.0, 1.0, 1.5
ARMS, TARGETS, ITEMS = 9, 9, 1000


def main() -> None:
    """Print a table and one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--studies", type=int, default=4000)
    options = parser.parse_args()
    generator, started = np.random.default_rng(0), time.perf_counter()
    rows = [_coverage(s, n, options.studies, generator) for s in SEEDS for n in LANGUAGES]
    errors = {"default": [_family_wise(s, options.studies // 4, generator) for s in SEEDS]}
    errors["example-level"] = [_example_level(options.studies // 40, generator)]
    print(f"{'seeds':>6}{'languages':>11}{'default':>9}{'percentile':>12}")
    for row in rows:
        print(f"{row['seeds']:>6}{row['languages']:>11}{row['default']:>9.3f}{row['percentile']:>12.3f}")
    print(f"family-wise error: {errors}")
    print(json.dumps({"coverage": rows, "family_wise_error": errors, "studies": options.studies,
                      "seconds": round(time.perf_counter() - started, 1)}))  # fmt: skip


def simulated(seeds: int, languages: int, generator: np.random.Generator) -> tuple[np.ndarray, float]:
    """Gains by seed and language of one study, and the mean gain that its interval speaks of."""
    by_language = generator.normal(0, LANGUAGE_SD, (1, languages))
    table = by_language + generator.normal(0, SEED_SD, (seeds, 1)) + generator.normal(0, REST_SD, (seeds, languages))
    return table, 0.0 if effects_of(languages) == "random" else float(by_language.mean())


def default_interval(table: np.ndarray) -> Interval:
    """The interval that reports print."""
    if effects_of(table.shape[1]) == "random":
        return crossed_gain(table)
    return paired_gain(table.mean(axis=1), np.zeros(len(table)))


def percentile(gains: np.ndarray, generator: np.random.Generator, draws: int = 1000) -> Interval:
    """Plain bootstrap over seeds."""
    means = gains[generator.integers(0, len(gains), (draws, len(gains)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return Interval(float(gains.mean()), float(low), float(high), None, len(gains))


def mcnemar(first: np.ndarray, second: np.ndarray) -> float:
    """Exact two-sided p that two runs are right equally often, by the items that one of them alone has right."""
    n = int((first ^ second).sum())
    return min(1.0, 2 * float(bdtr(min(int((first & ~second).sum()), int((second & ~first).sum())), n, 0.5)))


def _coverage(seeds: int, languages: int, studies: int, generator: np.random.Generator) -> dict[str, Any]:
    hits = {"default": 0, "percentile": 0}
    for _ in range(studies):
        table, truth = simulated(seeds, languages, generator)
        plain = percentile(table.mean(axis=1), generator)
        for name, interval in (("default", default_interval(table)), ("percentile", plain)):
            hits[name] += bool(interval.low is not None and interval.low <= truth <= (interval.high or 0.0))
    return {"seeds": seeds, "languages": languages, **{name: count / studies for name, count in hits.items()}}


def _family_wise(seeds: int, studies: int, generator: np.random.Generator) -> dict[str, float]:
    """Arms share the seeds of ``none``, so their gains are correlated, as in a real study."""
    wrong = 0
    for _ in range(studies):
        none = generator.normal(0, SEED_SD, (1, TARGETS, seeds))
        arms = generator.normal(0, SEED_SD, (ARMS, TARGETS, seeds))
        p = [paired_gain(arms[a, t], none[0, t]).p for a in range(ARMS) for t in range(TARGETS)]
        wrong += any(value is not None and value <= 0.05 for value in holm(p))
    return {"seeds": seeds, "error": wrong / studies}


def _example_level(studies: int, generator: np.random.Generator) -> dict[str, float]:
    """Each arm is one run: its accuracy varies by seed, which McNemar's test takes for an effect of the arm."""
    wrong = 0
    for _ in range(studies):
        p = []
        for _ in range(TARGETS):
            difficulty = generator.uniform(size=ITEMS)
            none = difficulty < 0.7 + 0.01 * generator.normal()
            for _ in range(ARMS):
                level = 0.7 + 0.01 * generator.normal()
                flips = generator.uniform(size=ITEMS) < 0.05
                p.append(mcnemar((difficulty < level) ^ flips, none ^ (generator.uniform(size=ITEMS) < 0.05)))
        wrong += any(value is not None and value <= 0.05 for value in holm(p))
    return {"seeds": 1, "error": wrong / studies}


if __name__ == "__main__":
    main()
