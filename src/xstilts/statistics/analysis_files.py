"""An analysis on disk: Parquet tables and two JSON files in one folder (what the ``analyse`` node keeps)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from xstilts.errors import StoreError
from xstilts.statistics.robustness.degradation import DEGRADATION_COLUMNS, NOISE_COLUMNS
from xstilts.statistics.robustness.people import PEOPLE_COLUMNS
from xstilts.statistics.robustness.table import KEPT
from xstilts.statistics.score_rows import SCORE_COLUMNS, Condition
from xstilts.statistics.tables.aggregates import AGGREGATE_COLUMNS
from xstilts.statistics.tables.gains import CLUSTER_COLUMNS, GAIN_COLUMNS
from xstilts.statistics.tables.items import GAIN_ITEM_COLUMNS, ITEM_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xstilts.statistics.analysis import Analysis
    from xstilts.statistics.score_rows import Row

_EXTRA = ("none", "arm_score", "effects", "seeds", "seed_gains", *Condition._fields)
_COLUMNS = {
    "scores": SCORE_COLUMNS,
    "gains": tuple(dict.fromkeys((*GAIN_COLUMNS, *_EXTRA))),
    "clusters": tuple(dict.fromkeys((*CLUSTER_COLUMNS, *_EXTRA))),
    "aggregates": AGGREGATE_COLUMNS,
    "items": ITEM_COLUMNS,
    "gain_items": tuple(dict.fromkeys((*GAIN_ITEM_COLUMNS, *Condition._fields))),
}
_OF_NOISE = {
    "noise": NOISE_COLUMNS, "robustness": KEPT, "degradation": DEGRADATION_COLUMNS, "people": PEOPLE_COLUMNS
}  # fmt: skip
"""The tables that are there only where something was measured on noisy text."""
_NUMBERS = {"value", "gain", "low", "high", "p", "p_corrected", "none", "arm_score", "sd"} | {
    "error", *(name for name in GAIN_ITEM_COLUMNS if name.startswith(("seeds_", "items_", "both_"))),
    "clean", "noisy", "change", "flip_rate", "edit_rate", "subword_rise", "score", "mpc", "rpc", "area", "worst_change",
    "difference", "effective", "effective_low", "effective_high", "people_change", "people_low", "people_high",
    "made_change", "made_low", "made_high",
}  # fmt: skip
_COUNTS = {"n", "severity", "n_seeds", "n_examples", "n_languages", "wanted_seeds"}


def save(folder: Path, analysis: Analysis) -> None:
    """Write the tables of scores, gains and what is made of them as Parquet, ``answer`` and ``facts`` as JSON."""
    _write(folder, "scores", analysis["scores"])
    _write(folder, "gains", analysis["gains"])
    _write(folder, "clusters", analysis["clusters"])
    _write(folder, "aggregates", analysis["aggregates"])
    _write(folder, "items", analysis["items"])
    _write(folder, "gain_items", analysis["gain_items"])
    for name in _OF_NOISE:
        if name in analysis:
            _write(folder, name, analysis[name])  # type: ignore[literal-required]
    for name, value in (("answer", analysis["answer"]), ("facts", analysis["facts"])):
        text = json.dumps(value, ensure_ascii=False, indent=1)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def load(folder: Path) -> Analysis:
    """Read what ``save`` wrote.

    Raises:
        StoreError: If a file is missing or cannot be read.
    """
    import pyarrow.parquet as pq

    try:
        tables: dict[str, Any] = {name: pq.read_table(folder / f"{name}.parquet").to_pylist() for name in _COLUMNS}
        there = [name for name in _OF_NOISE if (folder / f"{name}.parquet").is_file()]
        tables |= {name: pq.read_table(folder / f"{name}.parquet").to_pylist() for name in there}
        for name in ("answer", "facts"):
            tables[name] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StoreError(f"The tables of a study cannot be read: {error}.", field=str(folder)) from error
    return tables  # type: ignore[return-value]


def _write(folder: Path, name: str, rows: Sequence[Row]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(column, _type(column)) for column in (_COLUMNS | _OF_NOISE)[name]])
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows], schema=schema), folder / f"{name}.parquet")


def _type(column: str) -> Any:  # noqa: ANN401 (a pyarrow type; pyarrow is imported lazily)
    import pyarrow as pa

    if column in _NUMBERS:
        return pa.float64()
    if column in _COUNTS:
        return pa.int64()
    if column in ("seeds", "seed_gains"):
        return pa.list_(pa.string() if column == "seeds" else pa.float64())
    return pa.string()
