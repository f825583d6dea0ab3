"""What a phase hands on: one encoder and the heads of its tasks, as safetensors and JSON.

encoder/                   the encoder, as ``AutoModel`` saves it; with its tokenizer beside it, it can be a base
heads.json                 task -> kind and labels
heads/<task>.safetensors   each head's own tensors
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xstilts.errors import ModelError
from xstilts.models.heads import Head, attach_head, head_tensors
from xstilts.models.load import load_encoder, quiet
from xstilts.models.transfer import TransferReport
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import torch
    from transformers import PreTrainedModel

__all__ = ["StoredHead", "StoredModel", "TransferReport", "load_stored", "save_model"]

ENCODER = "encoder"
"""Folder of the encoder within a stored model."""
HEADS = "heads.json"
"""File that names its heads."""


@dataclass(frozen=True)
class StoredHead:
    """A head as it is stored.

    Attributes:
        kind: The task's kind.
        labels: Label names in the order of the logits.
        tensors: The head's own tensors by name.
    """

    kind: Kind
    labels: tuple[str, ...]
    tensors: dict[str, torch.Tensor]


@dataclass(frozen=True)
class StoredModel:
    """An encoder and the heads it was trained with."""

    encoder: PreTrainedModel
    heads: dict[str, StoredHead]

    def model(self, task: str) -> PreTrainedModel:
        """The model of ``task``: its stored head around the encoder, in evaluation mode.

        Raises:
            ModelError: If no head is stored for the task.
        """
        if task not in self.heads:
            raise ModelError(f"The stored model has no head for {task!r}.", value=task, allowed=self.heads)
        head = self.heads[task]
        model = attach_head(self.encoder, head.kind, head.labels, 0, head.tensors, task)
        model.train(False)
        return model


def save_model(folder: Path, encoder: PreTrainedModel, heads: Mapping[str, Head]) -> None:
    """Write encoder and heads into ``folder``, which is made where missing.

    Args:
        folder: Where to.
        encoder: The shared encoder.
        heads: Task name to its model around that encoder.
    """
    from safetensors.torch import save_file

    (folder / "heads").mkdir(parents=True, exist_ok=True)
    with quiet():
        encoder.save_pretrained(str(folder / ENCODER), max_shard_size="1000GB")
    for task, head in heads.items():
        tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in head_tensors(head.model).items()}
        save_file(tensors, str(folder / "heads" / f"{task}.safetensors"), metadata={"format": "pt"})
    facts = {task: {"kind": str(head.kind), "labels": list(head.labels)} for task, head in heads.items()}
    (folder / HEADS).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def load_stored(folder: Path) -> StoredModel:
    """Read what :func:`save_model` wrote.

    Raises:
        ModelError: If a file is missing or broken.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    encoder, _ = load_encoder(folder / ENCODER)
    heads = {}
    try:
        for task, facts in json.loads((folder / HEADS).read_text(encoding="utf-8")).items():
            tensors = load_file(str(folder / "heads" / f"{task}.safetensors"))
            heads[task] = StoredHead(Kind(facts["kind"]), tuple(facts["labels"]), tensors)
    except (OSError, SafetensorError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError(f"The stored heads cannot be read: {error}", field=str(folder)) from error
    return StoredModel(encoder, heads)
