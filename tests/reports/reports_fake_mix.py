"""A believable study of language mixes: six doses, four families, three targets, ten seeds, half a dev set."""

from __future__ import annotations

import numpy as np
from reports_fake_study import facts as study_facts
from reports_fake_study import row, stage, text

from xstilts.statistics import analyse

FAMILIES = {
    "qaa": "Arvic", "qab": "Arvic", "qac": "Arvic", "qad": "Arvic", "qba": "Tolic", "qbb": "Tolic", "qca": "Kesic",
    "qcb": "Kesic", "qcc": "Kesic", "qda": "Umbic",
}  # fmt: skip
SCRIPTS = {code: "Latn" if code[1] in "ab" else "Cyrl" for code in FAMILIES}
DOSES = {0.0: "pivot_only", 0.01: "mix1", 0.05: "mix5", 0.25: "mix25", 0.5: "mix50", 1.0: "mix100"}
TARGETS = {"xnli": ("accuracy", 60.0), "xquad": ("f1", 48.0), "udpos": ("f1", 70.0)}
GROWTH = {"Arvic": 1.0, "Tolic": 4.0, "Kesic": 2.5, "Umbic": 5.5}
SEEDS = tuple(str(seed) for seed in range(1, 11))
SPLIT = "dev/a"
ARMS = ("none", *DOSES.values(), "no_umbic")


def facts(**changes):
    return study_facts() | {
        "study": "fake-mix",
        "question": "Does intermediate training on a mix of languages beat training on the pivot alone?",
        "arms": list(ARMS),
        "seeds": list(SEEDS),
        "targets": {
            name: {"metric": metric, "languages": list(FAMILIES), "title": name}
            for name, (metric, _) in TARGETS.items()
        },
        "clusters": {"family": FAMILIES, "script": SCRIPTS},
        "names": {},
        "warnings": [],
        "series": [
            {"name": "share", "doses": [[p, arm] for p, arm in DOSES.items()], "what": "share of non-pivot items"}
        ],
        "contrasts": [
            contrast("any mix over pivot only", list(DOSES.values())[1:], ["pivot_only"]),
            contrast("any mix, by family", list(DOSES.values())[1:], ["pivot_only"], by="family"),
            contrast("seen over held out", ["mix50"], ["no_umbic"], languages=["qda"]),
        ],
        "cut": [
            {"arm": "no_umbic", "target": "udpos", "why": "variants run on two targets"},
            {"arm": "mix5", "target": "", "why": "five seeds are enough between two doses"},
        ],
        "trained": trained(),
        "selection_split": SPLIT,
    } | changes  # fmt: skip


def contrast(name, plus, minus, languages=(), by=""):
    sides = ([{"arm": arm, "targets": [], "languages": list(languages)} for arm in side] for side in (plus, minus))
    return dict(zip(("plus", "minus"), sides, strict=True)) | {"name": name, "by": by}


def trained():
    target = stage("target", *(text(task, items=2000, share=1.0) for task in ("mnli", "squad")))
    found = {"none": {"stages": [target]}}
    for p, arm in DOSES.items():
        away = [code for code in FAMILIES if code != "qaa"]
        parts = [_part(arm, "qaa", "native", 1 - p), *(_part(arm, code, "human_translated", p / 9) for code in away)]
        found[arm] = {"stages": [stage("intermediate 1", *(part for part in parts if part["share"])), target]}
    other = _part("", "qba", "machine_translated", 0.5) | {"view": "shuffled labels"}
    found["no_umbic"] = {"stages": [stage("intermediate 1", _part("", "qaa", "native", 0.5), other), target]}
    return found


def _part(arm, language, origin, share):
    return text("mnli", language, origin, items=None if arm == "mix25" else round(1000 * share), share=share)


def score_rows(seed=3):
    draw = np.random.default_rng(seed)
    dose = {arm: p for p, arm in DOSES.items()} | {"none": None, "no_umbic": 0.5}
    rows = []
    for target, (metric, level) in TARGETS.items():
        for run in SEEDS:
            shared = draw.normal(0, 0.8)
            for arm in ARMS:
                if (arm, target) == ("no_umbic", "udpos") or (arm == "mix5" and int(run) > 5):
                    continue
                own = draw.normal(0, 0.9)
                for distance, (code, family) in enumerate(FAMILIES.items()):
                    gain = 0.0 if dose[arm] is None else 1.5 + _growth(family, dose[arm], arm)
                    gain *= 0.2 if target == "udpos" else 1
                    value = level - 2.0 * distance + gain + shared + own + draw.normal(0, 0.5)
                    rows.append(row(target, arm, run, code, metric, float(value)))
                value = level + 5 + (0 if dose[arm] is None else 1 + dose[arm]) + draw.normal(0, 0.3)
                rows.append(row(target, arm, run, "qaa", metric, float(value), split=SPLIT))
    return rows


def _growth(family, p, arm):
    if (family, arm) == ("Umbic", "no_umbic"):
        return -1.0
    return GROWTH[family] * (p**0.5) * (1.35 - 0.6 * p) - (1.2 if family == "Arvic" else 0) * p


def analysis(**changes):
    return analyse(score_rows(), facts(**changes))
