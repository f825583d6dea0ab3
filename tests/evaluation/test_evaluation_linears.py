"""Weights laid out beforehand: the same states but for the order of sums, and nobody else's layers changed."""

from __future__ import annotations

import threading

import numpy as np
import pytest
import torch
from transformers.activations import ACT2FN

from xstilts.encoding import EncodingOptions
from xstilts.errors import RunError
from xstilts.evaluation import EmbedSetting, embed, embed_settings, linears
from xstilts.models.load import new_encoder

DEPTH = 2
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
    packed = linears.pack(encoder, DEPTH, SAMPLE)
    assert bool(packed) == ABLE
    changed = linears.with_packed(encoder, packed)
    assert torch.allclose(states(changed), before, atol=1e-5)
    assert torch.equal(states(encoder), before)
    assert not any("forward" in vars(module) for module in encoder.modules())
    assert any("forward" in vars(module) for module in changed.modules()) == ABLE


def test_the_gelu_comes_with_the_product(encoder) -> None:
    """Were it computed again, or not at all, states would be others."""
    blocks = linears._gelus(encoder.eval().modules())
    assert len(blocks) == DEPTH
    changed = linears.with_packed(encoder, linears.pack(encoder, DEPTH, SAMPLE))
    fused = linears._gelus(changed.modules())
    assert all(("forward" in vars(after)) == ABLE for after in fused.values())
    assert torch.allclose(states(changed), states(encoder), atol=1e-5)


def test_another_gelu_is_left_where_it_is(encoder) -> None:
    for layer in encoder.eval().encoder.layer:
        layer.intermediate.intermediate_act_fn = ACT2FN["gelu_new"]
    assert not linears._gelus(encoder.modules())
    changed = linears.with_packed(encoder, linears.pack(encoder, DEPTH, SAMPLE))
    assert torch.allclose(states(changed), states(encoder), atol=1e-5)


def test_only_the_layers_that_are_run_are_laid_out(encoder) -> None:
    encoder.eval()
    assert linears.pack(encoder, 0, SAMPLE) == {}
    one = linears.pack(encoder, 1, SAMPLE)
    assert set(one) <= {id(parameter) for parameter in encoder.encoder.layer[0].parameters()}
    assert len(one) == (6 if ABLE else 0)
    with torch.no_grad():  # what lies above does not matter
        encoder.encoder.layer[1].output.dense.weight.fill_(float("nan"))
    assert linears.pack(encoder, 1, SAMPLE).keys() == one.keys()
    assert linears.pack(encoder, DEPTH, SAMPLE) == {}


def test_wide_layers_differ_by_the_order_of_sums_alone(facts) -> None:
    shape = {"hidden_size": 384, "intermediate_size": 1536, "num_hidden_layers": DEPTH, "num_attention_heads": 6}
    wide = new_encoder({"model_type": "xlm-roberta", "max_position_embeddings": 40} | shape, facts, 3).eval()
    changed = linears.with_packed(wide, linears.pack(wide, DEPTH, SAMPLE))
    assert torch.allclose(states(changed), states(wide), atol=1e-5)


@pytest.mark.parametrize("change", ["forward", "hook", "hook before", "hook on the gelu"])
def test_a_model_with_additions_of_somebody_elses_is_run_as_it_is(encoder, change: str) -> None:
    block = encoder.eval().encoder.layer[0]
    if change == "forward":
        plain = block.output.dense.forward
        block.output.dense.forward = lambda given: 3 * plain(given)
    elif change == "hook":
        block.output.dense.register_forward_hook(lambda module, given, found: found.clamp(max=0.3))
    elif change == "hook before":
        block.register_forward_pre_hook(lambda module, given: None)
    else:
        block.intermediate.intermediate_act_fn.register_forward_hook(lambda module, given, found: 2 * found)
    assert linears.pack(encoder, DEPTH, SAMPLE) == {}
    assert linears.with_packed(encoder, {}) is encoder


def test_a_model_that_cannot_be_copied_is_run_as_it_is(encoder) -> None:
    encoder.eval().lock = threading.Lock()
    assert linears.pack(encoder, DEPTH, SAMPLE) == {}


def test_without_onednn_nothing_is_laid_out(encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)
    assert linears.pack(encoder.eval(), DEPTH, SAMPLE) == {}


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
    assert linears.pack(encoder.eval(), DEPTH, SAMPLE) == {}


def test_other_types_of_layers_and_of_numbers_are_left_alone(encoder) -> None:
    class Derived(torch.nn.Linear):
        pass

    block = next(iter(encoder.encoder.layer))
    block.output.dense = Derived(block.output.dense.in_features, block.output.dense.out_features)
    block.intermediate.dense.double()
    found = linears._linears(encoder.modules())
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
    assert bool(before(encoder.eval(), DEPTH, SAMPLE)) == ABLE  # what the library leaves on a model does not matter


def test_weights_that_diverged_are_said_to_be_so(encoder, encoded, facts) -> None:
    rows = [{"id": str(n), "role": "candidate", "text": "w1 " * (1 + n % 40), "gold": []} for n in range(200)]
    for number, row in enumerate(rows):
        row["text"] += f"w{number % 40} w{number // 40}"
    _, features = encoded("retrieval", rows, EncodingOptions(max_length=100))
    with torch.no_grad():
        encoder.encoder.layer[1].output.dense.weight[0, 0] = float("nan")
    assert np.isfinite(embed(encoder, features, 1, "mean", facts)).all()
    with pytest.raises(RunError, match="not finite"):
        embed(encoder, features, 2, "mean", facts)
