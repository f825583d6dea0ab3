"""Second looks at the gains, as tables: other tests, other scales, other groupings, without collapsed runs."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

from xstilts.reports.grid import DID_NOT_RUN
from xstilts.reports.numbers import interval, level, p_value, points, signed
from xstilts.reports.tables.results import EFFECTS_MEAN
from xstilts.reports.tables.table import Column, made, number, several
from xstilts.statistics.tables.gains import ZERO_SHOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Cell, Table
    from xstilts.statistics.score_rows import Row

_SHOWN = {None: "cannot be tested", True: "shown", False: "not shown"}


def check_tables(report: Report) -> list[Table]:
    """Every cell of the gain matrix under other tests and scales."""
    facts, answer = report.facts, report.analysis["answer"]
    cells = {
        (row["base"], row["arm"], row["target"]): row
        for row in reversed(report.analysis["clusters"])
        if row["clustering"] == ZERO_SHOT and facts.is_headline(row)
    }
    asked = {cell: place for place, cell in enumerate(product(facts.arms, facts.targets))}
    checks = [
        (row, cells.get((row["base"], row["arm"], row["target"]), {}))
        for row in sorted(
            report.rows("checks"),
            key=lambda row: (row["base"], asked.get((row["arm"], row["target"]), len(asked))),
        )
    ]
    if not checks:
        return []
    n, bound = answer["n_seeds"], answer["smallest_sign_flip_p"]
    reach = f" (from {n} seeds it cannot fall below {bound:.2g})" if bound is not None else ""
    said = (
        "Every gain tested in other ways and on other scales. p (t, Holm) is that of the gain matrix. p (t, FDR) "
        "bounds the share of false findings among all rows (Benjamini and Hochberg). p (sign flip) does not assume "
        f"that differences are normal, and is not corrected{reach}. No effect: “shown” says that two one-sided tests "
        f"find the mean gain within ±{checks[0][0]['margin']:g} point of zero; “not shown” does not say that there is "
        "an effect. Error reduction: how much of the error of none is gone. Log-odds: the gain in logits. Scores near "
        "0 or 100 count differently on each of these scales, so the sign of a mean may differ. Sd: standard deviation "
        f"of the gain between languages and between seeds, in points. {EFFECTS_MEAN}"
    )
    columns = (
        Column("base", lambda pair: pair[0]["base"], shown=several(row for row, _ in checks)),
        Column("arm", lambda pair: pair[0]["arm"]),
        Column("target", lambda pair: pair[0]["target"]),
        number("gain", lambda pair: _gain(pair[1])),
        number("p (t, Holm)", lambda pair: p_value(pair[1].get("p_corrected"))),
        number("p (t, FDR)", lambda pair: p_value(pair[0]["p_fdr"])),
        number("p (sign flip)", lambda pair: p_value(pair[0]["sign_flip_p"])),
        Column("no effect", lambda pair: _equal(pair[0])),
        number("error reduction", lambda pair: _reduced(pair[0]["error_reduction"])),
        number("log-odds", lambda pair: signed(pair[0]["log_odds"])),
        Column("scales", lambda pair: "signs differ" if pair[0]["signs_differ"] else "agree"),
        number("sd languages", lambda pair: level(pair[0]["language_sd"])),
        number("sd seeds", lambda pair: level(pair[0]["seed_sd"])),
        Column("effects", lambda pair: pair[1].get("effects", "–")),
    )
    return [made("checks", report.labelled(said), columns, checks, "Checks of every gain")]


def _gain(cell: Mapping[str, Any]) -> Cell:
    if cell.get("gain") is None:
        return DID_NOT_RUN
    return points(cell["gain"]), interval(cell["low"], cell["high"])


def _equal(row: Row) -> Cell:
    said = _SHOWN[row["equivalent"]]
    return said if row["p_equivalent"] is None else (said, f"p {p_value(row['p_equivalent'])}")


def _reduced(share: float | None) -> str:
    return "–" if share is None else f"{points(100 * share)} %"


def multiverse_tables(report: Report) -> list[Table]:
    """The gain of each arm under each way to group languages."""
    found = report.rows("multiverse")
    sizes: dict[str, int] = {}
    for entry in (entry for row in found for entry in row["definitions"]):
        sizes[entry["clustering"]] = max(sizes.get(entry["clustering"], 0), entry["n_clusters"])
    said = (
        "Does the conclusion depend on how languages are grouped? Each column gives the same weight to every cluster "
        "of one grouping (the number of clusters is in brackets). Numbers are mean gains over the fair targets, in "
        "points, with intervals over seeds. The word beside a number is “cannot tell” unless p is at most .05 after "
        "Holm correction over arms."
    )
    columns = (
        Column("base", "base", shown=several(found)),
        Column("arm", "arm"),
        *(
            number("each language alike" if name == ZERO_SHOT else f"by {name} ({n})", partial(_grouped, name))
            for name, n in sizes.items()
        ),
        Column("conclusion", lambda row: row["conclusion"] or "cannot be compared"),
    )
    return [made("multiverse", report.labelled(said), columns, found, "Groupings")] if found else []


def _grouped(clustering: str, row: Row) -> Cell:
    entry = next((one for one in reversed(row["definitions"]) if one["clustering"] == clustering), None)
    if entry is None or entry["gain"] is None:
        return DID_NOT_RUN
    return points(entry["gain"]), f"{interval(entry['low'], entry['high']) or 'one seed'}; {entry['verdict']}"


def collapsed_tables(report: Report) -> list[Table]:
    """Which runs collapsed."""
    runs = report.rows("collapsed")
    said = "Runs that did not learn. They are judged in the pivot, the language in which they were trained."
    columns = (
        *(Column(name, name) for name in ("base", "arm", "target", "seed")),
        number("its score", lambda run: level(run["value"])),
        number("median of the other seeds", lambda run: level(run["others"])),
        Column("why", "why"),
    )
    return [made("collapsed", report.labelled(said), columns, runs, "Collapsed runs")] if runs else []


def without_collapsed_tables(report: Report) -> list[Table]:
    """Every arm's mean gain with and without the runs that collapsed; nothing where none did."""
    both = [
        {(one["base"], row["arm"]): row for one in report.rows(name) for row in one["ranking"]}
        for name in ("bases", "without_collapsed")
    ]
    said = "The mean gain over the fair targets, in points: with all runs, and without the runs that collapsed."
    columns = (
        Column("base", lambda cell: cell[0]),
        Column("arm", lambda cell: cell[1]),
        number("all runs", lambda cell: _mean(both[0].get(cell))),
        number("without collapsed runs", lambda cell: _mean(both[1].get(cell))),
    )
    rows = dict.fromkeys([*both[0], *both[1]])
    table = made("without_collapsed", report.labelled(said), columns, rows, "Collapsed runs")
    return [table] if report.rows("collapsed") else []


def _mean(row: Mapping[str, Any] | None) -> Cell:
    if row is None:
        return "incomplete"
    spread = interval(row["low"], row["high"]) or "one seed"
    return points(row["gain"]), f"{spread}; p {p_value(row['p_corrected'])}, {row['n_seeds']} seeds"
