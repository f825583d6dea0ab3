"""A believable study of searches made from a seed: two targets, five arms, four layers, three scripts, three seeds."""

from __future__ import annotations

import numpy as np
import reports_fake_study as fake

from xstilts.statistics import analyse

SCRIPTS = {
    "qaa": "Latin", "qab": "Latin", "qac": "Latin", "qba": "Runic", "qbb": "Runic", "qca": "Knot", "qcb": "Knot",
    "qda": "Knot",
}  # fmt: skip
ARMS = {"none": (1.2, 0.0), "nli": (1.9, 6.0), "squad": (1.6, 3.0), "qqp": (1.1, -1.0), "multi": (2.2, 8.0)}
"""Arm to its best layer and its gain there."""
HELD = ("qab", "qba")
LAYERS = range(4)
OPTIONS = {
    "pooling=mean": 0.0, "first": 0.0, "pooling=mean;space=centred": 4.0, "pooling=mean;similarity=csls": 5.0,
}  # fmt: skip
METRICS = {
    "lareqa": {"map@20": 0.0, "recall@10": 8.0, "hit@10": 20.0, "capped_recall@10": 11.0, "language_bias@10": -30.0},
    "tatoeba": {"accuracy": 10.0, "hit@10": 25.0},
}
VARIANTS = {"lareqa": ("pool=multilingual", "pool=mono"), "tatoeba": ("", "queries=other")}


def facts(**changes):
    columns = {target: [fake.column(target, code) for code in fake.LANGUAGES] for target in METRICS}
    targets = {
        target: {
            "metric": next(iter(METRICS[target])),
            "languages": [code for code in columns[target] if code[:3] not in HELD],
            "held_out": [fake.column(target, code) for code in HELD],
            "variant": VARIANTS[target][0],
        }
        for target in METRICS
    }
    script = {fake.column(target, code): name for target in METRICS for code, name in SCRIPTS.items()}
    return fake.facts(arms=list(ARMS), targets=targets, clusters={"script": script}, warnings=[]) | changes


def score_rows():
    draw = np.random.default_rng(5)
    rows = []
    for target, arm, seed in ((t, a, s) for t in METRICS for a in ARMS for s in "123"):
        best, gain = ARMS[arm]
        shift = draw.normal(0, 0.8)
        for code in fake.LANGUAGES:
            if target == "tatoeba" and code == "qaa":
                continue
            for layer in LAYERS:
                for option, more in OPTIONS.items():
                    pooled = option.replace("first", "pooling=first")
                    away = 1.6 * (layer - best) ** 2 + (9.0 if option == "first" else 0.0)
                    own = 45 + gain + more - away - 3.0 * list(fake.LANGUAGES).index(code) + shift + draw.normal(0, 0.5)
                    for variant in VARIANTS[target]:
                        setting = ";".join(sorted([f"layer={layer}", *pooled.split(";"), *filter(None, [variant])]))
                        at = own + (6.0 if variant in ("pool=mono", "queries=other") else 0.0)
                        rows += [
                            fake.row(target, arm, seed, fake.column(target, code), metric, at + above, setting=setting)
                            for metric, above in METRICS[target].items()
                        ]
    for code in fake.LANGUAGES:
        for variant in VARIANTS["lareqa"]:
            rows += [
                fake.row("lareqa", "baseline:char-ngrams", "", code, metric, 21.5, setting=variant, base="char-ngrams")
                for metric in METRICS["lareqa"]
            ]
    return rows


def analysis(**changes):
    return analyse(score_rows(), facts(**changes))
