from __future__ import annotations

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForMaskedLM

from xstilts.errors import InputError, ModelError
from xstilts.models.load import load_encoder, load_tokenizer, new_encoder


def rewrite(folder, change):
    tensors = load_file(str(folder / "model.safetensors"))
    change(tensors)
    save_file(tensors, str(folder / "model.safetensors"), metadata={"format": "pt"})


def test_an_encoder_comes_back_whole(base_folder, make_encoder):
    encoder, report = load_encoder(base_folder)
    assert set(report.kept) == set(encoder.state_dict())
    assert (report.new, report.missing, report.unexpected) == ((), (), ())
    for name, tensor in make_encoder().state_dict().items():
        assert torch.equal(tensor, encoder.state_dict()[name]), name


def test_a_masked_lm_gives_its_encoder_a_seeded_pooler_and_names_what_is_left(tmp_path, make_encoder):
    AutoModelForMaskedLM.from_config(make_encoder().config).save_pretrained(str(tmp_path))
    before = torch.random.get_rng_state()
    first, report = load_encoder(tmp_path, seed=5)
    assert torch.equal(before, torch.random.get_rng_state())
    assert report.missing == ("pooler.dense.bias", "pooler.dense.weight")
    assert all(name.startswith("lm_head.") for name in report.unexpected) and report.unexpected
    again, other = load_encoder(tmp_path, seed=5)[0], load_encoder(tmp_path, seed=6)[0]
    assert torch.equal(first.pooler.dense.weight, again.pooler.dense.weight)
    assert not torch.equal(first.pooler.dense.weight, other.pooler.dense.weight)


def test_weights_are_float32_whatever_the_file_holds(base_folder):
    def halve(tensors):
        tensors.update({name: tensor.bfloat16() for name, tensor in tensors.items()})

    rewrite(base_folder, halve)
    assert {tensor.dtype for tensor in load_encoder(base_folder)[0].parameters()} == {torch.float32}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.pop("encoder.layer.1.output.dense.bias"), "lacks encoder.layer.1.output.dense.bias"),
        (lambda t: t.update({"strange.weight": torch.zeros(2)}), "nothing takes, strange.weight"),
        (
            lambda t: t.update({"encoder.layer.1.output.dense.bias": torch.zeros(3)}),
            "another shape for encoder.layer.1.output.dense.bias",
        ),
    ],
)
def test_a_tensor_too_few_too_many_or_too_small_is_an_error(base_folder, change, message):
    rewrite(base_folder, change)
    with pytest.raises(ModelError, match=message):
        load_encoder(base_folder)


def test_a_stray_tensor_below_the_encoders_prefix_is_an_error_even_beside_a_head(tmp_path, make_encoder):
    AutoModelForMaskedLM.from_config(make_encoder().config).save_pretrained(str(tmp_path))
    rewrite(tmp_path, lambda tensors: tensors.update({"roberta.strange": torch.zeros(2)}))
    with pytest.raises(ModelError, match=r"roberta\.strange"):
        load_encoder(tmp_path)


def test_broken_weights_name_the_directory(base_folder):
    (base_folder / "model.safetensors").write_bytes(b"xx")
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        load_encoder(base_folder)
    assert caught.value.field == str(base_folder)


def test_a_new_encoder_depends_on_its_seed_alone(make_encoder):
    torch.manual_seed(1)
    first = make_encoder(seed=2)
    torch.manual_seed(99)
    second, other = make_encoder(seed=2), make_encoder(seed=3)
    name = "encoder.layer.0.attention.self.query.weight"
    assert torch.equal(first.state_dict()[name], second.state_dict()[name])
    assert not torch.equal(first.state_dict()[name], other.state_dict()[name])


def test_a_misspelt_architecture_is_refused(facts):
    with pytest.raises(InputError, match="Did you mean 'xlm-roberta'") as caught:
        new_encoder({"model_type": "xlm-robert"}, facts, 0)
    assert caught.value.field == "architecture.model_type"
    with pytest.raises(InputError, match="Did you mean 'hidden_size'") as caught:
        new_encoder({"model_type": "xlm-roberta", "hiden_size": 8}, facts, 0)
    assert caught.value.field == "architecture.hiden_size"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"hidden_size": 33, "num_attention_heads": 2}, r"\(33\) is not a multiple of the number of attention heads"),
        ({"hidden_act": "nosuch"}, "KeyError: 'nosuch'"),
        ({"id2label": [1]}, "AttributeError"),
        ({"use_cache": "x"}, "Field 'use_cache'"),
    ],
)
def test_fields_that_no_model_can_be_built_with_are_named_as_such(facts, fields, said):
    with pytest.raises(InputError, match=f"^architecture: No model can be built with these fields: .*{said}") as caught:
        new_encoder({"model_type": "xlm-roberta", "num_hidden_layers": 1} | fields, facts, 1)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 500


def test_a_tokenizer_comes_back_or_its_absence_is_named(base_folder, tokenizer):
    assert load_tokenizer(base_folder)("w1 w2")["input_ids"] == tokenizer("w1 w2")["input_ids"]
    for path in base_folder.glob("tokenizer*"):
        path.unlink()
    with pytest.raises(ModelError, match=r"no tokenizer\.json"):
        load_tokenizer(base_folder)
