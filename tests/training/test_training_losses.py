from __future__ import annotations

import numpy as np
import pytest
import tiny_phases as tiny
import torch

from xstilts.encoding import ENCODINGS
from xstilts.encoding.masked_lm import Masking, mask
from xstilts.errors import InputError
from xstilts.models.heads import attach_head
from xstilts.models.load import new_encoder
from xstilts.tasks.base import Kind
from xstilts.training.losses import counted, loss_function

TRAINABLE = [Kind.CLASSIFICATION, Kind.MULTIPLE_CHOICE, Kind.TAGGING, Kind.SPAN_QA, Kind.MASKED_LM]


def batch_of(kind, rows, features=None):
    features = features or tiny.features(kind)
    batch = ENCODINGS.get(kind).collate(features, rows, tiny.VOCABULARY.pad_id)
    return mask(batch, features, rows, tiny.VOCABULARY, Masking(1, 0, 0.5)) if kind == Kind.MASKED_LM else batch


def model_of(kind, architecture=None):
    return attach_head(tiny.encoder(architecture), kind, tiny.LABELS.get(kind, ()), 1).eval()


@pytest.mark.parametrize("kind", TRAINABLE)
@pytest.mark.parametrize("architecture", [tiny.ARCHITECTURE, tiny.BERT], ids=["xlm-roberta", "bert"])
def test_the_mean_is_the_librarys_loss(kind, architecture):
    model = model_of(kind, architecture)
    features = tiny.features(kind)
    rows = np.flatnonzero(features.lengths == features.lengths[0])  # no padding: there we differ for span QA
    batch = batch_of(kind, rows, features)
    with torch.no_grad():
        ours = loss_function(model, kind)(batch) / counted(kind, batch)
        theirs = model(**batch).loss
    assert float(ours) == pytest.approx(float(theirs), rel=1e-5)


@pytest.mark.parametrize("kind", TRAINABLE)
def test_a_loss_does_not_depend_on_how_its_items_are_batched(kind):
    model = model_of(kind)
    loss = loss_function(model, kind)
    with torch.no_grad():
        whole = float(loss(batch_of(kind, np.arange(12))))
        parts = sum(float(loss(batch_of(kind, np.array([row])))) for row in range(12))
    assert whole == pytest.approx(parts, rel=1e-5)


def test_masked_lm_never_projects_unmasked_positions():
    model = model_of(Kind.MASKED_LM)
    seen = []
    model.lm_head.register_forward_hook(lambda module, inputs, output: seen.append(tuple(output.shape)))
    loss = loss_function(model, Kind.MASKED_LM)
    batch = batch_of(Kind.MASKED_LM, np.arange(8))
    seen.clear()  # the trial on two tokens
    loss(batch)
    assert seen == [(int((batch["labels"] != -100).sum()), 40)]


def test_a_masked_lm_head_of_several_modules_falls_back_to_the_whole_model():
    architecture = {"model_type": "distilbert", "dim": 16, "n_layers": 1, "n_heads": 2, "hidden_dim": 16}
    model = attach_head(new_encoder(architecture, tiny.VOCABULARY, 1), Kind.MASKED_LM, (), 1).eval()
    batch = batch_of(Kind.MASKED_LM, np.arange(8))
    with torch.no_grad():
        ours = loss_function(model, Kind.MASKED_LM)(batch) / counted(Kind.MASKED_LM, batch)
        assert float(ours) == pytest.approx(float(model(**batch).loss), rel=1e-5)


def test_a_micro_batch_without_masked_tokens_has_loss_zero():
    model = model_of(Kind.MASKED_LM).train()
    batch = batch_of(Kind.MASKED_LM, np.arange(3))
    batch["labels"] = torch.full_like(batch["labels"], -100)
    loss = loss_function(model, Kind.MASKED_LM)(batch)
    loss.backward()
    assert float(loss.detach()) == 0
    assert counted(Kind.MASKED_LM, batch) == 0
    assert all(bool(p.grad.isfinite().all()) for p in model.parameters() if p.grad is not None)


def test_what_a_mean_counts():
    assert counted(Kind.CLASSIFICATION, batch_of(Kind.CLASSIFICATION, np.arange(7))) == 7
    assert counted(Kind.MULTIPLE_CHOICE, batch_of(Kind.MULTIPLE_CHOICE, np.arange(7))) == 7
    features = tiny.features(Kind.TAGGING)
    content = int((features.lengths[:7] - 2).sum())
    assert counted(Kind.TAGGING, batch_of(Kind.TAGGING, np.arange(7))) == content


def test_retrieval_has_no_loss():
    with pytest.raises(InputError, match="cannot be trained"):
        loss_function(model_of(Kind.TAGGING), Kind.RETRIEVAL)
