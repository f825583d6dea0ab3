"""How long resampling a whole study takes: vectorised, beside a plain loop over resamples on a part of it.

    python benchmarks/resampling.py [--arms 9 --targets 9 --languages 40 --seeds 5 --items 1000 --draws 10000]

Target: 10,000 paired resamples of that grid in at most 60 s and 2 GB on one core.
"""

from __future__ import annotations

import argparse
import json
import resource
import time

import numpy as np

from xstilts.statistics.hierarchy import interval, resampled_gains


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (
        ("arms", 9),
        ("targets", 9),
        ("languages", 40),
        ("seeds", 5),
        ("items", 1000),
        ("draws", 10_000),
    ):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    generator = np.random.default_rng(0)
    started, widths = time.perf_counter(), []
    for _ in range(options.targets):
        gains = [_gains(options, generator) for _ in range(options.languages)]
        resampled = resampled_gains(gains, generator, options.draws, "random")
        means = np.mean([gain.mean(axis=(1, 2)) for gain in gains], axis=0)
        found = [interval(resampled[:, arm], float(means[arm]), options.seeds) for arm in range(options.arms)]
        widths += [(one.high or 0.0) - (one.low or 0.0) for one in found]
    seconds = time.perf_counter() - started
    part, loop = min(200, options.draws), 0.0
    gains = [_gains(options, generator) for _ in range(2)]
    loop = _loop(gains, part, generator) * (options.draws / part) * (options.languages / 2) * options.targets
    print(json.dumps({
        **vars(options), "seconds": round(seconds, 1), "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss /
        1e6, "mean_width": float(np.mean(widths)), "plain_loop_seconds_extrapolated": round(loop),
        "ratio": round(loop / seconds, 1), "limit_seconds": 60, "limit_gb": 2,
    }, indent=1))  # fmt: skip


def _gains(options: argparse.Namespace, generator: np.random.Generator) -> np.ndarray:
    """Per-item gains in points of one target in one language: -100, 0 or 100."""
    shape = (options.arms, options.seeds, options.items)
    return (100 * generator.choice(np.array([-1, 0, 0, 0, 1], dtype=np.int8), shape)).astype(np.float32)


def _loop(gains: list[np.ndarray], draws: int, generator: np.random.Generator) -> float:
    """Seconds that ``draws`` resamples of these languages take, one after the other."""
    started = time.perf_counter()
    for _ in range(draws):
        seeds = generator.integers(0, gains[0].shape[1], gains[0].shape[1])
        languages = generator.integers(0, len(gains), len(gains))
        means = []
        for number in languages:
            items = generator.integers(0, gains[number].shape[2], gains[number].shape[2])
            means.append(gains[number][:, seeds][:, :, items].mean(axis=(1, 2)))
        np.mean(means, axis=0)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
