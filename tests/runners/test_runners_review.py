"""The check ``re-run``: where a stored study judged a published claim, its verdict stands beside the claim."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from review_toy import corpus, planned, reviewed
from xstilts import claims, statistics
from xstilts.planning.reviews import stored_verdicts
from xstilts.statistics import analysis_files
from xstilts.store.node import Node
from xstilts.store.roles import StudyRole
from xstilts.store.store import Store


def study(store: Store, verdict: str, name: str = "toy-study") -> Node:
    """The tables of a study that judged C2, as an ``analyse`` node leaves them."""
    node = Node("analyse", name, {"name": name, "verdict": verdict}, {})

    def make(work: Path, scratch: Path) -> None:
        analysis_files.save(work, statistics.analyse([], {"study": name, "pivot": "en"}))
        entry = {"id": "C2", "verdict": verdict, "evidence": "lab", "reason": "nine together gain most"}
        claims.save(work, [entry | ({"evidence": None} if verdict == "not run" else {})])

    store.make(node, make)
    return node


def rerun(folder: Path) -> dict[str, str]:
    toy = reviewed(folder, corpus(folder), claims=["C2"])
    own = next(one for one in toy.report.checked if one.finding.passage.version.endswith("as printed"))
    check = own.check("rerun")
    assert check is not None
    return {"verdict": check.verdict, "reason": check.reason}


@pytest.mark.parametrize(
    ("told", "verdict"), [("supported", "yes"), ("contradicted", "no"), ("inconclusive", "undecided")]
)
def test_the_verdict_of_a_stored_study_stands_beside_the_claim(tmp_path: Path, told: str, verdict: str) -> None:
    study(Store(tmp_path / "store"), told)
    found = rerun(tmp_path)
    assert found["verdict"] == verdict
    assert found["reason"] == f"study toy-study (lab): {told}. nine together gain most"


def test_without_a_study_that_speaks_it_is_not_checked(tmp_path: Path) -> None:
    study(Store(tmp_path / "store"), "not run")
    assert rerun(tmp_path)["verdict"] == "not checked"


def test_a_study_is_a_parent_of_the_checks_alone(tmp_path: Path) -> None:
    store, path = Store(tmp_path / "store"), corpus(tmp_path)
    before = {kind: node.key for kind, node in planned(tmp_path, path, store=store).nodes.items()}
    node = study(store, "supported")
    after = planned(tmp_path, path, store=store).nodes
    assert after["check"].parents[str(StudyRole(node.key))] == node.key
    assert {kind for kind in before if before[kind] != after[kind].key} == {"check", "review", "synthesise"}
    (told,) = stored_verdicts(store)
    assert (told.claim, told.study, told.verdict) == ("C2", "toy-study", "supported")


def test_the_nodes_name_no_place_of_this_machine(tmp_path: Path) -> None:
    toy = reviewed(tmp_path, corpus(tmp_path))
    assert toy.outcome.complete and len(toy.outcome.done) == 6
    for path in (tmp_path / "store" / "nodes").rglob("*.json"):
        assert str(tmp_path) not in path.read_text(encoding="utf-8"), path.name


def test_a_paper_of_ones_own_is_read_in_full(tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    said = "Intermediate training on several languages improves XNLI by 3.0 points over English alone."
    (folder / "own.txt").write_text(
        "A paper of parrots\n\nAbstract\n\nWe study cross-lingual transfer with intermediate training.\n\n"
        f"1 Results\n\n{said}\n"
    )
    toy = reviewed(tmp_path, folder)
    (text,) = toy.report.texts.values()
    assert text.availability == "full text"
    assert any(one.finding.passage.text == said and one.verified for one in toy.report.checked)
    records = json.loads((toy.plan.folder(toy.store, "search") / "records.json").read_text())
    assert records[0]["path"] == "0/own.txt"
