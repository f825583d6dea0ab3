"""A base that studies of tests pretrain in a moment: a small architecture with the lab's tokenizer."""

from __future__ import annotations

from typing import Any


def tiny_base(layers: int = 2, positions: int = 140, **pretrain: Any) -> dict[str, Any]:
    """The base ``quick``, as a study file has it.

    Args:
        layers: Of the encoder.
        positions: Tokens that it has positions for, two more than the longest text.
        pretrain: What is changed of one step on twelve texts of the pivot.
    """
    return {
        "name": "quick",
        "architecture": {
            "model_type": "xlm-roberta",
            "hidden_size": 16,
            "num_hidden_layers": layers,
            "num_attention_heads": 2,
            "intermediate_size": 16,
            "max_position_embeddings": positions,
            "type_vocab_size": 1,
        },
        "tokenizer": "lab",
        "pretrain": {"tasks": ["mlm"], "languages": ["qaa"], "steps": 1, "limit": 12} | pretrain,
    }
