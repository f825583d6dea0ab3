"""Dual encoders as phases of a study: what they become in the plan, what is refused, and a study that is run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from arm_plans import chain, plan_of, roles, scored, steps
from tiny_base import tiny_base
from xstilts.encoding import TokenizerFacts
from xstilts.errors import StudyError, XstiltsError
from xstilts.execution.study_run import StudyOptions, run_study
from xstilts.planning import hyperparameters
from xstilts.planning.plan import Plan, make_plan
from xstilts.protocols import PROTOCOLS
from xstilts.reports.from_store import write_report
from xstilts.runners import train
from xstilts.runners.context import Context, Means
from xstilts.runners.items import hard_negatives
from xstilts.runners.loading import tokenizer_of
from xstilts.sources import Source
from xstilts.store.payloads import TrainPayload
from xstilts.store.store import Store
from xstilts.studies.load import validate
from xstilts.studies.training_spec import Training
from xstilts.tasks import TASKS
from xstilts.training import Contrast
from xstilts.training.contrast import searched_as
from xstilts.using_models import exports
from xstilts.using_models.evaluating import DataChoice, evaluate_model

PASSAGE, SENTENCE = "squad~dual-encoder", "squad~dual-encoder-sentence"


def dual(view: str = "dual-encoder", **said: object) -> list[dict[str, Any]]:
    return [{"tasks": ["squad"], "view": view, **said}]


# --- the plan ---------------------------------------------------------------------------------------------------------


def test_a_phase_under_the_view_trains_questions_and_passages():
    plan = plan_of({"spans": [{"tasks": ["squad"]}], "dual": dual()})
    (spans, _), (node, _) = chain(plan, "spans"), chain(plan, "dual")
    assert node.payload["phase"]["tasks"] == [PASSAGE]
    said = {"pooling": "mean", "similarity": "cosine", "temperature": 0.05, "hard_negatives": 0}
    assert node.payload["phase"]["contrast"] == said
    assert "contrast" not in spans.payload["phase"]
    assert roles(node, "train") == {f"{PASSAGE}/qaa"}
    assert steps([node]) == steps([spans]) == [4]
    read = plan.nodes[node.parents[f"train/{PASSAGE}/qaa"]]
    assert (read.payload["kind"], read.payload["labels"]) == ("retrieval", [])
    assert read.payload["options"] == plan.nodes[spans.parents["train/squad/qaa"]].payload["options"]


def test_what_a_study_says_about_dual_encoders_reaches_them_and_no_other_phase():
    said = {"pooling": "first", "similarity": "dot", "temperature": 1, "hard_negatives": 2}
    arms = {"dual": dual(temperature=0.1), "spans": [{"tasks": ["squad"]}]}
    plain, told = (plan_of(arms, training={"epochs": 1, "batch_size": 10, "limit": 40} | more) for more in ({}, said))
    contrast = chain(told, "dual")[0].payload["phase"]["contrast"]
    assert contrast == said | {"temperature": 0.1}
    assert [node.key for node in chain(told, "spans")] == [node.key for node in chain(plain, "spans")]
    keys = {chain(plan_of({"dual": dual(**{name: value})}), "dual")[0].key for name, value in said.items()}
    assert len(keys) == 4


def test_a_protocol_can_say_how_a_view_is_trained():
    named = {
        "span_qa": {"learning_rate": 3e-5, "max_length": 384},
        "retrieval": {"max_length": 512},  # how search targets are read, not how questions are trained
        "dual-encoder": {"learning_rate": 2e-5, "temperature": 1.0},
        PASSAGE: {"batch_size": 16},
    }
    protocol = replace(PROTOCOLS.get("lab"), hyperparameters=named)
    spans, passages = (hyperparameters.resolve(Training(), protocol, [TASKS.get("squad")], view=view)
                       for view in ("", "dual-encoder"))  # fmt: skip
    names = ("learning_rate", "max_length", "temperature", "batch_size")
    assert [getattr(spans, name) for name in names] == [3e-5, 384, 0.05, 32]
    assert [getattr(passages, name) for name in names] == [2e-5, 384, 1.0, 16]


def test_languages_mix_as_they_do_for_spans():
    mix = {"share": 0.5, "languages": ["qab", "qba"]}
    plan = plan_of({
        "spans": [{"tasks": ["squad"], "language_mix": mix}],
        "dual": dual(language_mix=mix),
        "switched": dual(language_mix=mix | {"code_switch": 1}),
        "native": [{"tasks": ["squad", "tydiqa"], "languages": {"tydiqa": "all"}, "view": "dual-encoder"}],
    })  # fmt: skip
    spans, one = chain(plan, "spans")[0], chain(plan, "dual")[0]
    assert roles(one, "train") == {role.replace("squad", PASSAGE) for role in roles(spans, "train")}
    assert one.payload["language_mix"] == {PASSAGE: spans.payload["language_mix"]["squad"]}
    assert f"{PASSAGE}/qaa+qab" in roles(chain(plan, "switched")[0], "train")
    native = chain(plan, "native")[0]
    assert native.payload["phase"]["tasks"] == [PASSAGE, "tydiqa~dual-encoder"]
    assert len([role for role in roles(native, "train") if role.startswith("tydiqa~")]) > 1


def test_more_passages_cost_more():
    plan = plan_of({"one": dual(), "two": dual(hard_negatives=1)})
    one, two = (chain(plan, arm)[0].cost for arm in ("one", "two"))
    assert two.flops == 2 * one.flops


def test_spans_and_a_dual_encoder_of_one_task_in_one_phase():
    plan = plan_of({"both": dual(beside={"tasks": ["squad"], "share": 0.5})})
    node = chain(plan, "both")[0]
    assert node.payload["phase"]["tasks"] == [PASSAGE, "squad"]
    assert node.payload["phase"]["beside"] == {"squad": 0.5}
    with pytest.raises(StudyError, match="beside names a task of the phase itself"):
        plan_of({"both": [{"tasks": ["squad"], "beside": {"tasks": ["squad"], "share": 0.5}}]})


def test_a_checkpoint_is_chosen_on_the_dev_set_under_the_view():
    node = chain(plan_of({"dual": dual()}, selection="pivot-dev"), "dual")[0]
    assert roles(node, "dev") == {f"{PASSAGE}/qaa"}


def test_controls_that_only_take_the_text_or_the_length_of_a_dual_encoder():
    plan = plan_of({
        "dual": dual(),
        "text": {"control": "masked-lm", "of": "dual"},
        "fakes": {"control": "real-or-fake", "of": "dual"},
        "small": {"control": "size-matched", "of": "dual", "limit": 10},
        "longer": {"control": "same-compute", "of": "dual"},
    })  # fmt: skip
    first = {arm: chain(plan, arm)[0] for arm in ("text", "fakes", "small")}
    assert first["text"].payload["phase"]["tasks"] == ["squad~masked-lm"]
    assert first["fakes"].payload["phase"]["tasks"] == ["squad~real-or-fake"]
    assert steps([first["small"]]) == [1]
    assert chain(plan, "longer")[0].parents["as_long/0"] == chain(plan, "dual")[0].key
    assert scored(plan, "small").key != scored(plan, "dual").key


@pytest.mark.parametrize("control", ["shuffled-labels", "random-task"])
def test_a_dual_encoder_has_no_labels_to_replace(control: str):
    said = rf"arms\.c\.control: controls for 'dual', which sees its tasks as dual-encoder-sentence.*no {control}"
    with pytest.raises(StudyError, match=said):
        plan_of({"dual": dual("dual-encoder-sentence"), "c": {"control": control, "of": "dual"}})


@pytest.mark.parametrize("task", ["mnli", "udpos", "siqa"])
def test_only_span_qa_can_be_seen_so(task: str):
    with pytest.raises(StudyError, match=f"{task} is a .* task, which has no view 'dual-encoder'"):
        plan_of({"dual": [{"tasks": [task], "view": "dual-encoder"}]})


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"temperature": 0}, "temperature"),
        ({"pooling": "max"}, "pooling"),
        ({"similarity": "euclid"}, "similarity"),
        ({"hard_negatives": -1}, "hard_negatives"),
        ({"batch_size": 1}, "batch_size"),
    ],
)
def test_values_out_of_range_are_refused_before_anything_runs(said: dict[str, Any], message: str):
    with pytest.raises(XstiltsError, match=message):
        plan_of({"dual": dual(**said)})


def test_the_targets_own_questions_in_another_form_are_marked():
    plan = plan_of({"dual": dual(), "foreign": dual(languages=["qab"])}, targets=["xquad"])
    said = {(caution.cell.get("arm"), caution.code): caution.message for caution in plan.cautions}
    assert "here it is in another form (dual-encoder)" in said["dual", "overlap"]
    assert "target-task data in the tested languages" in said["foreign", "leak"]


# --- hard negatives ---------------------------------------------------------------------------------------------------

TEXTS = ["who is red", "where is blue", "red", "blue", "who is reddish", "where blue is", "nothing"]
EXAMPLES = {
    "id": ["q1", "q2", "e", "d", "c", "b", "a"],
    "role": ["query"] * 2 + ["candidate"] * 5,
    "text": TEXTS,
}


def test_hard_negatives_are_the_nearest_of_the_others():
    queries, right = np.array([0, 1]), np.array([4, 3])
    found = hard_negatives(EXAMPLES, queries, right, 1)
    assert found.tolist() == [[2], [5]]
    two = hard_negatives(EXAMPLES, queries, right, 2)
    assert two[:, :1].tolist() == found.tolist()
    everything = hard_negatives(EXAMPLES, queries, right, 99)
    assert [sorted(row) for row in everything.tolist()] == [[2, 3, 5, 6], [2, 4, 5, 6]]


def test_a_right_passage_that_is_far_away_leaves_the_nearest_others():
    near, far = (hard_negatives(EXAMPLES, np.array([0]), np.array([row]), 1) for row in (4, 6))
    assert far.tolist() == [[4]] != near.tolist()


def test_there_may_be_none():
    assert hard_negatives(EXAMPLES, np.array([0]), np.array([4]), 0) is None
    alone = {name: values[:3] for name, values in EXAMPLES.items()}
    assert hard_negatives(alone, np.array([0, 1]), np.array([2, 2]), 3) is None


# --- a study ----------------------------------------------------------------------------------------------------------

MIX = {"share": 0.5, "languages": ["qab", "qba"]}
ARMS: dict[str, Any] = {
    "none": [],
    "passage": dual(),
    "sentence": dual("dual-encoder-sentence", pooling="first", hard_negatives=1, token_budget=128),
    "half": dual("dual-encoder-sentence", language_mix=MIX),
    "extra": dual(language_mix=MIX | {"size": "extra"}),
    "switched": dual(language_mix=MIX | {"code_switch": 1}),
    "v2": [{"tasks": ["squad_v2"], "view": "dual-encoder"}],
    "both": dual(beside={"tasks": ["squad"], "share": 0.5}, steps=4),
    "text": {"control": "masked-lm", "of": "passage"},
}
STUDY: dict[str, Any] = {
    "name": "dual",
    "question": "Does it run?",
    "protocol": "lab",
    "bases": [tiny_base()],
    "arms": ARMS,
    "targets": [{"task": "tatoeba", "limit": 6}],
    "languages": ["qaa", "qab"],
    "seeds": [1],
    "training": {"epochs": 1, "batch_size": 4, "max_length": 64, "limit": 10, "learning_rate": 1e-3, "warmup": 0},
}
Finished = tuple[Plan, Store, Path]


def finished_run(study: dict[str, Any], folder: Path) -> Finished:
    plan, store = make_plan(validate(study, "dual")), Store(folder / "store")
    described = plan.to_json(store)
    outcome = run_study(plan, store, folder / "out", StudyOptions(executor="inline", keep="all"))
    assert not outcome.failed, {plan.nodes[key].label: failure.message for key, failure in outcome.failed.items()}
    write_report(plan, described, store, folder / "out", outcome, ["xstilts run dual"])
    return plan, store, folder / "out"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    return finished_run(STUDY, tmp_path_factory.mktemp("dual"))


def phase_of(finished: Finished, arm: str):
    plan = finished[0]
    (cell,) = (cell for cell in plan.cells if cell.arm == arm)
    return plan.nodes[cell.trained[1]]  # after the base


def left(finished: Finished, arm: str, name: str) -> Any:
    _, store, _ = finished
    return json.loads((store.folder(phase_of(finished, arm).key, "train") / name).read_text(encoding="utf-8"))


def items(finished: Finished, arm: str, task: str):
    """What the first phase of an arm trains on."""
    node = phase_of(finished, arm)
    context = Context(node, finished[1], finished[2], finished[2], Means(), lambda progress: None)
    facts = TokenizerFacts.of(tokenizer_of(context, node.places.tokenizer))
    return train._task_data(node, context, node.asked(TrainPayload).phase, task, facts).features


def test_a_phase_leaves_an_encoder_without_heads(done: Finished):
    assert left(done, "passage", "heads.json") == {}
    assert list(left(done, "both", "heads.json")) == ["squad"]
    assert not [name for name in left(done, "passage", "transfer.json")["new"] if ":" in name]
    assert {entry["task"] for entry in left(done, "both", "history.json")["history"]} == {PASSAGE, "squad"}


def test_items_are_the_questions_that_the_mix_takes(done: Finished):
    own = items(done, "passage", PASSAGE).items
    assert sorted(items(done, "half", SENTENCE).items) == sorted(own)
    assert len(own) == len(set(own)) == 10
    assert [name.split(":")[0] == "qaa" for name in items(done, "extra", PASSAGE).items] == [True] * 10 + [False] * 5


def test_a_foreign_question_has_its_own_languages_passage_and_a_switched_one_the_pivots(done: Finished):
    own, half, switched = (items(done, arm, f"squad~{view}") for arm, view in (
        ("passage", "dual-encoder"), ("extra", "dual-encoder"), ("switched", "dual-encoder")))  # fmt: skip
    passages = {name: int(own.ragged("numbers")[row][0]) for row, name in enumerate(own.items)}
    for row, name in enumerate(half.items):
        code, _, identity = name.partition(":")
        assert (int(half.ragged("numbers")[row][0]) == passages[identity]) == (code == "qaa")
    for row, name in enumerate(switched.items):
        assert int(switched.ragged("numbers")[row][0]) == passages[name]


def test_hard_negatives_are_further_passages(done: Finished):
    features = items(done, "sentence", SENTENCE)
    assert set(np.diff(features.groups("passages")).tolist()) == {2}
    assert all(len(set(features.ragged("numbers")[row].tolist())) == 2 for row in range(len(features)))


def test_questions_without_an_answer_are_counted_as_left_out(done: Finished):
    _, store, _ = done
    key = phase_of(done, "v2").parents["train/squad_v2~dual-encoder/qaa"]
    meta = json.loads((store.folder(key, "prepare") / "meta.json").read_text(encoding="utf-8"))
    out = meta["rejected"]["no answer to find"]
    assert 0 < out < 10
    assert len(items(done, "v2", "squad_v2~dual-encoder")) == 10 - out


def test_a_control_of_compute_counts_passages(done: Finished):
    told, wanted = left(done, "text", "history.json"), left(done, "passage", "history.json")["tokens"]
    features = items(done, "passage", PASSAGE)
    assert wanted > 2 * features.ragged("input_ids").lengths(np.arange(10)).sum()
    a_step = told["tokens"] / told["steps"]
    assert (told["steps"] - 2) * a_step <= wanted <= (told["steps"] + 2) * a_step


def test_the_encoder_is_exported_and_searches(done: Finished, tmp_path: Path):
    folder = exports.export_node(done[1], phase_of(done, "passage").key[:16], tmp_path / "model")
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "AutoModel.from_pretrained" in card and "| temperature | 0.05 |" in card and "CC BY-SA" in card
    rows = evaluate_model(str(folder), "tatoeba", DataChoice(["qab"], Source.parse("lab")))
    assert "accuracy" in {row["metric"] for row in rows}


def test_of_a_phase_with_both_the_head_is_exported_or_the_encoder(done: Finished, tmp_path: Path):
    key = phase_of(done, "both").key[:16]
    head = exports.export_node(done[1], key, tmp_path / "head")
    assert "AutoModelForQuestionAnswering" in (head / "README.md").read_text(encoding="utf-8")
    bare = exports.export_node(done[1], key, tmp_path / "bare", PASSAGE)
    assert "`AutoModel.from_pretrained" in (bare / "README.md").read_text(encoding="utf-8")


def test_a_dev_set_is_searched_with_what_is_trained():
    assert (
        searched_as("mean", "cosine")
        == searched_as(Contrast().pooling, Contrast().similarity)
        == {"layer": -1, "pooling": "mean"}
    )
    dots = Contrast("first", "dot", 1.0, 2)
    assert searched_as(dots.pooling, dots.similarity) == {"layer": -1, "pooling": "first", "similarity": "dot"}


@pytest.mark.parametrize("similarity", ["cosine", "dot"])
def test_a_checkpoint_is_chosen_by_how_well_it_finds(tmp_path: Path, similarity: str):
    arms = {"none": [], "dual": dual(pooling="first", similarity=similarity, epochs=2)}
    finished = finished_run(STUDY | {"arms": arms, "selection": "pivot-dev"}, tmp_path)
    told = left(finished, "dual", "history.json")
    scores = [entry["dev"] for entry in told["history"] if "dev" in entry]
    assert len(scores) == 2 and all(0 <= score <= 100 for score in scores)
    assert told["best_step"] == (3 if scores[0] >= scores[1] else 5)


def test_a_training_set_with_one_passage_is_refused_in_words(tmp_path: Path):
    study = STUDY | {"arms": {"none": [], "dual": dual(limit=1, batch_size=2)}}
    plan, store = make_plan(validate(study, "dual")), Store(tmp_path / "store")
    outcome = run_study(plan, store, tmp_path / "out", StudyOptions(executor="inline"))
    (failure,) = outcome.failed.values()
    assert "one passage in all: there is nothing to tell apart" in failure.message
