"""How a dual encoder is trained, as plain values."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.errors import InputError
from xstilts.training import Contrast, PhaseSpec

CONTRASTS = st.builds(
    Contrast,
    st.sampled_from(["mean", "mean-content", "first", "weighted-mean"]),
    st.sampled_from(["cosine", "dot"]),
    st.floats(0.001, 10),
    st.integers(0, 5),
)


@given(CONTRASTS)
def test_a_phase_with_a_contrast_survives_json(contrast):
    spec = PhaseSpec(("squad~dual-encoder",), epochs=1, contrast=contrast)
    read = PhaseSpec.from_json(json.loads(json.dumps(spec.to_json())))
    assert read == PhaseSpec(("squad~dual-encoder",), epochs=1.0, contrast=contrast, lora_alpha=None)
    assert read.to_json() == spec.to_json()


def test_other_phases_keep_the_json_they_had():
    assert "contrast" not in PhaseSpec(("mnli",), epochs=1).to_json()


def test_the_defaults():
    said = {"pooling": "mean", "similarity": "cosine", "temperature": 0.05, "hard_negatives": 0}
    assert Contrast().to_json() == said
    assert Contrast(temperature=1).to_json() == Contrast(temperature=1.0).to_json()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("pooling", "max", "weighted-mean"),
        ("similarity", "euclid", "cosine"),
        ("temperature", 0, "must be positive"),
        ("temperature", float("nan"), "must be positive"),
        ("temperature", float("inf"), "must be positive"),
        ("hard_negatives", -1, "0 or more"),
    ],
)
def test_a_value_out_of_range_is_refused(field, value, said):
    with pytest.raises(InputError, match=f"{field}: .*{said}"):
        Contrast(**{field: value})


def test_an_unknown_key_is_refused():
    with pytest.raises(InputError, match=r"contrast\.margin: There is no such field.*temperature"):
        PhaseSpec.from_json({"tasks": ["a"], "epochs": 1, "contrast": {"margin": 1}})


def test_a_step_of_one_question_needs_hard_negatives():
    with pytest.raises(InputError, match="batch_size: .*at least 2 for a dual encoder"):
        PhaseSpec(("a",), epochs=1, batch_size=1, contrast=Contrast())
    PhaseSpec(("a",), epochs=1, batch_size=1, contrast=Contrast(hard_negatives=1))
