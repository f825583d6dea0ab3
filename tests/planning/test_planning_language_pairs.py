"""MLQA in a study: all 49 pairs of context and question, or those that a benchmark scores."""

from __future__ import annotations

from xstilts.planning.plan import Plan, make_plan
from xstilts.studies.load import validate
from xstilts.tasks import TASKS

STUDY = {
    "name": "pairs", "question": "?", "protocol": "xtreme", "bases": ["lab-tiny"], "arms": {"none": []},
    "targets": ["mlqa"], "seeds": [1], "training": {"steps": 4, "max_length": 128, "stride": 32},
}  # fmt: skip


def scored(plan: Plan) -> set[str]:
    """The languages that the model's predictions are made in."""
    (predict,) = [node for node in plan.nodes.values() if node.kind == "predict" and "baseline" not in node.payload]
    assert predict.payload["rule"] == "mlqa"
    return {role.split("/", 2)[2] for role in predict.parents if role.startswith("test/")}


def test_a_benchmark_scores_each_language_with_its_own_questions() -> None:
    assert scored(make_plan(validate({**STUDY, "source": "hub"}, "test"))) == {"ar", "de", "en", "es", "hi", "vi", "zh"}


def test_without_a_benchmarks_list_every_pair_is_scored() -> None:
    plan = make_plan(validate({**STUDY, "languages": "all"}, "test"))
    assert len(scored(plan)) == 49
    assert {"qab+qaa", "qaa+qab", "qaa"} <= scored(plan)


def test_a_study_may_name_pairs() -> None:
    plan = make_plan(validate({**STUDY, "languages": ["qaa", "qab+qaa"]}, "test"))
    assert scored(plan) == {"qaa", "qab+qaa"}


def test_the_entry_has_every_pair_of_seven_languages_once() -> None:
    codes = TASKS.get("mlqa").languages
    alone = [code for code in codes if "+" not in code]
    pairs = [tuple(code.split("+")) for code in codes if "+" in code]
    assert (len(alone), len(pairs), len(set(codes))) == (7, 42, 49)
    assert set(pairs) == {(context, asked) for context in alone for asked in alone if context != asked}


def test_tasks_without_a_rule_have_the_keys_they_had() -> None:
    plan = make_plan(validate({**STUDY, "targets": ["xquad"], "languages": ["qaa"]}, "test"))
    assert not any("rule" in node.payload for node in plan.nodes.values())
