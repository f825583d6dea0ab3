"""Predictions on disk: a Parquet file for each language, in it a row group for each setting, and the index of them."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from xstilts.runners.loading import write_json
from xstilts.statistics.setting_text import written

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

    import pyarrow as pa

INDEX = "index.json"
"""Which file and row group hold which language and setting."""


class Answered(NamedTuple):
    """The predictions in one language under one setting.

    Attributes:
        language: The language.
        setting: Of retrieval, what the vectors are and what is searched; else empty.
        table: The kind's predictions table.
        candidates: Of retrieval, how many a query was compared with.
        index_recall: Of an approximate search, the share of the exact search's candidates that it found, in [0, 1].
    """

    language: str
    setting: Mapping[str, Any]
    table: pa.Table
    candidates: int | None = None
    index_recall: float | None = None


class Writer:
    """Writes predictions as they come, so that a sweep of many settings is never in memory at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = ExitStack()
        self._writers: dict[str, Any] = {}
        self._index: list[dict[str, Any]] = []
        self._groups: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def add(self, name: str, answered: Answered, more: Mapping[str, Any]) -> None:
        """Write one table.

        Args:
            name: Name of the file, without its ending; all tables of one file have the same columns.
            answered: The predictions.
            more: What the index says of them besides: ``language`` as tables name it, ``rejected``.
        """
        from pyarrow import parquet

        path = self._folder / f"{name}.parquet"
        if name not in self._writers:
            self._writers[name] = self._files.enter_context(parquet.ParquetWriter(path, answered.table.schema))
        self._writers[name].write_table(answered.table, row_group_size=max(1, len(answered.table)))
        group = self._groups.get(name, 0)
        self._groups[name] = group + 1
        entry = {"file": path.name, "group": group, "candidates": answered.candidates, **more}
        entry["setting"] = written(answered.setting)
        if answered.index_recall is not None:
            entry["index_recall"] = answered.index_recall
        self._index.append(entry)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files.close()
        if error is None:
            write_json(self._folder / INDEX, self._index)


def entries(folder: Path) -> list[dict[str, Any]]:
    """The index of a folder of predictions, in the order in which they were made."""
    found: list[dict[str, Any]] = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    return found


def table_of(folder: Path, entry: Mapping[str, Any], columns: list[str] | None = None) -> pa.Table:
    """The predictions that an entry of the index names."""
    from pyarrow import parquet

    return parquet.ParquetFile(folder / entry["file"]).read_row_group(entry["group"], columns=columns)
