"""Vectors from layers and poolings, and retrieval with them."""

from __future__ import annotations

import numpy as np
import pytest

from xstilts import evaluation
from xstilts.encoding import EncodingOptions
from xstilts.errors import InputError, RunError
from xstilts.evaluation import EmbedSetting

TEXTS = ["w1 w2 w3", "w4", "", "w5 w6 w7 w8 w9", "zzz w1"]
ROWS = [
    {"id": f"{role[0]}{n}", "role": role, "text": text, "gold": [f"c{n}"] if role == "query" else []}
    for role in ("query", "candidate")
    for n, text in enumerate(TEXTS)
]
OPTIONS = EncodingOptions(max_length=20)


def states(encoder, features, row: int):
    import torch

    ids = torch.tensor(features.ragged("input_ids")[row][None].astype(np.int64))
    with torch.inference_mode():
        return ids[0].numpy(), [
            layer[0].numpy() for layer in encoder.eval()(ids, output_hidden_states=True).hidden_states
        ]


def test_every_layer_and_pooling_is_that_of_each_text_alone(encoder, encoded, facts) -> None:
    _, features = encoded("retrieval", ROWS, OPTIONS)
    settings = [EmbedSetting(layer, pooling) for layer in (0, 1, 2, -1) for pooling in evaluation.POOLINGS]
    found = evaluation.embed_settings(encoder, features, settings, facts)
    for row in range(len(features)):
        ids, layers = states(encoder, features, row)
        content = ~np.isin(ids, [0, 1, 2, 4])  # the unknown word is content
        for setting, vectors in zip(settings, found, strict=True):
            layer = layers[setting.layer]
            expected = {
                "mean": layer.mean(axis=0),
                "first": layer[0],
                "mean-content": layer[content].mean(axis=0) if content.any() else layer.mean(axis=0),
            }[setting.pooling]
            assert np.allclose(vectors[row], expected, atol=1e-5)
    assert np.array_equal(evaluation.embed(encoder, features, -1, "mean", facts), found[9])


def test_each_text_finds_its_copy_under_every_setting(encoder, encoded, facts) -> None:
    examples, features = encoded("retrieval", ROWS, OPTIONS)
    settings = [{"layer": 1, "pooling": "mean"}, {"layer": 2, "pooling": "mean-content"}, {}]
    for table in evaluation.retrieve(encoder, examples, features, facts, settings):
        assert table.column("id").to_pylist() == [f"q{n}" for n in range(5)]
        assert [row[0] for row in table.column("prediction").to_pylist()] == [f"c{n}" for n in range(5)]
        scores = evaluation.score("retrieval", table, ["accuracy", "mrr@20"], candidates=5)
        assert [row["value"] for row in scores] == [100, 100]
        assert scores[0]["chance"] == pytest.approx(20)
    predicted = evaluation.predict(encoder, "retrieval", examples, features, facts, OPTIONS, ())
    assert predicted.equals(table)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"layer": 3}, "layer: The encoder has 2 layers.*0 to 2"),
        ({"layer": -4}, "2 layers"),
        ({"pooling": "max"}, "mean, first, mean-content"),
        ({"depth": 3}, "depth: .*layer, pooling"),
    ],
)
def test_unknown_settings_are_refused(setting, message, encoder, encoded, facts) -> None:
    examples, features = encoded("retrieval", ROWS, OPTIONS)
    with pytest.raises(InputError, match=message):
        evaluation.retrieve(encoder, examples, features, facts, [setting])


def test_the_mode_is_restored_also_after_an_error(encoder, encoded, facts) -> None:
    import torch

    _, features = encoded("retrieval", ROWS, OPTIONS)
    encoder.train()
    evaluation.embed(encoder, features, 1, "first", facts)
    assert encoder.training
    with torch.no_grad():
        encoder.embeddings.word_embeddings.weight.fill_(float("nan"))
    with pytest.raises(RunError, match="not finite"):
        evaluation.embed(encoder, features, 1, "first", facts)
    assert encoder.training
