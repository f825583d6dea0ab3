"""Embeddings of tokens that no item holds are not trained one by one: the weights are those of training them all."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import tiny_phases as tiny
from safetensors import safe_open

from xstilts.models import used_rows
from xstilts.tasks.base import Kind
from xstilts.training.loop import Execution, TaskData, train
from xstilts.training.mixture import learning_rate

NEVER = 10**12
FIVE = 5  # items, so that about half of the forty tokens are in none of them


def trained(tmp_path, monkeypatch, name: str, worth: int, **changes):
    """All weights of a phase after it, with used rows alone where ``worth`` is 0."""
    monkeypatch.setattr(used_rows, "WORTH", worth)
    spec, kinds = tiny.PHASES[name]
    spec = replace(spec, **changes)
    data = {task: TaskData(kind, tiny.LABELS.get(kind, ()), tiny.features(kind, FIVE)) for task, kind in kinds.items()}
    encoder = tiny.encoder()
    before = encoder.get_input_embeddings()
    folder = tmp_path / f"{name}-{worth}"
    result = train(spec, encoder, data, tiny.VOCABULARY, folder, Execution(cpu=True, snapshot_steps=2))
    assert encoder.get_input_embeddings() is before
    assert result.encoder is encoder
    return tiny.weights(result), data, spec, folder


@pytest.mark.parametrize("name", ["classification", "dual"])
def test_the_weights_are_those_of_the_whole_table(tmp_path, monkeypatch, name):
    whole, data, spec, _ = trained(tmp_path, monkeypatch, name, NEVER, weight_decay=0.1)
    few, _, _, folder = trained(tmp_path, monkeypatch, name, 0, weight_decay=0.1)
    assert whole.keys() == few.keys()
    for key, tensor in whole.items():
        np.testing.assert_allclose(few[key], tensor, rtol=1e-4, atol=1e-6)
    read = {tiny.VOCABULARY.pad_id}.union(*(given.features.token_ids().tolist() for given in data.values()))
    unread = sorted(set(range(40)) - read)
    assert len(unread) > 5
    words = tiny.encoder().get_input_embeddings().weight.detach().numpy()
    factor = math.prod(1 - learning_rate(spec, step, 9) * 0.1 for step in range(9))
    assert factor < 0.998
    kept = few["encoder.embeddings.word_embeddings.weight"]
    np.testing.assert_allclose(kept[unread], words[unread] * factor, rtol=1e-6)
    (saved,) = list(folder.glob("step-*"))
    with safe_open(saved / "model.safetensors", "np") as tensors:
        assert tensors.get_slice("encoder.embeddings.word_embeddings.weight").get_shape() == [40 - len(unread), 16]


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("masked_lm", {}),  # predicts every token
        ("mixture", {}),  # looks at dev sets, whose tokens are others
        ("classification", {"freeze_embeddings": True}),
    ],
)
def test_where_other_rows_are_read_or_none_is_trained_the_table_stays(tmp_path, monkeypatch, name, changes):
    asked = []
    monkeypatch.setattr(used_rows, "_embedding", lambda *given: asked.append(given))
    spec, kinds = tiny.PHASES[name]
    monkeypatch.setattr(used_rows, "WORTH", 0)
    data = {
        task: TaskData(kind, tiny.LABELS.get(kind, ()), tiny.features(kind), dev=lambda _: 1.0)
        for task, kind in kinds.items()
    }
    train(replace(spec, **changes), tiny.encoder(), data, tiny.VOCABULARY, tmp_path, Execution(cpu=True))
    assert asked == []


def test_token_ids_are_those_of_texts_choices_and_passages():
    plain, choices = tiny.features(Kind.CLASSIFICATION, 3), tiny.features(Kind.MULTIPLE_CHOICE, 3)
    held = {token for row in plain.table.column("input_ids").to_pylist() for token in row}
    assert set(plain.token_ids().tolist()) == held
    held = {token for row in choices.table.column("input_ids").to_pylist() for choice in row for token in choice}
    assert choices.token_ids().tolist() == sorted(held)
    pairs = tiny.features(Kind.RETRIEVAL, 3)
    for column in ("input_ids", "passages"):
        held = np.array(pairs.ragged(column).values)
        assert np.isin(held, pairs.token_ids()).all()
