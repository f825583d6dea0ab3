"""A believable study made from a seed: four arms, four targets, eight languages, three seeds, some of it missing."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from xstilts.execution.outcome import Failure, Outcome
from xstilts.reports.report import Report
from xstilts.statistics import analyse
from xstilts.store.payloads import ExamplesPayload, PortionEncoding
from xstilts.tasks.base import Kind

LANGUAGES = {
    "qaa": ("Arva", "Arvic", "rich"),
    "qab": ("Arvesh", "Arvic", "rich"),
    "qac": ("Sudarv", "Arvic", "medium"),
    "qba": ("Tolo", "Tolic", "rich"),
    "qbb": ("Tolmani", "Tolic", "poor"),
    "qca": ("Kessh", "Kesic", "medium"),
    "qcb": ("Kessuri", "Kesic", "poor"),
    "qda": ("Umbo", "Umbic", "unseen"),
}
TARGETS = {"xnli": "accuracy", "xquad": "f1", "udpos": "f1", "tatoeba": "accuracy", "xcopa": "accuracy"}
ARMS = ("none", "nli", "squad", "qqp", "multi", "longer")
EFFECTS = {
    "none": (0, 0, 0, 0, 0),
    "nli": (6.0, 0.6, -0.9, 9.0, 1.8),
    "squad": (-0.8, 7.5, -1.2, 12.0, 0.5),
    "qqp": (1.2, -0.5, -0.4, 4.0, 0.2),
    "multi": (5.0, 5.2, 0.3, 14.0, 2.5),
    "longer": (0.1, 0.4, 0.2, 0.0, -0.6),
}
LEVELS = {"xnli": 62.0, "xquad": 48.0, "udpos": 71.0, "tatoeba": 35.0, "xcopa": 55.0}
WARNINGS = [
    {"code": "degenerate", "cell": {"base": "*", "arm": "nli", "target": "xnli", "language": "*"},
     "message": "nli is also a training set of xnli: double training, not transfer."},
    {"code": "leak", "cell": {"base": "*", "arm": "multi", "target": "xquad", "language": "*"},
     "message": "squad: its contexts are those of xquad"},
    {"code": "hidden-stage", "cell": {"base": "*", "arm": "*", "target": "xcopa", "language": "*"},
     "message": "the protocol xtreme-r itself trains on siqa, in arm none too."},
]  # fmt: skip
DATA_SETS = [
    {"task": "mnli", "title": "MNLI", "uses": ["intermediate", "target training"], "licence": "OANC and others",
     "non_commercial": None, "origin": "native", "citation": "Williams et al. 2018, arXiv 1704.05426"},
    {"task": "xnli", "title": "XNLI", "uses": ["evaluation"], "licence": "CC BY-NC 4.0", "non_commercial": True,
     "origin": "human_translated", "citation": "Conneau et al. 2018, arXiv 1809.05053"},
]  # fmt: skip


def facts(**changes):
    return {
        "study": "fake",
        "question": "Which intermediate training helps the languages without labels, and how surely?",
        "source": "lab",
        "pivot": "qaa",
        "bases": ["lab-small"],
        "arms": list(ARMS),
        "seeds": ["1", "2", "3"],
        "targets": {
            name: {
                "metric": metric,
                "languages": [column(name, code) for code in LANGUAGES if name != "tatoeba" or code != "qaa"],
                "title": name.upper(),
                "chance": {"xnli": 33.3, "xcopa": 50.0, "tatoeba": 0.3}.get(name),
            }
            for name, metric in TARGETS.items()
        },
        "clusters": {
            "family": {column(t, code): entry[1] for t in TARGETS for code, entry in LANGUAGES.items()},
            "resource": {column(t, code): entry[2] for t in TARGETS for code, entry in LANGUAGES.items()},
        },
        "names": {column(t, code): entry[0] for t in TARGETS for code, entry in LANGUAGES.items()},
        "warnings": WARNINGS,
        "trained": {
            "none": {},
            "nli": {"stages": [stage("intermediate 1", text("mnli"))]},
            "longer": {"stages": [stage("target", epochs_factor=2.0)]},
        },
        "data_sets": DATA_SETS,
    } | changes


def stage(name, *texts, **says):
    return {"name": name, "texts": list(texts), "says": says}


def text(task, language="qaa", origin="native", **more):
    return {"task": task, "language": language, "origin": origin} | more


def two_targets(**changes):
    """Facts of a study with fewer pictures, for tests that look elsewhere."""
    plain = facts(**changes)
    return plain | {"targets": {name: plain["targets"][name] for name in ("xnli", "xcopa")}}


def column(target, code):
    return f"{code}>qaa" if target == "tatoeba" and code != "qaa" else code


def score_rows(seed=7):
    draw = np.random.default_rng(seed)
    rows = []
    for (place, (target, metric)), arm, run in (
        (target, arm, run) for target in enumerate(TARGETS.items()) for arm in ARMS for run in ("1", "2", "3")
    ):
        if arm == "longer" and target == "xcopa":
            continue
        shift = draw.normal(0, 0.7)
        for distance, code in enumerate(LANGUAGES):
            if (target == "tatoeba" and code == "qaa") or (arm, target, run) == ("qqp", "udpos", "3"):
                continue
            gain = EFFECTS[arm][place] * (0.5 + 0.12 * distance)
            value = LEVELS[target] - 2.6 * distance + gain + shift + draw.normal(0, 0.6)
            rows.append(row(target, arm, run, column(target, code), metric, float(value)))
    for code in LANGUAGES:
        value = 38.0 if code == "qaa" else 34.5
        rows.append(row("xnli", "baseline:char-ngrams", "", code, "accuracy", value, base="char-ngrams"))
    return rows


def row(target, arm, seed, language, metric, value, **changes):
    return {
        "study": "fake", "base": "lab-small", "arm": arm, "target": target, "seed": seed, "language": language,
        "split": "test", "noise": "clean", "severity": 0, "source": "lab", "selection": "last", "setting": "",
        "protocol": "xtreme", "metric": metric, "value": value, "n": 300, "node": key(target, arm, seed),
    } | changes  # fmt: skip


def key(*parts):
    return hashlib.sha256(repr(parts).encode()).hexdigest()


COUNTS = [
    {"base": "lab-small", "arm": "none", "target": "udpos", "seed": "1", "language": "qbb", "n": 300, "truncated": 12,
     "lost": 31, "words": 4200},
    {"base": "lab-small", "arm": "none", "target": "xquad", "seed": "1", "language": "qda", "n": 300, "truncated": 40},
]  # fmt: skip


def analysis(**changes):
    return analyse(score_rows(), facts(**changes), COUNTS)


def plan():
    nodes = []
    for arm in ARMS[1:]:
        for seed in "123":
            nodes.append(node("train", f"train {arm} seed {seed}", arm, seed, steps=400))
            for target in TARGETS:
                nodes.append(node("score", f"score {target}", arm, seed, target))
    totals = {"train_nodes": 45, "train_nodes_without_sharing": 180, "train_steps": 18000,
              "train_steps_without_sharing": 72000}  # fmt: skip
    return {"nodes": nodes, "warnings": WARNINGS, "totals": totals}


def node(kind, label, *parts, steps=0):
    cost = {"seconds": 20.0, "flops": 3e11, "memory_bytes": 10**8, "disk_bytes": 10**6, "steps": steps}
    return {"key": key(kind, *parts), "kind": kind, "label": label, "parents": [], "cached": False, "cost": cost}


def outcome(made):
    keys = [entry["key"] for entry in made["nodes"]]
    failed = {keys[-6]: Failure("The loss became NaN at step 17.", Path("store/logs/abc.log"), "TrainingError")}
    rest = dict.fromkeys(keys[-5:], keys[-6])
    return Outcome(keys[:40], keys[40:-6], failed, rest)


EXAMPLES = ExamplesPayload(
    task="xnli", kind=Kind.CLASSIFICATION, labels=("no", "yes"), language="qab", split="test", limit=None,
    data={"repo": "owner/name", "revision": "c" * 40}, options=PortionEncoding(128, 42, 30), tokenizer=None,
)  # fmt: skip
"""What the nodes of the study read that prepare examples."""


def provenance(of):
    if of.startswith("0"):
        return None
    return {
        "key": of, "seconds": 21.5, "versions": {"python": "3.11.2", "torch": "2.13.0"}, "platform": "Linux x86_64",
        "cpu": "a processor", "threads": 1, "files": {"scores.json": {"sha256": "0" * 64, "bytes": 10}},
        "node": {"kind": "prepare", "payload": EXAMPLES.to_json()},
        "counts": {"read": 12, "used": 9, "rejected": {"no label": 2, "over the limit": 1}, "truncated": 4},
    }  # fmt: skip


def history(of):
    draw = np.random.default_rng(int(of[:8], 16))
    steps = range(10, 401, 10)
    return [{"step": s, "loss": float(0.4 + 0.8 * np.exp(-s / 90) + draw.normal(0, 0.03)), "lr": 1e-4} for s in steps]


STUDY = {
    "name": "fake",
    "question": facts()["question"],
    "source": "lab",
    "seeds": [1, 2, 3],
    "selection": {"checkpoint": "last"},
}
COMMANDS = ["xstilts run fake --out out", "xstilts report fake --out out"]


def report(made=None, **changes):
    """The report of an analysis (or of the study above), with everything that a run leaves beside it."""
    planned = changes.pop("plan", None) or plan()
    keys = [entry["key"] for entry in planned["nodes"]]
    said = {
        "study": STUDY,
        "plan": planned,
        "outcome": outcome(planned),
        "known": {of: found for of in keys if (found := provenance(of)) is not None},
        "history": {entry["key"]: history(entry["key"]) for entry in planned["nodes"] if entry["kind"] == "train"},
        "commands": COMMANDS,
    }
    return Report(made or analysis(), **said | changes)
