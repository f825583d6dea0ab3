"""Whether a question is answered, by hand-made findings, and the study that would answer it."""

from __future__ import annotations

import pytest
import yaml
from evidence_toy import ABSENT, MIX, checked, finding
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts.evidence import question
from xstilts.evidence.answer import answerability
from xstilts.evidence.lexicon import Mention
from xstilts.evidence.question import Question
from xstilts.evidence.study_draft import FACTORS, study_draft
from xstilts.literature.text import Text
from xstilts.studies.load import load_study
from xstilts.studies.spec import Study


@pytest.mark.parametrize(
    ("findings", "verdict", "sentence"),
    [
        ([], "not answered", "0 of 0 verified claims bear on your question; it is not answered."),
        ([checked(scope="no")], "not answered", "0 of 1 verified claims bear"),
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
    found = answerability(MIX, findings)
    assert found.verdict == verdict and found.sentence.startswith(sentence)
    assert (found.study is None) == (verdict == "answered")


def test_a_finding_on_a_part_answers_in_part_and_what_it_lacks_is_missing():
    half = checked(finding("Intermediate training on a mix of languages helps accuracy."), scope="undecided")
    found = answerability(MIX, [half])
    assert found.verdict == "partly" and found.missing == ("a verified result on f1 (metric)",)
    apart = [checked(finding("A mix of languages helps F1."), scope="no"), checked(finding("STILTs help."), scope="no")]
    assert answerability(MIX, apart).missing == (
        "a verified result on intermediate and mix together, with all else that is asked",
    )


def test_a_name_that_nothing_bears_cannot_be_answered():
    found = answerability(ABSENT, [checked()])
    assert found.verdict == "not answerable" and found.absent == ("XTREME-M",) and "XTREME-M" in found.sentence
    assert found.study is not None and any("XTREME-M" in gap for gap in found.study.gaps)


def test_a_name_that_a_text_bears_may_be_answered():
    text = Text("w", "v1", "abstract", "We present XTREME-M.")
    assert answerability(ABSENT, [checked()], [text]).verdict == "answered"


def test_without_a_factor_there_is_no_study():
    found = answerability(question.read("Is XNLI hard for Swahili?"), [])
    assert (
        found.verdict == "not answered" and found.study is None and "a verified result on xnli (data)" in found.missing
    )


def about(factor: str, text: str = "Does it help: yes or no?") -> Question:
    return Question(text, tuple(Mention("factor", name, 0, 0) for name in dict.fromkeys(("intermediate", factor))))


@pytest.mark.parametrize("factor", [*FACTORS, "intermediate"])
@pytest.mark.parametrize("size", ["lab", "full"])
def test_every_study_is_accepted(factor, size, tmp_path):
    draft = study_draft(about(factor))
    path = tmp_path / "study.yaml"
    path.write_text(draft.text, encoding="utf-8")
    study = load_study(str(path), size=size)
    assert study.question == "Does it help: yes or no?" and study.name == f"{factor}-for-review"
    assert "none" in study.arms and len(study.arms) > 1 and study.targets


def test_what_is_in_the_catalog_is_taken_from_it():
    assert study_draft(MIX).based_on == "mix" and study_draft(MIX).gaps == ()
    both = study_draft(question.read("Do a mix of languages and model size matter for intermediate training?"))
    assert both.based_on == "mix" and both.gaps == ("scale: not varied in this study, which is on mix",)


def test_data_that_are_named_are_the_arms_and_targets():
    named = question.read("Does intermediate training on HellaSwag help XCOPA and XQuAD?")
    root = yaml.safe_load(study_draft(named).text)
    assert list(root["arms"]) == ["none", "hellaswag", "longer"] and root["targets"] == ["xcopa", "xquad"]


def test_a_target_with_images_is_drafted_with_what_sees_and_without_its_own_captions(tmp_path):
    root = yaml.safe_load(study_draft(question.read("Does intermediate training on SQuAD help XVNLI?")).text)
    assert root["targets"] == ["xvnli"] and root["sizes"]["full"]["vision"] == "efficientnet-lite0"
    usual = study_draft(question.read("Does intermediate training help XVNLI?"))
    assert "snli" not in yaml.safe_load(usual.text)["arms"]
    path = tmp_path / "study.yaml"
    path.write_text(usual.text, encoding="utf-8")
    for size in ("lab", "full"):
        assert load_study(str(path), size=size).targets[0].task == "xvnli"


@settings(max_examples=20)  # each reads the study mix
@given(st.text(max_size=60))
def test_a_question_cannot_write_keys(text):
    for factor in ("intermediate", "mix"):
        root = yaml.safe_load(study_draft(about(factor, text), (text,)).text)
        assert root["name"].endswith("-for-review") and "none" in root["arms"]
        assert set(root) <= set(Study.model_fields)
