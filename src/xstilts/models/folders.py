"""What a model directory must hold, told from its small files and the headers of its weights. No torch here.

A plan looks at a directory as closely as this, so that what cannot be loaded is refused before anything is computed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from xstilts.errors import ModelError
from xstilts.models.json_files import SAVE_AGAIN, first_line, json_object, wrong
from xstilts.models.weights import check_shapes, headers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TOKENIZER_FILES = ("tokenizer.json", "sentencepiece.bpe.model", "spiece.model", "spm.model", "vocab.txt")
TASK_FILE = "xstilts_task.json"
"""What an export says of its task: ``task``, its name, beside the keys of a study's own task (``tasks:``)."""
ENCODINGS = "encodings"
"""Its key that says, by task, how texts were encoded; see ``models.encoded``."""
VISION = "vision"
"""Its key that says what looked at images: the fingerprint of an image encoder; see ``models.vision.encoders``."""
WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"
_A_MODEL = "Give the directory of a model; `xstilts export KEY DIR` writes one."
_MOST_PIECES = 200_000_000
"""Bytes of a tokenizer.json: no published model has a quarter of it."""
_WHOLE = (
    "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "vocab_size",
    "max_position_embeddings", "type_vocab_size",
)  # fmt: skip
_NUMBERS = ("hidden_dropout_prob", "attention_probs_dropout_prob", "layer_norm_eps", "initializer_range")
_BESIDE_TOKENIZER = ("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json")


def check_folder(folder: Path, tokenizer: bool = True) -> None:
    """Check that a directory holds what an encoder is loaded from, and that it can be what it says.

    Args:
        folder: The directory.
        tokenizer: Whether a tokenizer must lie there too.

    Raises:
        ModelError: Naming the missing or broken file and what to do about it.
    """
    if not folder.is_dir():
        raise ModelError("There is no such directory.", field=str(folder), hint=_A_MODEL)
    if not (folder / "config.json").is_file():
        raise missing(folder, "config.json", "Save the model there with model.save_pretrained(directory).")
    if not any((folder / name).is_file() for name in (WEIGHTS, INDEX)):
        pickled = any((folder / name).is_file() for name in ("pytorch_model.bin", "pytorch_model.bin.index.json"))
        hint = "Only safetensors are read, never pickles: load it once with transformers and save_pretrained it again."
        raise missing(folder, WEIGHTS, hint if pickled else "Save the model there with save_pretrained.")
    if tokenizer and not any((folder / name).is_file() for name in TOKENIZER_FILES):
        raise missing(folder, "tokenizer.json", "Save the tokenizer there too: tokenizer.save_pretrained(directory).")
    config = read_config(folder)
    check_shapes(folder, config, headers(folder))
    if tokenizer:
        check_tokenizer(folder)


def missing(folder: Path, name: str, hint: str) -> ModelError:
    """The error for a directory without a file that it needs."""
    return ModelError(f"The model directory has no {name}.", field=str(folder), value=name, hint=hint)


def read_config(folder: Path) -> dict[str, Any]:
    """The config of a directory, an object whose well-known fields have their types.

    Raises:
        ModelError: If it is none; names the field.
    """
    path = folder / "config.json"
    config = json_object(path)
    for name in (name for name in _WHOLE if config.get(name) is not None):
        if type(config[name]) is not int or config[name] < 0:
            raise wrong(path, name, config[name], "a whole number")
    for name in (name for name in _NUMBERS if config.get(name) is not None):
        if type(config[name]) not in (int, float):
            raise wrong(path, name, config[name], "a number")
    if not isinstance(config.get("model_type", ""), str):
        raise wrong(path, "model_type", config["model_type"], "a name such as xlm-roberta")
    for name, kind in (("id2label", dict), ("label2id", dict), ("architectures", list)):
        if not isinstance(config.get(name), kind | None):
            raise wrong(path, name, config[name], "a list" if kind is list else "an object")
    return config


def check_tokenizer(folder: Path) -> None:
    """Check the tokenizer of a directory: what it is made from can be read.

    Raises:
        ModelError: Naming the broken file.
    """
    for name in _BESIDE_TOKENIZER:
        if (folder / name).is_file():
            _check_settings(folder / name, json_object(folder / name))
    path = folder / "tokenizer.json"
    if path.is_file():
        state = path.stat()
        _check_tokenizer_file(path, state.st_mtime_ns, state.st_size)
    else:
        _check_pieces(folder)


def _check_pieces(folder: Path) -> None:
    """The other files that a tokenizer is made from, which only count where there is no tokenizer.json."""
    for path in (folder / name for name in TOKENIZER_FILES if (folder / name).is_file()):
        if path.suffix == ".txt":
            _check_words(path)
            continue
        from sentencepiece import SentencePieceProcessor

        try:
            SentencePieceProcessor(model_file=str(path))
        except (RuntimeError, OSError, ValueError) as error:
            raise ModelError(f"cannot be loaded: {first_line(error)}", field=str(path), hint=SAVE_AGAIN) from error


def _check_words(path: Path) -> None:
    try:
        words = path.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError("is not text in UTF-8.", field=str(path), hint=SAVE_AGAIN) from error
    if not words:
        raise ModelError("holds no word.", field=str(path), hint=SAVE_AGAIN)


def _check_settings(path: Path, said: Mapping[str, Any]) -> None:
    length = said.get("model_max_length")
    if length is not None and (type(length) not in (int, float) or not length > 0):
        raise wrong(path, "model_max_length", length, "a number of tokens")
    if not isinstance(said.get("tokenizer_class", ""), str | None):
        raise wrong(path, "tokenizer_class", said["tokenizer_class"], "a name")
    for name, value in said.items():
        token = value.get("content") if isinstance(value, dict) else value
        if name in _SPECIAL and not isinstance(token, str | None):
            raise wrong(path, name, value, "a text")


_SPECIAL = {f"{name}_token" for name in ("bos", "eos", "unk", "sep", "pad", "cls", "mask")}


@lru_cache(maxsize=16)
def _check_tokenizer_file(path: Path, changed: int, size: int) -> None:
    """The pieces are there, and the library that runs tokenizers takes the file; once for each state of the file."""
    del changed, size
    model = json_object(path, _MOST_PIECES).get("model")
    if not isinstance(model, dict):
        raise wrong(path, "model", model, "an object")
    if not isinstance(model.get("vocab"), dict | list):
        raise wrong(path, "model.vocab", model.get("vocab"), "an object or a list of pieces")
    from tokenizers import Tokenizer

    try:
        Tokenizer.from_file(str(path))
    except BaseException as error:  # the library raises bare exceptions, and panics that are no exceptions
        if isinstance(error, KeyboardInterrupt | MemoryError):
            raise
        said = first_line(error)
        raise ModelError(f"cannot be loaded: {said}", field=str(path), hint=SAVE_AGAIN) from error
