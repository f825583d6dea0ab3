from __future__ import annotations

import sys

import pytest
import torch

from xstilts.errors import InputError, ModelError
from xstilts.models.adaptation import adapt, adapted, merge
from xstilts.models.export import CardFacts, export
from xstilts.models.heads import Head, attach_head
from xstilts.models.stored import load_stored, save_model
from xstilts.tasks.base import Kind

SIZES = {"hidden_size": 16, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 32}
ARCHITECTURES = {
    "xlm-roberta": {"model_type": "xlm-roberta", **SIZES},
    "bert": {"model_type": "bert", **SIZES},
    "deberta-v2": {"model_type": "deberta-v2", **SIZES},
    "distilbert": {"model_type": "distilbert", "dim": 16, "n_layers": 3, "n_heads": 2, "hidden_dim": 32},
}
BATCH = {"input_ids": torch.tensor([[0, 7, 9, 2]]), "attention_mask": torch.ones(1, 4, dtype=torch.int64)}


@pytest.fixture(params=list(ARCHITECTURES))
def encoder(request, make_encoder):
    return make_encoder(ARCHITECTURES[request.param])


@pytest.fixture
def xlmr(make_encoder):
    return make_encoder(ARCHITECTURES["xlm-roberta"])


def tensors(encoder):
    return {name: tensor.clone() for name, tensor in encoder.state_dict().items()}


def trained(encoder):
    return {name for name, parameter in encoder.named_parameters() if parameter.requires_grad}


def output(encoder):
    with torch.no_grad():
        return encoder(**BATCH).last_hidden_state


def stir(encoder):
    """Low-rank updates as training might leave them."""
    with torch.no_grad():
        for name, parameter in encoder.named_parameters():
            if "lora_" in name:
                parameter.copy_(0.1 * torch.arange(parameter.numel()).reshape(parameter.shape).sin())


def test_updates_change_nothing_at_first_and_are_all_that_is_trained(encoder):
    before, names = output(encoder), set(tensors(encoder))
    adapt(encoder, 1, lora_rank=2)
    assert torch.equal(output(encoder), before)
    pooler = {name for name in names if name.startswith("pooler.")}
    matrices = trained(encoder) - pooler
    assert pooler <= trained(encoder)
    assert len(matrices) == 3 * 6 * 2  # layers; query, key, value, their output, up, down; A and B
    assert all(name.endswith(("lora_A.default.weight", "lora_B.default.weight")) for name in matrices)
    assert not any("pooler" in name or "embeddings" in name for name in matrices)


def test_a_merged_encoder_is_the_plain_one_with_other_linear_maps(encoder):
    before, modules = tensors(encoder), [(name, type(module)) for name, module in encoder.named_modules()]
    attributes, parameters = set(vars(encoder)), dict(encoder.named_parameters())
    adapt(encoder, 1, lora_rank=2)
    stir(encoder)
    unmerged = output(encoder)
    merge(encoder)
    after = encoder.state_dict()
    assert list(after) == list(before)
    assert [(name, type(module)) for name, module in encoder.named_modules()] == modules
    assert set(vars(encoder)) == attributes
    assert all(parameters[name] is parameter for name, parameter in encoder.named_parameters())
    assert torch.allclose(output(encoder), unmerged, atol=1e-5)
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert len(changed) == 3 * 6 and all(name.endswith("weight") and before[name].ndim == 2 for name in changed)
    merge(encoder)  # a second time there is nothing to merge
    assert all(torch.equal(after[name], tensor) for name, tensor in encoder.state_dict().items())


@pytest.mark.parametrize(("alpha", "scale"), [(None, 2.0), (3.0, 1.0), (0.75, 0.25)])
def test_what_is_merged_is_alpha_over_rank_times_b_a(xlmr, alpha, scale):
    name = "encoder.layer.1.output.dense"
    before = xlmr.get_submodule(name).weight.clone()
    adapt(xlmr, 1, lora_rank=3, lora_alpha=alpha)
    stir(xlmr)
    layer = xlmr.get_submodule(name)
    a, b = (part["default"].weight.clone() for part in (layer.lora_A, layer.lora_B))
    assert (a.shape, b.shape) == ((3, 32), (16, 3))
    merge(xlmr)
    assert torch.allclose(xlmr.get_submodule(name).weight, before + scale * b @ a, atol=1e-6)


