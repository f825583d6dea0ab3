"""Every sort of encoder that a base is registered with can have every head, trained, stored, exported and read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from xstilts.errors import ModelError
from xstilts.models.adaptation import keep_lowest
from xstilts.models.bases import BASES
from xstilts.models.export import CardFacts, export, export_encoder
from xstilts.models.exported import load_exported, task_by_head
from xstilts.models.head_classes import AUTO_CLASSES, encoder_class, is_ours
from xstilts.models.heads import Head, attach_head
from xstilts.models.load import load_encoder
from xstilts.models.stored import save_model
from xstilts.models.vision.fused import with_images
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from pathlib import Path

SIZES = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
SHAPES = {
    "xlm-roberta": {**SIZES, "max_position_embeddings": 40},
    "xlm-roberta-xl": {**SIZES, "max_position_embeddings": 40},
    "bert": {**SIZES, "max_position_embeddings": 40},
    "rembert": {**SIZES, "input_embedding_size": 8},
    "deberta-v2": SIZES,
    "modernbert": {**SIZES, "layer_types": ["full_attention", "sliding_attention"]},
    "eurobert": {**SIZES, "head_dim": 8, "num_key_value_heads": 2},
    "mt5": {"d_model": 16, "num_layers": 2, "num_heads": 2, "d_kv": 8, "d_ff": 32},
}
"""Each sort of config at toy size."""
LABELS = {
    Kind.CLASSIFICATION: ("no", "yes", "maybe"), Kind.TAGGING: ("NOUN", "VERB"),
    Kind.VISUAL_CLASSIFICATION: ("no", "yes", "maybe"),
}  # fmt: skip
OURS = {
    ("eurobert", Kind.MULTIPLE_CHOICE), ("eurobert", Kind.SPAN_QA),
    ("mt5", Kind.CLASSIFICATION), ("mt5", Kind.MULTIPLE_CHOICE), ("mt5", Kind.SPAN_QA),
}  # fmt: skip
SEEING = ("xlm-roberta", "bert")
"""Sorts that can read images, once they are made to."""
WIDTH = 5
CASES = [
    (sort, kind)
    for sort in SHAPES
    for kind in AUTO_CLASSES
    if (sort, kind) != ("mt5", Kind.MASKED_LM) and (sort in SEEING or kind != Kind.VISUAL_CLASSIFICATION)
]


def test_every_registered_base_is_of_a_sort_that_is_tried():
    assert {str(base.facts["model_type"]) for base in BASES} <= set(SHAPES)


def shown():
    """Four vectors of an image for each of three texts."""
    vectors = torch.linspace(-1, 1, 3 * 4 * WIDTH).reshape(3, 4, WIDTH)
    ones = torch.ones(3, 4, dtype=torch.long)
    return {"visual_embeds": vectors, "visual_attention_mask": ones, "visual_token_type_ids": ones}


def answered(model, kind):
    ids = torch.arange(5, 26).reshape((1, 3, 7) if kind == Kind.MULTIPLE_CHOICE else (3, 7))
    seen = torch.ones_like(ids)
    seen[..., -1, -2:] = 0
    images = shown() if kind == Kind.VISUAL_CLASSIFICATION else {}
    with torch.no_grad():
        outputs = model.eval()(input_ids=ids, attention_mask=seen, **images)
    return torch.stack([outputs.start_logits, outputs.end_logits]) if kind == Kind.SPAN_QA else outputs.logits


@pytest.mark.parametrize(("sort", "kind"), CASES)
def test_a_head_is_exported_and_read_back(make_encoder, tokenizer, tmp_path: Path, sort, kind):
    encoder = make_encoder({"model_type": sort, **SHAPES[sort]})
    if kind == Kind.VISUAL_CLASSIFICATION:
        encoder = with_images(encoder, WIDTH, seed=4)
    model = attach_head(encoder, kind, LABELS.get(kind, ()), seed=4, task="t")
    assert model.base_model is encoder
    assert is_ours(model.config, kind) == ((sort, kind) in OURS)
    expected = answered(model, kind)
    widths = {kind: len(labels) for kind, labels in LABELS.items()}
    assert expected.shape[-1] == (widths | {Kind.MASKED_LM: 40, Kind.MULTIPLE_CHOICE: 3, Kind.SPAN_QA: 7})[kind]
    save_model(tmp_path / "stored", encoder, {"t": Head(kind, LABELS.get(kind, ()), model)})
    tokenizer.save_pretrained(str(tmp_path / "tokenizer"))
    export(tmp_path / "stored", "t", tmp_path / "tokenizer", tmp_path / "out", CardFacts("T"))
    assert torch.equal(answered(load_exported(tmp_path / "out", kind), kind), expected)
    bare, _ = load_encoder(tmp_path / "out")
    assert type(bare) is type(encoder)
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert ("one linear map" in card) == ((sort, kind) in OURS)
    if kind != Kind.MASKED_LM:
        found = task_by_head(tmp_path / "out")
        assert found is not None and found.kind == kind


@pytest.mark.parametrize("sort", [sort for sort in SHAPES if sort not in SEEING])
def test_a_sort_that_cannot_read_images_is_refused_and_has_no_head_that_sees(make_encoder, sort):
    encoder = make_encoder({"model_type": sort, **SHAPES[sort]})
    with pytest.raises(ModelError, match=f"{sort} cannot read images"):
        with_images(encoder, WIDTH, seed=4)
    with pytest.raises(ModelError, match="does not read images"):
        attach_head(encoder, Kind.VISUAL_CLASSIFICATION, LABELS[Kind.VISUAL_CLASSIFICATION], seed=4)


def test_the_small_head_reads_the_mean_over_the_tokens_that_are_there(make_encoder):
    encoder = make_encoder({"model_type": "mt5", **SHAPES["mt5"]})
    model = attach_head(encoder, Kind.CLASSIFICATION, LABELS[Kind.CLASSIFICATION], seed=4, task="t").eval()
    ids = torch.tensor([[5, 6, 7, 1]])
    seen = torch.tensor([[1, 1, 1, 0]])
    with torch.no_grad():
        states = encoder.eval()(input_ids=ids, attention_mask=seen).last_hidden_state
        expected = states[0, :3].mean(0) @ model.classifier.weight.T + model.classifier.bias
        assert torch.allclose(model(input_ids=ids, attention_mask=seen).logits[0], expected, atol=1e-6)


def test_an_encoder_decoder_has_no_head_for_masked_lm(make_encoder):
    encoder = make_encoder({"model_type": "mt5", **SHAPES["mt5"]})
    with pytest.raises(ModelError, match="mt5 has no head for masked_lm"):
        attach_head(encoder, Kind.MASKED_LM, (), seed=1)


def test_the_bare_encoder_of_an_encoder_decoder_is_exported(make_encoder, tokenizer, tmp_path: Path):
    encoder = make_encoder({"model_type": "mt5", **SHAPES["mt5"]})
    assert encoder_class(encoder.config) == "AutoModelForTextEncoding"
    save_model(tmp_path / "stored", encoder, {})
    tokenizer.save_pretrained(str(tmp_path / "tokenizer"))
    export_encoder(tmp_path / "stored", tmp_path / "tokenizer", tmp_path / "out", CardFacts("T"))
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "`AutoModelForTextEncoding.from_pretrained(directory)`" in card


@pytest.mark.parametrize("sort", SHAPES)
def test_the_lowest_layers_alone_give_what_the_library_says_after_them(make_encoder, tmp_path: Path, sort):
    encoder = make_encoder({"model_type": sort, **SHAPES[sort]})
    ids = torch.tensor([[5, 6, 7]])
    with torch.no_grad():
        states = encoder(input_ids=ids, output_hidden_states=True).hidden_states
    keep_lowest(encoder, 1)
    save_model(tmp_path, encoder, {})
    read, _ = load_encoder(tmp_path / "encoder")
    assert read.config.num_hidden_layers == 1
    with torch.no_grad():
        kept = read(input_ids=ids, output_hidden_states=True).hidden_states
    assert len(kept) == 2 and torch.equal(kept[0], states[0])
    if sort not in ("mt5", "eurobert", "modernbert", "xlm-roberta-xl"):  # these normalise after the last layer alone
        assert torch.equal(kept[1], states[1])
