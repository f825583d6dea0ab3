"""Published numbers on a study's targets: to be read beside its own, in tables of their own."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from xstilts.claims.references import OWN_RULES, for_study
from xstilts.languages import name_of
from xstilts.reports.numbers import level
from xstilts.reports.tables.table import Column, made, number, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xstilts.claims.references import Publication, Reference
    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Cell, Table

APART = (
    "Others published these numbers, with other models, other code and often another version of the data. So they "
    "share no column with measured scores, and nothing is computed from them."
)
LAB_APART = (
    "This study's own numbers are lab numbers, from an invented world: they cannot be compared with any of these at "
    "all."
)
COLUMNS = (
    "name", "task", "over", "language", "average", "system", "base", "metric", "value", "unit", "printed", "split",
    "protocol", "tolerance", "authors", "title", "arxiv", "version", "read", "place", "note",
)  # fmt: skip
"""The columns of published.csv."""


def published(report: Report) -> list[Reference]:
    """The published numbers on the study's targets, and averages over tasks that are all among them."""
    return for_study(report.facts.targets, report.protocols)


def published_tables(report: Report) -> list[Table]:
    """One table per target, in the order of the study, then one of averages over tasks; empty ones are left out."""
    return [_table(task, list(found), report) for task, found in groupby(published(report), key=lambda one: one.task)]


def published_rows(report: Report) -> list[dict[str, Any]]:
    """The same numbers under ``COLUMNS``, for published.csv."""
    return [_row(one) for one in published(report)]


def apart(report: Report) -> str:
    """What keeps these numbers apart from the study's."""
    return f"{APART} {LAB_APART}" if report.facts.source == "lab" else APART


def _table(task: str, found: Sequence[Reference], report: Report) -> Table:
    title = task or "averages over tasks"
    columns = (
        Column("system", lambda one: (one.system, f"from {one.base}") if one.base != one.system else one.system),
        words("language", lambda one: f"{one.language} ({name_of(one.language)})" if one.language else one.average),
        Column("metric", lambda one: one.metric),
        number("value", lambda one: (level(one.value, one.digits), _PRINTED.get(one.printed, ""))),
        Column("split", lambda one: one.split),
        Column("rules", lambda one: _rules(one, report.protocols)),
        words("source", lambda one: (_authors(one.source), one.source.version)),
        words("place", lambda one: (one.place, one.source.read)),
    )
    caption = " ".join([f"Published numbers, {title}, in percent.", *_notes(found)])
    table = made("published", caption, columns, found, f"Published numbers, {title}")
    return replace(table, folded=f"{title}: {len(found)} published numbers", alone=apart(report))


_PRINTED = {"share": "printed as a share"}


def _rules(one: Reference, protocols: Sequence[str]) -> Cell:
    rules = "its own" if one.protocol == OWN_RULES else one.protocol
    return rules, "as in this study" if one.protocol in protocols else ""


def _authors(source: Publication) -> str:
    return f"{source.authors}, arXiv {source.arxiv}" if source.arxiv else source.authors


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


def _row(one: Reference) -> dict[str, Any]:
    source = {name: getattr(one.source, name) for name in ("authors", "title", "arxiv", "version", "read")}
    notes = "; ".join(filter(None, (one.note, one.source.note)))
    own = {name: getattr(one, name) for name in COLUMNS if name not in source}
    return {**own, **source, "over": " ".join(one.over), "note": notes}
