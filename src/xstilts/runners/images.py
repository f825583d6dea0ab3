"""``images``: the images of one split, decoded and made squares once, each different one kept once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.disk import write_sorted_json
from xstilts.errors import DataError
from xstilts.runners.loading import report, source_of, task_of
from xstilts.sources import pictures
from xstilts.store.payloads import PicturesPayload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from xstilts.runners.context import Context
    from xstilts.store.node import Node

PICTURES, NAMES, TOLD = "pictures.arrow", "names.parquet", "told.json"
"""The files of a node: pixels of each different picture; ``name, picture, sha256, width, height`` of each image; how
many there are, and what was converted."""
_EVERY = 500


def run(node: Node, context: Context) -> None:
    """Write pictures, names and what was converted.

    Raises:
        DataError: If an image is missing or cannot be read; names file and image.
    """
    import pyarrow as pa
    from pyarrow import parquet

    asked, source = node.asked(PicturesPayload), source_of(node)
    task = task_of(asked.task, node.places.inline)
    languages = tuple(asked.data)
    names = pictures.named(task, languages, asked.split, source, asked.limit)
    found = pictures.place(task, languages, asked.split, source)
    rows: dict[str, list[Any]] = {name: [] for name in ("name", "picture", "sha256", "width", "height")}
    known: dict[str, int] = {}
    notes: Counter[str] = Counter()
    kind = pa.list_(pa.uint8(), asked.side * asked.side * 3)
    schema = pa.schema([("pixels", kind)])
    with pa.OSFile(str(context.work / PICTURES), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        for done, one in enumerate(pictures.shown(names, found, asked.side)):
            if done % _EVERY == 0:
                report(context, done, len(names))
            if one.sha256 not in known:
                known[one.sha256] = len(known)
                column = pa.FixedSizeListArray.from_arrays(pa.array(one.pixels.reshape(-1)), type=kind)
                writer.write_batch(pa.RecordBatch.from_arrays([column], schema=schema))
            notes.update(one.notes)
            row = (one.name, known[one.sha256], one.sha256, *one.size)
            for name, value in zip(rows, row, strict=True):
                rows[name].append(value)
    if not known:
        raise DataError("has no image in any of its examples.", field=f"{task.name} {asked.split}")
    parquet.write_table(pa.table(rows), context.work / NAMES)
    told = {"images": len(names), "pictures": len(known), "converted": dict(sorted(notes.items())), "side": asked.side}
    write_sorted_json(context.work / TOLD, told)


def read_pictures(folder: Path, side: int, at_once: int) -> Iterator[NDArray[np.uint8]]:
    """The pictures of a node, uint8, shape ``(at most at_once, side, side, 3)``, in order."""
    import pyarrow as pa

    with pa.ipc.open_file(pa.memory_map(str(folder / PICTURES))) as reader:
        for start in range(0, reader.num_record_batches, at_once):
            numbers = range(start, min(start + at_once, reader.num_record_batches))
            parts = [reader.get_batch(number).column(0).values.to_numpy() for number in numbers]
            yield np.concatenate(parts).reshape(-1, side, side, 3)
