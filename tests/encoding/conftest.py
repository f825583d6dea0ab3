"""A tokenizer of made-up subwords: every letter is a piece, and so are a few longer ones."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def tokenizer():
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    from xstilts.models.vocabulary import SPECIAL, wrap

    longer = ["▁re", "ed", "th", "▁wo", "北京", "▁b", "ing"]
    pieces = [*SPECIAL, "▁", *"abcdefghijklmnopqrstuvwxyz0123456789.,?北京南\U0001f600é", *longer]
    made = Tokenizer(models.Unigram([(piece, -float(len(pieces) - len(piece))) for piece in pieces], unk_id=3))
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.decoder = decoders.Metaspace()
    tokenizer = wrap(made)
    tokenizer.model_max_length = 512
    return tokenizer


@pytest.fixture(scope="session")
def typed_tokenizer():
    """Whole words, BERT's template, with token types."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast

    special = dict(
        zip(("pad", "cls", "sep", "unk", "mask"), ("[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"), strict=True)
    )
    words = [*special.values(), *(f"w{number}" for number in range(20))]
    made = Tokenizer(models.WordLevel({word: number for number, word in enumerate(words)}, unk_token=special["unk"]))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    made.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        model_max_length=512,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
        **{f"{name}_token": token for name, token in special.items()},
    )


@pytest.fixture(scope="session")
def examples():
    """Rows of a kind as a data set in the kind's columns."""

    def make(kind: str, *rows: dict):
        import datasets
        import pyarrow as pa

        from xstilts.encoding.subwords import arrow_type
        from xstilts.tasks.base import COLUMNS, Kind

        schema = pa.schema([(name, arrow_type(type_name)) for name, type_name in COLUMNS[Kind(kind)].items()])
        return datasets.Dataset(pa.Table.from_pylist(list(rows), schema=schema))

    return make
