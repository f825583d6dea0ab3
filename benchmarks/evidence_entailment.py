"""What a model of entailment adds to the rules on words, on sets that neither was made on.

    XSTILTS_DATA=DATA python benchmarks/evidence_entailment.py DIR [--parts paraphrases,constructed,scifact,pawsx,flips]
        [--keep ANSWERS.json]

DIR is a checkpoint as ``--entailment`` takes it (catalog study ``evidence-nli``). ``--keep`` stores the model's answers
by pair, so that a second run costs nothing; it holds text of the sets and stays out of the project.

Invented sentences reworded by hand (``evidence_paraphrases.yaml``): rules were changed while looking at the even ones,
the odd ones were only counted. ``constructed``: as in ``evidence_checks.py``. PAWS-X: human paraphrases of Wikipedia,
and pairs that share nearly all words and mean something else. SciFact: support against refute, five folds by evidence,
beside the claim alone, the model without the evidence, and the model on the evidence shuffled among the claims.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
from collections import Counter, defaultdict
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import yaml

import evidence_checks as checks
from xstilts.evidence import alignment, confidence
from xstilts.evidence.checks import entailment_model as entailment
from xstilts.evidence.checks.entailed import PASSAGES, all_entailed
from xstilts.evidence.checks.numbers import consistent
from xstilts.evidence.checks.quoted import quoted
from xstilts.statistics import calibration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.literature.text import Text

HERE = Path(__file__).parent
Pair = tuple[str, str]


class Kept:
    """A model whose answers are kept."""

    def __init__(self, folder: Path, keep: Path | None) -> None:
        digest = entailment.fingerprint(folder)
        self.method, self.folder, self.keep, self.asked = f"{folder.name} {digest[:10]}", folder, keep, 0
        self.model: entailment.EntailmentModel | None = None
        stored = json.loads(keep.read_text(encoding="utf-8")) if keep and keep.exists() else {}
        self.known: dict[Pair, tuple[float, float, float]] = {
            (one, other): tuple(answer) for one, other, answer in stored.get(digest, ())
        }
        self.digest = digest

    def __call__(self, pairs: Sequence[Pair]) -> list[tuple[float, float, float]]:
        """As an entailment model answers."""
        lacking = [pair for pair in dict.fromkeys(pairs) if pair not in self.known]
        if lacking:
            self.model = self.model or entailment.load(self.folder)
            for start in range(0, len(lacking), 200):
                part = lacking[start : start + 200]
                self.known.update(zip(part, self.model(part), strict=True))
                self.asked += len(part)
                if self.keep:
                    rows = [[*pair, answer] for pair, answer in self.known.items()]
                    self.keep.write_text(json.dumps({self.digest: rows}), encoding="utf-8")
        return [self.known[pair] for pair in pairs]


def outcomes(asked: list[tuple[str, list[Text]]], model: Kept) -> list[str]:
    """As ``evidence_checks.outcome``, with the model."""
    found = []
    for (claim, texts), check in zip(asked, all_entailed(asked, model), strict=True):
        if quoted(claim, texts).verdict == "yes":
            found.append("quoted")
        else:
            found.append("no" if consistent(claim, texts).verdict == "no" else check.verdict)
    return found


def shown(name: str, rows: list[tuple[str, str, str]]) -> None:
    """Rows of (kind, verdict, group): how many are flagged (no, or not found), and how many are accepted."""
    by: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for kind, verdict, group in rows:
        by[kind].append((verdict, group))
    for kind, found in sorted(by.items()):
        flagged = checks.share([verdict in ("no", "not found") for verdict, _ in found], [group for _, group in found])
        accepted = np.mean([verdict in ("yes", "quoted") for verdict, _ in found])
        counts = dict(sorted(Counter(verdict for verdict, _ in found).items()))
        print(f"  {name:14} {kind:11} flagged {flagged}  accepted {accepted:.3f}  {counts}")


def paraphrases(model: Kept) -> None:
    """Honest rewordings by hand, and reworded statements that the source does not make."""
    rows = yaml.safe_load((HERE / "evidence_paraphrases.yaml").read_text(encoding="utf-8"))
    for part, rest in (("even, rules were changed on", 0), ("odd, held out", 1)):
        asked, kinds = [], []
        for place, row in enumerate(rows):
            if place % 2 == rest:
                text = [checks.whole(str(place), row["source"])]
                said = [*(("stated", one) for one in row["stated"]), *row["altered"].items()]
                asked += [(statement, text) for _, statement in said]
                kinds += [(kind, str(place)) for kind, _ in said]
        print(f"\nreworded by hand ({part}): {len(asked)} statements of {len({group for _, group in kinds})} sentences")
        for name, found in (
            ("rules", [checks.outcome(s, t[0])[0] for s, t in asked]),
            ("with model", outcomes(asked, model)),
        ):
            shown(name, [(kind, verdict, group) for (kind, group), verdict in zip(kinds, found, strict=True)])
            altered = [verdict != "no" for (kind, _), verdict in zip(kinds, found, strict=True) if kind != "stated"]
            print(f"  {name:14} altered, of any kind: called no {1 - np.mean(altered):.3f}")
        separated(asked, [kind == "stated" for kind, _ in kinds], [group for _, group in kinds], model)


def separated(asked: list[tuple[str, list[Text]]], stated: list[bool], groups: list[str], model: Kept) -> None:
    """AUC of the model's probabilities alone, of stated against not."""
    values = [margin(model, statement, texts) for statement, texts in asked]
    coverage = [confidence.features(statement, texts)[0] for statement, texts in asked]
    for name, own in (("model alone", values), ("coverage", coverage)):
        area = calibration.auc(own, [int(one) for one in stated])
        low, high = calibration.interval(calibration.auc, own, [int(one) for one in stated], groups, 300)
        print(f"  {name:14} AUC stated against altered {area:.3f} [{low:.3f}, {high:.3f}]")


