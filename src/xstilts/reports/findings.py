"""What a reader must know before any gain: models that learned nothing, or that never give one of the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.reports.numbers import level
from xstilts.reports.result_tables import labelled
from xstilts.reports.table import Table
from xstilts.statistics.score_rows import BASELINE
from xstilts.statistics.study_facts import Facts
from xstilts.statistics.tables.nothing_learned import AWAY, GUESSING, ONE_ANSWER, PIVOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.statistics import Analysis

    Rows = Sequence[Mapping[str, Any]]

_SHOWN = 4
"""So many arms, or findings of one sort, are named; the table names all."""


def findings(analysis: Analysis) -> list[str]:
    """One sentence per finding, the worst first; empty where models learned and give every answer."""
    facts = Facts.parse(analysis["facts"])
    rows: Rows = sorted(analysis["answer"].get("at_floor", []), key=lambda row: _place(row, facts))
    nothing = [_nothing(group, analysis, facts) for group in _grouped(rows, (PIVOT, AWAY), by_baseline=False)]
    beaten = [
        _beaten(group, facts)
        for group in _grouped(rows, (PIVOT, AWAY), by_baseline=True)
        if len(group) == len(_arms(analysis, group[0]))
    ]
    unsaid: Rows = sorted(analysis["answer"].get("silent", []), key=lambda row: _place(row, facts))
    silent = [_silent(group, facts) for group in _alike(unsaid)]
    return [sentence for said in (nothing, silent, beaten) for sentence in _shortened(said)]


def _place(row: Mapping[str, Any], facts: Facts) -> tuple[int, int, int]:
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


def _grouped(rows: Rows, parts: Sequence[str], by_baseline: bool) -> list[list[Mapping[str, Any]]]:
    """Rows of one base, target and part together; an arm at the floor in the pivot is not named again elsewhere."""
    fallen = {_cell(row) for row in rows if row["part"] == PIVOT}
    groups: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for part in parts:
        for row in rows:
            again = part == AWAY and _cell(row) in fallen
            if row["part"] == part and not again and (row["by"] not in (GUESSING, ONE_ANSWER)) == by_baseline:
                groups.setdefault((row["base"], row["target"], part, row["by"]), []).append(row)
    return list(groups.values())


def _cell(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["base"], row["arm"], row["target"]


def _arms(analysis: Analysis, row: Mapping[str, Any]) -> list[str]:
    """The arms that have a score where a row has one."""
    return [
        one["arm"]
        for one in analysis["answer"]["levels"]
        if (one["base"], one["target"]) == (row["base"], row["target"])
        and not one["arm"].startswith(BASELINE)
        and one[row["part"]]["mean"] is not None
    ]


def _where(part: str, facts: Facts) -> str:
    return f"in the pivot ({facts.pivot})" if part == PIVOT else "in the languages without labels"


def _floor(row: Mapping[str, Any]) -> str:
    what = {GUESSING: "guessing", ONE_ANSWER: "giving one answer to everything"}.get(row["by"], row["by"])
    return f"{what} ({level(row['floor'])})"


def _nothing(rows: Rows, analysis: Analysis, facts: Facts) -> str:
    first, n = rows[0], len(_arms(analysis, rows[0]))
    where, base = _where(first["part"], facts), first["base"]
    if len(rows) < n:
        some = f"{len(rows)} of {n} arms from {base} {'is' if len(rows) == 1 else 'are'} no better"
        return f"On {first['target']}, {some} {where} than {_floor(first)}: {_named(rows)}."
    did = "finds anything" if facts.targets[first["target"]].searched else "learned the task"
    did = did if first["part"] == PIVOT else "transfers"
    return (
        f"On {first['target']}, nothing shows that a model from {base} {did}: "
        f"{where} none is better than {_floor(first)}: {_named(rows)}. Gains there say nothing."
    )


def _named(rows: Rows) -> str:
    return _listed([f"{row['arm']} {level(row['score'])}" for row in rows])


def _beaten(rows: Rows, facts: Facts) -> str:
    first = rows[0]
    return (
        f"On {first['target']}, no model from {first['base']} is better {_where(first['part'], facts)} than the "
        f"baseline {first['by']} ({level(first['floor'])}): {_named(rows)}."
    )


def _alike(rows: Rows) -> list[list[Mapping[str, Any]]]:
    """Silent classes of one base, target and part together; those of the pivot are not named again elsewhere."""
    fallen = {(*_cell(row), row["label"]) for row in rows if row["part"] == PIVOT}
    groups: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for part in (PIVOT, AWAY):
        for row in rows:
            if row["part"] == part and not (part == AWAY and (*_cell(row), row["label"]) in fallen):
                groups.setdefault((row["base"], row["target"], part), []).append(row)
    return list(groups.values())


def _silent(rows: Rows, facts: Facts) -> str:
    first = rows[0]
    shares: dict[str, float] = {}
    for row in rows:
        shares.setdefault(row["label"], row["share"])
    often = sorted(shares, key=lambda label: (-shares[label], label))
    answers = _listed([f"“{label}” (right for {100 * shares[label]:.0f} %)" for label in often])
    runs = {(row["arm"], seed) for row in rows for seed in row["seeds"]}
    only = {row["only"] for row in rows}
    said = f"; the one answer that they give is “{only.pop()}”" if len(only) == 1 and only != {""} else ""
    arms = _listed(list(dict.fromkeys(row["arm"] for row in rows)))
    return (
        f"On {first['target']}, {len(runs)} {'run' if len(runs) == 1 else 'runs'} from {first['base']} never or hardly "
        f"ever answer {answers} {_where(first['part'], facts)}{said}: {arms}."
    )


def _listed(named: Sequence[str]) -> str:
    more = len(named) - _SHOWN
    return ", ".join(named[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def finding_tables(analysis: Analysis) -> list[Table]:
    """Every cell at a floor, and every class that is never said; nothing where there is none."""
    facts = Facts.parse(analysis["facts"])
    floor, silent = (
        sorted(analysis["answer"].get(name, []), key=lambda row: _place(row, facts)) for name in ("at_floor", "silent")
    )
    tables = []
    if floor:
        head = ("base", "arm", "target", "metric", "where", "score", "no better than", "seeds")
        rows = [
            [*(row[name] for name in ("base", "arm", "target", "metric")), _where(row["part"], facts),
             level(row["score"]), _floor(row), str(row["n_seeds"])]
            for row in floor
        ]  # fmt: skip
        said = (
            "Where models are no better than guessing, than giving the most frequent answer to everything, or than a "
            "baseline: their mean covers less than a twentieth of the way from there to a perfect score, or cannot be "
            "told from it by so many items; a baseline is at least as good."
        )
        tables.append(Table("learned", labelled(analysis, said), head, rows, frozenset({5, 7}), frozenset({4, 6})))
    if silent:
        head = ("base", "arm", "target", "where", "never answers", "right for", "runs", "of")
        rows = [
            [*(row[name] for name in ("base", "arm", "target")), _where(row["part"], facts), row["label"],
             f"{100 * row['share']:.0f} %", str(len(row["seeds"])), str(row["n_seeds"])]
            for row in silent
        ]  # fmt: skip
        said = "Answers that are right for at least 5 % of the items and that runs give at most once in fifty of these."
        tables.append(Table("learned", labelled(analysis, said), head, rows, frozenset({5, 6, 7}), frozenset({3, 4})))
    return tables
