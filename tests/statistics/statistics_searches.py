"""A study of searches in which every number can be worked out by hand."""

from __future__ import annotations

LANGUAGES = ["qaa", "qab", "qac", "qba", "qbb"]
SCRIPT = {"qaa": "Latn", "qab": "Latn", "qac": "Latn", "qba": "Runa", "qbb": "Runa"}
HELD = ("qab", "qba")
POOLS = ("multilingual", "mono")
BEST = {"none": 2, "nli": 3, "qa": 1}
"""Arm to its best layer; a layer more or less costs 4 points."""
GAINS = {"none": 0.0, "nli": 5.0, "qa": -1.0}
METRICS = {"map@20": 0.0, "recall@10": 10.0, "hit@10": 20.0, "hubness@10": -30.0}
"""Metric to the points that it lies above the headline."""


def facts(**changes):
    target = {
        "metric": "map@20",
        "languages": [code for code in LANGUAGES if code not in HELD],
        "held_out": list(HELD),
        "variant": "pool=multilingual",
        "setting": "pool=multilingual;vectors=frozen",
    }
    return {
        "pivot": "qaa", "bases": ["lab"], "arms": list(GAINS), "seeds": [1, 2, 3], "targets": {"lareqa": target},
        "clusters": {"family": dict.fromkeys(LANGUAGES, "one"), "script": SCRIPT},
    } | changes  # fmt: skip


def row(arm, seed, language, setting, metric, value, **changes):
    return {
        "study": "s", "base": "lab", "arm": arm, "target": "lareqa", "seed": seed, "language": language,
        "split": "test", "noise": "clean", "severity": 0, "source": "lab", "selection": "last", "setting": setting,
        "protocol": "p", "metric": metric, "value": value, "n": 10, "node": "k",
    } | changes  # fmt: skip


def value(arm, seed, language, layer, pooling, pool):
    """40, its gain, a tenth of a point by seed, less by distance from its best layer, pooling and language."""
    away = 4.0 * abs(layer - BEST[arm]) + (1.5 if pooling == "first" else 0.0)
    return 40.0 + GAINS[arm] + 0.1 * seed - away - 2.0 * LANGUAGES.index(language) + (30.0 if pool == "mono" else 0.0)


def scores(arms=tuple(GAINS), shift=lambda arm, layer, language: 0.0):
    """Layers 0 to 3 with two poolings, both pools, and centred vectors (one point better) with mean pooling."""
    rows = []
    for arm in arms:
        for seed in (1, 2, 3):
            for code in LANGUAGES:
                for layer in range(4):
                    for pooling, space in (("mean", ""), ("first", ""), ("mean", ";space=centred")):
                        for pool in POOLS:
                            setting = f"layer={layer};pool={pool};pooling={pooling}{space}"
                            own = value(arm, seed, code, layer, pooling, pool) + shift(arm, layer, code)
                            for metric, above in METRICS.items():
                                score = own + above + (1.0 if space else 0.0)
                                rows.append(row(arm, seed, code, setting, metric, score))
    return rows


def baseline():
    """Character n-grams in every language, without vectors and without seeds."""
    return [
        row("baseline:char-ngrams", "", code, f"pool={pool}", metric, 11.0, base="char-ngrams")
        for code in LANGUAGES
        for pool in POOLS
        for metric in METRICS
    ]
