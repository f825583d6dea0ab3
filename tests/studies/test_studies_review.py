"""What a review may be asked, and what is said to whoever asks it wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from xstilts.errors import InputError
from xstilts.evidence import question
from xstilts.evidence.seeds import seed_reports
from xstilts.studies.review_load import load_review, review_names, review_of, with_databases
from xstilts.studies.review_spec import Review

ASKED = "Does intermediate training help?"


def refused(root: object, where: str = "mine.yaml") -> str:
    with pytest.raises(InputError) as caught:
        review_of(root, where)
    return str(caught.value)


def test_a_question_is_a_review_with_a_name_of_its_first_words() -> None:
    review = load_review(ASKED)
    assert (review.name, review.question, review.corpus) == ("does-intermediate-training-help", ASKED, ())
    assert load_review("¿Qué?").name == "qu"
    assert load_review("你好 吗?").name == "review"


def test_a_file_says_more_and_finds_its_corpus_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"name: mine\nquestion: {ASKED}\ncorpus: [papers]\nyears: {{first: 2018}}\nlimits: {{papers: 3}}\n")
    review = load_review(str(path))
    assert review.corpus == (tmp_path / "papers",)
    assert (review.years.first, review.years.last, review.limits.papers, review.limits.claims) == (2018, None, 3, 150)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"limit": {}}, "limit: unknown key. Did you mean 'limits'?"),
        (
            {"limits": {"paper": 3}},
            "limits.paper: unknown key. Did you mean 'papers'? Allowed: claims, full_texts, papers, records",
        ),
        ({"limits": {"papers": 0}}, "limits.papers: Input should be greater than or equal to 1 (here: 0)"),
        ({"years": {"first": 2020, "last": 2019}}, "years: first is 2020, after last (2019)"),
        ({"name": "../x"}, "name: must be small letters"),
        ({"reviewers": ["judge"]}, "reviewers.0: Input should be 'challenger', 'confirmer' or 'methodologist'"),
        ({"reviewers": []}, "reviewers: "),
        ({"databases": ["arxive"]}, "databases.0"),
        ({"claims": ["C99"]}, "claims.0"),
        ({"question": ""}, "question: "),
        ({"thresholds": {"recall": 1.5}}, "thresholds.recall"),
    ],
)
def test_a_wrong_key_is_named_with_what_is_allowed(change: dict[str, object], said: str) -> None:
    told = refused({"name": "mine", "question": ASKED, **change})
    assert told.startswith("mine.yaml") and said in told


def test_what_is_no_yaml_or_not_there_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("name: [")
    for name, said in (
        (str(broken), "not valid YAML"),
        (str(tmp_path / "no.yaml"), "does not exist"),
        ("mux", "Did you mean"),
    ):
        with pytest.raises(InputError, match=said):
            load_review(name)
    (tmp_path / "list.yaml").write_text("- a")
    with pytest.raises(InputError, match="mapping of the review's keys"):
        load_review(str(tmp_path / "list.yaml"))


@pytest.mark.parametrize("name", review_names())
def test_each_catalog_review_is_whole_and_its_question_can_be_read(name: str) -> None:
    review = load_review(name)
    assert review.name == name
    assert question.read(review.question).named("factor")


def test_the_five_questions_are_those_of_the_printed_reports_with_their_claims() -> None:
    for printed in seed_reports():
        review = load_review(printed.name)
        assert review.question == printed.question
        assert set(review.claims) == {claim.claim for claim in printed.claims}


def test_databases_of_the_command_line_replace_those_of_the_file() -> None:
    review = with_databases(Review(name="a", question=ASKED, databases=("folder",)), "arxiv, crossref")
    assert review.databases == ("arxiv", "crossref")
    with pytest.raises(InputError, match="--databases"):
        with_databases(review, "arxif")
