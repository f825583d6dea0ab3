"""Model inputs of a whole data set as one Arrow table, with ragged columns read as numpy arrays.

A row is one training item. Token lists are kept as values and offsets, so that a batch is padded with a handful of
numpy calls whatever its size, and a saved table is memory-mapped instead of read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.errors import DataError
from xstilts.randomness import hash_ids

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Ragged:
    """Lists of different lengths, end to end.

    Attributes:
        values: All lists one after the other, shape ``(offsets[-1],)`` or longer.
        offsets: List ``i`` is ``values[offsets[i]:offsets[i + 1]]``; shape ``(n + 1,)``.
    """

    values: NDArray[Any]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> NDArray[Any]:
        return self.values[self.offsets[row] : self.offsets[row + 1]]

    def lengths(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """How long the lists of ``rows`` are, shape ``(len(rows),)``."""
        return self.offsets[rows + 1] - self.offsets[rows]

    def pad(self, rows: NDArray[np.int64], fill: int, width: int | None = None) -> NDArray[np.int64]:
        """The lists of ``rows``, padded on the right with ``fill``.

        Args:
            rows: Which lists, in which order, shape ``(b,)``.
            fill: The value beyond the end of a list.
            width: Width of the result, at least the longest list; None means exactly that.

        Returns:
            Shape ``(b, width)``, int64.
        """
        lengths = self.lengths(rows)
        span = np.arange(int(lengths.max(initial=0)) if width is None else width)
        inside = span < lengths[:, None]
        padded = np.full(inside.shape, fill, dtype=np.int64)
        padded[inside] = self.values[(self.offsets[rows][:, None] + span)[inside]]
        return padded


class Features:
    """The items of one data set, encoded for one tokenizer.

    Columns of every kind: ``item`` (unique string: example id, or id + ``#`` + window), ``example`` (int32 row in the
    examples), ``length`` (int32 tokens the item costs, specials included), ``truncated`` (bool), ``input_ids``
    (list<int32>; multiple choice list<list<int32>>), ``token_type_ids`` where the tokenizer has them. Each kind's file
    in this room names the columns it adds.

    Args:
        table: The Arrow table, in memory or memory-mapped.
    """

    def __init__(self, table: pa.Table) -> None:
        self.table = table
        self._columns: dict[str, NDArray[Any]] = {}
        self._ragged: dict[str, Ragged] = {}

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def __contains__(self, column: object) -> bool:
        return column in self.table.column_names

    @cached_property
    def items(self) -> list[str]:
        """Names of the items, unique, in row order."""
        names: list[str] = self.table.column("item").to_pylist()
        return names

    @cached_property
    def item_hashes(self) -> NDArray[np.uint64]:
        """The items as the ids that :mod:`xstilts.randomness` draws from, shape ``(n,)``."""
        return hash_ids(self.items)

    @property
    def lengths(self) -> NDArray[np.int32]:
        """Tokens each item costs, specials included, shape ``(n,)``."""
        return self.column("length")

    def column(self, name: str) -> NDArray[Any]:
        """A column of plain numbers or truth values, shape ``(n,)``."""
        if name not in self._columns:
            self._columns[name] = _flat(self.table.column(name)).to_numpy(zero_copy_only=False)
        return self._columns[name]

    def ragged(self, name: str) -> Ragged:
        """A column of lists. For lists of lists: the inner lists, all rows end to end; see :meth:`groups`."""
        if name not in self._ragged:
            lists = _flat(self.table.column(name))
            if _is_nested(lists):
                lists = lists.values
            self._ragged[name] = Ragged(lists.values.to_numpy(zero_copy_only=False), _offsets(lists))
        return self._ragged[name]

    def nested(self, name: str) -> bool:
        """Whether a column of lists holds lists of lists."""
        return _is_nested(_flat(self.table.column(name)))

    def groups(self, name: str) -> NDArray[np.int64]:
        """For lists of lists: row ``i`` owns the inner lists ``groups[i]:groups[i + 1]``; shape ``(n + 1,)``."""
        if name not in self._columns:
            self._columns[name] = _offsets(_flat(self.table.column(name)))
        return self._columns[name]

    def token_ids(self) -> NDArray[np.int64]:
        """Every token id in the items, shape ``(k,)``, sorted, each once; of dual encoders also the passages'."""
        held = [np.unique(self.ragged(name).values) for name in ("input_ids", "passages") if name in self]
        return np.unique(np.concatenate(held)).astype(np.int64)

    def save(self, path: Path) -> None:
        """Write the table as an Arrow IPC file of a single record batch, ready to be memory-mapped."""
        import pyarrow as pa

        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, self.table.schema) as writer:
            writer.write_table(self.table.combine_chunks())

    @classmethod
    def load(cls, path: Path) -> Features:
        """Memory-map a table written by :meth:`save`.

        Raises:
            DataError: If the file is missing or no Arrow file.
        """
        import pyarrow as pa

        try:
            return cls(pa.ipc.open_file(pa.memory_map(str(path))).read_all())
        except (OSError, pa.ArrowInvalid) as error:
            raise DataError(f"These are no readable features ({error}).", field=str(path)) from error


def _flat(column: pa.ChunkedArray) -> Any:  # noqa: ANN401 - whichever Arrow array the column holds
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _is_nested(lists: pa.ListArray) -> bool:
    return hasattr(lists.type.value_type, "value_type")


def _offsets(lists: pa.ListArray) -> NDArray[np.int64]:
    offsets: NDArray[np.int64] = lists.offsets.to_numpy().astype(np.int64)
    return offsets
