"""A model of natural language inference at toy size."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xstilts import lab


def checkpoint(folder: Path, labels: Sequence[str]) -> Path:
    """A small model with random weights, large enough ones to have opinions, and the lab's tokenizer."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer, XLMRobertaConfig

    tokenizer = AutoTokenizer.from_pretrained(str(lab.tokenizer_folder()))
    config = XLMRobertaConfig(
        vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=140, type_vocab_size=1, pad_token_id=tokenizer.pad_token_id, initializer_range=1.0,
        id2label=dict(enumerate(labels)), label2id={name: place for place, name in enumerate(labels)},
    )  # fmt: skip
    torch.manual_seed(1)
    tokenizer.model_max_length = 138
    AutoModelForSequenceClassification.from_config(config).save_pretrained(str(folder))
    tokenizer.save_pretrained(str(folder))
    return folder
