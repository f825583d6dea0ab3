"""A tiny XLM-R with whole words as tokens, and rows of a kind as a data set."""

from __future__ import annotations

import pytest

ARCHITECTURE = {
    "model_type": "xlm-roberta", "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2,
    "intermediate_size": 64, "max_position_embeddings": 130,
}  # fmt: skip


@pytest.fixture(scope="session")
def tokenizer():
    from tokenizers import Tokenizer, models, pre_tokenizers

    from xstilts.models.vocabulary import SPECIAL, wrap

    words = [*SPECIAL, *(f"w{number}" for number in range(40))]
    made = Tokenizer(models.WordLevel({word: number for number, word in enumerate(words)}, unk_token=SPECIAL[3]))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return wrap(made)


@pytest.fixture(scope="session")
def facts(tokenizer):
    from xstilts.encoding import TokenizerFacts

    return TokenizerFacts.of(tokenizer)


@pytest.fixture
def encoder(facts):
    from xstilts.models.load import new_encoder

    return new_encoder(ARCHITECTURE, facts, 3)


@pytest.fixture
def encoded(tokenizer):
    """Examples and features of a kind from rows."""

    def make(kind: str, rows: list[dict], options, labels: tuple[str, ...] = ()):
        import datasets
        import pyarrow as pa

        from xstilts.encoding import ENCODINGS
        from xstilts.encoding.subwords import arrow_type
        from xstilts.tasks.base import COLUMNS, Kind

        schema = pa.schema([(name, arrow_type(type_name)) for name, type_name in COLUMNS[Kind(kind)].items()])
        examples = datasets.Dataset(pa.Table.from_pylist(rows, schema=schema))
        return examples, ENCODINGS.get(kind).encode(examples, tokenizer, options, labels)

    return make
