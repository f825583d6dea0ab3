"""A believable study of noise made from a seed: four arms, two targets, seven noises, one not in all."""

from __future__ import annotations

import numpy as np
import reports_fake_study as fake

from xstilts.reports.corrupted import Corrupted
from xstilts.statistics import analyse
from xstilts.tasks.base import Kind

ARMS = {"none": (0.0, 1.0), "nli": (3.0, 0.7), "squad": (0.5, 1.05), "nli-noised": (2.0, 0.35)}
"""Arm to its gain on clean text, and to how much of what ``none`` loses it loses."""
LOST = {
    "typo": 9.0,
    "casing": 4.0,
    "spacing": 7.0,
    "speech": 12.0,
    "word-drop": 6.0,
    "homoglyph": 14.0,
    "typo@query": 4,
}
"""Type to the points that none loses at severity 5."""
RATES = {1: 0.01, 3: 0.041, 5: 0.152}
TARGETS = {"xnli": "accuracy", "xquad": "f1"}
UNDEFINED = ("speech", "qda")


def facts(**changes):
    targets = {name: {"metric": metric, "languages": list(fake.LANGUAGES)} for name, metric in TARGETS.items()}
    resource = {code: entry[2] for code, entry in fake.LANGUAGES.items()}
    said = {"arms": list(ARMS), "targets": targets, "warnings": [], "trained": {}}
    return fake.facts(**said, noise_clusters={"resource class": resource}) | changes


def score_rows():
    draw = np.random.default_rng(11)
    rows = []
    for target, arm, seed in ((t, a, s) for t in TARGETS for a in ARMS for s in "123"):
        gain, part = ARMS[arm]
        for place, code in enumerate(fake.LANGUAGES):
            named = (target, arm, seed, code)
            clean = fake.LEVELS[target] + gain - 1.5 * place + draw.normal(0, 0.5)
            rows.append(fake.row(*named, TARGETS[target], float(clean)))
            for noise, severity in ((noise, severity) for noise in LOST for severity in RATES):
                if (noise, code) == UNDEFINED:
                    continue
                lost = part * LOST[noise] * RATES[severity] / RATES[5] + draw.normal(0, 0.3)
                told = {"noise": noise, "severity": severity, "edit_rate": RATES[severity] * (1 + 0.01 * place),
                        "subword_rise": 2 * RATES[severity]}  # fmt: skip
                rows.append(fake.row(*named, TARGETS[target], float(clean - lost), **told))
                rows.append(fake.row(*named, "flip_rate", float(max(0.0, 2 * lost)), **told))
    return rows


def analysis(**changes):
    return analyse(score_rows(), facts(**changes))


def corrupted():
    long = "kala mita sun toru " * 8
    asked = {
        "id": "2",
        "context": long + "sora",
        "question": "mita kala?",
        "answer_texts": ["sun"],
        "answer_starts": [10],
    }
    pair = {"id": "1", "text": "mita sun toru", "text_pair": "sun mita", "label": "no"}
    return [
        Corrupted("lab-small", "xnli", Kind.CLASSIFICATION, "qab", "typo", 5, pair, pair | {"text": "mtia sun toru"},
                  "no", {"none": ("no", "yes"), "nli-noised": ("no", "no")}),
        Corrupted("lab-small", "xquad", Kind.SPAN_QA, "qba", "casing", 5, asked, asked | {"context": long + "SORA"},
                  ["sun"], {"none": ("sun", ""), "nli-noised": ("sun", "sun toru")}),
    ]  # fmt: skip


def report(**changes):
    return fake.report(analysis(), **{"corrupted": corrupted()} | changes)
