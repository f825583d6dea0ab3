"""Weights laid out beforehand: the same states but for the order of sums, and nobody else's layers changed."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from transformers.activations import ACT2FN

from xstilts.encoding import EncodingOptions
from xstilts.evaluation import EmbedSetting, embed, embed_settings, linears
from xstilts.evaluation.lanes import around_the_same_weights

ABLE = torch.backends.mkl.is_available() and torch.backends.mkldnn.is_available()
SAMPLE = {
    "input_ids": torch.tensor([[5, 6, 7, 1], [8, 9, 6, 5]]),
    "attention_mask": torch.tensor([[1, 1, 1, 0], [1] * 4]),
}


def states(encoder, batch=SAMPLE) -> torch.Tensor:
    with torch.inference_mode():
        return encoder(**batch).last_hidden_state


def test_states_are_the_same_and_the_encoder_given_is_not_changed(encoder) -> None:
    encoder.eval()
    before = states(encoder)
    packed = linears.pack(encoder, SAMPLE)
    assert bool(packed) == ABLE
    changed = around_the_same_weights(encoder)
    linears.use(changed, packed)
    assert torch.allclose(states(changed), before, atol=1e-5)
    assert torch.equal(states(encoder), before)
    assert not any("forward" in vars(module) for module in encoder.modules())
    assert any("forward" in vars(module) for module in changed.modules()) == ABLE


def test_the_gelu_is_computed_once(encoder) -> None:
    """It comes with the product; were it computed again, or not at all, states would be others."""
    blocks = linears._gelus(encoder.eval())
    assert len(blocks) == encoder.config.num_hidden_layers
    calls: list[int] = []
    for after in blocks.values():
        after.act = lambda values: calls.append(1) or torch.nn.functional.gelu(values)
    assert not linears._gelus(encoder)  # who knows what that computes
    before = states(encoder)
    assert len(calls) == encoder.config.num_hidden_layers
    changed = around_the_same_weights(encoder)
    linears.use(changed, linears.pack(encoder, SAMPLE))
    assert torch.allclose(states(changed), before, atol=1e-5)


def test_a_tanh_gelu_is_left_where_it_is(encoder) -> None:
    for layer in encoder.eval().encoder.layer:
        layer.intermediate.intermediate_act_fn = ACT2FN["gelu_new"]
    assert not linears._gelus(encoder)
    changed = around_the_same_weights(encoder)
    linears.use(changed, linears.pack(encoder, SAMPLE))
    assert torch.allclose(states(changed), states(encoder), atol=1e-5)


@pytest.mark.parametrize("fault", ["wrong", "missing", "refused"])
def test_what_does_not_multiply_as_it_should_is_not_used(encoder, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    def forward(weight, bias, then):
        def multiply(given):
            if fault == "missing":
                raise AttributeError("no such function")
            if fault == "refused":
                raise RuntimeError("not in this build")
            return torch.zeros(*given.shape[:-1], bias.shape[0])

        return multiply

    monkeypatch.setattr(linears, "_forward", forward)
    assert linears.pack(encoder.eval(), SAMPLE) == {}


def test_other_types_of_layers_and_of_numbers_are_left_alone(encoder) -> None:
    class Derived(torch.nn.Linear):
        pass

    block = next(iter(encoder.encoder.layer))
    block.output.dense = Derived(block.output.dense.in_features, block.output.dense.out_features)
    block.intermediate.dense.double()
    found = linears._linears(encoder)
    assert block.output.dense not in found
    assert block.intermediate.dense not in found
    assert block.attention.self.query in found


def test_few_texts_go_without_and_give_the_same_vectors(
    encoder, encoded, facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs: list[int] = []
    before = linears.pack
    monkeypatch.setattr(linears, "pack", lambda *given: packs.append(1) or before(*given))
    texts = [" ".join(f"w{(7 * row + word) % 40}" for word in range(1 + row % 50)) for row in range(200)]
    rows = [{"id": str(n), "role": "candidate", "text": text, "gold": []} for n, text in enumerate(texts)]
    _, features = encoded("retrieval", rows, EncodingOptions(max_length=100))
    many = embed_settings(encoder, features, [EmbedSetting(-1, "mean")], facts)[0]
    assert packs == [1]
    _, some = encoded("retrieval", rows[:20], EncodingOptions(max_length=100))
    few = embed(encoder, some, -1, "mean", facts)
    assert packs == [1]
    assert np.allclose(few, many[:20], atol=1e-5)
    assert np.array_equal(embed_settings(encoder, features, [EmbedSetting(-1, "mean")], facts)[0], many)
