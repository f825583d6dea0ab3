"""A tokenizer is loaded once for all nodes of a process, and what one node does with it reaches no other."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from transformers import PreTrainedTokenizerFast

from xstilts.models import bases
from xstilts.models.load import load_tokenizer
from xstilts.runners.loading import encoder_of, tokenizer_of


@pytest.fixture
def trained(tmp_path: Path) -> Any:
    """What a node sees whose parent trained a tokenizer; that of a shipped base stands for it."""
    folder = tmp_path / "vocabulary"
    shutil.copytree(str(bases.resolve("lab-tiny").location), folder, ignore=shutil.ignore_patterns("*.safetensors"))
    return SimpleNamespace(folder=folder, parent=lambda role: folder)


def saved(tokenizer: PreTrainedTokenizerFast, folder: Path) -> dict[str, bytes]:
    tokenizer.save_pretrained(folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_encoding_in_one_node_changes_nothing_that_another_one_saves(trained: Any, tmp_path: Path):
    fresh = saved(load_tokenizer(trained.folder), tmp_path / "fresh")
    encoder = encoder_of(trained, None)
    encoder(["a b c d e"], truncation=True, max_length=4, padding="max_length")
    assert encoder.backend_tokenizer.truncation is not None
    for time in ("once", "twice"):
        assert saved(tokenizer_of(trained, None), tmp_path / time) == fresh
    assert tokenizer_of(trained, None) is tokenizer_of(trained, None) is not encoder
    assert encoder_of(trained, None) is encoder


def test_a_copy_to_encode_with_encodes_as_the_one_that_was_loaded(trained: Any):
    texts = ["a b c", "", "  bilo  nare\u00a0 ", "\u0301e"]
    fresh = load_tokenizer(trained.folder)
    assert encoder_of(trained, None)(texts).data == fresh(texts).data


def test_a_tokenizer_that_changed_on_disk_is_loaded_anew(trained: Any):
    before = tokenizer_of(trained, None)
    path = trained.folder / "tokenizer_config.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(settings | {"model_max_length": 77}), encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert (before.model_max_length, tokenizer_of(trained, None).model_max_length) != (77, 77)
    assert tokenizer_of(trained, None).model_max_length == 77
