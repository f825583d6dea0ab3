"""The study's question, answered in two sentences per base."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xstilts.statistics.inference.correction import ALPHA, correct
from xstilts.statistics.inference.intervals import smallest_sign_flip_p
from xstilts.statistics.score_rows import over_seeds
from xstilts.statistics.tables.gains import ZERO_SHOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xstilts.statistics.score_rows import Row
    from xstilts.statistics.study_facts import Facts


def answers(clusters: Iterable[Row], facts: Facts) -> list[Row]:
    """For each base: which arm gains most in the languages without labels, and how sure that is.

    An arm's number is its zero-shot gain on the headline metric, averaged over its targets that are neither degenerate
    nor leaking, within each seed, then put through a t interval over seeds. A seed that lacks one of these targets has
    no mean. An arm that was left out of some targets on purpose (``facts.cut``) is averaged over the others, which its
    entry names, and is best only where every arm is like that: means over other targets are no match. The best arm is
    picked on the same data, so its p-value is Holm's over all arms compared.

    Args:
        clusters: Rows of ``cluster_rows``.
        facts: What the study asked for.

    Returns:
        One dict per base: ``base, arm, gain, low, high, p, p_corrected, n_seeds, targets, excluded, cut, n_arms,
        verdict`` (``supported``, ``inconclusive``, ``contradicted`` or ``not run``), ``sentences`` (two) and
        ``ranking`` (arms by gain, those with ``cut`` targets among them).
    """
    cells = {
        (row["base"], row["arm"], row["target"]): row
        # from the last: of several conditions of one cell the first stays in the mapping
        for row in reversed(list(clusters))
        if row["clustering"] == ZERO_SHOT and facts.is_headline(row)
    }
    bases = facts.bases or tuple(sorted({base for base, _, _ in cells}))
    return [_answer(base, [_arm(base, arm, cells, facts) for arm in facts.compared], facts) for base in bases]


def _arm(base: str, arm: str, cells: Mapping[tuple[str, str, str], Row], facts: Facts) -> Row:
    fair = [target for target in facts.asked if not facts.unfair(base, arm, target)]
    ran = {target: bool(cells.get((base, arm, target), {}).get("seeds")) for target in fair}
    cut = [target for target in fair if facts.left_out(arm, target, ran[target])]
    targets = [target for target in fair if target not in cut]
    gains = [_seed_gains(cells.get((base, arm, target)), facts.targets[target].higher_is_better) for target in targets]
    shared = set.intersection(*map(set, gains)) if gains else set()
    means = {seed: float(np.mean([gain[seed] for gain in gains])) for seed in sorted(shared)}
    interval, seeds = over_seeds(means, facts.level)
    return {
        "base": base,
        "arm": arm,
        "gain": interval.mean,
        "low": interval.low,
        "high": interval.high,
        "p": interval.p,
        "n_seeds": interval.n,
        "seeds": seeds,
        "targets": targets,
        "excluded": [target for target in facts.asked if target not in fair],
        "cut": cut,
    }


def _seed_gains(row: Row | None, higher_is_better: bool) -> dict[str, float]:
    sign = 1.0 if higher_is_better else -1.0
    return {} if row is None else {s: sign * g for s, g in zip(row["seeds"], row["seed_gains"], strict=True)}


def _answer(base: str, arms: Sequence[Row], facts: Facts) -> Row:
    correct(arms)
    ranking = sorted(
        (arm for arm in arms if arm["gain"] is not None), key=lambda arm: (-arm["gain"], facts.arms.index(arm["arm"]))
    )
    if not ranking:
        lacking = "no arm finished on all of its targets with a seed that none has too"
        return {
            "base": base,
            "arm": None,
            "n_arms": 0,
            "verdict": "not run",
            "ranking": [],
            "sentences": [
                f"From {base}, {lacking if facts.compared else 'no arm is compared with none: all are controls'}.",
                "There is no answer yet.",
            ],
        }
    compared = [arm for arm in ranking if not arm["cut"]] or ranking
    best = dict(compared[0])
    best.update(n_arms=len(compared), verdict=_verdict(best), ranking=ranking)
    ranked = [arm for arm in arms if arm["targets"]]  # of a rival, no target is left
    whole = [arm for arm in ranked if not arm["cut"]]
    best["sentences"] = [_first(best, facts), _second(best, whole or ranked, ranked)]
    return best


def _verdict(best: Row) -> str:
    if best["p_corrected"] is None or best["p_corrected"] > ALPHA:
        return "inconclusive"
    return "supported" if best["gain"] > 0 else "contradicted"


def _first(best: Row, facts: Facts) -> str:
    if best["low"] is None:
        sure = "no interval from a single seed"
    else:
        sure = f"{facts.level:.0%} interval {points(best['low'])} to {points(best['high'])}"
    if best["gain"] > 0:
        found = f"the arm {best['arm']} gains most over none in the languages without labels"
    else:
        found = f"no arm gains over none in the languages without labels; {best['arm']} comes closest"
    return (
        f"From {best['base']}, {found}: "
        f"{points(best['gain'])} points ({sure}; mean of {counted(len(best['targets']), 'target')}, "
        f"{counted(best['n_seeds'], 'seed')})."
    )


def _second(best: Row, compared: Sequence[Row], arms: Sequence[Row]) -> str:
    among = f"As the best of {counted(best['n_arms'], 'arm')}" + (
        f" that finished, of {len(compared)}," if best["n_arms"] < len(compared) else ""
    )
    fewer = len(arms) - len(compared)
    if fewer:
        among += f" on all fair targets ({counted(fewer, 'arm')} ran on fewer)"
    p = best["p_corrected"]
    if p is None:
        return f"{among} it could not be tested: inconclusive."
    tested = f"p = {p:.2g} after Holm correction"
    if best["verdict"] == "supported":
        return f"{among} it stays above zero ({tested}): supported."
    if best["verdict"] == "contradicted":
        return f"{among} it still loses points ({tested}): no arm helps on average."
    bound = smallest_sign_flip_p(best["n_seeds"])
    return (
        f"{among} it cannot be told from zero ({tested}; without assuming normal differences, no p below {bound:.2g} "
        f"could have come out of {counted(best['n_seeds'], 'seed')}): inconclusive."
    )


def counted(number: int, what: str) -> str:
    """A number of things: ``1 seed``, ``3 seeds``."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def points(value: float) -> str:
    """A signed number of points with one decimal and a true minus sign: ``+1.2``, ``−0.4``, ``0.0``."""
    text = f"{value:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text.replace("-", "−")
