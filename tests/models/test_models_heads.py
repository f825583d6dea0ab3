from __future__ import annotations

import pytest
import torch

from xstilts.errors import InputError, ModelError
from xstilts.models.heads import AUTO_CLASSES, attach_head, head_tensors, load_head
from xstilts.models.vision.fused import with_images
from xstilts.tasks.base import Kind

LABELS = {Kind.CLASSIFICATION: ("no", "yes", "maybe"), Kind.TAGGING: ("NOUN", "VERB")}


@pytest.mark.parametrize("kind", AUTO_CLASSES)
@pytest.mark.parametrize("architecture", ["xlm-roberta", "bert"])
def test_a_heads_backbone_is_the_encoder_and_all_its_tensors_are_real(make_encoder, bert, kind, architecture):
    encoder = make_encoder(bert) if architecture == "bert" else make_encoder()
    encoder = with_images(encoder, 5, 1) if kind == Kind.VISUAL_CLASSIFICATION else encoder
    before = {name: tensor.clone() for name, tensor in encoder.state_dict().items()}
    model = attach_head(encoder, kind, LABELS.get(kind, ()), seed=4, task="t")
    assert model.base_model is encoder
    assert not [name for name, tensor in model.named_parameters() if tensor.is_meta]
    for name, tensor in head_tensors(model).items():
        if tensor.ndim == 2:
            assert 0.01 < float(tensor.std()) < 0.03, name  # the library's normal(0, 0.02)
        else:
            assert torch.equal(tensor, torch.full_like(tensor, "orm" in name and name.endswith("weight"))), name
    assert all(torch.equal(before[name], tensor) for name, tensor in encoder.state_dict().items())


def test_two_heads_share_one_encoder_and_differ_by_task_and_seed(make_encoder):
    encoder = make_encoder()

    def drawn(seed, task):
        return head_tensors(attach_head(encoder, Kind.CLASSIFICATION, ("a", "b"), seed, task=task))

    first = drawn(1, "mnli")["classifier.dense.weight"]
    torch.manual_seed(123)
    assert torch.equal(first, drawn(1, "mnli")["classifier.dense.weight"])
    assert not torch.equal(first, drawn(1, "snli")["classifier.dense.weight"])
    assert not torch.equal(first, drawn(2, "mnli")["classifier.dense.weight"])


def test_attaching_a_head_leaves_torchs_generator_alone(make_encoder):
    encoder = make_encoder()
    before = torch.random.get_rng_state()
    attach_head(encoder, Kind.TAGGING, ("A", "B"), 1)
    assert torch.equal(before, torch.random.get_rng_state())


def test_a_masked_lm_decodes_with_the_encoders_embeddings(make_encoder):
    encoder = make_encoder()
    model = attach_head(encoder, Kind.MASKED_LM, (), 1)
    assert model.get_output_embeddings().weight is encoder.get_input_embeddings().weight
    assert model.lm_head.decoder.bias is model.lm_head.bias
    assert not [name for name in head_tensors(model) if "decoder" in name]


def test_labels_are_written_into_the_heads_config_only(make_encoder):
    encoder = make_encoder()
    model = attach_head(encoder, Kind.CLASSIFICATION, ("no", "yes", "maybe"), 1)
    assert model.config.id2label == {0: "no", 1: "yes", 2: "maybe"}
    assert model.config.label2id == {"no": 0, "yes": 1, "maybe": 2}
    assert encoder.config.id2label != model.config.id2label


def test_a_head_goes_on_from_an_earlier_one(make_encoder):
    encoder = make_encoder()
    first = head_tensors(attach_head(encoder, Kind.MASKED_LM, (), 1))
    second = attach_head(encoder, Kind.MASKED_LM, (), 2, first)
    assert all(torch.equal(tensor, first[name]) for name, tensor in head_tensors(second).items())


def test_a_head_of_another_sort_or_size_is_refused(make_encoder):
    encoder = make_encoder()
    three = attach_head(encoder, Kind.TAGGING, ("A", "B", "C"), 1)
    with pytest.raises(ModelError, match=r"classifier\.weight is \(3, 16\), not \(2, 16\)"):
        load_head(attach_head(encoder, Kind.TAGGING, ("A", "B"), 1), head_tensors(three))
    with pytest.raises(ModelError, match="another sort"):
        load_head(attach_head(encoder, Kind.SPAN_QA, (), 1), head_tensors(three))


def test_retrieval_has_no_head(make_encoder):
    with pytest.raises(InputError, match="have no head"):
        attach_head(make_encoder(), Kind.RETRIEVAL, (), 1, task="tatoeba")
