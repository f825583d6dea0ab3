"""Broken model directories: found by whoever looks first, in one paragraph that names the file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from xstilts.errors import ModelError
from xstilts.models import resolve
from xstilts.models.bases import resolve_tokenizer, vocabulary_size
from xstilts.models.load import load_encoder, load_tokenizer
from xstilts.models.weights import header, headers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DEEP = "[" * 100_000 + "]" * 100_000
NO_OBJECTS = ["null", "[]", "3", '"text"', "", "{", DEEP, '{"a": ' + DEEP + "}", "{'a': 1}"]
JSON_FILES = ["config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"]


def refused(folder: Path, look: Callable[[Path], Any] = resolve) -> str:
    with pytest.raises(ModelError) as caught:
        look(folder)
    said = str(caught.value)
    assert "\n" not in said and len(said) < 1000, said
    assert str(folder) in said
    return said


def change(path: Path, **fields: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | fields), encoding="utf-8")


@pytest.mark.parametrize("name", JSON_FILES)
@pytest.mark.parametrize("text", NO_OBJECTS, ids=lambda text: text[:8] or "empty")
def test_a_file_that_is_no_json_object_is_named(base_folder: Path, name: str, text: str):
    (base_folder / name).write_text(text, encoding="utf-8")
    assert name in refused(base_folder)
    look = load_encoder if name == "config.json" else load_tokenizer
    assert name in refused(base_folder, look)


@pytest.mark.parametrize("name", JSON_FILES)
def test_a_file_that_is_no_text_is_named(base_folder: Path, name: str):
    (base_folder / name).write_bytes(b"\x80\x02}\xff\x00" * 20)
    assert f"{name}: is not text in UTF-8" in refused(base_folder)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hidden_size", "x"), ("hidden_size", "16"), ("hidden_size", True), ("hidden_size", 16.5), ("hidden_size", -1),
        ("num_hidden_layers", [2]), ("num_attention_heads", {}), ("vocab_size", "many"), ("intermediate_size", 1e3),
        ("max_position_embeddings", "40"), ("hidden_dropout_prob", "0.1"), ("layer_norm_eps", []), ("model_type", 7),
        ("model_type", None), ("id2label", ["a"]), ("label2id", "a"),
        ("architectures", 5), ("architectures", "XLMRobertaModel"),
    ],
)  # fmt: skip
def test_a_field_of_the_config_of_the_wrong_type_is_named(base_folder: Path, field: str, value: Any):
    change(base_folder / "config.json", **{field: value})
    said = refused(base_folder)
    assert "config.json" in said and field in said


@pytest.mark.parametrize(
    "fields",
    [
        {"architectures": [5]}, {"hidden_act": 3}, {"pad_token_id": "x"}, {"model_type": "none-such"},
        {"id2label": {"x": "a"}}, {"num_attention_heads": 5}, {"dtype": 5},
    ],
    ids=lambda fields: next(iter(fields)),
)  # fmt: skip
def test_what_only_the_library_minds_never_leaves_a_traceback(base_folder: Path, fields: dict[str, Any]):
    change(base_folder / "config.json", **fields)
    try:
        load_encoder(base_folder)
    except ModelError as error:
        assert "\n" not in str(error) and len(str(error)) < 1000


@pytest.mark.parametrize(
    ("name", "fields", "named"),
    [
        ("tokenizer.json", {"model": None}, "model"),
        ("tokenizer.json", {"model": []}, "model"),
        ("tokenizer.json", {"model": {"type": "WordLevel", "vocab": None, "unk_token": "a"}}, "model.vocab"),
        ("tokenizer.json", {"model": {"type": "WordLevel", "vocab": {"a": "b"}, "unk_token": "a"}}, "tokenizer.json"),
        ("tokenizer.json", {"model": {"type": "Unigram", "vocab": ["a", "b"], "unk_id": 0}}, "tokenizer.json"),
        ("tokenizer.json", {"model": {"type": "Unigram", "vocab": [["a", 0.0]], "unk_id": 7}}, "tokenizer.json"),
        ("tokenizer.json", {"pre_tokenizer": 5}, "tokenizer.json"),
        ("tokenizer.json", {"added_tokens": "x"}, "tokenizer.json"),
        ("tokenizer_config.json", {"model_max_length": "x"}, "model_max_length"),
        ("tokenizer_config.json", {"model_max_length": -1}, "model_max_length"),
        ("tokenizer_config.json", {"tokenizer_class": []}, "tokenizer_class"),
        ("tokenizer_config.json", {"pad_token": 5}, "pad_token"),
        ("tokenizer_config.json", {"pad_token": {"content": []}}, "pad_token"),
    ],
)
def test_a_broken_tokenizer_is_named(base_folder: Path, name: str, fields: dict[str, Any], named: str):
    change(base_folder / name, **fields)
    for look in (resolve, load_tokenizer):
        said = refused(base_folder, look)
        assert name in said and named in said
    (base_folder / "config.json").unlink()
    assert name in refused(base_folder, resolve_tokenizer)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("sentencepiece.bpe.model", b""),
        ("spiece.model", b"\x00\xffgarbage"),
        ("vocab.txt", b""),
        ("vocab.txt", b"\xff\xfe"),
    ],
)
def test_broken_pieces_are_named_where_there_is_nothing_else(base_folder: Path, name: str, content: bytes):
    (base_folder / "tokenizer.json").unlink()
    (base_folder / name).write_bytes(content)
    assert name in refused(base_folder)


def test_a_whole_directory_is_taken(base_folder: Path):
    base = resolve(base_folder)
    assert vocabulary_size(base) == 40
    assert headers(base_folder)["embeddings.word_embeddings.weight"] == (40, 16)


def weights(folder: Path) -> Path:
    return folder / "model.safetensors"


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-64])


def longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def replaced_header(path: Path, text: bytes) -> None:
    raw = path.read_bytes()
    size = int.from_bytes(raw[:8], "little")
    path.write_bytes(len(text).to_bytes(8, "little") + text + raw[8 + size :])


def with_entry(path: Path, **fields: Any) -> None:
    raw = path.read_bytes()
    entries = json.loads(raw[8 : 8 + int.from_bytes(raw[:8], "little")])
    entries["embeddings.LayerNorm.bias"] |= fields
    replaced_header(path, json.dumps(entries).encode())


@pytest.mark.parametrize(
    "damage",
    [
        cut,
        longer,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"xx"),
        lambda path: path.write_bytes((2**60).to_bytes(8, "little") + b"{}"),
        lambda path: path.write_bytes(b"\x80\x02}q\x00." * 40),
        lambda path: replaced_header(path, b"garbage"),
        lambda path: replaced_header(path, b"[]"),
        lambda path: replaced_header(path, b'{"a": ' + DEEP.encode() + b"}"),
        lambda path: replaced_header(path, b'{"a": null}'),
        lambda path: replaced_header(path, b'{"a": {"dtype": "F32", "shape": [1], "data_offsets": [0]}}'),
        lambda path: with_entry(path, shape=[17]),
        lambda path: with_entry(path, shape=[2**62, 2**62]),
        lambda path: with_entry(path, shape=["16"]),
        lambda path: with_entry(path, dtype="F99"),
        lambda path: with_entry(path, dtype=[]),
        lambda path: with_entry(path, data_offsets=[640, 704]),
        lambda path: with_entry(path, data_offsets=[-64, 0]),
    ],
)
def test_broken_weights_are_found_by_their_header(base_folder: Path, damage: Callable[[Path], None]):
    damage(weights(base_folder))
    for look in (resolve, load_encoder):
        assert "model.safetensors cannot be loaded" in refused(base_folder, look)


def test_weights_that_are_not_those_of_the_config_are_found(base_folder: Path):
    change(base_folder / "config.json", vocab_size=41)
    said = refused(base_folder)
    assert "embeddings.word_embeddings.weight" in said and "[40, 16]" in said and "[41, 16]" in said


def test_weights_that_are_no_numbers_are_refused_when_they_are_read(base_folder: Path):
    import torch
    from safetensors.torch import load_file, save_file

    tensors = load_file(str(weights(base_folder)))
    tensors["encoder.layer.1.output.dense.bias"][3] = torch.nan
    save_file(tensors, str(weights(base_folder)), metadata={"format": "pt"})
    assert "encoder.layer.1.output.dense.bias are not all numbers" in refused(base_folder, load_encoder)


@pytest.fixture
def sharded(base_folder: Path) -> Callable[..., Path]:
    """The base with its weights as one shard under a name of the test's, and an index that names it."""

    def arrange(name: str, index: object = None) -> Path:
        shard = (base_folder / name).resolve()
        shard.parent.mkdir(exist_ok=True)
        tensors = header(weights(base_folder))
        weights(base_folder).rename(shard)
        found = {"metadata": {}, "weight_map": dict.fromkeys(tensors, name)} if index is None else index
        text = json.dumps(found)
        (base_folder / "model.safetensors.index.json").write_text(text, encoding="utf-8")
        return base_folder

    return arrange


