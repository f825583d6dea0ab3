"""Printed reports held against themselves, and files that cite."""

from __future__ import annotations

from pathlib import Path

import pytest

from xstilts.errors import InputError
from xstilts.evidence.audits.cited_files import cited_in, sorts_of
from xstilts.evidence.audits.report_files import read_reports
from xstilts.evidence.audits.reports import audit
from xstilts.evidence.seed_report import PrintedClaim, SeedReport
from xstilts.evidence.seeds import seed_reports

ASKED = "Does intermediate training on a mix of languages improve XNLI?"
BIB = """@misc{a, title={Parrots}, author={Ada Macaw}, year={2020}}
@misc{b, title={Crows}, author={Bo Kea}, year={2021}}
"""


def report(name: str, *claims: tuple[str, bool, float]) -> SeedReport:
    rows = tuple(PrintedClaim(place, *claim) for place, claim in enumerate(claims, 1))
    return SeedReport(name, ASKED, rows, ())


def test_none_of_the_printed_claims_bears_on_its_question_and_one_has_two_verdicts() -> None:
    found = audit(seed_reports())
    assert len(found.rows) == 51
    assert {row.scope.verdict for row in found.rows} == {"no"}
    (two,) = [one for one in found.contradictions if one.yes[0] != one.no[0]]
    assert (two.yes, two.no) == (("noise", 9), ("multimodal", 9))
    assert "confidence 0.16" in two.reason and "confidence 0.15" in two.reason
    assert "noise: 0 of 13 verified claims bear on its question." in found.sentences


def test_claims_that_bear_and_repeat_are_found() -> None:
    said = "Intermediate training on several languages improves XNLI."
    again = "We show that intermediate training on several languages improves XNLI a lot."
    found = audit([report("a", (said, True, 0.3), ("Crows fly.", True, 0.2), (again, True, 0.4))])
    assert [(row.scope.verdict, row.repeats) for row in found.rows] == [("yes", None), ("no", None), ("yes", 1)]
    assert "a: 2 of 3 verified claims bear on its question." in found.sentences
    assert found.contradictions == ()


def test_one_text_with_two_verdicts_is_told_within_a_report() -> None:
    found = audit([report("a", ("Crows fly.", True, 0.2), ("crows FLY", False, 0.1))])
    assert [(one.yes, one.no) for one in found.contradictions] == [(("a", 1), ("a", 2))]


def test_reports_are_files_or_printed_ones(tmp_path: Path) -> None:
    path = tmp_path / "own.md"
    path.write_text(
        "# Does it?\n## Extracted Claims\n| Claim | Verified | Confidence |\n|---|---|---|\n| a | yes | .3 |\n"
    )
    assert [one.name for one in read_reports(["mix", str(path)])] == ["mix", "own.md"]
    with pytest.raises(InputError, match="no such file or printed report"):
        read_reports(["mux"])


def test_a_paper_cites_with_its_sentences(tmp_path: Path) -> None:
    (tmp_path / "r.bib").write_text(BIB)
    (tmp_path / "p.tex").write_text(r"Parrots count~\cite{a}. They count well \citep[see][]{a}. % \cite{b}")
    (only,) = cited_in(tmp_path / "p.tex", (tmp_path / "r.bib",))
    assert only.key == "a" and len(only.sentences) == 2
    assert [one.key for one in cited_in(tmp_path / "r.bib")] == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "text", "lists", "said"),
    [
        ("p.tex", r"\cite{a}", False, "--bib refs.bib"),
        ("p.tex", "No citation.", True, "cites nothing"),
        ("p.tex", r"\cite{c}", True, "references do not have"),
        ("p.docx", "", False, "No reader"),
        ("p.bib", "nothing", False, "no entry"),
    ],
)
def test_what_cannot_be_checked_is_said(tmp_path: Path, name: str, text: str, lists: bool, said: str) -> None:
    (tmp_path / "r.bib").write_text(BIB)
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=said):
        cited_in(tmp_path / name, (tmp_path / "r.bib",) if lists else ())


def test_sorts_of_ids_are_checked() -> None:
    assert sorts_of(None) == frozenset() and sorts_of("acl, ARXIV") == {"acl", "arxiv"}
    with pytest.raises(InputError, match="--complete"):
        sorts_of("isbn")
