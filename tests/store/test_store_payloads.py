"""Payloads: one class a form for every kind of node, whose JSON changes only together with the kind's version."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.errors import StoreError, UnknownNameError
from xstilts.planning.plan import plan_study
from xstilts.sources import Source
from xstilts.store import node as nodes
from xstilts.store.node import KIND_VERSIONS, Cost, Node, node_key
from xstilts.store.payloads import (
    FORMS,
    REVIEW_KINDS,
    AnalysePayload,
    AnswersPayload,
    Augmented,
    CheckPayload,
    ChoosePayload,
    ConvertedVocabularyPayload,
    ConvertPayload,
    CutPayload,
    CutSet,
    ExamplesPayload,
    ExtractPayload,
    Form,
    GivenPayload,
    JudgePayload,
    LimitPayload,
    LookPayload,
    MeasuredSet,
    NgramPayload,
    NoiseVariant,
    NoisyPayload,
    NoisyPredictPayload,
    OverlapPayload,
    PicturesPayload,
    Place,
    PortionEncoding,
    PredictPayload,
    PretrainPayload,
    ProposePayload,
    ReviewPayload,
    Runtime,
    ScoredCell,
    ScorePayload,
    ScreenPayload,
    SearchPayload,
    SynthesisePayload,
    TrainPayload,
    Viewed,
    VocabularyPayload,
    payload_of,
)
from xstilts.store.retention import NEEDS
from xstilts.studies.load import load_study
from xstilts.tasks.base import Kind
from xstilts.training.contrast import Contrast
from xstilts.training.language_mixture import LanguageMixture
from xstilts.training.mix import Mix
from xstilts.training.phase import PhaseSpec
from xstilts.training.robust import Robust

GOLDEN = Path(__file__).with_name("payloads.json")
MIXTURE = LanguageMixture("en", ("de", "sw"), 0.25, "extra", 2.0, "native")
PHASE = PhaseSpec(("mnli", "mlm"), epochs=3, beside={"mlm": 0.1}, lora_rank=8, max_grad_norm=float("inf"), seed=2)
STEADY = PhaseSpec(("snli",), steps=10, robust=Robust("adversarial", 0.2, 3))
ALIKE = PhaseSpec(("snli",), steps=10, consistency=0.5)
DUAL = PhaseSpec(("squad~dual",), steps=100, mix=Mix("uniform"), contrast=Contrast("first", "dot", 0.1, 2))
OPTIONS = PortionEncoding(max_length=128, stride=42, max_answer_tokens=30)
EXAMPLES = ExamplesPayload(
    task="xnli", kind=Kind.CLASSIFICATION, labels=("no", "yes"), language="de", split="test", limit=None,
    data={"parts": [{"sha256": "0" * 64}]}, options=OPTIONS, tokenizer={"sha256": {"tokenizer.json": "1" * 64}},
)  # fmt: skip
PREDICT = PredictPayload(
    task="xnli", kind=Kind.CLASSIFICATION, labels=("no", "yes"), pivot="en", head="mnli", base=None, options=OPTIONS,
    precision="fp32", settings=(),
)  # fmt: skip
NGRAMS = NgramPayload(
    task="xnli", kind=Kind.CLASSIFICATION, labels=("no", "yes"), pivot="en", learn=("train/mnli/en",),
    answer=("test/xnli/de",),
)  # fmt: skip
SCORE = ScorePayload(task="xnli", kind=Kind.CLASSIFICATION, labels=("no", "yes"), metrics=("accuracy",))
TYPO = NoiseVariant(type="typo", version=1, severity=3)
SEARCHED = {
    "kind": Kind.RETRIEVAL, "labels": (), "answer": ("test/bucc/de",), "tuned_on": {"de": "dev/bucc/de"},
    "variants": ({"pool": "cross"}, {"pool": "mono"}), "held_out": ("fr",), "pooled": True, "shared_pool": True,
}  # fmt: skip
MADE = {
    "examples": EXAMPLES,
    "examples, all said": replace(
        EXAMPLES, kind=Kind.SPAN_QA, limit=7, tokenizer=None, rule="mlqa", view=Viewed("masked", 3),
        options=replace(OPTIONS, windows="run_squad", max_question_tokens=64, n_best=0, token_answers=False),
    ),
    "examples, augmented": replace(EXAMPLES, augment=Augmented(TYPO, {"text": "de"}, seed=2, share=0.5)),
    "noisy": NoisyPayload(
        task="xquad", kind=Kind.SPAN_QA, languages={"context": "de", "question": "en"},
        variants=(TYPO, NoiseVariant("code-switch", 2, 5, "query", "follow", dictionary="7" * 64)),
    ),
    "limit": LimitPayload(
        cut=(CutSet("mnli", "", None, {"en": {"sha256": "2" * 64}}),),
        measure=(MeasuredSet("squad", "masked", MIXTURE, {"en": "measure/0/en", "de": "measure/0/de"}),),
    ),
    "images": PicturesPayload(
        task="xvnli", split="test", limit=None, data={"qaa": {"lab": 1}}, images={"source": "lab"}, side=48
    ),
    "features": LookPayload(look={"encoder": "lab-patches", "version": 1, "side": 48, "grid": 6}),
    "features, given": GivenPayload(
        task="xvnli", split="test", limit=60, data={"en": {"sha256": "2" * 64}}, images={"features": ["f" * 64]}
    ),
    "vocabulary": VocabularyPayload(size=8000, lines=100, data={"train/mlm/en": {"lab": 4}}),
    "pretrain": PretrainPayload(
        phase=DUAL, base=None, tokenizer={"repo": "a/b", "revision": None}, architecture={"model_type": "xlm-roberta"}
    ),
    "pretrain, all said": PretrainPayload(
        DUAL, None, None, "instead", {"squad~dual": MIXTURE}, architecture={"model_type": "bert"}
    ),
    "train": TrainPayload(phase=PHASE, base={"sha256": {"model.safetensors": "3" * 64}}, tokenizer=None),
    "train, all said": TrainPayload(DUAL, None, None, "longer", {"squad~dual": MIXTURE}),
    "train, robust": TrainPayload(phase=STEADY, base=None, tokenizer=None),
    "train, beside noisy copies": TrainPayload(phase=ALIKE, base=None, tokenizer=None),
    "choose": ChoosePayload(head="xnli", dev="dev/xnli/en", half="a"),
    "choose, searched": ChoosePayload(None, "dev/squad/en", "a", {"layer": -1, "pooling": "mean"}),
    "predict": PREDICT,
    "predict, all said": replace(
        PREDICT, **SEARCHED, head=None, base={"name": "b"}, settings=({"layer": 7, "pooling": "mean"},), cut=0,
        rule="bucc", baseline="untrained.v1", architecture={"model_type": "xlm-roberta"},
    ),
    "predict, under noise": NoisyPredictPayload(
        task="xnli", kind=Kind.CLASSIFICATION, labels=("no", "yes"), pivot="en", head="mnli", base=None,
        options=OPTIONS, precision="fp32", settings=(),
    ),
    "predict, under noise, all said": NoisyPredictPayload(
        **{"task": "bucc", "pivot": "en", "options": OPTIONS, "precision": "fp32"} | SEARCHED, head=None,
        base={"name": "b"}, settings=({"layer": 7, "pooling": "mean"},), cut=0, rule="bucc", baseline="untrained.v1",
        architecture={"model_type": "xlm-roberta"},
    ),
    "n-grams": NGRAMS,
    "n-grams, all said": replace(NGRAMS, **SEARCHED, learn=()),
    "convert": ConvertPayload(base="me5-small", weights="6" * 64, version=1),
    "cut": CutPayload(layers=6, base={"where": "hub", "repo": "o/n", "revision": "c"}, tokenizer=None),
    "converted vocabulary": ConvertedVocabularyPayload(base="me5-small", weights="6" * 64, version=1),
    "score": SCORE,
    "score, all said": replace(SCORE, rule="mlqa", half="b", own_dev=True),
    "overlap": OverlapPayload("mnli", "xnli", ("train/mnli/en",), ("test/xnli/de",), ngram=8, shortest=4),
    "analyse": AnalysePayload(
        source="lab", cells=(ScoredCell("b", "none", "xnli", "xtreme", "1", "test", "last", "4" * 64, ""),),
        facts={"study": "s", "pivot": "qaa"}, claims={"C1": "5" * 64}, overlap_arms={"mnli/en/xnli": ("mnli",)},
    ),
    "analyse, under noise": AnalysePayload(
        source="lab", cells=(ScoredCell("b", "none", "xnli", "xtreme", "1", "test", "last", "4" * 64, "", "8" * 64),),
        facts={"study": "s", "pivot": "qaa"}, claims={}, overlap_arms={},
    ),
    "search": SearchPayload("Does it?", ("folder",), records=100),
    "search, all said": SearchPayload("Does it?", ("arxiv",), 100, 2018, 2026, ("9" * 64,), "a" * 64),
    "screen": ScreenPayload("Does it?"),
    "screen, all said": ScreenPayload("Does it?", "e" * 64),
    "propose": ProposePayload("Does it?", "small-1", "proposals 1"),
    "extract": ExtractPayload(papers=20),
    "extract, all said": ExtractPayload(20, 40, "e" * 64),
    "check": CheckPayload("Does it?", findings=50),
    "check, all said": CheckPayload("Does it?", 50, ("C1",), "b" * 64, "c" * 64),
    "review": ReviewPayload("Does it?", ("challenger",)),
    "synthesise": SynthesisePayload(recall=0.95),
    "judge": JudgePayload(seed=1, literature="1", confidence="d" * 64),
}  # fmt: skip
"""A payload of every form, with its defaults and with none of them."""


def described(payload):
    """What may change only with a version: the JSON, what it means to leave a field out, and the key."""
    kind, version, said = payload.node_kind, KIND_VERSIONS[payload.node_kind], payload.to_json()
    left_out = {item.name: getattr(payload, item.name) for item in fields(payload) if item.name not in said}
    named = {"kind": kind, "version": version, "payload": said, "key": node_key(kind, version, said, {})}
    return {**named, "left out": json.loads(json.dumps(left_out))}


def room(kind):
    """The package of a runner, with a point behind it; those of reviews have their own."""
    return "reviews." if kind in REVIEW_KINDS else ""


def test_every_kind_of_node_has_a_version_a_runner_and_the_forms_of_its_payload():
    assert all(callable(import_module(f"xstilts.runners.{room(kind)}{kind}").run) for kind in KIND_VERSIONS)
    assert set(NEEDS) <= set(KIND_VERSIONS) == set(FORMS)
    assert all(
        (form.node_kind, form.node_version) == (kind, KIND_VERSIONS[kind]) for kind in FORMS for form in FORMS[kind]
    )


def test_every_form_is_among_the_examples_and_every_default_is_departed_from():
    assert {type(payload) for payload in MADE.values()} == {form for forms in FORMS.values() for form in forms}
    said = {(type(payload), name) for payload in MADE.values() for name in payload.to_json()}
    every = {(form, item.name) for forms in FORMS.values() for form in forms for item in fields(form)}
    assert every - said == set()


@pytest.mark.parametrize("name", MADE)
def test_a_payload_changes_only_with_the_version_of_its_kind(name):
    """If this fails, raise the kind's ``node_version`` and run this file, which writes payloads.json."""
    assert described(MADE[name]) == json.loads(GOLDEN.read_text(encoding="utf-8"))[name]


