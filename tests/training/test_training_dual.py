"""Dual encoders: the loss by hand, and gradients that are the same whether they are cached or not."""

from __future__ import annotations

import math

import numpy as np
import pytest
import tiny_phases as tiny
import torch

from xstilts.encoding.pairs import step_passages
from xstilts.errors import NonFiniteLossError
from xstilts.tasks.base import Kind
from xstilts.training import Contrast, PhaseSpec
from xstilts.training.backward import backward_of
from xstilts.training.inputs import prepare
from xstilts.training.loop import Execution, train
from xstilts.training.losses import contrastive
from xstilts.training.mixture import StepItems
from xstilts.training.processes import ALONE

pytestmark = pytest.mark.usefixtures("one_thread")

CPU = Execution(cpu=True)
NAME = "qa~dual-encoder"
STILL = tiny.ARCHITECTURE | {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
QUESTIONS = torch.tensor([[3.0, 0.0], [0.0, 2.0], [3.0, 4.0]])
PASSAGES = torch.tensor([[2.0, 0.0], [0.0, 5.0]])
RIGHT = torch.tensor([0, 1, 1])


# --- the loss ---------------------------------------------------------------------------------------------------------


def test_the_loss_with_cosines():
    """Cosines: (1, 0), (0, 1), (0.6, 0.8), each divided by 0.5."""
    expected = 2 * math.log(1 + math.exp(-2)) + math.log(1 + math.exp(-0.4))
    assert float(contrastive(QUESTIONS, PASSAGES, RIGHT, Contrast(temperature=0.5))) == pytest.approx(expected)


def test_the_loss_with_dot_products():
    """Products: (6, 0), (0, 10), (6, 20), each divided by 4."""
    expected = sum(math.log(1 + math.exp(-gap / 4)) for gap in (6, 10, 14))
    found = contrastive(QUESTIONS, PASSAGES, RIGHT, Contrast(similarity="dot", temperature=4))
    assert float(found) == pytest.approx(expected)


def test_one_passage_costs_nothing_and_a_vector_of_zeros_is_finite():
    assert float(contrastive(QUESTIONS, PASSAGES[:1], torch.tensor([0, 0, 0]), Contrast())) == 0
    assert float(contrastive(QUESTIONS[:1] * 0, PASSAGES, RIGHT[:1], Contrast())) == pytest.approx(math.log(2))


# --- a step -----------------------------------------------------------------------------------------------------------


def spec_of(budget: int = 10_000, **fields) -> PhaseSpec:
    contrast = fields.pop("contrast", Contrast())
    return PhaseSpec((NAME,), contrast=contrast, **(tiny.COMMON | {"steps": 4, "token_budget": budget} | fields))


def batches_of(spec: PhaseSpec, features, rows=range(8)):
    items = StepItems(NAME, np.array(rows), np.zeros(len(rows), np.int64))
    return prepare(spec, Kind.RETRIEVAL, features, items, tiny.VOCABULARY)


def gradients(spec: PhaseSpec, architecture=STILL, step: int = 3):
    from accelerate import Accelerator

    encoder = tiny.encoder(architecture).double().train()  # rounding is another on each processor
    backward = backward_of(spec, Kind.RETRIEVAL, encoder, tiny.VOCABULARY, Accelerator(cpu=True), ALONE)
    ((rows, loss),) = backward(step, batches_of(spec, tiny.features(Kind.RETRIEVAL)))
    assert sorted(rows.tolist()) == list(range(8))
    return float(loss), {name: tensor.grad for name, tensor in encoder.named_parameters() if tensor.grad is not None}


def test_a_step_encodes_every_question_and_every_passage_once():
    features = tiny.features(Kind.RETRIEVAL)
    batches = batches_of(spec_of(24), features)
    questions = [batch for batch in batches if "right" in batch.tensors]
    assert sum(len(batch.rows) for batch in questions) == sum(batch.counted for batch in batches) == 8
    places, right = step_passages(features, np.arange(8))
    placed = torch.cat([batch.tensors["places"] for batch in batches])
    assert sorted(placed.tolist()) == list(range(8 + len(places)))
    found = dict(zip(torch.cat([batch.tensors["places"] for batch in questions]).tolist(),
                     torch.cat([batch.tensors["right"] for batch in questions]).tolist(), strict=True))  # fmt: skip
    assert [found[place] for place in range(8)] == right.tolist()
    for batch in batches:
        padded = batch.tensors["input_ids"]
        assert padded.numel() <= 24 or len(padded) == 1
        assert batch.tokens == int(batch.tensors["attention_mask"].sum())
        assert padded.shape[1] == int(batch.tensors["attention_mask"].sum(dim=1).max())


@pytest.mark.parametrize("contrast", [Contrast(), Contrast("first", "dot", 1.0), Contrast("weighted-mean")])
def test_cached_gradients_are_those_of_the_step_as_a_whole(contrast):
    whole, direct = gradients(spec_of(contrast=contrast))
    parts, cached = gradients(spec_of(24, contrast=contrast))
    assert parts == pytest.approx(whole, rel=1e-10)
    assert direct.keys() == cached.keys() and "encoder.layer.0.attention.self.query.weight" in direct
    for name, tensor in direct.items():
        assert torch.allclose(tensor, cached[name], rtol=0, atol=1e-10), name
        assert name.endswith("key.bias") or name.startswith("pooler") or float(tensor.abs().max()) > 0, name


def test_both_passes_of_a_cached_step_see_the_same_dropout(monkeypatch):
    seen = []
    forward = tiny.encoder().__class__.forward

    def recording(self, *given, **named):
        found = forward(self, *given, **named)
        seen.append((torch.is_grad_enabled(), found.last_hidden_state.detach().clone()))
        return found

    monkeypatch.setattr(tiny.encoder().__class__, "forward", recording)
    gradients(spec_of(24), tiny.ARCHITECTURE)
    first = [states for graph, states in seen if not graph]
    second = [states for graph, states in seen if graph]
    assert len(first) == len(second) > 2
    assert all(torch.equal(one, two) for one, two in zip(first, second, strict=True))
    seen.clear()
    gradients(spec_of(24), tiny.ARCHITECTURE, step=4)
    assert not any(torch.equal(one, two[1]) for one, two in zip(first, seen, strict=False))


def test_a_step_that_fits_the_budget_is_encoded_once(monkeypatch):
    calls = []
    forward = tiny.encoder().__class__.forward

    def counting(self, *given, **named):
        calls.append(torch.is_grad_enabled())
        return forward(self, *given, **named)

    monkeypatch.setattr(tiny.encoder().__class__, "forward", counting)
    gradients(spec_of())
    assert calls == [True, True]


# --- a phase ----------------------------------------------------------------------------------------------------------


def run(tmp_path, encoder=None, kinds=None, **fields):
    kinds = kinds or {NAME: Kind.RETRIEVAL}
    spec = PhaseSpec(tuple(kinds), **({"contrast": Contrast(), "steps": 6} | tiny.COMMON | fields))
    return train(spec, encoder or tiny.encoder(), tiny.task_data(kinds), tiny.VOCABULARY, tmp_path, CPU)


def test_a_dual_encoder_learns_and_has_no_head(tmp_path):
    result = run(tmp_path, steps=60, batch_size=12, learning_rate=5e-3, token_budget=100)
    losses = [entry["loss"] for entry in result.history]
    assert np.mean(losses[-5:]) < 0.7 * np.mean(losses[:5])
    assert result.heads == {} and not result.encoder.training


def test_the_token_budget_changes_rounding_only(tmp_path):
    results = [run(tmp_path / str(budget), tiny.encoder(STILL).double(), token_budget=budget, adam_epsilon=1e-3)
               for budget in (10_000, 1)]  # fmt: skip
    one, many = (tiny.weights(result) for result in results)
    assert all(np.allclose(one[name], many[name], rtol=0, atol=1e-10) for name in one)
    assert results[0].tokens == results[1].tokens


def test_tokens_count_questions_and_passages(tmp_path):
    result = run(tmp_path, steps=1, batch_size=24, token_budget=10_000)
    features = tiny.features(Kind.RETRIEVAL, name=NAME)
    places, _ = step_passages(features, np.arange(24))
    lengths = features.ragged("passages").lengths(places)
    assert result.tokens == int(features.ragged("input_ids").lengths(np.arange(24)).sum() + lengths.sum())


def test_a_phase_can_train_spans_and_a_dual_encoder_of_one_task(tmp_path):
    kinds = {NAME: Kind.RETRIEVAL, "qa": Kind.SPAN_QA}
    result = run(tmp_path, kinds=kinds, steps=10, beside={"qa": 0.5})
    assert {entry["task"] for entry in result.history} == set(kinds)
    assert set(result.heads) == {"qa"}
    assert result.heads["qa"].model.base_model is result.encoder


def test_gradient_checkpointing_changes_nothing(tmp_path):
    plain, saving = (
        run(tmp_path / str(on), tiny.encoder().double(), gradient_checkpointing=on) for on in (False, True)
    )
    assert all(np.allclose(tensor, tiny.weights(saving)[name], rtol=0, atol=1e-10)
               for name, tensor in tiny.weights(plain).items())  # fmt: skip


@pytest.mark.parametrize("budget", [24, 10_000])
def test_a_loss_that_is_not_finite_stops_the_phase_and_names_its_items(tmp_path, budget):
    encoder = tiny.encoder()
    with torch.no_grad():
        encoder.get_input_embeddings().weight[5:].fill_(math.nan)
    with pytest.raises(NonFiniteLossError, match=f"step 1 of {NAME}; its items: {NAME}-") as caught:
        run(tmp_path, encoder, token_budget=budget)
    assert len(caught.value.value["items"]) == tiny.COMMON["batch_size"]