def margin(model: Kept, statement: str, texts: list[Text]) -> float:
    """Entailment less contradiction, of the passage that entails most and the one that denies most."""
    answers = model([(passage.text, statement) for passage in alignment.candidates(statement, texts, PASSAGES)])
    return max((one[0] for one in answers), default=0.0) - max((one[2] for one in answers), default=0.0)


def constructed(model: Kept) -> None:
    """Claims by rule, by the half of works that rules were written on and the other."""
    abstracts = {row["id"]: row["abstract"] or "" for row in checks.lines("corpus/acl_crosslingual_2016_2023.jsonl")}
    rows = checks.lines("corpus/claims_by_construction.jsonl")
    for part, chosen in (("works that rules were written on", True), ("held-out works", False)):
        own = [row for row in rows if checks.developed_on(row["work"]) is chosen]
        asked = [(row["text"], [checks.whole(row["work"], abstracts[row["work"]])]) for row in own]
        print(f"\nclaims by construction, {part}: {len(own)}")
        for name, found in (
            ("rules", [checks.outcome(s, t[0])[0] for s, t in asked]),
            ("with model", outcomes(asked, model)),
        ):
            shown(name, [(row["change"], verdict, row["work"]) for row, verdict in zip(own, found, strict=True)])
        pair = [place for place, row in enumerate(own) if row["change"] not in ("quoted", "sibling")]
        separated(
            [asked[place] for place in pair], [own[place]["label"] == "stated" for place in pair],
            [own[place]["work"] for place in pair], model,
        )  # fmt: skip


