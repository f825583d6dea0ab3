"""Score rows on clean and noisy text, made from few numbers."""

from __future__ import annotations

import numpy as np

from xstilts.statistics.inference.jackknife import GROUPS

SEEDS = ("1", "2", "3")
SEVERITIES = (1, 3)
EDITS = {0: 0.0, 1: 0.01, 3: 0.04}


def facts(**changes):
    plain = {
        "pivot": "en", "arms": ["none", "nli"], "bases": ["b"], "seeds": list(SEEDS),
        "targets": {"t": {"metric": "accuracy", "languages": ["en", "de", "hi"]}},
        "clusters": {"script": {"en": "Latn", "de": "Latn", "hi": "Deva"}},
    }  # fmt: skip
    return plain | changes


def row(arm, seed, language, value, noise="clean", severity=0, **changes):
    plain = {
        "study": "s", "base": "b", "arm": arm, "target": "t", "seed": seed, "language": language, "split": "test",
        "noise": noise, "severity": severity, "source": "lab", "selection": "last", "setting": "", "protocol": "x",
        "metric": "accuracy", "value": value, "n": 100, "node": "k",
    }  # fmt: skip
    told = {"edit_rate": EDITS[severity], "subword_rise": 2 * EDITS[severity]} if severity else {}
    return plain | told | changes


def moved(**places):
    """Moves that are 0 but in the groups named ``g0``, ``g1`` …"""
    moves = np.zeros(GROUPS, dtype=np.float32)
    for name, value in places.items():
        moves[int(name[1:])] = value
    error = float(np.sqrt((moves.astype(float) ** 2).sum()))
    return {"error": error, "low": 0.0, "high": 100.0, "how": "jackknife", "moves": moves}


def study(losses, languages=("en", "de", "hi"), clean=None, undefined=(), flips=True, target="t"):
    """Rows of a study.

    Args:
        losses: Arm to noise to the points lost at severity 1 and 3, before ``seed`` tenths of a point for all but
            ``none``.
        languages: Languages.
        clean: Arm to its clean score; 80 if it is not there.
        undefined: Pairs of noise and language without rows.
        flips: Whether there are flip rates: twice the loss.
        target: The target.
    """
    rows = []
    for arm, by_noise in losses.items():
        level = (clean or {}).get(arm, 80.0)
        for seed in SEEDS:
            for code in languages:
                rows.append(row(arm, seed, code, level, target=target))
                for noise, lost in by_noise.items():
                    if (noise, code) in undefined:
                        continue
                    for severity, points in zip(SEVERITIES, lost, strict=True):
                        less = 0.0 if arm == "none" else 0.1 * int(seed)
                        rows.append(row(arm, seed, code, level - points - less, noise, severity, target=target))
                        if flips:
                            flipped = {"metric": "flip_rate", "target": target}
                            rows.append(row(arm, seed, code, 2 * points, noise, severity, **flipped))
    return rows


def of(rows, **wanted):
    (found,) = [one for one in rows if all(one[name] == value for name, value in wanted.items())]
    return found
