"""What training data shares with the test sets: what the planner knows of the data sets beside what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.reports.tables.table import Column, Table, made, words
from xstilts.statistics.shared_text import NGRAM, SHORTEST
from xstilts.statistics.tables.measured_overlap import LEAKING, MARKED, MEASURED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Cell
    from xstilts.statistics.score_rows import Row

_CONTENT = ("degenerate", "leak", "overlap")
_HEAD = ("training set", "target", "language", "items", "same id", "same text", "shared n-gram", "arms")
_SHARES = ("same_id", "same_text", "shared_ngram")

HOW = (
    "Overlap is measured on the very examples that were trained and tested on. Same id: both have the same id, if ids "
    "are more than row numbers. Same text: the whole text is the same, but for upper case and white space. Shared "
    f"n-gram: {NGRAM} tokens (words or parts of words) in a row are the same (of a text of {SHORTEST} to {NGRAM - 1}, "
    "all of them); this is common in related texts, so it has no consequence. An arm is marked if it shares more "
    f"than {MARKED:g} % of a target's items by id or text in any language and none does not; above "
    f"{LEAKING:g} % the cell stays out of the answer."
)
"""How overlap is measured and what follows, for people."""


def overlap_warnings(report: Report) -> list[Table]:
    """The warnings about shared content."""
    found = [warning for warning in report.facts.warnings if warning["code"] in _CONTENT]
    columns = (
        Column("code", _code),
        Column("cell", lambda warning: cell_words(warning.get("cell"))),
        words("what", lambda warning: str(warning["message"]).removeprefix(MEASURED)),
    )
    said = "Pairs of arm and target whose training and test data share content: known beforehand, or measured here."
    return [made("overlap_warnings", report.labelled(said), columns, found)] if found else []


def cell_words(cell: object) -> str:
    """A warning's cell for people: ``arm mnli, target xnli``."""
    if isinstance(cell, (list, tuple)):
        cell = dict(zip(("base", "arm", "target", "language"), cell, strict=False))
    if not isinstance(cell, dict):
        return "whole study"
    named = [f"{name} {value}" for name, value in cell.items() if value not in (None, "", "*")]
    return ", ".join(named) or "whole study"


def _code(warning: Mapping[str, Any]) -> str:
    return f"{warning['code']} ({'measured' if str(warning['message']).startswith(MEASURED) else 'known'})"


def overlap_tables(report: Report) -> list[Table]:
    """The largest measured shares of every training set and target."""
    by_pair: dict[tuple[str, str], list[Row]] = {}
    for row in report.rows("overlaps"):
        by_pair.setdefault((row["train_task"], row["target"]), []).append(row)
    if not by_pair:
        return []
    largest = sorted((_largest(rows) for rows in by_pair.values()), key=_order)
    sharing = [row for row in largest if any(row[name] for name in _SHARES)]
    rows = [_line(row, by_pair[row["train_task"], row["target"]]) for row in sharing]
    if nothing := len(largest) - len(sharing):
        rows.append([f"{nothing} that share nothing", *["–"] * (len(_HEAD) - 1)])
    said = (
        "How many percent of a target's test items stand in a training set, in the languages that share most; "
        "tables/overlap.csv has all languages and the pairs that share nothing. Arms: those that train on this set for "
        "this target, where none does not."
    )
    return [Table("overlap", report.labelled(said), _HEAD, rows, frozenset({3, 4, 5, 6}), frozenset({7}))]


def _largest(rows: Sequence[Row]) -> Row:
    return max(rows, key=lambda row: (max(row["same_id"], row["same_text"]), row["shared_ngram"]))


def _order(row: Row) -> tuple[float, float, str, str]:
    return (-max(row["same_id"], row["same_text"]), -row["shared_ngram"], row["target"], row["train_task"])


def _line(row: Row, rows: Sequence[Row]) -> list[Cell]:
    arms = dict.fromkeys(arm for other in rows for arm in other["arms"].split())
    shares = [f"{row[name]:.1f}" if row[name] else "–" for name in _SHARES]
    where: Cell = (row["language"], f"trained in {row['train_language']}")
    return [row["train_task"], row["target"], where, f"{row['n']:,}", *shares, ", ".join(arms) or "none too"]
