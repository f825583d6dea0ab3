"""What a converted encoder must give for ten sentences, recorded when its conversion was compared with the original."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from xstilts.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray
    from transformers import PreTrainedTokenizerFast

LARGEST_DIFFERENCE = 1e-4
"""Of a number of a vector of length 1: processors add up in another order, and differ by about 1e-6."""


def sentences(name: str) -> list[Mapping[str, Any]]:
    """The records of a file beside this module: ``text``, ``ids``, and the first values of its ``vector``."""
    found: list[Mapping[str, Any]] = json.loads((files(__package__) / name).read_text(encoding="utf-8"))["sentences"]
    return found


def check_tokens(tokenizer: PreTrainedTokenizerFast, records: Sequence[Mapping[str, Any]]) -> None:
    """Compare a tokenizer with what is recorded.

    Raises:
        ModelError: Naming the first sentence with other tokens.
    """
    for record in records:
        found = tokenizer(record["text"])["input_ids"]
        if found != record["ids"]:
            said = f"{record['text']!r} has other tokens than recorded: {tokenizer.convert_ids_to_tokens(found)}."
            raise ModelError(said, field="tokenizer", hint=_HINT)


def check_vectors(folder: Path, records: Sequence[Mapping[str, Any]]) -> None:
    """Compare the vectors of an encoder with what is recorded.

    Raises:
        ModelError: Naming the sentence that is farthest off.
    """
    found = mean_vectors(folder, [record["ids"] for record in records])
    wanted = np.array([record["vector"] for record in records])
    off = np.abs(found[:, : wanted.shape[1]] - wanted).max(axis=1)
    worst = int(off.argmax())
    if not off[worst] <= LARGEST_DIFFERENCE:
        said = f"{records[worst]['text']!r} has another vector than recorded: off by {off[worst]:.2g}."
        raise ModelError(said, field="weights", hint=_HINT)


_HINT = "Install the package again; if that changes nothing, the library that tokenises or computes has changed."


def mean_vectors(folder: Path, ids: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """Mean of the last layer over all tokens, of length 1, ``(n, hidden)``, one sentence at a time."""
    import torch

    from xstilts.models.load import load_encoder

    encoder = load_encoder(folder)[0]
    with torch.inference_mode():
        states = [encoder(input_ids=torch.tensor([row])).last_hidden_state[0].mean(dim=0) for row in ids]
    vectors = torch.stack(states).double().numpy()
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
