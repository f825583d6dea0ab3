"""What a study may say about retrieval: which vectors, directions and pools become nodes and facts, what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from xstilts.errors import StudyError, XstiltsError
from xstilts.planning.plan import Plan, make_plan
from xstilts.planning.study_facts import study_facts
from xstilts.studies.load import validate

STUDY = {
    "name": "searched",
    "question": "What is found?",
    "protocol": "lab",
    "bases": ["lab-tiny"],
    "arms": {"none": []},
    "languages": ["qaa", "qab", "qac", "qba"],
    "seeds": [1],
    "training": {"steps": 1, "max_length": 64},
}


def plan_of(*targets: Any) -> Plan:
    return make_plan(validate({**STUDY, "targets": list(targets)}, "test"))


def payload(plan: Plan, baseline: str | None = None) -> dict[str, Any]:
    (found,) = [
        dict(node.payload)
        for node in plan.nodes.values()
        if node.kind == "predict" and node.payload.get("baseline") == baseline
    ]
    return found


def test_a_plain_target_has_one_setting_one_variant_and_both_baselines() -> None:
    plan = plan_of("tatoeba")
    assert payload(plan)["settings"] == [{"layer": 3, "pooling": "mean"}]
    assert "variants" not in payload(plan)
    assert payload(plan, "untrained.v1")["settings"] == [{"layer": 3, "pooling": "mean"}]
    assert "settings" not in payload(plan, "char-ngrams.v1")
    facts = study_facts(plan.resolved)["targets"]["tatoeba"]
    assert facts["languages"] == ["qab>qaa", "qac>qaa", "qba>qaa"]
    assert facts["variant"] == "" and "held_out" not in facts
    assert [cell.arm for cell in plan.cells] == ["none", "baseline:char-ngrams", "baseline:untrained"]


def test_every_combination_is_predicted_and_usual_values_are_not_written() -> None:
    target = {
        "task": "tatoeba", "layers": "all", "pooling": ["mean", "first"], "average_layers": [1, 3],
        "spaces": ["raw", "centred"], "similarities": ["cosine", "csls"], "queries": ["pivot", "other"],
        "choose_on": ["qac"],
    }  # fmt: skip
    plan = plan_of(target)
    settings = payload(plan)["settings"]
    # four layers, and the two from which three can be averaged; times two poolings, two spaces, two similarities
    assert len(settings) == (4 + 2) * 2 * 2 * 2
    assert settings[0] == {"layer": 0, "pooling": "mean"}
    assert {"layer": 2, "pooling": "first", "layers": 3, "space": "centred", "similarity": "csls"} in settings
    assert not any(setting.get("layers") == 3 and setting["layer"] < 2 for setting in settings)
    assert payload(plan)["variants"] == [{}, {"queries": "other"}]
    assert payload(plan, "char-ngrams.v1")["variants"] == [{}, {"queries": "other"}]
    facts = study_facts(plan.resolved)["targets"]["tatoeba"]
    assert facts["held_out"] == ["qac>qaa"] and facts["languages"] == ["qab>qaa", "qba>qaa"]


def test_pools_are_all_three_and_with_one_language_only_its_own() -> None:
    plan = plan_of({"task": "lareqa", "limit": 5})
    assert payload(plan)["variants"] == [{"pool": "multilingual"}, {"pool": "cross"}, {"pool": "mono"}]
    assert study_facts(plan.resolved)["targets"]["lareqa"]["variant"] == "pool=multilingual"
    chosen = plan_of({"task": "lareqa", "limit": 5, "pools": ["mono", "cross"], "index": "hnsw"})
    assert payload(chosen)["variants"] == [{"pool": "mono", "index": "hnsw"}, {"pool": "cross", "index": "hnsw"}]
    alone = make_plan(validate({**STUDY, "targets": [{"task": "lareqa", "limit": 5}], "languages": ["qab"]}, "test"))
    assert payload(alone)["variants"] == [{"pool": "mono"}]


def test_vectors_of_a_pooled_target_are_chosen_in_a_pool_of_held_out_languages() -> None:
    plan = plan_of({"task": "lareqa", "limit": 5, "layers": [1, -1, 3], "choose_on": ["qac", "qab"]})
    assert [setting["layer"] for setting in payload(plan)["settings"]] == [1, 3]  # -1 is the third of three
    for name in (None, "untrained.v1", "char-ngrams.v1"):
        assert payload(plan, name)["variants"][-1] == {"pool": "held-out"}
        assert payload(plan, name)["held_out"] == ["qac", "qab"]
    facts = study_facts(plan.resolved)["targets"]["lareqa"]
    assert (facts["variant"], facts["chosen_under"]) == ("pool=multilingual", "pool=held-out")
    alone = plan_of({"task": "lareqa", "limit": 5, "layers": [1, 2], "choose_on": ["qab"], "pools": ["mono", "cross"]})
    assert "held_out" not in payload(alone)  # the own pool looks at no other language anyway
    assert "chosen_under" not in study_facts(alone.resolved)["targets"]["lareqa"]


def test_the_headline_is_the_metric_that_the_study_names() -> None:
    plan = plan_of({"task": "tatoeba", "metric": "recall@10"})
    (score, *_) = (node for node in plan.nodes.values() if node.kind == "score")
    assert score.payload["metrics"][0] == "recall@10" and "accuracy" in score.payload["metrics"]
    assert study_facts(plan.resolved)["targets"]["tatoeba"]["metric"] == "recall@10"


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ({"task": "tatoeba", "layers": [1, 2]}, r"targets.0: names 2 sorts of vectors.*choose_on"),
        ({"task": "tatoeba", "layers": [1], "choose_on": ["qab"]}, "choose_on chooses among several"),
        ({"task": "tatoeba", "layers": [1, 1], "choose_on": ["qab"]}, "names the same value twice"),
        ({"task": "tatoeba", "layers": []}, "at least 1 item"),
        ({"task": "tatoeba", "layers": [30]}, r"targets.0.layers: The encoder has 3 layers"),
        ({"task": "tatoeba", "layers": [1, 2], "choose_on": ["qaa"]}, "pivot is no held-out language"),
        ({"task": "tatoeba", "layers": [1, 2], "choose_on": ["qda"]}, r"choose_on.0: tatoeba is not scored in qda"),
        ({"task": "tatoeba", "layers": [1, 2], "choose_on": ["xx"]}, r"choose_on.0"),
        ({"task": "tatoeba", "layers": [1, 2], "choose_on": ["qab", "qac", "qba"]}, "leaves no language to report"),
        ({"task": "tatoeba", "average_layers": [9]}, r"average_layers.*more layers than lie below"),
        ({"task": "tatoeba", "pools": ["mono"]}, r"pools: tatoeba has no pools to choose from"),
        ({"task": "lareqa", "queries": ["other"]}, r"queries: lareqa has no queries to choose from"),
        ({"task": "bucc2018", "index": "ivf"}, r"index: bucc2018 has no index to choose from"),
        ({"task": "bucc2018", "similarities": ["csls"]}, r"mines pairs by margin, not by csls"),
        ({"task": "xquad", "layers": [1]}, r"layers: xquad is a span_qa task; layers is for retrieval"),
        ({"task": "tatoeba", "index": "ivf", "similarities": ["csls"]}, "by cosine or dot product only"),
        ({"task": "tatoeba", "spaces": ["rotated"]}, "spaces"),
        ({"task": "tatoeba", "metric": "f1"}, r"metric: tatoeba is not scored by 'f1'"),
        ({"task": "lareqa", "metric": "hubness@10"}, r"metric: lareqa is not scored by 'hubness@10'"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(target: dict[str, Any], said: str) -> None:
    with pytest.raises((StudyError, XstiltsError), match=said):
        plan_of(target)


def test_a_search_is_no_training_task() -> None:
    study = {**STUDY, "targets": ["xnli"], "arms": {"none": [], "search": [{"tasks": ["tatoeba"]}]}}
    with pytest.raises(StudyError, match=r"arms.search.0.tasks.0: is a retrieval task, which has no head to train"):
        make_plan(validate(study, "test"))


def test_an_index_without_its_library_is_refused_before_anything_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xstilts.planning.retrieval_settings.find_spec", lambda name: None)
    with pytest.raises(StudyError, match=r"targets.0.index: .*needs faiss.*pip install 'xstilts\[ann\]'"):
        plan_of({"task": "tatoeba", "index": "hnsw"})


@pytest.mark.parametrize("said", ["layer=--3", "layer=²", "layer", "layer=1,layer=2"])
def test_vectors_on_the_command_line_are_read_or_refused(said: str) -> None:
    from xstilts.commands.models import vectors_of
    from xstilts.errors import InputError

    assert vectors_of("layer=-1, pooling=first") == {"layer": -1, "pooling": "first"}
    assert vectors_of(None) == {}
    with pytest.raises(InputError, match="cannot be read"):
        vectors_of(said)
