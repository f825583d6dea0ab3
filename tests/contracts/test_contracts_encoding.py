"""What every registered encoding must keep: columns, order, padding, and that a row of a batch stands for itself."""

from __future__ import annotations

import itertools

import numpy as np
import pyarrow as pa
import pytest

from xstilts.encoding import ENCODINGS, EncodingOptions, Features
from xstilts.encoding.subwords import arrow_type
from xstilts.encoding.visual.grids import Grids, SeenFeatures
from xstilts.tasks.base import COLUMNS, Kind

LABELS = ("no", "yes")
ROWS = {
    Kind.CLASSIFICATION: lambda n: {
        "text": "w1 " * (n + 1), "text_pair": "w2" if n % 2 else "", "label": LABELS[n % 2],
    },
    Kind.MULTIPLE_CHOICE: lambda n: {
        "context": "w1 " * n, "question": "w2", "choices": ["w3", "w4 " * (n + 1)], "label": n % 2,
    },
    Kind.TAGGING: lambda n: {"tokens": ["w1"] * (n + 1), "tags": [LABELS[n % 2]] * (n + 1)},
    Kind.SPAN_QA: lambda n: {
        "context": "w1 w2 " * (4 * n + 1), "question": "w3", "answer_texts": ["w2"], "answer_starts": [3],
    },
    Kind.RETRIEVAL: lambda n: {
        "role": "candidate" if n % 2 else "query", "text": "w1 " * (n + 1), "gold": [] if n % 2 else [f"e{n + 1}"],
    },
    Kind.MASKED_LM: lambda n: {"text": "w1 " * (n + 1), "text_pair": "w2" if n % 2 else ""},
    Kind.VISUAL_CLASSIFICATION: lambda n: {
        "text": "w1 " * (n + 1), "text_pair": "w2" if n % 2 else "", "caption": "", "images": ["p", "q"][: 1 + n % 2],
        "label": LABELS[n % 2],
    },
}  # fmt: skip
SEEN = Grids(np.random.default_rng(0).random((3, 4, 5)).astype(np.float16), {"p": 0, "q": 1})
N, OPTIONS = 8, EncodingOptions(max_length=16, stride=4)
PAD = 0
every_kind = pytest.mark.parametrize("kind", [Kind(name) for name in ENCODINGS.names()])


@pytest.fixture(scope="module")
def tokenizer():
    from tokenizers import Tokenizer, models, pre_tokenizers

    from xstilts.models.vocabulary import SPECIAL, wrap

    words = [*SPECIAL, *(f"w{number}" for number in range(9))]
    made = Tokenizer(models.WordLevel({word: number for number, word in enumerate(words)}, unk_token=SPECIAL[3]))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return wrap(made)


@pytest.fixture
def examples(kind: Kind):
    import datasets

    schema = pa.schema([(name, arrow_type(type_name)) for name, type_name in COLUMNS[kind].items()])
    return datasets.Dataset(pa.Table.from_pylist([{"id": f"e{n}", **ROWS[kind](n)} for n in range(N)], schema=schema))


@pytest.fixture
def features(kind: Kind, examples, tokenizer) -> Features:
    found = ENCODINGS.get(kind).encode(examples, tokenizer, OPTIONS, LABELS)
    return SeenFeatures(found.table, SEEN) if kind is Kind.VISUAL_CLASSIFICATION else found


def test_every_kind_has_an_encoding_and_a_sample() -> None:
    assert set(ENCODINGS.names()) == set(Kind) == set(ROWS)
    assert all(encoding.kind == name for name, encoding in zip(ENCODINGS.names(), ENCODINGS, strict=True))


@every_kind
def test_items_are_unique_and_point_to_their_examples_in_order(kind: Kind, examples, features: Features) -> None:
    assert len(set(features.items)) == len(features) >= N
    owners = features.column("example")
    assert (np.diff(owners) >= 0).all()
    assert [item.split("#")[0] for item in features.items] == [examples["id"][owner] for owner in owners]


@every_kind
def test_no_input_is_longer_than_allowed_and_cuts_are_counted(kind: Kind, features: Features) -> None:
    ids = features.ragged("input_ids")
    longest = ids.lengths(np.arange(len(ids)))
    assert longest.max() <= OPTIONS.max_length
    groups = features.groups("input_ids") if kind == Kind.MULTIPLE_CHOICE else np.arange(len(features) + 1)
    costs = [longest[a:b].max() * (b - a) for a, b in itertools.pairwise(groups)]
    if isinstance(features, SeenFeatures):
        costs = [cost + SEEN.cells * (1 + row % 2) for row, cost in enumerate(costs)]
    assert features.lengths.tolist() == costs
    assert features.column("truncated").dtype == bool
    if kind != Kind.SPAN_QA:  # whose windows cut nothing
        full = [length == OPTIONS.max_length for length in np.maximum.reduceat(longest, groups[:-1])]
        assert all(was_full for was_full, cut in zip(full, features.column("truncated"), strict=True) if cut)


@every_kind
def test_a_row_is_the_same_in_every_batch(kind: Kind, features: Features) -> None:
    collate = ENCODINGS.get(kind).collate
    everything = collate(features, np.arange(len(features)), PAD)
    numbers = [tensor for name, tensor in everything.items() if name != "visual_embeds"]
    assert all(tensor.dtype.is_floating_point is False and tensor.element_size() == 8 for tensor in numbers)
    for row in range(len(features)):
        alone = collate(features, np.array([row]), PAD)
        assert set(alone) == set(everything)
        for name, tensor in alone.items():
            whole = everything[name][row]
            if name == "visual_embeds":
                assert (whole[: len(tensor[0])] == tensor[0]).all()
                assert not whole[len(tensor[0]) :].any()
            elif tensor.dim() > 1:
                assert (whole[..., : tensor.shape[-1]] == tensor[0]).all()
                assert whole[..., tensor.shape[-1] :].unique().numel() <= 1  # nothing but padding
            else:
                assert whole == tensor[0]


@every_kind
def test_predictions_have_the_agreed_columns_one_row_an_example(kind: Kind, examples, features: Features) -> None:
    generator = np.random.default_rng(0)
    shapes = {
        Kind.CLASSIFICATION: lambda length: (2,), Kind.MULTIPLE_CHOICE: lambda length: (2,),
        Kind.TAGGING: lambda length: (length, 2), Kind.SPAN_QA: lambda length: (2, length),
        Kind.MASKED_LM: lambda length: (2,), Kind.VISUAL_CLASSIFICATION: lambda length: (2,),
    }  # fmt: skip
    decode = ENCODINGS.get(kind).decode
    if decode is None:  # answered by a search
        assert kind == Kind.RETRIEVAL
        return
    outputs = [generator.random(shapes[kind](length), dtype=np.float32) for length in features.lengths]
    table = decode(examples, features, outputs, OPTIONS, LABELS)
    assert table.column_names[:4] == ["id", "gold", "prediction", "truncated"]
    assert table.column("id").to_pylist() == list(examples["id"])


@every_kind
def test_selected_examples_are_encoded_as_they_lie(kind: Kind, examples, tokenizer) -> None:
    encode = ENCODINGS.get(kind).encode
    once = encode(examples.select([5, 2]), tokenizer, OPTIONS, LABELS)
    assert [item.split("#")[0] for item in once.items] == sorted(
        (item.split("#")[0] for item in once.items), key=["e5", "e2"].index
    )
