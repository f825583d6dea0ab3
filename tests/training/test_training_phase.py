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
)


@given(
    mix=MIXES,
    length=st.one_of(st.fixed_dictionaries({"steps": st.integers(1, 10**6)}),
                     st.fixed_dictionaries({"epochs": st.floats(0.01, 50)})),
    norm=st.sampled_from([0.5, 1, math.inf]),
    betas=st.tuples(st.floats(0, 0.99), st.floats(0, 0.99)),
)  # fmt: skip
def test_a_phase_survives_json(mix, length, norm, betas):
    spec = PhaseSpec(("a", "b"), mix=mix, max_grad_norm=norm, adam_betas=betas, **length)
    text = json.dumps(spec.to_json(), allow_nan=False)
    assert PhaseSpec.from_json(json.loads(text)).to_json() == spec.to_json()


def test_equal_phases_give_equal_json():
    given_as_ints = PhaseSpec(("a",), epochs=2, warmup=0, weight_decay=0, max_grad_norm=1)
    given_as_floats = PhaseSpec(("a",), epochs=2.0, warmup=0.0, weight_decay=0.0, max_grad_norm=1.0)
    assert json.dumps(given_as_ints.to_json()) == json.dumps(given_as_floats.to_json())


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
