"""Published numbers on a study's targets: to be read beside its own, in tables of their own."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from xstilts.claims.references import OWN_RULES, for_study
from xstilts.languages import name_of
from xstilts.reports.numbers import level
from xstilts.reports.table import Table
from xstilts.statistics.study_facts import Facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xstilts.claims.references import Reference
    from xstilts.reports.table import Cell
    from xstilts.statistics import Analysis

APART = (
    "Published by others, from other models, other code and often another version of the data than this study's: they "
    "share no column with measured scores, and nothing is computed from them."
)
LAB_APART = (
    "This study's own numbers are the lab's, from an invented world; they cannot be compared with any of these at all."
)
HEAD = ("system", "language", "metric", "value", "split", "rules", "source", "place")
COLUMNS = (
    "name", "task", "over", "language", "average", "system", "base", "metric", "value", "unit", "printed", "split",
    "protocol", "tolerance", "authors", "title", "arxiv", "version", "read", "place", "note",
)  # fmt: skip
"""The columns of published.csv."""


def published(analysis: Analysis) -> list[Reference]:
    """The published numbers on the study's targets, and averages over tasks that are all among them."""
    facts = Facts.parse(analysis["facts"])
    return for_study(facts.targets, _protocols(analysis))


def published_section(analysis: Analysis) -> dict[str, Any]:
    """What the page says of them: ``said`` (what keeps them apart) and ``parts``, each with ``title`` and ``table``."""
    parts = [{"title": _title(task), "table": _table(task, found, analysis)} for task, found in _groups(analysis)]
    return {"said": _apart(analysis), "parts": parts}


def published_tables(analysis: Analysis) -> list[Table]:
    """One table per target, in the order of the study, then one of averages over tasks; empty ones are left out."""
    said = _apart(analysis)
    tables = [_table(task, found, analysis) for task, found in _groups(analysis)]
    return [replace(table, caption=f"{table.caption} {said}") for table in tables]


def published_rows(analysis: Analysis) -> list[dict[str, Any]]:
    """The same numbers under ``COLUMNS``, for published.csv."""
    return [_row(one) for one in published(analysis)]


def _protocols(analysis: Analysis) -> list[str]:
    return sorted({row["protocol"] for row in analysis["scores"] if row["protocol"]})


def _apart(analysis: Analysis) -> str:
    return f"{APART} {LAB_APART}" if Facts.parse(analysis["facts"]).source == "lab" else APART


def _groups(analysis: Analysis) -> list[tuple[str, list[Reference]]]:
    return [(task, list(found)) for task, found in groupby(published(analysis), key=lambda one: one.task)]


def _title(task: str) -> str:
    return task or "averages over tasks"


def _table(task: str, found: Sequence[Reference], analysis: Analysis) -> Table:
    protocols = _protocols(analysis)
    caption = " ".join([f"Published numbers, {_title(task)}, in percent.", *_notes(found)])
    rows = [_cells(one, protocols) for one in found]
    return Table("published", caption, HEAD, rows, frozenset({3}), frozenset({1, 6, 7}))


def _notes(found: Iterable[Reference]) -> list[str]:
    """What a reader should know, once each, after whose numbers it speaks of."""
    said: dict[str, dict[str, dict[str, None]]] = {}
    for one in found:
        spread = f"published values of this system differ by up to {one.tolerance:g} points" if one.tolerance else ""
        for note in filter(None, (one.note, spread)):
            said.setdefault(note, {}).setdefault(one.source.authors, {})[one.system] = None
        if one.source.note:
            said.setdefault(one.source.note, {}).setdefault(one.source.authors, {})
    return [f"{'; '.join(_whose(*who) for who in whose.items())}: {note}." for note, whose in said.items()]


def _whose(authors: str, systems: Iterable[str]) -> str:
    named = ", ".join(systems)
    return f"{named} ({authors})" if named else authors


def _cells(one: Reference, protocols: Sequence[str]) -> list[Cell]:
    rules = "its own" if one.protocol == OWN_RULES else one.protocol
    return [
        (one.system, f"from {one.base}") if one.base != one.system else one.system,
        f"{one.language} ({name_of(one.language)})" if one.language else one.average,
        one.metric,
        (level(one.value, one.digits), "printed as a share" if one.printed == "share" else ""),
        one.split,
        (rules, "as in this study" if one.protocol in protocols else ""),
        (
            f"{one.source.authors}, arXiv {one.source.arxiv}" if one.source.arxiv else one.source.authors,
            one.source.version,
        ),
        (one.place, one.source.read),
    ]


def _row(one: Reference) -> dict[str, Any]:
    source = {name: getattr(one.source, name) for name in ("authors", "title", "arxiv", "version", "read")}
    notes = "; ".join(filter(None, (one.note, one.source.note)))
    own = {name: getattr(one, name) for name in COLUMNS if name not in source}
    return {**own, **source, "over": " ".join(one.over), "note": notes}
