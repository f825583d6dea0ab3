"""What a reader must know before any gain: models that learned nothing, or that never give one of the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.reports.numbers import level, listed
from xstilts.reports.tables.table import Column, made, number, words
from xstilts.statistics.score_rows import BASELINE
from xstilts.statistics.tables.nothing_learned import AWAY, GUESSING, ONE_ANSWER, PIVOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Table
    from xstilts.statistics.score_rows import Row
    from xstilts.statistics.study_facts import Facts

_LABEL = "Models that learned nothing"
_SHOWN = 4
"""So many arms, or findings of one sort, are named; the table names all."""


def findings(report: Report) -> list[str]:
    """One sentence per finding, the worst first; empty where models learned and give every answer."""
    facts, rows = report.facts, _ordered(report, "at_floor")
    nothing = [_nothing(group, report) for group in _grouped(rows, by_baseline=False)]
    beaten = [
        _beaten(group, facts)
        for group in _grouped(rows, by_baseline=True)
        if len(group) == len(_arms(report, group[0]))
    ]
    silent = [_silent(group, facts) for group in _alike(_ordered(report, "silent"))]
    return [sentence for said in (nothing, silent, beaten) for sentence in _shortened(said)]


def _ordered(report: Report, name: str) -> list[Row]:
    return sorted(report.rows(name), key=lambda row: _place(row, report.facts))


def _place(row: Row, facts: Facts) -> tuple[int, int, int]:
    """The order of the study: bases, targets, arms."""
    asked = (facts.bases, tuple(facts.targets), facts.arms)
    places = [
        known.index(row[name]) if row[name] in known else len(known)
        for name, known in zip(("base", "target", "arm"), asked, strict=True)
    ]
    return places[0], places[1], places[2]


def _shortened(said: Sequence[str]) -> list[str]:
    more = len(said) - _SHOWN
    return (
        list(said) if more < 2 else [*said[:_SHOWN], f"{more} more findings of this sort are in the table “learned”."]
    )


def _grouped(rows: Sequence[Row], by_baseline: bool) -> list[list[Row]]:
    """Rows of one base, target and part together; an arm at the floor in the pivot is not named again elsewhere."""
    fallen = {_cell(row) for row in rows if row["part"] == PIVOT}
    groups: dict[tuple[str, ...], list[Row]] = {}
    for part in (PIVOT, AWAY):
        for row in rows:
            again = part == AWAY and _cell(row) in fallen
            if row["part"] == part and not again and (row["by"] not in (GUESSING, ONE_ANSWER)) == by_baseline:
                groups.setdefault((row["base"], row["target"], part, row["by"]), []).append(row)
    return list(groups.values())


def _cell(row: Row) -> tuple[str, str, str]:
    return row["base"], row["arm"], row["target"]


def _arms(report: Report, row: Row) -> list[str]:
    """The arms that have a score where a row has one."""
    return [
        one["arm"]
        for one in report.rows("levels")
        if (one["base"], one["target"]) == (row["base"], row["target"])
        and not one["arm"].startswith(BASELINE)
        and one[row["part"]]["mean"] is not None
    ]


def _where(part: str, facts: Facts) -> str:
    return f"in the pivot ({facts.pivot})" if part == PIVOT else "in the languages without labels"


def _floor(row: Row) -> str:
    what = {GUESSING: "guessing", ONE_ANSWER: "giving one answer to everything"}.get(row["by"], row["by"])
    return f"{what} ({level(row['floor'])})"


def _nothing(rows: Sequence[Row], report: Report) -> str:
    facts, first, n = report.facts, rows[0], len(_arms(report, rows[0]))
    where, base = _where(first["part"], facts), first["base"]
    if len(rows) < n:
        some = f"{len(rows)} of {n} arms from {base} {'is' if len(rows) == 1 else 'are'} no better"
        return f"On {first['target']}, {some} {where} than {_floor(first)}: {_named(rows)}."
    did = "finds anything" if facts.targets[first["target"]].searched else "learned the task"
    did = did if first["part"] == PIVOT else "transfers"
    return (
        f"On {first['target']}, nothing shows that a model from {base} {did}: "
        f"{where} no arm beats {_floor(first)}: {_named(rows)}. Gains there say nothing."
    )


def _named(rows: Sequence[Row]) -> str:
    return listed([f"{row['arm']} {level(row['score'])}" for row in rows], _SHOWN)


def _beaten(rows: Sequence[Row], facts: Facts) -> str:
    first = rows[0]
    return (
        f"On {first['target']}, no model from {first['base']} is better {_where(first['part'], facts)} than the "
        f"baseline {first['by']} ({level(first['floor'])}): {_named(rows)}."
    )


def _alike(rows: Sequence[Row]) -> list[list[Row]]:
    """Silent classes of one base, target and part together; those of the pivot are not named again elsewhere."""
    fallen = {(*_cell(row), row["label"]) for row in rows if row["part"] == PIVOT}
    groups: dict[tuple[str, ...], list[Row]] = {}
    for part in (PIVOT, AWAY):
        for row in rows:
            if row["part"] == part and not (part == AWAY and (*_cell(row), row["label"]) in fallen):
                groups.setdefault((row["base"], row["target"], part), []).append(row)
    return list(groups.values())


def _silent(rows: Sequence[Row], facts: Facts) -> str:
    first = rows[0]
    shares: dict[str, float] = {}
    for row in rows:
        shares.setdefault(row["label"], row["share"])
    often = sorted(shares, key=lambda label: (-shares[label], label))
    answers = listed([f"“{label}” (right for {100 * shares[label]:.0f} %)" for label in often], _SHOWN)
    runs = {(row["arm"], seed) for row in rows for seed in row["seeds"]}
    only = {row["only"] for row in rows}
    said = f"; the one answer that they give is “{only.pop()}”" if len(only) == 1 and only != {""} else ""
    arms = listed(list(dict.fromkeys(row["arm"] for row in rows)), _SHOWN)
    return (
        f"On {first['target']}, {len(runs)} {'run' if len(runs) == 1 else 'runs'} from {first['base']} never or hardly "
        f"ever answer {answers} {_where(first['part'], facts)}{said}: {arms}."
    )


def finding_tables(report: Report) -> list[Table]:
    """Every cell at a floor, and every class that is never said; nothing where there is none."""
    facts = report.facts
    floor, silent = (_ordered(report, name) for name in ("at_floor", "silent"))
    where = Column("where", lambda row: _where(row["part"], facts), "words")
    tables = []
    if floor:
        columns = (
            *(Column(name, name) for name in ("base", "arm", "target", "metric")),
            where,
            number("score", lambda row: level(row["score"])),
            words("no better than", _floor),
            number("seeds", "n_seeds"),
        )
        said = (
            "Where models are no better than guessing, than giving the most frequent answer to everything, or than a "
            "baseline. They count as no better than the first two if their mean score goes less than a twentieth of "
            "the way from there to a perfect score, or if so few items cannot tell the difference. A baseline is "
            "named if it is at least as good."
        )
        tables.append(made("learned", report.labelled(said), columns, floor, _LABEL))
    if silent:
        columns = (
            *(Column(name, name) for name in ("base", "arm", "target")),
            where,
            words("never answers", "label"),
            number("right for", lambda row: f"{100 * row['share']:.0f} %"),
            number("runs", lambda row: str(len(row["seeds"]))),
            number("of", "n_seeds"),
        )
        said = (
            "Answers that are right for at least 5 % of the items, but that runs hardly ever give: at most once "
            "where they would be right fifty times."
        )
        tables.append(made("learned", report.labelled(said), columns, silent, _LABEL))
    return tables
