"""Examples as Arrow tables in the columns of their kind."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from xstilts.tasks.base import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import datasets
    import pyarrow as pa

    from xstilts.tasks.base import Kind

Example: TypeAlias = dict[str, Any]
"""One example in the columns of its kind (``tasks.base.COLUMNS``)."""

PORTION = 10_000
"""Examples that are turned into Arrow, or back, at a time: they take ten times the room as Python objects."""


def table(kind: Kind, examples: Iterable[Mapping[str, Any]]) -> pa.Table:
    """The examples as one table in one piece, in their order."""
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "int64": pa.int64(),
        "list<string>": pa.list_(pa.string()),
        "list<int64>": pa.list_(pa.int64()),
    }
    schema = pa.schema([(name, types[column]) for name, column in COLUMNS[kind].items()])
    rows, batches = iter(examples), []
    while portion := list(islice(rows, PORTION)):
        batches.append(pa.RecordBatch.from_pylist(portion, schema=schema))
    return pa.Table.from_batches(batches, schema=schema).combine_chunks()


def rows(dataset: datasets.Dataset) -> Iterator[Example]:
    """The examples of a data set one by one, in its order."""
    for portion in dataset.iter(batch_size=PORTION):
        for values in zip(*portion.values(), strict=True):
            yield dict(zip(portion, values, strict=True))
