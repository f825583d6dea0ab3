"""The files of a review: what they count, and that nothing a paper says gets out of them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from review_toy import AS_WRITTEN, BEARING, FORMULA, HALF, HOSTILE, ORDER, PAPERS, SCRIPT, Toy, corpus, reviewed
from xstilts.evidence.seed_report import parse_report
from xstilts.literature.bibtex import parse
from xstilts.reports.reviews.flow import flow_of
from xstilts.reports.reviews.write import write
from xstilts.studies.load import parse_yaml, study_of

FILES = {
    "index.html", "report.md", "report.tex", "claims.json", "papers.csv", "checks.csv", "screening.csv", "prisma.svg",
    "references.bib", "manifest.json",
}  # fmt: skip


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    folder = tmp_path_factory.mktemp("review")
    return reviewed(folder, corpus(folder), claims=["C2"])


@pytest.fixture(scope="module")
def out(toy: Toy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    write(folder, toy.report)
    return folder


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    write(folder / "out", reviewed(folder, corpus(folder, [*PAPERS, HOSTILE, AS_WRITTEN])).report)
    return folder / "out"


def text(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text(folder, name))))


def claims(folder: Path) -> dict[str, dict[str, object]]:
    return {str(one["text"]): one for one in json.loads(text(folder, "claims.json"))}


def test_every_file_is_there(out: Path) -> None:
    assert {path.name for path in out.iterdir()} >= FILES


def test_the_claim_that_answers_is_verified_and_bears_and_the_withdrawn_one_is_not(toy: Toy, out: Path) -> None:
    found = claims(out)
    assert (found[BEARING]["verified"], found[BEARING]["bears"]) == (True, "whole")
    assert found[HALF]["bears"] == "part", "it lacks XNLI"
    withdrawn = next(one for said, one in found.items() if "9.9 points" in said)
    assert withdrawn["verified"] is False
    assert withdrawn["checks"]["retracted"]["verdict"] == "no"  # type: ignore[index]
    assert toy.report.answer.verdict == "answered"


def test_a_claim_is_found_at_its_offsets_in_its_version(toy: Toy, out: Path) -> None:
    one = claims(out)[BEARING]
    assert (one["paper"], one["version"], one["section"]) == ("arxiv:2101.00001", "arXiv v2", "Abstract")
    body = toy.report.texts["arxiv:2101.00001"].body
    assert body[one["start"] : one["end"]] == BEARING  # type: ignore[misc]


def test_checks_are_columns_of_their_own_and_what_did_not_run_says_so(out: Path) -> None:
    one = claims(out)[BEARING]
    assert set(one["checks"]) == {"quoted", "entailed", "numbers", "scope", "corroborated", "retracted", "rerun"}  # type: ignore[arg-type]
    assert one["checks"]["entailed"]["verdict"] == "not checked"  # type: ignore[index]
    assert {row["check"] for row in rows(out, "checks.csv")} == set(one["checks"])  # type: ignore[arg-type]


def test_a_published_claim_stands_beside_what_was_found(out: Path) -> None:
    one = next(one for one in json.loads(text(out, "claims.json")) if one["claim"] == "C2")
    assert one["paper"] == "arxiv:2005.13013" and one["verified"] is False
    assert one["checks"]["quoted"]["verdict"] == "not found", "its paper is not in the corpus"


def test_every_paper_has_its_reasons_and_the_flow_adds_up(toy: Toy, out: Path) -> None:
    flow = flow_of(toy.report)
    assert (flow.records, flow.works, flow.kept) == (4, 4, 3)
    assert flow.works - flow.kept == sum(flow.left_out.values()) == 1
    video = next(row for row in rows(out, "screening.csv") if "video" in row["title"])
    assert video["kept"] == "False" and video["reasons"]
    assert all(row["reasons"] for row in rows(out, "screening.csv"))
    assert "Records found: 4" in "".join(ElementTree.fromstring(text(out, "prisma.svg")).itertext())  # noqa: S314


def test_the_report_has_the_usual_form_and_our_own_audit_reads_it(out: Path) -> None:
    read = parse_report(text(out, "report.md"), "own")
    assert [title for title, _ in read.sections] == [
        "Abstract", "Introduction", "Methodology", "Results", "Limitations", "Extracted Claims", "References",
    ]  # fmt: skip
    assert (read.papers, len(read.claims)) == (4, len(json.loads(text(out, "claims.json"))))
    assert read.score is not None
    assert {claim.text: claim.verified for claim in read.claims}[BEARING] is True


def test_equal_input_gives_equal_bytes(toy: Toy, out: Path, tmp_path: Path) -> None:
    write(tmp_path, toy.report)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (out / name).read_bytes(), name


def test_no_place_of_this_machine_is_told(toy: Toy, out: Path) -> None:
    place = toy.plan.held.corpus[0].parent
    for path in out.iterdir():
        assert str(place) not in path.read_text(encoding="utf-8"), path.name


def test_a_question_without_an_answer_gets_its_study(tmp_path: Path) -> None:
    toy = reviewed(tmp_path, corpus(tmp_path, PAPERS[2:3]))
    write(tmp_path / "out", toy.report)
    assert toy.report.answer.verdict == "not answered" and toy.report.assessment.total <= 4
    assert study_of(parse_yaml(text(tmp_path / "out", "study.yaml"), "study")).name == "mix-for-review"
    assert "    name: mix-for-review" in text(tmp_path / "out", "report.md")


# What a hostile paper says is printed and does nothing.


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_no_file_acts_on_a_terminal_or_turns_text_round(hostile: Path) -> None:
    for path in hostile.iterdir():
        assert not {"\x1b", "\u202e"} & set(path.read_text(encoding="utf-8")), path.name


def test_the_page_holds_one_script_of_ours_and_no_element_of_a_paper(hostile: Path) -> None:
    page = text(hostile, "index.html")
    tags = Tags()
    tags.feed(page)
    assert [tag for tag, _ in tags.found].count("script") == 1
    assert not [tag for tag, _ in tags.found if tag in ("img", "iframe", "object", "embed", "link", "base", "form")]
    assert not [one for _, attributes in tags.found for one in attributes if one.startswith("on")]
    assert all((attributes.get("href") or "#").startswith("#") for _, attributes in tags.found)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page, "it is shown"
    assert "default-src 'none'" in page and "\x1b" not in page


def test_markdown_has_no_markup_of_a_paper(hostile: Path) -> None:
    said = text(hostile, "report.md")
    assert "<script" not in said and "<img" not in said
    assert "](javascript" not in said.replace("\\]", ""), "no link"
    read = parse_report(said, "own")
    assert any("alone | " in claim.text for claim in read.claims), "a bar of its own ends no cell"


def test_latex_has_no_command_of_a_paper(hostile: Path) -> None:
    said = text(hostile, "report.tex")
    for command in (r"\input{/etc", r"\write18", r"\end{verbatim}"):
        assert command not in said
    assert said.count(r"\end{document}") == 1


def test_no_cell_is_a_formula(hostile: Path) -> None:
    for name in ("papers.csv", "screening.csv", "checks.csv"):
        cells = [cell for row in csv.reader(io.StringIO(text(hostile, name))) for cell in row]
        assert not [cell for cell in cells if re.match(r"[=+@\t\r]", cell)]
    assert any(row["title"].startswith(f"'{FORMULA}") for row in rows(hostile, "papers.csv"))


def test_no_entry_is_of_a_papers_making(hostile: Path) -> None:
    said = text(hostile, "references.bib")
    entries = parse(said)
    assert len(entries) == said.count("\n@") + said.startswith("@") and all(entry.kind == "misc" for entry in entries)
    assert "\\input" not in said and "\\end" not in said


def test_pictures_hold_no_markup_of_a_paper(hostile: Path) -> None:
    root = ElementTree.fromstring(text(hostile, "prisma.svg"))  # noqa: S314
    assert {element.tag.rpartition("}")[2] for element in root.iter()} <= {
        "svg", "title", "style", "rect", "text", "tspan", "line", "polyline",
    }  # fmt: skip


def test_an_instruction_in_a_paper_changes_nothing_but_is_read_as_text(hostile: Path, out: Path) -> None:
    before, after = claims(out), claims(hostile)
    shared = [said for said in before if said in after]
    assert BEARING in shared
    assert [before[said]["verified"] for said in shared] == [after[said]["verified"] for said in shared]
    ordered = next((one for said, one in after.items() if said.startswith(ORDER[:20])), None)
    assert ordered is None or ordered["bears"] == "none"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("broken")
    lone = {**PAPERS[0], "title": "A \ud800 half", "abstract": f"\udc00 {PAPERS[0]['abstract']}"}
    write(folder / "out", reviewed(folder, corpus(folder, [lone])).report)
    yield folder / "out"


def test_halves_of_surrogate_pairs_do_not_stop_a_review(broken: Path) -> None:
    assert claims(broken)[BEARING]["verified"] is True
    assert SCRIPT not in text(broken, "index.html")
