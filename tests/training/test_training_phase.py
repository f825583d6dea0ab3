from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.errors import InputError
from xstilts.training import Mix, PhaseSpec

MIXES = st.one_of(
    st.builds(Mix, rule=st.just("proportional"), cap=st.none() | st.integers(1, 10**6), temperature=st.floats(0.1, 10)),
    st.builds(Mix, rule=st.just("uniform")),
    st.builds(Mix, rule=st.just("weights"), weights=st.fixed_dictionaries({"a": st.floats(0.1, 9), "b": st.just(1)})),
    st.builds(Mix, rule=st.just("linear"), weights=st.fixed_dictionaries({"a": st.floats(0, 9), "b": st.just(1)}),
              end_weights=st.fixed_dictionaries({"a": st.just(2), "b": st.floats(0, 9)})),
)  # fmt: skip
PARTS = st.one_of(
    st.fixed_dictionaries({"lora_rank": st.integers(1, 64), "lora_alpha": st.none() | st.floats(0.5, 99)}),
    st.fixed_dictionaries({"freeze_embeddings": st.booleans()}),
)


@given(
    mix=MIXES,
    length=st.one_of(st.fixed_dictionaries({"steps": st.integers(1, 10**6)}),
                     st.fixed_dictionaries({"epochs": st.floats(0.01, 50)})),
    norm=st.sampled_from([0.5, 1, math.inf]),
    betas=st.tuples(st.floats(0, 0.99), st.floats(0, 0.99)),
    beside=st.none() | st.fixed_dictionaries({"c": st.floats(0.01, 0.99)}),
    parts=PARTS,
    layers=st.integers(0, 24),
)  # fmt: skip
def test_a_phase_survives_json(mix, length, norm, betas, beside, parts, layers):
    tasks = ("a", "b") if beside is None else ("a", "b", "c")
    spec = PhaseSpec(tasks, mix=mix, max_grad_norm=norm, adam_betas=betas, beside=beside, freeze_layers=layers,
                     selection="average", average_last=4, **length, **parts)  # fmt: skip
    text = json.dumps(spec.to_json(), allow_nan=False)
    assert PhaseSpec.from_json(json.loads(text)).to_json() == spec.to_json()


def test_equal_phases_give_equal_json():
    given_as_ints = PhaseSpec(("a",), epochs=2, warmup=0, weight_decay=0, max_grad_norm=1)
    given_as_floats = PhaseSpec(("a",), epochs=2.0, warmup=0.0, weight_decay=0.0, max_grad_norm=1.0)
    assert json.dumps(given_as_ints.to_json()) == json.dumps(given_as_floats.to_json())
    left_out, written = (
        PhaseSpec(("a",), epochs=1, lora_rank=8),
        PhaseSpec(("a",), epochs=1, lora_rank=8, lora_alpha=16),
    )
    assert left_out.to_json() == written.to_json()
    assert left_out.to_json()["lora_alpha"] == 16.0


def test_the_tasks_beside_are_not_among_those_that_the_mixture_draws():
    spec = PhaseSpec(("c", "b", "a"), steps=3, beside={"b": 0.25, "c": 0.5}, mix=Mix("weights", weights={"a": 1}))
    assert (spec.main_tasks, spec.beside_share) == (("a",), 0.75)
    assert spec.to_json()["beside"] == {"b": 0.25, "c": 0.5}


