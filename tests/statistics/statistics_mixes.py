"""A study of one series of mixes in which every number can be worked out by hand."""

from __future__ import annotations

LANGUAGES = ["qaa", "qab", "qac", "qba"]
FAMILY = {"qaa": "a", "qab": "a", "qac": "a", "qba": "b"}
DOSES = [[0.0, "only"], [0.5, "half"], [1.0, "full"]]
GAINS = {"none": (0, 0), "only": (1, 2), "half": (3, 6), "full": (2, 8)}
"""Arm to its gain in family a and in family b."""


def facts(**changes):
    return {
        "pivot": "qaa",
        "bases": ["lab"],
        "arms": list(GAINS),
        "seeds": [1, 2, 3, 4],
        "targets": {name: {"metric": "accuracy", "languages": LANGUAGES} for name in ("nli", "qa")},
        "clusters": {"family": FAMILY},
        "series": [{"name": "share", "doses": DOSES, "what": "share of items outside the pivot"}],
    } | changes


def row(arm, target, seed, language, value, **changes):
    return {
        "study": "s", "base": "lab", "arm": arm, "target": target, "seed": seed, "language": language, "split": "test",
        "noise": "clean", "severity": 0, "source": "lab", "selection": "last", "setting": "", "protocol": "p",
        "metric": "accuracy", "value": value, "n": 10, "node": "k",
    } | changes  # fmt: skip


def scores(pivot=None, wobble=lambda arm, seed: 0.0):
    """Scores on nli and qa (ten points lower); ``pivot(arm, seed)`` is the score in the pivot."""
    rows = []
    for arm, (near, far) in GAINS.items():
        for target, level in (("nli", 50.0), ("qa", 40.0)):
            for seed in (1, 2, 3, 4):
                for code in LANGUAGES:
                    value = level + (far if code == "qba" else near) + wobble(arm, seed)
                    if code == "qaa":
                        value = pivot(arm, seed) if pivot else 80.0
                    rows.append(row(arm, target, seed, code, value))
    return rows


def dev(best):
    """Scores on the pivot's dev half, on which one arm is best."""
    return [
        row(arm, target, seed, "qaa", 90.0 if arm == best else 85.0, split="dev/a")
        for arm in GAINS
        for target in ("nli", "qa")
        for seed in (1, 2, 3, 4)
    ]