@pytest.mark.parametrize("kind", KIND_VERSIONS)
def test_a_raised_version_changes_the_keys_of_its_kind(kind, monkeypatch):
    own = [payload for payload in MADE.values() if payload.node_kind == kind]
    before = {Node.of(payload, "a", {}, Cost()).key for payload in own}
    monkeypatch.setattr(nodes, "KIND_VERSIONS", {**KIND_VERSIONS, kind: KIND_VERSIONS[kind] + 1})
    assert before.isdisjoint(Node.of(payload, "a", {}, Cost()).key for payload in own)


@pytest.mark.parametrize("name", MADE)
def test_what_was_written_is_read_back(name):
    payload = MADE[name]
    written = json.loads(json.dumps(payload.to_json()))
    read = payload_of(payload.node_kind, written, Form)
    assert type(read) is type(payload)
    assert read.to_json() == written
    assert type(read).from_json(written) == read


@pytest.mark.parametrize(("study", "sets"), [("demo", []), ("retrieval", ["seeds=[1]"]), ("mix", ["seeds=[1]"])])
def test_all_payloads_and_runtimes_of_a_plan_are_read_back(study, sets):
    for node in plan_study(load_study(study, sets)).nodes.values():
        again = Node.of(node.asked(Form), node.label, node.parents, node.cost, node.places)
        assert again == node