def test_left_out_fields_take_their_defaults():
    assert PhaseSpec.from_json({"tasks": ["a"], "steps": 3}) == PhaseSpec(("a",), steps=3)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"tasks": ()}, "tasks"),
        ({"tasks": ("a", "a")}, "tasks"),
        ({"steps": None}, "steps"),
        ({"epochs": 1.0}, "steps"),
        ({"steps": 0}, "steps"),
        ({"steps": None, "epochs": math.nan}, "epochs"),
        ({"batch_size": 0}, "batch_size"),
        ({"learning_rate": math.inf}, "learning_rate"),
        ({"warmup": 1.5}, "warmup"),
        ({"weight_decay": -0.1}, "weight_decay"),
        ({"adam_betas": (0.9, 1.0)}, "adam_betas"),
        ({"adam_epsilon": 0.0}, "adam_epsilon"),
        ({"max_grad_norm": 0.0}, "max_grad_norm"),
        ({"precision": "fp16"}, "precision"),
        ({"selection": "target-dev"}, "selection"),
        ({"token_budget": 0}, "token_budget"),
        ({"mlm_probability": 1.0}, "mlm_probability"),
        ({"evaluate_every": 0}, "evaluate_every"),
        ({"mix": Mix("weights", weights={"b": 1.0})}, "mix.weights"),
        ({"average_last": 0}, "average_last"),
        ({"beside": {}}, "beside"),
        ({"beside": {"a": 0.5}}, "beside"),  # nothing is left to stand beside
        ({"tasks": ("a", "b"), "beside": {"c": 0.5}}, "beside"),
        ({"tasks": ("a", "b"), "beside": {"b": 0.0}}, "beside.b"),
        ({"tasks": ("a", "b"), "beside": {"b": math.nan}}, "beside.b"),
        ({"tasks": ("a", "b", "c"), "beside": {"b": 0.5, "c": 0.5}}, "beside"),
        ({"tasks": ("a", "b"), "beside": {"b": 0.5}, "mix": Mix("weights", weights={"a": 1, "b": 1})}, "mix.weights"),
        ({"lora_rank": 0}, "lora_rank"),
        ({"lora_alpha": 4.0}, "lora_alpha"),
        ({"lora_rank": 2, "lora_alpha": 0.0}, "lora_alpha"),
        ({"lora_rank": 2, "freeze_embeddings": True}, "freeze_embeddings"),
        ({"freeze_layers": -1}, "freeze_layers"),
    ],
)
def test_a_wrong_field_is_named(changes, field):
    with pytest.raises(InputError) as caught:
        PhaseSpec(**({"tasks": ("a",), "steps": 3} | changes))
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"rule": "equal"}, "mix.rule"),
        ({"cap": 0}, "mix.cap"),
        ({"rule": "uniform", "cap": 5}, "mix.cap"),
        ({"temperature": 0.0}, "mix.temperature"),
        ({"rule": "weights"}, "mix.weights"),
        ({"weights": {"a": 1.0}}, "mix.weights"),
        ({"rule": "weights", "weights": {"a": 0.0}}, "mix.weights.a"),
        ({"rule": "weights", "weights": {"a": 1.0}, "end_weights": {"a": 1.0}}, "mix.end_weights"),
        ({"rule": "linear", "weights": {"a": 1.0}}, "mix.end_weights"),
        ({"rule": "linear", "end_weights": {"a": 1.0}}, "mix.weights"),
        ({"rule": "linear", "weights": {"a": 1.0}, "end_weights": {"b": 1.0}}, "mix.end_weights"),
        ({"rule": "linear", "weights": {"a": 0.0}, "end_weights": {"a": 1.0}}, "mix.weights"),
        ({"rule": "linear", "weights": {"a": 1.0}, "end_weights": {"a": 0.0}}, "mix.end_weights"),
        ({"rule": "linear", "weights": {"a": 1.0}, "end_weights": {"a": -1.0}}, "mix.end_weights.a"),
        ({"rule": "linear", "cap": 5, "weights": {"a": 1.0}, "end_weights": {"a": 1.0}}, "mix.cap"),
    ],
)
def test_a_wrong_mix_is_named(fields, field):
    with pytest.raises(InputError) as caught:
        Mix(**fields)
    assert caught.value.field == field


def test_an_unknown_key_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match="learning_rate") as caught:
        PhaseSpec.from_json({"tasks": ["a"], "steps": 1, "learningrate": 1})
    assert caught.value.field == "learningrate"
    with pytest.raises(InputError) as caught:
        PhaseSpec.from_json({"tasks": ["a"], "steps": 1, "mix": {"kind": 1}})
    assert caught.value.field == "mix.kind"
