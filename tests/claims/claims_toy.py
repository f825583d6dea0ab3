"""Studies whose gains are given, not drawn: base `b`, pivot `en`, one other language, none at 50 points."""

from __future__ import annotations

from xstilts.claims.read import parse
from xstilts.statistics import Facts, cluster_rows
from xstilts.statistics.score_rows import clean_rows

ALONE = ("squad", "mnli", "hellaswag", "qqp")
NINE = ("anli_plus", "mnli", "qqp", "squad_v2", "squad", "hellaswag", "ccg", "cosmosqa", "commonsenseqa")


def phase(*tasks, languages=("en",), **more):
    """A stage in JSON: every task in every language; what is not in the pivot is a machine's translation."""
    texts = [text(task, code) for task in tasks for code in languages]
    return {"name": "intermediate 1", "texts": texts} | more


def text(task, code, origin="", **more):
    return {
        "task": task,
        "language": code,
        "origin": origin or ("native" if code == "en" else "machine_translated"),
    } | more


def beside_mlm(task, languages=("en", "de")):
    """A task in the pivot beside masked LM."""
    texts = [text(task, "en"), *(text("mlm", code, "native", part="beside", share=0.1) for code in languages)]
    return {"stages": [phase(texts=texts)]}


def single(*tasks, languages=("en",), **says):
    """An arm with one phase."""
    return {"stages": [phase(*tasks, languages=languages, says=says)]}


def study(gains, trains=None, warnings=(), source="files", bases=("b",), seeds=None, **changes):
    """The tables for {arm: {target: [gain of seed 1, of seed 2, ...]}}; an arm trains on the task it is named after."""
    targets = list(dict.fromkeys(target for own in gains.values() for target in own))
    n = max((len(values) for own in gains.values() for values in own.values()), default=0)
    names = seeds or [str(seed) for seed in range(1, n + 1)]
    trained = {"none": {}} | {arm: (trains or {}).get(arm) or single(arm) for arm in gains}
    facts = {
        "pivot": "en",
        "source": source,
        "bases": list(bases),
        "arms": ["none", *gains],
        "targets": {target: {"metric": "accuracy", "languages": ["en", "de"]} for target in targets},
        "seeds": names,
        "warnings": [
            {"code": code, "cell": {"arm": arm, "target": target}, "message": f"{arm} is {code}"}
            for code, arm, target in warnings
        ],
        "trained": trained,
    } | changes
    rows = []
    for base in bases:
        for seed in names:
            rows += [row(base, "none", target, seed, 50.0) for target in targets]
        for arm, own in gains.items():
            for target, values in own.items():
                rows += [
                    row(base, arm, target, s, 50.0 + v) for s, v in zip(names, values, strict=False) if v is not None
                ]
    return tables(rows, facts)


def tables(rows, facts):
    """What verdicts read of an analysis, without the checks that take time."""
    scores = clean_rows(rows)
    return {"scores": scores, "clusters": cluster_rows(scores, Facts.parse(facts)), "facts": facts}


def row(base, arm, target, seed, value, **changes):
    return {
        "study": "toy", "base": base, "arm": arm, "target": target, "seed": seed, "language": "de", "split": "test",
        "noise": "clean", "severity": 0, "source": "files", "selection": "last", "setting": "", "protocol": "phang2020",
        "metric": "accuracy", "value": value, "n": 100, "node": "",
    } | changes  # fmt: skip


def claim(assertion, **changes):
    """A claim with a given assertion, from YAML-like data."""
    import json

    entry = {
        "id": "T1", "text": "It helps.", "cut": False, "version": "v1", "kind": "direction", "question": "Does it?",
        "assertion": assertion,
    } | changes  # fmt: skip
    paper = {"arxiv": "0", "authors": "Nobody", "year": 2000, "venue": "", "printed": "here"}
    return parse(json.dumps({"paper": paper, "claims": [entry]}), "toy.yaml")[0]


def part(form, arms, targets, **changes):
    patterns = [{"trains": [name]} if isinstance(name, str) else name for name in arms]
    return {"form": form, "says": "so", "source": "here", "arms": patterns, "targets": targets} | changes
