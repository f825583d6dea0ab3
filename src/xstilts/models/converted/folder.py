"""A model directory that transformers loads, made from an encoder in four bits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from xstilts.errors import ModelError
from xstilts.models.converted.four_bit import FIELDS, SPECIAL
from xstilts.models.converted.normaliser import normaliser
from xstilts.models.folders import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray
    from transformers import PreTrainedTokenizerFast

    from xstilts.models.converted.four_bit import FourBitModel

VERSION = 1
"""Raised when the directory comes out otherwise."""

_EMBEDDINGS = {
    "emb.word": "word_embeddings.weight",
    "emb.pos": "position_embeddings.weight",
    "emb.type": "token_type_embeddings.weight",
    "emb.ln.w": "LayerNorm.weight",
    "emb.ln.b": "LayerNorm.bias",
}
_IN_A_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_KINDS = {"w": "weight", "b": "bias"}
_REST = {
    "architectures": ["BertModel"],
    "model_type": "bert",
    "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1,
    "attention_probs_dropout_prob": 0.1,
    "initializer_range": 0.02,
    "layer_norm_eps": 1e-12,
    "bos_token_id": SPECIAL["<s>"],
    "pad_token_id": SPECIAL["<pad>"],
    "eos_token_id": SPECIAL["</s>"],
    "dtype": "float32",
}
"""What the file does not say: multilingual-e5-small's own config.json (intfloat/multilingual-e5-small on the hub)."""


def write_encoder(model: FourBitModel, folder: Path) -> None:
    """Write config.json and model.safetensors; the pooler, which the file lacks, is left out.

    Raises:
        ModelError: If a tensor is missing or of another size than the config says.
    """
    from safetensors.numpy import save_file

    tensors = _named(model)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps({**_REST, **model.config}, indent=1) + "\n", encoding="utf-8")
    save_file(tensors, str(folder / WEIGHTS), {"format": "pt"})
    (folder / WEIGHTS).chmod(0o644)  # safetensors' numpy writer leaves it to the owner alone


def write_tokenizer(model: FourBitModel, folder: Path) -> PreTrainedTokenizerFast:
    """Write the tokenizer's files, and give it.

    Raises:
        ModelError: If it is not XLM-R's.
    """
    made = tokenizer(model)
    made.save_pretrained(str(folder))
    made.backend_tokenizer.save(str(folder / "tokenizer.json"), pretty=False)  # half as large
    return made


def tokenizer(model: FourBitModel) -> PreTrainedTokenizerFast:
    """XLM-R's tokenizer with the file's pieces: Unigram over Metaspace words, pairs as ``<s> A </s></s> B </s>``.

    Raises:
        ModelError: If the file's was another.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    from xstilts.models.vocabulary import wrap

    made = Tokenizer(models.Unigram([*model.pieces], unk_id=SPECIAL["<unk>"], byte_fallback=False))
    made.normalizer = normaliser(model.replaced, frozenset(char for piece, _ in model.pieces for char in piece))
    made.pre_tokenizer, made.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    made.add_special_tokens([*SPECIAL, "<mask>"])
    wrapped = wrap(made)
    wrapped.model_max_length = model.config["max_position_embeddings"]
    return wrapped


def _named(model: FourBitModel) -> dict[str, NDArray[np.float32]]:
    """The tensors by BertModel's names, in its shapes."""
    shapes = _shapes(model.config)
    found = {_target(name): values for name, values in model.tensors.items()}
    for name, shape in shapes.items():
        if name not in found or found[name].size != int(np.prod(shape)):
            there = "is missing" if name not in found else f"has {found[name].size:,} values, not {shape}"
            raise ModelError(f"The tensor {name} {there}.", field="weights")
    return {name: np.ascontiguousarray(found[name].reshape(shape)) for name, shape in shapes.items()}


def _target(name: str) -> str:
    """BertModel's name of a tensor; one that it does not have keeps its own."""
    if name in _EMBEDDINGS:
        return f"embeddings.{_EMBEDDINGS[name]}"
    layer, _, rest = name.partition(".")
    part, _, kind = rest.partition(".")
    if part not in _IN_A_LAYER or kind not in _KINDS:
        return name
    return f"encoder.layer.{layer.removeprefix('l')}.{_IN_A_LAYER[part]}.{_KINDS[kind]}"


def _shapes(config: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
    """BertModel's tensors without its pooler."""
    hidden, layers, _, inner, rows, places, types = (config[name] for name in FIELDS)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (rows, hidden),
        "embeddings.position_embeddings.weight": (places, hidden),
        "embeddings.token_type_embeddings.weight": (types, hidden),
        "embeddings.LayerNorm.weight": (hidden,),
        "embeddings.LayerNorm.bias": (hidden,),
    }
    sizes = {"intermediate.dense": (inner, hidden), "output.dense": (hidden, inner)}
    for place in range(layers):
        for part in _IN_A_LAYER.values():
            shape = (hidden,) if part.endswith("LayerNorm") else sizes.get(part, (hidden, hidden))
            shapes[f"encoder.layer.{place}.{part}.weight"] = shape
            shapes[f"encoder.layer.{place}.{part}.bias"] = (shape[0],)
    return shapes
