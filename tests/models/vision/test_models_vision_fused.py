"""A text encoder that reads images too: its text is what it was, and images change the answer."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel, DebertaV2Config, DebertaV2Model, XLMRobertaConfig, XLMRobertaModel

from xstilts.errors import ModelError
from xstilts.models.adaptation import adapt, merge
from xstilts.models.heads import Head, attach_head
from xstilts.models.stored import load_stored, save_model
from xstilts.models.vision.fused import NEW, sees, with_images
from xstilts.tasks.base import Kind

SIZE = {"vocab_size": 50, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 24}
WIDTH, LABELS = 5, ("no", "maybe", "yes")


def xlmr() -> XLMRobertaModel:
    torch.manual_seed(0)
    config = XLMRobertaConfig(**SIZE, max_position_embeddings=20, type_vocab_size=1, pad_token_id=1)
    return XLMRobertaModel(config).eval()


def bert() -> BertModel:
    torch.manual_seed(0)
    return BertModel(BertConfig(**SIZE, max_position_embeddings=20, type_vocab_size=2, pad_token_id=0)).eval()


def texts(pad: int, types: bool) -> dict[str, torch.Tensor]:
    ids = torch.tensor([[2, 7, 8, 9, 3], [2, 11, 3, pad, pad]])
    found = {"input_ids": ids, "attention_mask": (ids != pad).long()}
    return found | ({"token_type_ids": torch.tensor([[0, 0, 1, 1, 1], [0, 0, 0, 0, 0]])} if types else {})


def images(cells: int = 4) -> dict[str, torch.Tensor]:
    torch.manual_seed(1)
    ones = torch.ones(2, cells, dtype=torch.long)
    return {"visual_embeds": torch.randn(2, cells, WIDTH), "visual_attention_mask": ones, "visual_token_type_ids": ones}


@pytest.mark.parametrize(("make", "pad", "types"), [(xlmr, 1, False), (bert, 0, True)], ids=["xlm-r", "bert"])
def test_without_an_image_it_gives_what_the_text_encoder_gives(make, pad: int, types: bool) -> None:
    encoder, given = make(), texts(pad, types)
    seeing = with_images(encoder, WIDTH, seed=3)
    assert sees(seeing)
    assert not sees(encoder)
    assert not seeing.training
    with torch.no_grad():
        wanted, found = encoder(**given), seeing(**given)
    inside = given["attention_mask"].bool()
    assert (wanted.last_hidden_state - found.last_hidden_state)[inside].abs().max() < 1e-5
    assert (wanted.pooler_output - found.pooler_output).abs().max() < 1e-5


def test_images_change_what_it_gives_and_padding_cells_do_not() -> None:
    seeing, given = with_images(xlmr(), WIDTH, seed=3), texts(1, types=False)
    with torch.no_grad():
        alone, seen = seeing(**given).pooler_output, seeing(**given, **images()).pooler_output
        more = images()
        for name in more:
            filler = torch.zeros_like(more[name][:, :1])
            more[name] = torch.cat([more[name], filler], dim=1)
        padded = seeing(**given, **more).pooler_output
    assert (alone - seen).abs().max() > 1e-4
    assert (padded - seen).abs().max() < 1e-6


def test_what_images_go_through_is_drawn_from_the_seed_alone() -> None:
    one, same, other = (with_images(xlmr(), WIDTH, seed=seed).state_dict() for seed in (3, 3, 4))
    name = "embeddings.visual_projection.weight"
    assert torch.equal(one[name], same[name])
    assert not torch.equal(one[name], other[name])
    assert not one["embeddings.visual_token_type_embeddings.weight"].any()


def test_an_encoder_that_sees_stays_and_another_width_is_refused() -> None:
    seeing = with_images(xlmr(), WIDTH, seed=3)
    assert with_images(seeing, WIDTH, seed=9) is seeing
    with pytest.raises(ModelError, match="5 numbers"):
        with_images(seeing, WIDTH + 1, seed=3)


def test_other_architectures_are_refused() -> None:
    torch.manual_seed(0)
    with pytest.raises(ModelError, match="cannot read images"):
        with_images(DebertaV2Model(DebertaV2Config(**SIZE)), WIDTH, seed=3)


def test_heads_go_with_what_an_encoder_reads() -> None:
    seeing = with_images(xlmr(), WIDTH, seed=3)
    with pytest.raises(ModelError, match="does not read images"):
        attach_head(xlmr(), Kind.VISUAL_CLASSIFICATION, LABELS, 0)
    with pytest.raises(ModelError, match="text comes before"):
        attach_head(seeing, Kind.CLASSIFICATION, LABELS, 0)


def test_a_stored_model_answers_as_it_did(tmp_path) -> None:
    model = attach_head(with_images(xlmr(), WIDTH, seed=3), Kind.VISUAL_CLASSIFICATION, LABELS, 1, task="t").eval()
    save_model(tmp_path, model.base_model, {"t": Head(Kind.VISUAL_CLASSIFICATION, LABELS, model)})
    again = load_stored(tmp_path).model("t")
    with torch.no_grad():
        given = texts(1, types=False) | images()
        wanted, found = model(**given).logits, again(**given).logits
    assert wanted.shape == (2, 3)
    np.testing.assert_array_equal(wanted.numpy(), found.numpy())


@pytest.mark.parametrize("how", [{"lora_rank": 2}, {"freeze_embeddings": True}, {"freeze_layers": 1}])
def test_what_images_go_through_is_trained_whatever_is_frozen(how: dict[str, int]) -> None:
    seeing = with_images(xlmr(), WIDTH, seed=3)
    adapt(seeing, 0, **how)
    trained = {name for name, parameter in seeing.named_parameters() if parameter.requires_grad}
    assert {name for name, _ in seeing.named_parameters() if name.startswith(NEW)} <= trained
    assert ("embeddings.word_embeddings.weight" in trained) == ("freeze_layers" in how)
    merge(seeing)
