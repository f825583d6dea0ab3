"""A finding and a published claim are one where paper and words are; then studies speak of it."""

from __future__ import annotations

import pytest
from evidence_toy import finding

from xstilts.claims import CLAIMS
from xstilts.evidence.checks.rerun import Rerun, claim_of, rerun

C2, C5 = CLAIMS.get("C2"), CLAIMS.get("C5")


def test_a_finding_of_the_papers_words_is_the_claim() -> None:
    own = finding(C2.text, work="arxiv:2005.13013")
    assert claim_of(own, None, CLAIMS) is C2
    assert claim_of(finding(C2.text.upper(), work="arxiv:2005.13013"), None, CLAIMS) is C2
    assert claim_of(finding(C2.text, work="arxiv:2101.00001"), None, CLAIMS) is None
    assert claim_of(finding(C2.text.replace("8.7", "8.8"), work="arxiv:2005.13013"), None, CLAIMS) is None


def test_a_cut_claim_is_known_by_its_beginning() -> None:
    assert C5.cut
    assert claim_of(finding(f"{C5.text} points over XLM-R.", work="arxiv:2005.13013"), None, CLAIMS) is C5


def said(verdict: str, evidence: str = "lab", claim: str = "C2") -> Rerun:
    return Rerun(claim, f"study-{verdict}", verdict, evidence, "why")


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ([], "not checked"),
        ([said("supported", claim="C1")], "not checked"),
        ([said("not run")], "not checked"),
        ([said("supported")], "yes"),
        ([said("contradicted")], "no"),
        ([said("inconclusive")], "undecided"),
        ([said("supported"), said("contradicted")], "undecided"),
        ([said("supported"), said("contradicted", "real")], "no"),
    ],
)
def test_verdicts_of_studies_become_one_and_real_data_outweigh_the_lab(found: list[Rerun], verdict: str) -> None:
    assert rerun(C2, found).verdict == verdict
    assert rerun(None, found).verdict == "not checked"


def test_the_reason_names_study_and_evidence() -> None:
    assert rerun(C2, [said("supported")]).reason == "study study-supported (lab): supported. why"