def scifact(model: Kept) -> None:
    """Support against refute, grouped by evidence."""
    with (checks.DATA / "scifact_pairs/train.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    labels = [int(row["entailment"] == "entailment") for row in rows]
    groups = [row["sentence1"] for row in rows]
    texts = [[checks.whole(str(place), row["sentence1"])] for place, row in enumerate(rows)]
    claims = [row["sentence2"] for row in rows]
    whole = np.array(model(list(zip(groups, claims, strict=True))))
    alone = np.array(model([("", claim) for claim in claims]))
    mixed = sorted(set(groups))
    Random(0).shuffle(mixed)  # noqa: S311 - no secret
    other = dict(zip(sorted(set(groups)), mixed, strict=True))
    shuffled = np.array(model([(other[group], claim) for group, claim in zip(groups, claims, strict=True)]))
    hand = np.array([confidence.features(claim, text) for claim, text in zip(claims, texts, strict=True)])
    print("\nSciFact pairs (train), support vs refute, five folds by evidence; the model never saw SciFact")
    for name, answers in (("model", whole), ("model, claim alone", alone), ("model, evidence shuffled", shuffled)):
        values = answers[:, 0] - answers[:, 2]
        low, high = calibration.interval(calibration.auc, values.tolist(), labels, groups, 300)
        print(
            f"  {name:24} AUC {calibration.auc(values.tolist(), labels):.3f} [{low:.3f}, {high:.3f}]  (nothing fitted)"
        )
    checks.learned("model", logits(whole), labels, groups)
    checks.learned("hand features", hand, labels, groups)
    checks.learned("hand features and model", np.hstack([hand, logits(whole)]), labels, groups)
    checks.learned("claim alone, model", logits(alone), labels, groups)
    checks.learned("claim alone, words", checks.claim_only(claims), labels, groups)


def logits(answers: np.ndarray) -> np.ndarray:
    """Log probabilities of entailment and contradiction against neutral."""
    safe = np.clip(answers, 1e-3, 1)
    return np.log(safe[:, (0, 2)] / safe[:, 1:2])


def pawsx(model: Kept, most: int = 400) -> None:
    """Human paraphrases (flagged ones are false alarms) and pairs of like words that mean something else."""
    path = checks.DATA.parent / "targets/pawsx/dev-en.tsv"
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()][:most]
    asked = [(row[1], [checks.whole(str(place), row[0])]) for place, row in enumerate(rows)]
    kinds = ["paraphrase" if row[2] == "1" else "other" for row in rows]
    print(f"\nPAWS-X, English dev, first {len(rows)}")
    for name, found in (
        ("rules", [checks.outcome(s, t[0])[0] for s, t in asked]),
        ("with model", outcomes(asked, model)),
    ):
        shown(
            name, [(kind, verdict, str(place)) for place, (kind, verdict) in enumerate(zip(kinds, found, strict=True))]
        )
    separated(asked, [kind == "paraphrase" for kind in kinds], [str(place) for place in range(len(kinds))], model)


def flips(model: Kept, most: int = 40) -> None:
    """Verdicts of the model on statements asked in other company: what a pair is batched with must not matter."""
    rows = [row for row in checks.lines("corpus/claims_by_construction.jsonl") if row["change"] != "quoted"][:most]
    abstracts = {row["id"]: row["abstract"] or "" for row in checks.lines("corpus/acl_crosslingual_2016_2023.jsonl")}
    asked = [(row["text"], [checks.whole(row["work"], abstracts[row["work"]])]) for row in rows]
    loaded = entailment.load(model.folder)
    first = all_entailed(asked, loaded)
    changed = moved = 0
    for seed in range(3):
        half = sorted(Random(seed).sample(range(len(asked)), len(asked) // 2))  # noqa: S311 - no secret
        again = all_entailed([asked[place] for place in half], loaded)
        changed += sum(one.verdict != first[place].verdict for place, one in zip(half, again, strict=True))
        moved += sum(one != first[place] for place, one in zip(half, again, strict=True))
    print(
        f"\nin 3 random halves of {len(asked)} statements: {changed} verdicts and {moved} checks are others than in all"
    )


PARTS = {"paraphrases": paraphrases, "constructed": constructed, "scifact": scifact, "pawsx": pawsx, "flips": flips}


def main() -> None:
    """Every part that was asked for."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("folder", type=Path)
    reader.add_argument("--parts", default=",".join(PARTS))
    reader.add_argument("--keep", type=Path)
    given = reader.parse_args()
    start = os.times()
    model = Kept(given.folder, given.keep)
    print(model.method)
    for part in given.parts.split(","):
        PARTS[part](model)
    print(f"\n{model.asked} pairs asked; {os.times().user - start.user:.0f} s of the processor in all")


if __name__ == "__main__":
    main()
