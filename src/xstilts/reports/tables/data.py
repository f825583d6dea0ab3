"""Which data a study uses, under which terms, and how much of it was read."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from xstilts.reports.tables.left_out import left_out_tables
from xstilts.reports.tables.table import Column, made, number, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Table

ORIGINS = {
    "native": "written in its language",
    "human_translated": "translated by people",
    "machine_translated": "machine-translated",
    "mixed": "mixed",
}
TERMS = {True: "yes", False: "no", None: "not stated"}


def read_tables(report: Report) -> list[Table]:
    """The study's data sets, then what was left out of them."""
    data = report.manifest["data"]
    return [*data_tables(report, data), *left_out_tables(data)]


def data_tables(report: Report, data: Sequence[Mapping[str, Any]]) -> list[Table]:
    """The study's data sets with licence and origin, and how many records were read, used and left out."""
    facts = report.facts
    counts = _counts(data)
    said = "The data sets of the study. Counts are over all languages and splits."
    if facts.source == "lab":
        said = (
            "The data sets themselves were not read: the lab has an invented twin of each. Licence, text and reference "
            "are those of the real data set; the counts are those of the twin."
        )
    columns = (
        Column("data set", "task"),
        words("used for", lambda entry: ", ".join(entry["uses"])),
        words("licence", "licence"),
        Column("non-commercial", lambda entry: TERMS[entry["non_commercial"]]),
        Column("text", lambda entry: ORIGINS.get(entry["origin"], entry["origin"] or "–")),
        words("reference", lambda entry: entry["citation"] or "–"),
        number("read", lambda entry: _count(counts[entry["task"]], "read")),
        number("used", lambda entry: _count(counts[entry["task"]], "used")),
        number("left out", lambda entry: _count(counts[entry["task"]], "rejected")),
    )
    return [made("data", " ".join([said, *_unreachable(data)]), columns, facts.data_sets, "Data sets")]


def non_commercial(report: Report) -> str:
    """One sentence on data whose licence forbids commercial use, for everyone who reuses model or numbers."""
    facts = report.facts
    forbidden = [entry["task"] for entry in facts.data_sets if entry["non_commercial"]]
    unclear = [entry["task"] for entry in facts.data_sets if entry["non_commercial"] is None]
    if facts.source == "lab":
        real = f" (with real data: {', '.join(forbidden)})" if forbidden else ""
        return f"No non-commercial data was used: the lab makes its own{real}."
    said = (
        f"Non-commercial data was used: {', '.join(forbidden)}."
        if forbidden
        else "No data set used is known to forbid commercial use."
    )
    return f"{said} Not stated for {', '.join(unclear)}." if unclear else said


def _unreachable(data: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A sentence for each portion that has questions whose answer no window holds whole."""
    for row in data:
        if row.get("unreachable_answers"):
            place = f"{row['task']} {row['language']} {row['split']}"
            yield f"In {place} no window holds the whole answer of {row['unreachable_answers']:,} questions."


def _counts(data: Iterable[Mapping[str, Any]]) -> dict[str, Counter[str]]:
    """Task to its sums; the same records read for several tokenizers count once."""
    found: dict[str, dict[tuple[Any, ...], Mapping[str, Any]]] = defaultdict(dict)
    for row in data:
        found[row["task"]][row["language"], row["split"], row["limit"]] = row
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for task, rows in found.items():
        for row in rows.values():
            for name in ("read", "used"):
                sums[task][name] += int(row[name] or 0)
            sums[task]["rejected"] += sum((row["rejected"] or {}).values())
    return sums


def _count(counts: Mapping[str, int], name: str) -> str:
    return f"{counts[name]:,}" if counts.get("read") else "–"
