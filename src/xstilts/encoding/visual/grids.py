"""Images as grids of vectors, each image once, and items that point at them.

A folder of grids has two files. ``grids.arrow``: column ``grid``, a list of ``cells * width`` numbers (float16) for
each picture, and after all of them the grid of a blank picture; the schema's metadata says ``cells``.
``names.parquet``: ``name`` of an image and ``picture``, the row of its grid; equal pictures under two names have one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.encoding.features import Features, Ragged
from xstilts.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

BLANK = ""
"""The name of the blank picture, which no image has."""
GRIDS, NAMES = "grids.arrow", "names.parquet"
"""The files of a folder of grids."""


@dataclass(frozen=True)
class Grids:
    """The grids of some images.

    Attributes:
        values: float16, shape ``(pictures + 1, cells, width)``; the last one is that of a blank picture.
        places: Name of an image to its row.
    """

    values: NDArray[np.float16]
    places: Mapping[str, int]

    @property
    def cells(self) -> int:
        """Vectors of an image."""
        return int(self.values.shape[1])

    @property
    def width(self) -> int:
        """Numbers of a vector."""
        return int(self.values.shape[2])

    def rows(self, names: Iterable[str]) -> NDArray[np.int64]:
        """The rows of images.

        Raises:
            DataError: If one has no grid.
        """
        try:
            found = [len(self.values) - 1 if name == BLANK else self.places[name] for name in names]
        except KeyError as error:
            raise DataError(f"There is no grid of the image {error.args[0]!r}.", value=error.args[0]) from error
        return np.array(found, dtype=np.int64)

    def save(self, folder: Path) -> None:
        """Write both files."""
        import pyarrow as pa
        from pyarrow import parquet

        with GridWriter(folder, self.cells, self.width) as writer:
            writer.add(self.values)
        names = {"name": pa.array(list(self.places), pa.string()), "picture": pa.array(list(self.places.values()))}
        parquet.write_table(pa.table(names), folder / NAMES)

    @classmethod
    def load(cls, folder: Path) -> Grids:
        """Memory-map the grids of a folder.

        Raises:
            DataError: If a file is missing or broken.
        """
        import pyarrow as pa
        from pyarrow import parquet

        try:
            table = pa.ipc.open_file(pa.memory_map(str(folder / GRIDS))).read_all()
            names = parquet.read_table(folder / NAMES, columns=["name", "picture"])
            cells = int(table.schema.metadata[b"cells"])
        except (OSError, pa.ArrowInvalid, KeyError, TypeError, ValueError) as error:
            raise DataError(f"These are no readable grids ({error}).", field=str(folder)) from error
        parts = [chunk.values.to_numpy() for chunk in table.column("grid").chunks]
        flat = parts[0] if len(parts) == 1 else np.concatenate(parts)
        values = flat.reshape(table.num_rows, cells, -1)
        places = dict(zip(names.column("name").to_pylist(), names.column("picture").to_pylist(), strict=True))
        return cls(values, places)


class GridWriter:
    """Writes grids as they come, so that all of them are never in memory.

    Args:
        folder: Where to.
        cells: Vectors of an image.
        width: Numbers of a vector.
    """

    def __init__(self, folder: Path, cells: int, width: int) -> None:
        import pyarrow as pa

        self._type = pa.list_(pa.float16(), cells * width)
        self._schema = pa.schema([("grid", self._type)], metadata={"cells": str(cells)})
        self._path = folder / GRIDS

    def __enter__(self) -> GridWriter:
        import pyarrow as pa

        self._sink = pa.OSFile(str(self._path), "wb")
        self._writer = pa.ipc.new_file(self._sink, self._schema)
        return self

    def add(self, grids: NDArray[Any]) -> None:
        """Write some grids, shape ``(n, cells, width)``, as float16."""
        import pyarrow as pa

        flat = pa.array(np.ascontiguousarray(grids, dtype=np.float16).reshape(-1))
        column = pa.FixedSizeListArray.from_arrays(flat, type=self._type)
        self._writer.write_batch(pa.RecordBatch.from_arrays([column], schema=self._schema))

    def __exit__(self, *_: object) -> None:
        self._writer.close()
        self._sink.close()


class SeenFeatures(Features):
    """Model inputs of texts together with the grids of their images.

    Args:
        table: The table of the texts, with the column ``images`` (list<string>).
        grids: The grids.
    """

    def __init__(self, table: pa.Table, grids: Grids) -> None:
        super().__init__(table)
        self.grids = grids

    @cached_property
    def pictures(self) -> Ragged:
        """The rows of each item's images among the grids."""
        column = self.table.column("images").combine_chunks()
        lengths = np.array([len(names) for names in column.to_pylist()], dtype=np.int64)
        rows = self.grids.rows(column.flatten().to_pylist())
        return Ragged(rows, np.concatenate([[0], np.cumsum(lengths)]))

    @cached_property
    def _costs(self) -> NDArray[np.int32]:
        pictures = self.pictures.lengths(np.arange(len(self)))
        return (self.column("length") + self.grids.cells * pictures).astype(np.int32)

    @property
    def lengths(self) -> NDArray[np.int32]:
        """Tokens each item costs, the vectors of its images included, shape ``(n,)``."""
        return self._costs


def like(features: Features, *seen: Features) -> Features:
    """The features with the grids of others, whose images are theirs; as they are where those have none."""
    grids = [one.grids for one in seen if isinstance(one, SeenFeatures)]
    return SeenFeatures(features.table, together(grids)) if grids else features


def together(parts: Sequence[Grids]) -> Grids:
    """The grids of several, all of one image encoder."""
    first = parts[0]
    if all(part.places == first.places for part in parts):
        return first
    places: dict[str, int] = {}
    start = 0
    for part in parts:
        places |= {name: start + place for name, place in part.places.items()}
        start += len(part.values) - 1
    return Grids(np.concatenate([*(part.values[:-1] for part in parts), first.values[-1:]]), places)