def test_defaults_are_left_out():
    assert set(SCORE.to_json()) == {"task", "kind", "labels", "metrics"}
    assert set(NGRAMS.to_json()) == {"baseline", "task", "kind", "labels", "pivot", "learn", "answer"}
    assert set(EXAMPLES.to_json()["options"]) == {"max_length", "stride", "max_answer_tokens"}
    assert Runtime().to_json() == {}


NAMES = st.text(min_size=1, max_size=8)
SETTINGS = st.dictionaries(NAMES, st.integers() | st.text(), max_size=3)


@given(st.builds(
    PredictPayload, task=NAMES, kind=st.sampled_from(Kind), labels=st.lists(NAMES).map(tuple), pivot=NAMES,
    answer=st.lists(NAMES).map(tuple), tuned_on=st.dictionaries(NAMES, NAMES), head=st.none() | NAMES,
    variants=st.lists(st.dictionaries(NAMES, NAMES, max_size=2), max_size=2).map(tuple), pooled=st.booleans(),
    base=st.none() | st.dictionaries(NAMES, st.none() | st.integers() | st.floats(allow_nan=False)),
    options=st.just(OPTIONS), precision=NAMES, settings=st.lists(SETTINGS, max_size=3).map(tuple),
    cut=st.none() | st.integers(), rule=st.text(), held_out=st.lists(NAMES).map(tuple), shared_pool=st.booleans(),
    baseline=st.sampled_from(["", "untrained.v1"]), architecture=st.none() | SETTINGS,
))  # fmt: skip
def test_any_prediction_asked_for_is_read_back_as_it_was(payload):
    assert payload_of("predict", payload.to_json(), AnswersPayload) == payload


