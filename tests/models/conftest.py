from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from xstilts.encoding import TokenizerFacts

if TYPE_CHECKING:
    from pathlib import Path

SIZES = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
XLMR = {"model_type": "xlm-roberta", "max_position_embeddings": 40, **SIZES}
BERT = {"model_type": "bert", "max_position_embeddings": 40, **SIZES}
WORDS = [f"w{number}" for number in range(35)]


@pytest.fixture(scope="session")
def tokenizer():
    from tokenizers import Tokenizer, models, pre_tokenizers

    from xstilts.models.vocabulary import SPECIAL, wrap

    vocabulary = {word: number for number, word in enumerate([*SPECIAL, *WORDS])}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token=SPECIAL[3]))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return wrap(made)


@pytest.fixture(scope="session")
def facts(tokenizer) -> TokenizerFacts:
    return TokenizerFacts.of(tokenizer)


@pytest.fixture
def make_encoder(facts):
    from xstilts.models.load import new_encoder

    return lambda architecture=XLMR, seed=1: new_encoder(architecture, facts, seed)


@pytest.fixture
def bert() -> dict:
    return BERT


@pytest.fixture
def base_folder(tmp_path: Path, make_encoder, tokenizer) -> Path:
    """A complete local base: encoder, tokenizer."""
    folder = tmp_path / "base"
    make_encoder().save_pretrained(str(folder))
    tokenizer.save_pretrained(str(folder))
    return folder
