"""`review` and the checks one at a time, as commands: what is printed, cached, refused, and asked of the net."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from entailment_toy import checkpoint
from loopback_services import (  # noqa: F401
    Loopback,
    arxiv_page,
    bare_environment,
    client_at,
    databases,
    shelf_of,
)
from review_toy import BEARING, PAPERS, QUESTION, corpus, spec
from xstilts.errors import RunError
from xstilts.evidence.checks.entailment_model import LABELS
from xstilts.execution.review_run import fetch
from xstilts.literature.cassette import Cassette
from xstilts.literature.copies import shelf
from xstilts.literature.record import Ids, Record
from xstilts.literature.rules import Rules
from xstilts.literature.works import merge
from xstilts.planning.reviews import places_of

Command = Callable[..., object]


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    return corpus(tmp_path)


def test_a_question_is_reviewed_and_asked_again_costs_nothing(xstilts: Command, papers: Path) -> None:
    first = xstilts("review", QUESTION, "--corpus", str(papers), "--json")
    told = json.loads(first.out)
    assert (first.code, len(told["done"]), told["cached"], told["answer"]) == (0, 6, [], "answered")
    again = json.loads(xstilts("review", QUESTION, "--corpus", str(papers), "--json").out)
    assert (again["done"], sorted(again["cached"])) == ([], sorted(told["done"]))
    assert {**again, "done": [], "cached": []} == {**told, "done": [], "cached": []}
    said = xstilts("review", QUESTION, "--corpus", str(papers))
    assert "verified claims bear on your question; it is answered" in said.out and "index.html" in said.out


def test_a_review_that_was_stopped_goes_on_where_it_was(xstilts: Command, papers: Path, tmp_path: Path) -> None:
    told = json.loads(xstilts("review", QUESTION, "--corpus", str(papers), "--json").out)
    gone = [path for kind in ("review", "synthesise") for path in (tmp_path / ".xstilts/nodes" / kind).iterdir()]
    page = (tmp_path / told["out"] / "claims.json").read_bytes()
    for node in gone:
        for file in node.iterdir():
            file.unlink()
        node.rmdir()
    again = json.loads(xstilts("review", QUESTION, "--corpus", str(papers), "--json").out)
    assert sorted(again["done"]) == sorted(node.name for node in gone)
    assert (tmp_path / told["out"] / "claims.json").read_bytes() == page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((QUESTION,), "There is nothing to search in"),
        (("mux",), "There is no review or file called 'mux'"),
        (("Is it so?", "--corpus", "toy.jsonl"), "No word of the question says what it is about"),
        ((QUESTION, "--corpus", "no.jsonl"), "There is no such file or folder"),
        ((QUESTION, "--corpus", "toy.jsonl", "--databases", "arxif"), "arxiv"),
        ((QUESTION, "--databases", "arxiv"), "arxiv lie on the net"),
        ((QUESTION, "--cassette", "nowhere"), "There is no such folder"),
        ((QUESTION, "--databases", "folder"), "--corpus"),
    ],
)
def test_what_cannot_be_reviewed_is_said_in_a_paragraph(
    xstilts: Command, papers: Path, arguments: tuple[str, ...], said: str
) -> None:
    found = xstilts("review", *arguments)
    assert found.code == 2 and said in found.err and "Traceback" not in found.err


def test_what_was_asked_of_the_net_is_replayed_without_it(
    xstilts: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "Does intermediate training help cross-lingual transfer?"
    asked = spec(databases=["arxiv", "openalex"], question=question, limits={"full_texts": 0})
    cassette = Cassette(tmp_path / "cassette", "record")
    held = places_of(asked, (), cassette)
    with Loopback(databases) as server:
        rules = Rules(online=True, bases=server.bases, hosts=tmp_path / "hosts", longest_wait=0.0)
        monkeypatch.setattr("xstilts.literature.hosts.SystemClock.sleep", lambda self, seconds: None)
        fetch(asked, held, rules)
        n = len(server.requests)
        fetch(asked, held, rules)
        assert n > 0 and len(server.requests) == n, "what is stored is not asked again"
    said = xstilts("review", asked.question, "--databases", "arxiv,openalex", "--cassette", "cassette", "--json")
    told = json.loads(said.out)
    assert (said.code, told["records"], told["works"]) == (0, 500, 250)
    manifest = json.loads((tmp_path / told["out"] / "manifest.json").read_text())
    assert [(one["database"], one["taken"]) for one in manifest["databases"]] == [("arxiv", 250), ("openalex", 250)]
    assert all(one["query"] and one["date"] for one in manifest["databases"]) and manifest["cassette"]


def test_a_database_that_was_never_asked_is_told_and_the_others_go_on(
    xstilts: Command, papers: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    said = xstilts(
        "review", QUESTION, "--corpus", str(papers), "--databases", "folder,arxiv", "--cassette", "empty", "--json"
    )
    told = json.loads(said.out)
    assert said.code == 0 and told["records"] == 4
    assert "It did not answer: " in (tmp_path / told["out"] / "report.md").read_text()
    alone = xstilts("review", QUESTION, "--databases", "arxiv", "--cassette", "empty")
    assert alone.code == 1 and "There is no stored answer" in alone.err


def test_nothing_is_asked_offline(tmp_path: Path) -> None:
    held = places_of(spec(databases=["arxiv"]), (), Cassette(tmp_path / "c", "record"))
    with pytest.raises(RunError, match="--online"):
        fetch(spec(databases=["arxiv"]), held, Rules(online=False))


def test_a_claim_is_checked_against_its_paper(xstilts: Command, papers: Path) -> None:
    told = json.loads(
        xstilts("check-claim", BEARING, "--source", "arxiv:2101.00001v2", "--corpus", str(papers), "--json").out
    )
    assert {name: check["verdict"] for name, check in told["checks"].items()} == {
        "quoted": "yes", "entailed": "not checked", "wording": "yes", "numbers": "yes", "stands": "yes",
        "re-run": "not checked",
    }  # fmt: skip
    wrong = BEARING.replace("2.1", "2.7")
    said = xstilts("check-claim", wrong, "--source", "arxiv:2101.00001", "--corpus", str(papers))
    assert said.code == 0 and "The statement says 2.7, the passage 2.1." in said.out
    withdrawn = xstilts("check-claim", "x", "--source", "doi:10.5555/rook.4", "--corpus", str(papers))
    assert "the numbers were invented" in withdrawn.out


def test_a_claim_is_checked_against_the_copy_of_the_version_that_is_named(
    xstilts: Command, papers: Path, tmp_path: Path
) -> None:
    """The first version says 2.9, the second, of which only the abstract is at hand, 2.1."""
    earlier = BEARING.replace("2.1", "2.9")
    copies = {"arxiv_papers/html/2101.00001v1": arxiv_page(earlier)}
    (work,) = merge([Record("folder", "p", "Parrots", ids=Ids(arxiv="2101.00001"))])
    with Loopback(shelf_of(copies)) as server:
        assert shelf.read(work, client_at(server, tmp_path, "record"), "arXiv v1").text
    asked = ("check-claim", earlier, "--corpus", str(papers), "--cassette", "cassette", "--json", "--source")
    told = json.loads(xstilts(*asked, "arxiv:2101.00001v1").out)
    assert (told["version"], told["availability"]) == ("arXiv v1", "full text (arXiv HTML v1)")
    assert told["checks"]["quoted"]["verdict"] == told["checks"]["numbers"]["verdict"] == "yes"
    newer = json.loads(xstilts(*asked, "arxiv:2101.00001v2").out)
    assert (newer["version"], newer["availability"]) == ("arXiv v2", "abstract")
    assert newer["checks"]["quoted"]["verdict"] == "not found" and newer["checks"]["numbers"]["verdict"] == "no"


@pytest.mark.parametrize(
    ("source", "said"), [("rook", "This names no paper"), ("doi:10.5555/none", "Nothing among 4 papers is")]
)
def test_a_source_that_is_none_is_said(xstilts: Command, papers: Path, source: str, said: str) -> None:
    found = xstilts("check-claim", "x", "--source", source, "--corpus", str(papers))
    assert found.code == 2 and said in found.err


def test_references_are_checked_each_with_its_verdicts(xstilts: Command, papers: Path, tmp_path: Path) -> None:
    bib = """
    @misc{good, title={Parrots that learn in several languages}, author={Ada Macaw and Bo Kea},
      year={2021}, eprint={2101.00001}}
    @misc{year, title={Code-switched intermediate training}, author={Cy Lory}, year={1999}, doi={10.5555/lory.2}}
    @misc{gone, title={Intermediate tasks that were withdrawn}, author={Ed Rook}, year={2023}, doi={10.5555/rook.4}}
    @misc{none, title={A paper that nobody wrote}, author={No One}, year={2020}, doi={10.5555/none}}
    """
    (tmp_path / "r.bib").write_text(bib)
    rows = json.loads(xstilts("check-citations", "r.bib", "--corpus", str(papers), "--json").out)
    assert {row["key"]: row["verdicts"][0] for row in rows} == {
        "good": "exists", "year": "metadata wrong", "gone": "retracted", "none": "not found",
    }  # fmt: skip
    said = xstilts("check-citations", "r.bib", "--corpus", str(papers), "--complete", "doi")
    assert "fabricated" in said.out and "1 of 4 references exist as they are described." in said.out


def test_a_report_is_audited_also_our_own(xstilts: Command, papers: Path) -> None:
    assert "noise: 0 of 13 verified claims bear on its question." in xstilts("audit", "noise").out
    out = json.loads(xstilts("review", QUESTION, "--corpus", str(papers), "--json").out)["out"]
    told = json.loads(xstilts("audit", f"{out}/report.md", "--json").out)
    assert any(row["scope"]["verdict"] == "yes" for row in told["rows"])
    assert xstilts("audit", "mux").code == 2


def test_the_study_of_a_claim_is_printed(xstilts: Command) -> None:
    said = xstilts("compile-claim", "C1")
    assert said.code == 0 and "claims:\n- C1" in said.out
    assert xstilts("compile-claim", "C99").code == 2 and xstilts("compile-claim", "C7").code == 2


def test_the_study_of_a_claim_that_a_review_found_is_printed(xstilts: Command, papers: Path, tmp_path: Path) -> None:
    out = Path(json.loads(xstilts("review", QUESTION, "--corpus", str(papers), "--json").out)["out"])
    rows = json.loads((out / "claims.json").read_text())
    row = next(row for row in rows if "intermediate" in row["scope"]["factors"])
    said = xstilts("compile-claim", row["id"], "--claims", str(out / "claims.json"))
    assert said.code == 0 and said.out.startswith(f"# Asks what a claim of {row['paper']}, {row['version']} states.\n")
    (tmp_path / "asked.yaml").write_text(said.out)
    assert yaml.safe_load(said.out)["question"] == " ".join(row["text"].split())
    assert xstilts("plan", "asked.yaml").code == 0

    unknown = xstilts("compile-claim", "0000", "--claims", str(out / "claims.json"))
    assert unknown.code == 2 and "The review has no claim of this id." in unknown.err
    for text in ("{", "[3]", '[{"id": "a"}]'):
        (tmp_path / "broken.json").write_text(text)
        assert "no claims.json of a review" in xstilts("compile-claim", "a", "--claims", "broken.json").err
    hostile = [{"id": "a", "text": "Is size\u2028arms: x in XNLI", "paper": "p\u2028name: x", "version": "v\n1"}]
    (tmp_path / "hostile.json").write_text(json.dumps(hostile))
    said = xstilts("compile-claim", "a", "--claims", "hostile.json")
    assert said.code == 2 or yaml.safe_load(said.out)["name"] != "x"
    (tmp_path / "vague.json").write_text(json.dumps([{"id": "a", "text": "XNLI has accuracy."}]))
    assert "nothing that a study varies" in xstilts("compile-claim", "a", "--claims", "vague.json").err


def test_reviews_and_databases_are_listed_and_shown(xstilts: Command) -> None:
    assert {row["name"] for row in json.loads(xstilts("list", "reviews", "--json").out)} >= {"mix", "noise"}
    assert "arxiv" in xstilts("list", "databases").out
    assert xstilts("show", "review", "mix").out.startswith("#") and len(PAPERS) == 4
    assert "CC0" in xstilts("show", "database", "arxiv").out


def test_a_model_of_entailment_judges_and_is_part_of_the_key(xstilts: Command, papers: Path, tmp_path: Path) -> None:
    model = checkpoint(tmp_path / "model", list(LABELS))
    told = json.loads(xstilts("review", QUESTION, "--corpus", str(papers), "--json").out)
    judged = json.loads(xstilts("review", QUESTION, "--corpus", str(papers), "--entailment", str(model), "--json").out)
    assert len(judged["done"]) == 3 and len(judged["cached"]) == 3  # checks, reviewers, synthesis
    claims = json.loads((tmp_path / judged["out"] / "claims.json").read_text(encoding="utf-8"))
    assert "not checked" not in {claim["checks"]["entailed"]["verdict"] for claim in claims}
    assert set(judged["done"]).isdisjoint(told["done"])


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_an_encoder_is_one_more_part_of_the_score_and_of_the_key(
    xstilts: Command, papers: Path, tmp_path: Path
) -> None:
    encoder = checkpoint(tmp_path / "encoder", list(LABELS))
    asked = ("review", QUESTION, "--corpus", str(papers), "--json")
    told = json.loads(xstilts(*asked).out)
    rows = table(tmp_path / told["out"] / "screening.csv")
    alike = json.loads(xstilts(*asked, "--encoder", str(encoder)).out)
    assert (len(alike["done"]), len(alike["cached"])) == (5, 1), "all but the search"
    found = table(tmp_path / told["out"] / "screening.csv")
    score = {row["work"]: float(row["score"]) for row in rows}
    assert {row["likeness"] for row in rows} == {""} and all(-1 <= float(row["likeness"]) <= 1 for row in found)
    assert sorted(round(float(row["score"]) - score[row["work"]], 3) for row in found)[:: len(found) - 1] == [0.0, 1.0]
    assert all(f"likeness {float(row['likeness']):.2f}" in row["reasons"] for row in found)
    page = (tmp_path / told["out"] / "index.html").read_text(encoding="utf-8")
    assert "of the way from the least to the most alike paper" in page
    assert sorted(json.loads(xstilts(*asked).out)["cached"]) == sorted(told["done"]), "without it all is as before"
    refused = xstilts(*asked, "--encoder", str(tmp_path / "none"))
    assert refused.code == 2 and "no such directory" in refused.err and "Traceback" not in refused.err


def test_a_claim_is_checked_by_a_model_of_entailment(xstilts: Command, papers: Path, tmp_path: Path) -> None:
    model, asked = (
        checkpoint(tmp_path / "model", list(LABELS)),
        ("check-claim", "Parrots sing.", "--source", "arxiv:2101.00001"),
    )
    found = json.loads(xstilts(*asked, "--corpus", str(papers), "--entailment", str(model), "--json").out)
    assert found["checks"]["entailed"]["verdict"] != "not checked"
    refused = xstilts(*asked, "--corpus", str(papers), "--entailment", str(papers))
    assert refused.code == 2 and "Traceback" not in refused.err
