from __future__ import annotations

import pytest
import torch
import transformers

from xstilts.errors import ModelError
from xstilts.models.export import CardFacts, export, export_encoder, model_card
from xstilts.models.heads import AUTO_CLASSES, Head, attach_head
from xstilts.models.stored import load_stored, save_model
from xstilts.models.vision.fused import with_images
from xstilts.tasks.base import Kind

CARD = CardFacts("A test", "It does little.", "lab-tiny", ("qaa", "no"), "CC0-1.0", {"Seed": "1", "Phases": "mnli | x"})
WIDTH = 5
"""Numbers of an image's vectors."""
LABELS = {Kind.CLASSIFICATION: ("no", "yes", "maybe"), Kind.TAGGING: ("NOUN", "VERB")}
CASES = [("xlm-roberta", kind) for kind in AUTO_CLASSES]
CASES += [("bert", Kind.CLASSIFICATION), ("bert", Kind.MASKED_LM), ("bert", Kind.TAGGING)]


@pytest.fixture
def trained(tmp_path, make_encoder, bert):
    def make(architecture, kind):
        encoder = make_encoder(bert) if architecture == "bert" else make_encoder()
        encoder = with_images(encoder, WIDTH, 1) if kind == Kind.VISUAL_CLASSIFICATION else encoder
        model = attach_head(encoder, kind, LABELS.get(kind, ()), 1)
        with torch.no_grad():  # biases that start at zero must travel too
            for parameter in model.parameters():
                parameter.add_(0.01 * torch.arange(parameter.numel()).reshape(parameter.shape).sin())
        save_model(tmp_path / "stored", encoder, {"t": Head(kind, LABELS.get(kind, ()), model)})
        return tmp_path / "stored"

    return make


@pytest.mark.parametrize(("architecture", "kind"), CASES)
def test_plain_transformers_loads_an_export_and_predicts_the_same_bit_for_bit(
    tmp_path, base_folder, tokenizer, trained, architecture, kind
):
    stored = trained(architecture, kind)
    export(stored, "t", base_folder, tmp_path / "out", CARD)
    plain, info = getattr(transformers, AUTO_CLASSES[kind]).from_pretrained(
        str(tmp_path / "out"), dtype=torch.float32, output_loading_info=True
    )
    assert not any(info.values())
    batch = tokenizer(["w1 w2 w3", "w4"], padding=True, return_tensors="pt")
    inputs = {name: batch[name] for name in ("input_ids", "attention_mask")}
    if kind == Kind.VISUAL_CLASSIFICATION:
        inputs["visual_embeds"] = torch.linspace(-1, 1, 2 * 3 * WIDTH).reshape(2, 3, WIDTH)
        inputs["visual_attention_mask"] = torch.ones(2, 3)
        inputs["visual_token_type_ids"] = torch.ones(2, 3, dtype=torch.long)
    if kind == Kind.MULTIPLE_CHOICE:
        inputs = {name: tensor[None] for name, tensor in inputs.items()}
    with torch.no_grad():
        ours, theirs = load_stored(stored).model("t")(**inputs), plain.eval()(**inputs)
    for name in ours:
        assert torch.equal(ours[name], theirs[name]), name


def test_an_export_holds_tokenizer_labels_and_card(tmp_path, base_folder, tokenizer, trained):
    out = tmp_path / "out"
    export(trained("xlm-roberta", Kind.CLASSIFICATION), "t", base_folder, out, CARD)
    assert {path.name for path in out.iterdir()} == {
        "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "README.md",
    }  # fmt: skip
    assert transformers.AutoConfig.from_pretrained(str(out)).id2label == {0: "no", 1: "yes", 2: "maybe"}
    loaded = transformers.AutoTokenizer.from_pretrained(str(out))
    assert loaded("w1", "w2")["input_ids"] == tokenizer("w1", "w2")["input_ids"]


def test_the_card_states_the_facts_it_was_given():
    card = model_card(Kind.CLASSIFICATION, CARD)
    assert card.startswith("---\nlibrary_name: transformers\npipeline_tag: text-classification\nbase_model: lab-tiny\n")
    assert '- qaa\n- "no"\n' in card
    assert "| Phases | mnli \\| x |" in card
    assert "AutoModelForSequenceClassification.from_pretrained" in card
    assert "| fact |" not in model_card(Kind.TAGGING, CardFacts("Bare"))


def test_an_export_never_writes_over_a_model(tmp_path, base_folder, trained):
    stored = trained("xlm-roberta", Kind.SPAN_QA)
    export(stored, "t", base_folder, tmp_path / "out", CARD)
    with pytest.raises(ModelError, match="a model in this directory already"):
        export(stored, "t", base_folder, tmp_path / "out", CARD)


@pytest.mark.parametrize("architecture", ["xlm-roberta", "bert"])
def test_a_bare_encoder_is_exported_for_automodel(tmp_path, base_folder, tokenizer, make_encoder, bert, architecture):
    encoder = make_encoder(bert) if architecture == "bert" else make_encoder()
    save_model(tmp_path / "stored", encoder, {})
    export_encoder(tmp_path / "stored", base_folder, tmp_path / "out", CARD)
    plain, info = transformers.AutoModel.from_pretrained(
        str(tmp_path / "out"), dtype=torch.float32, output_loading_info=True
    )
    assert not any(info.values())
    batch = tokenizer(["w1 w2 w3", "w4"], padding=True, return_tensors="pt")
    inputs = {name: batch[name] for name in ("input_ids", "attention_mask")}
    with torch.no_grad():
        ours, theirs = encoder.eval()(**inputs), plain.eval()(**inputs)
    assert torch.equal(ours.last_hidden_state, theirs.last_hidden_state)
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "pipeline_tag: feature-extraction" in card and "`AutoModel.from_pretrained(directory)`" in card
    with pytest.raises(ModelError, match="a model in this directory already"):
        export_encoder(tmp_path / "stored", base_folder, tmp_path / "out", CARD)
