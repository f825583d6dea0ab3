"""Whether a question is answered, by hand-made findings, and the study that would answer it."""

from __future__ import annotations

import pytest
import yaml
from evidence_toy import asked, checked, finding
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts.evidence.answer import answerability
from xstilts.evidence.bearing import bearing
from xstilts.evidence.study_draft import FACTORS, study_draft
from xstilts.studies.load import load_study
from xstilts.studies.spec import Study


def test_a_finding_without_the_factor_does_not_bear():
    found = bearing(asked(metrics=("f1",)), finding(factors=("intermediate",), metrics=("f1",)))
    assert found.degree == "none" and found.lacks == ("mix",)


def test_a_finding_by_another_metric_bears_in_part():
    found = bearing(asked(metrics=("f1",)), finding(metrics=("accuracy",)))
    assert found.degree == "part" and found.lacks == ("the metric f1",)


def test_what_was_done_is_no_result():
    assert bearing(asked(), finding(kind="procedure")).degree == "none"


@pytest.mark.parametrize(
    ("findings", "verdict", "sentence"),
    [
        ([], "not answered", "0 of 0 verified claims bear on your question; it is not answered."),
        ([checked(finding(factors=("intermediate",)))], "not answered", "0 of 1 verified claims bear"),
        ([checked()], "answered", "1 of 1 verified claims bears on your question; it is answered."),
        ([checked(quoted="no")], "not answered", "0 of 0"),
        ([checked(numbers="no")], "not answered", "0 of 0"),
        ([checked(retracted="no")], "not answered", "0 of 0"),
        (
            [checked(corroborated="no")],
            "partly",
            "1 of 1 verified claims bears on your question; it is answered in part.",
        ),
    ],
)
def test_verdicts(findings, verdict, sentence):
    found = answerability(asked(), findings)
    assert found.verdict == verdict and found.sentence.startswith(sentence)
    assert (found.study is None) == (verdict == "answered")


def test_a_finding_by_another_metric_answers_in_part():
    found = answerability(asked(metrics=("f1",)), [checked(finding(metrics=("accuracy",)))])
    assert found.verdict == "partly" and found.missing == ("a verified result on the metric f1",)


def test_a_name_that_nothing_bears_cannot_be_answered():
    found = answerability(asked("… on XTREME-M?", ("intermediate", "multimodal"), absent=("XTREME-M",)), [checked()])
    assert found.verdict == "not answerable" and "XTREME-M" in found.sentence
    assert found.study is not None and any("XTREME-M" in gap for gap in found.study.gaps)


def test_without_a_factor_there_is_no_study():
    found = answerability(asked("What is truth?", ()), [checked()])
    assert found.verdict == "not answered" and found.study is None


@pytest.mark.parametrize("factor", [*FACTORS, "intermediate"])
@pytest.mark.parametrize("size", ["lab", "full"])
def test_every_study_is_accepted(factor, size, tmp_path):
    draft = study_draft(asked("Does it help: yes or no?", ("intermediate", factor)))
    path = tmp_path / "study.yaml"
    path.write_text(draft.text, encoding="utf-8")
    study = load_study(str(path), size=size)
    assert study.question == "Does it help: yes or no?" and study.name == f"{factor}-for-review"
    assert "none" in study.arms and len(study.arms) > 1 and study.targets


def test_what_is_in_the_catalog_is_taken_from_it():
    assert study_draft(asked()).based_on == "mix" and study_draft(asked()).gaps == ()
    both = study_draft(asked("?", ("intermediate", "scale", "mix")))
    assert both.based_on == "mix" and both.gaps == ("scale: not varied in this study, which is on mix",)


def test_data_that_are_named_are_the_arms_and_targets():
    root = yaml.safe_load(study_draft(asked("?", ("intermediate",), data=("hellaswag", "xcopa", "xquad"))).text)
    assert list(root["arms"]) == ["none", "hellaswag", "longer"] and root["targets"] == ["xcopa", "xquad"]


@settings(max_examples=20)  # each reads the study mix
@given(st.text(max_size=60))
def test_a_question_cannot_write_keys(text):
    for factors in (("intermediate",), ("intermediate", "mix")):
        root = yaml.safe_load(study_draft(asked(text, factors, absent=(text,))).text)
        assert root["name"].endswith("-for-review") and "none" in root["arms"]
        assert set(root) <= set(Study.model_fields)