def test_a_runtime_is_read_back(tmp_path):
    source = Source("files", tmp_path, {"xnli": {"de": {"test": {"path": "a.tsv"}}}}, {"a/b": "c"})
    places = Runtime(Place("xlm-r", None), Place("a/b", "c"), source, {"mine": {"kind": "tagging"}}, (("a", "b", "c"),))
    node = Node.of(SCORE, "score", {}, Cost(), places)
    assert Node.from_json(json.loads(json.dumps(node.to_json()))).places == places
    assert node.key == Node.of(SCORE, "score", {}, Cost()).key


@pytest.mark.parametrize(("name", "change", "place"), [
    ("predict", {"settings": "layer 7"}, "predict.settings"),
    ("predict", {"variants": [{"pool": 3}]}, "predict.variants.0.pool"),
    ("predict", {"kind": "dancing"}, "predict.kind"),
    ("predict", {"pooled": 1}, "predict.pooled"),
    ("predict", {"colour": "red"}, "predict.colour"),
    ("predict", {"baseline": "dice.v1"}, "predict.baseline"),
    ("n-grams", {"learn": None}, "predict.learn"),
    ("examples", {"options": {"max_length": 128, "stride": 42}}, "prepare.options.max_answer_tokens"),
    ("examples", {"limit": 3.0}, "prepare.limit"),
    ("examples", {"what": "pictures"}, "prepare"),
    ("limit", {"cut": [{"task": "a", "view": "", "mixture": {"pivot": "b"}, "parts": {}}]}, "prepare.cut.0.mixture"),
    ("train", {"phase": {"tasks": ["mnli"], "epochs": 1, "steps": 1}}, "train.phase"),
    ("train", {"phase": {"tasks": ["mnli"], "epochs": 1, "colour": 1}}, "train.phase"),
    ("train", {"as_long": "shorter"}, "train.as_long"),
    ("score", {"metrics": [1]}, "score.metrics.0"),
    ("analyse", {"cells": [{"base": "b"}]}, "analyse.cells.0.arm"),
])  # fmt: skip
def test_what_cannot_be_read_is_refused_with_kind_and_field(name, change, place):
    kind = MADE[name].node_kind
    with pytest.raises(StoreError) as caught:
        Node(kind, "damaged", {**MADE[name].to_json(), **change}).asked(Form)
    assert (caught.value.field or "").startswith(place)


def test_what_is_missing_is_named():
    written = SCORE.to_json()
    del written["metrics"]
    with pytest.raises(StoreError, match=r"score\.metrics"):
        payload_of("score", written, ScorePayload)


def test_another_form_than_the_one_expected_is_refused():
    with pytest.raises(StoreError, match="asks for no PredictPayload"):
        Node.of(NGRAMS, "predict", {}, Cost()).asked(PredictPayload)
    with pytest.raises(StoreError, match="is no TrainPayload"):
        payload_of("choose", MADE["choose"].to_json(), TrainPayload)
    with pytest.raises(StoreError, match="is no Form"):
        payload_of("prepare", [], Form)
    with pytest.raises(UnknownNameError, match="cook"):
        payload_of("cook", {}, Form)


if __name__ == "__main__":
    golden = {name: described(payload) for name, payload in MADE.items()}
    GOLDEN.write_text(json.dumps(golden, indent=1, sort_keys=True) + "\n", encoding="utf-8")
