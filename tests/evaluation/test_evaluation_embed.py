"""Vectors from layers and poolings, and retrieval with them."""

from __future__ import annotations

import numpy as np
import pytest

from xstilts import evaluation
from xstilts.encoding import EncodingOptions
from xstilts.errors import InputError, RunError
from xstilts.evaluation import EmbedSetting, EncodedSplit, Request, Scoring
from xstilts.evaluation.embed import encode_texts

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


def expected(pooling: str, layer, content):
    weights = np.arange(1, len(layer) + 1)[:, None]
    return {
        "mean": layer.mean(axis=0),
        "first": layer[0],
        "mean-content": layer[content].mean(axis=0) if content.any() else layer.mean(axis=0),
        "weighted-mean": (layer * weights).sum(axis=0) / weights.sum(),
    }[pooling]


def test_every_layer_and_pooling_is_that_of_each_text_alone(encoder, encoded, facts) -> None:
    _, features = encoded("retrieval", ROWS, OPTIONS)
    settings = [
        EmbedSetting(layer, pooling, layers)
        for layer, layers in ((0, 1), (1, 1), (2, 1), (-1, 1), (2, 2), (-1, 3), (1, 2))
        for pooling in evaluation.POOLINGS
    ]
    found = evaluation.embed_settings(encoder, features, settings, facts)
    for row in range(len(features)):
        ids, hidden = states(encoder, features, row)
        content = ~np.isin(ids, [0, 1, 2, 4])  # the unknown word is content
        for setting, vectors in zip(settings, found, strict=True):
            last = setting.layer % 3
            layer = np.mean(hidden[last - setting.layers + 1 : last + 1], axis=0)
            assert np.allclose(vectors[row], expected(setting.pooling, layer, content), atol=1e-5)
    last = settings.index(EmbedSetting(-1, "mean"))
    assert np.array_equal(evaluation.embed_settings(encoder, features, [EmbedSetting()], facts)[0], found[last])


def test_a_layer_comes_out_the_same_whatever_else_is_asked_for(encoder, encoded, facts) -> None:
    _, features = encoded("retrieval", ROWS, OPTIONS)
    alone = [evaluation.embed_settings(encoder, features, [EmbedSetting(layer)], facts)[0] for layer in range(3)]
    together = evaluation.embed_settings(encoder, features, [EmbedSetting(layer) for layer in range(3)], facts)
    for one, other in zip(alone, together, strict=True):
        assert np.array_equal(one, other)


def test_texts_of_the_same_tokens_are_run_once_and_all_are_counted(encoder, encoded, facts) -> None:
    _, features = encoded("retrieval", ROWS, OPTIONS)  # every text stands there twice
    seen, said = [], []
    hook = encoder.embeddings.register_forward_pre_hook(
        lambda module, args, kwargs: seen.append(len(kwargs["input_ids"])), with_kwargs=True
    )
    vectors = evaluation.embed_settings(
        encoder, features, [EmbedSetting()], facts, progress=lambda done, of: said.append((done, of))
    )[0]
    hook.remove()
    assert seen[-1] == len(TEXTS)
    assert said == [(10, 10)]
    assert np.array_equal(vectors[:5], vectors[5:])
    assert len({row.tobytes() for row in vectors}) == len(TEXTS)


def test_texts_go_straight_to_vectors(encoder, tokenizer, encoded, facts) -> None:
    _, features = encoded("retrieval", ROWS, OPTIONS)
    texts = [row["text"] for row in ROWS]
    setting = EmbedSetting(1, "weighted-mean", 2)
    found = encode_texts(encoder, tokenizer, texts, setting, max_length=20)
    assert np.array_equal(found, evaluation.embed_settings(encoder, features, [setting], facts)[0])
    cut = encode_texts(encoder, tokenizer, ["w1 w2 w3", "w1 w2 w4"], max_length=4)
    assert np.array_equal(cut[0], cut[1])
    assert encode_texts(encoder, tokenizer, []).shape == (0, 32)
    with pytest.raises(InputError, match="max_length"):
        encode_texts(encoder, tokenizer, texts, max_length=2)


def test_each_text_finds_its_copy_under_every_setting(encoder, encoded, facts) -> None:
    examples, features = encoded("retrieval", ROWS, OPTIONS)
    settings = [{"layer": 1, "pooling": "mean"}, {"layer": 2, "pooling": "mean-content"}, {}]
    for table in evaluation.retrieve(encoder, EncodedSplit(examples, features), facts, settings):
        assert table.column("id").to_pylist() == [f"q{n}" for n in range(5)]
        assert [row[0] for row in table.column("prediction").to_pylist()] == [f"c{n}" for n in range(5)]
        scores = evaluation.score(table, Scoring("retrieval", ["accuracy", "mrr@20"]), candidates=5)
        assert [row["value"] for row in scores] == [100, 100]
        assert scores[0]["chance"] == pytest.approx(20)
    predicted = evaluation.predict(encoder, Request("retrieval"), EncodedSplit(examples, features, OPTIONS), facts)
    assert predicted.equals(table)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"layer": 3}, "layer: The encoder has 2 layers.*0 to 2"),
        ({"layer": -4}, "layer: The encoder has 2 layers"),
        ({"layer": "2"}, "layer: '2' is no number"),
        ({"layer": True}, "layer: True is no number"),
        ({"pooling": "max"}, "mean, mean-content, first, weighted-mean"),
        ({"layers": 0}, "layers: 0 is no number.*from 1"),
        ({"layers": 4}, "layers: There are not 4 layers up to layer 2.*1 to 3"),
        ({"layer": 0, "layers": 2}, "layers: There are not 2 layers up to layer 0.*1 to 1"),
        ({"depth": 3}, "depth: .*layer, layers, pooling"),
    ],
)
def test_unknown_settings_are_refused(setting, message, encoder, encoded, facts) -> None:
    examples, features = encoded("retrieval", ROWS, OPTIONS)
    with pytest.raises(InputError, match=message):
        evaluation.retrieve(encoder, EncodedSplit(examples, features), facts, [setting])


def test_the_mode_is_restored_also_after_an_error(encoder, encoded, facts) -> None:
    import torch

    _, features = encoded("retrieval", ROWS, OPTIONS)
    encoder.train()
    evaluation.embed_settings(encoder, features, [EmbedSetting(1, "first")], facts)
    assert encoder.training
    with torch.no_grad():
        encoder.embeddings.word_embeddings.weight.fill_(float("nan"))
    with pytest.raises(RunError, match="not finite"):
        evaluation.embed_settings(encoder, features, [EmbedSetting(1, "first")], facts)
    assert encoder.training