def test_shards_beside_their_index_are_read(sharded: Callable[..., Path]):
    folder = sharded("model-00001-of-00001.safetensors")
    resolve(folder)
    load_encoder(folder)


@pytest.mark.parametrize("name", ["../out.safetensors", "deeper/out.safetensors", "../base/../out.safetensors"])
def test_an_index_never_leads_out_of_its_directory(sharded: Callable[..., Path], name: str):
    folder = sharded(name)
    for look in (resolve, load_encoder):
        assert "outside the directory" in refused(folder, look)


def test_an_absolute_path_in_an_index_is_outside(sharded: Callable[..., Path], tmp_path: Path):
    assert "outside the directory" in refused(sharded(str(tmp_path / "out.safetensors")))


@pytest.mark.parametrize(
    ("index", "said"),
    [
        (None, "there is no such file"),
        ([], "expected a JSON object"),
        ({}, "no weight_map"),
        ({"weight_map": {}}, "no weight_map"),
        ({"weight_map": ["a"]}, "no weight_map"),
        ({"weight_map": {"a": 1}}, "no weight_map"),
        ({"weight_map": {"a": ""}}, "outside"),
        ({"weight_map": {"a": "weights.bin"}}, "only safetensors are read"),
        ({"weight_map": {"a": "one.safetensors"}}, "which no file has"),
    ],
)
def test_a_broken_index_is_refused(sharded: Callable[..., Path], index: object, said: str):
    folder = sharded("one.safetensors", index)
    if index is None:
        (folder / "one.safetensors").unlink()
    for look in (resolve, load_encoder):
        assert said in refused(folder, look)


def test_a_damaged_shard_is_named(sharded: Callable[..., Path]):
    folder = sharded("one.safetensors")
    cut(folder / "one.safetensors")
    assert "one.safetensors cannot be loaded" in refused(folder)
