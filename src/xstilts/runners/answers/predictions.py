"""Predictions on disk: a Parquet file for each language, in it a row group for each setting, and the index of them."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

from xstilts.disk import write_sorted_json
from xstilts.statistics.setting_text import parse, written
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

    import pyarrow as pa

    from xstilts.evaluation import Answers
    from xstilts.runners.loading import Prepared
    from xstilts.store.payloads import AnswersPayload

INDEX = "index.json"
"""Which file and row group hold which language and setting."""


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

    def add(self, name: str, answers: Answers, more: Mapping[str, Any]) -> None:
        """Write one table.

        Args:
            name: Name of the file, without its ending; all tables of one file have the same columns.
            answers: The predictions.
            more: What the index says of them besides: ``language`` as tables name it, ``rejected``.
        """
        from pyarrow import parquet

        path = self._folder / f"{name}.parquet"
        if name not in self._writers:
            self._writers[name] = self._files.enter_context(parquet.ParquetWriter(path, answers.table.schema))
        self._writers[name].write_table(answers.table, row_group_size=max(1, len(answers.table)))
        group = self._groups.get(name, 0)
        self._groups[name] = group + 1
        entry = {"file": path.name, "group": group, "candidates": answers.candidates, **more}
        entry["setting"] = written(answers.setting)
        if answers.index_recall is not None:
            entry["index_recall"] = answers.index_recall
        self._index.append(entry)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files.close()
        if error is None:
            write_sorted_json(self._folder / INDEX, self._index)


def named(asked: AnswersPayload, part: Prepared) -> dict[str, Any]:
    """What the index says of every table of a portion: its language, as tables name it, and the rows left out."""
    pair = asked.kind is Kind.RETRIEVAL and not asked.pooled
    language = f"{part.language}>{asked.pivot}" if pair else part.language
    return {"language": language, "rejected": sum(part.meta["rejected"].values())}


def entries(folder: Path) -> list[dict[str, Any]]:
    """The index of a folder of predictions, in the order in which they were made."""
    found: list[dict[str, Any]] = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    return found


def table_of(folder: Path, entry: Mapping[str, Any], columns: list[str] | None = None) -> pa.Table:
    """The predictions that an entry of the index names."""
    from pyarrow import parquet

    return parquet.ParquetFile(folder / entry["file"]).read_row_group(entry["group"], columns=columns)


def answers_of(folder: Path, entry: Mapping[str, Any]) -> Answers:
    """What was answered, as it was before it was written; the language is as tables name it."""
    from xstilts.evaluation import Answers

    setting, recall = parse(entry["setting"]), entry.get("index_recall")
    return Answers(entry["language"], setting, table_of(folder, entry), entry["candidates"], recall)