def test_updates_are_drawn_from_the_seed_and_torchs_generator_is_left_alone(make_encoder):
    def drawn(seed):
        encoder = make_encoder()
        adapt(encoder, seed, lora_rank=2)
        return torch.cat([tensor.flatten() for name, tensor in encoder.named_parameters() if "lora_A" in name])

    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    first = drawn(5)
    assert torch.equal(before, torch.random.get_rng_state())
    torch.manual_seed(2)
    assert torch.equal(first, drawn(5))
    assert not torch.equal(first, drawn(6))


def test_frozen_embeddings_are_the_whole_module(encoder):
    adapt(encoder, 1, freeze_embeddings=True)
    names = set(dict(encoder.named_parameters()))
    frozen = names - trained(encoder)
    assert frozen == {name for name in names if name.startswith("embeddings.")}
    assert any("LayerNorm" in name for name in frozen)


def test_layers_are_frozen_from_the_bottom(xlmr):
    adapt(xlmr, 1, freeze_layers=2)
    names = set(dict(xlmr.named_parameters()))
    low = ("encoder.layer.0.", "encoder.layer.1.")
    assert names - trained(xlmr) == {name for name in names if name.startswith(low)}


def test_frozen_layers_get_no_updates(xlmr):
    adapt(xlmr, 1, lora_rank=2, freeze_layers=2)
    matrices = {name for name in trained(xlmr) if not name.startswith("pooler.")}
    assert len(matrices) == 12 and all(name.startswith("encoder.layer.2.") for name in matrices)


def test_nothing_asked_for_changes_nothing(xlmr):
    adapt(xlmr, 1)
    assert trained(xlmr) == set(dict(xlmr.named_parameters()))


def test_more_layers_than_there_are_cannot_be_frozen(xlmr):
    adapt(xlmr, 1, freeze_layers=3)
    with pytest.raises(InputError, match=r"freeze_layers: 4 layers cannot be frozen: the encoder has 3.*from 0 to 3"):
        adapt(xlmr, 1, freeze_layers=4)
    with pytest.raises(InputError, match=r"has 3, and one must be left to update.*from 0 to 2"):
        adapt(xlmr, 1, freeze_layers=3, lora_rank=2)


def test_an_architecture_that_shares_one_layer_is_refused(make_encoder):
    albert = make_encoder({"model_type": "albert", "embedding_size": 8, **SIZES})
    with pytest.raises(ModelError, match="albert keeps no list of its 3 layers"):
        adapt(albert, 1, freeze_layers=1)


def test_without_peft_it_says_what_to_install(xlmr, monkeypatch):
    monkeypatch.setitem(sys.modules, "peft", None)
    with pytest.raises(
        ModelError, match=r"peft, which is not installed\. Install it with: pip install 'xstilts\[lora\]'"
    ):
        adapt(xlmr, 1, lora_rank=2)


@pytest.mark.parametrize("how", [{"lora_rank": 2}, {"lora_rank": 2, "freeze_layers": 1}, {"freeze_layers": 2},
                                 {"freeze_embeddings": True}])  # fmt: skip
def test_after_the_block_the_same_parameters_are_trained_as_before(xlmr, how):
    xlmr.embeddings.LayerNorm.bias.requires_grad_(False)
    before, names = trained(xlmr), list(tensors(xlmr))
    with adapted(xlmr, 1, **how):
        assert trained(xlmr) != before
    assert (trained(xlmr), list(tensors(xlmr))) == (before, names)


def test_after_an_error_in_the_block_the_encoder_is_plain_again(xlmr):
    before, names = trained(xlmr), list(tensors(xlmr))
    with pytest.raises(ZeroDivisionError), adapted(xlmr, 1, lora_rank=2):
        raise ZeroDivisionError
    assert (trained(xlmr), list(tensors(xlmr))) == (before, names)


def test_a_merged_encoder_is_saved_and_exported_like_any_other(tmp_path, base_folder, xlmr):
    from transformers import AutoModelForSequenceClassification

    labels = ("no", "yes")
    with adapted(xlmr, 1, lora_rank=2):
        model = attach_head(xlmr, Kind.CLASSIFICATION, labels, 1)
        stir(xlmr)
    save_model(tmp_path / "stored", xlmr, {"t": Head(Kind.CLASSIFICATION, labels, model)})
    export(tmp_path / "stored", "t", base_folder, tmp_path / "out", CardFacts("A test"))
    plain = AutoModelForSequenceClassification.from_pretrained(str(tmp_path / "out"), dtype=torch.float32).eval()
    with torch.no_grad():
        logits = [this(**BATCH).logits for this in (model.eval(), load_stored(tmp_path / "stored").model("t"),
                                                    plain)]  # fmt: skip
    assert torch.equal(logits[0], logits[1]) and torch.equal(logits[1], logits[2])
