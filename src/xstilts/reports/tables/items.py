"""How sure scores and gains are by their test items, beside how sure they are by their seeds."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from xstilts.reports.numbers import interval, level, listed, points
from xstilts.reports.tables.table import Column, made, number
from xstilts.statistics.inference.jackknife import z_of
from xstilts.statistics.score_rows import BASELINE, condition
from xstilts.statistics.tables.gains import ZERO_SHOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Table
    from xstilts.statistics.score_rows import Row
    from xstilts.statistics.study_facts import Facts


def gain_item_tables(report: Report) -> list[Table]:
    """Every zero-shot gain over seeds, over items, and over both, where something is known of items."""
    rows = [
        row
        for row in report.analysis["gain_items"]
        if row["clustering"] == ZERO_SHOT and report.facts.is_headline(condition(row))
    ]
    said = (
        "Zero-shot gain over none, in points, with 95 % intervals. Over seeds: what other training runs would give on "
        "the same test items. ± items: what other test items of the same kind would give with the same models; an arm "
        "and none are compared on the same items (jackknife over groups of items; Busing, Meijer and van der Leeden "
        "1999). Over both: the two together; with one seed, the items alone."
    )
    z = z_of(report.facts.level)
    columns = (
        *(Column(name, name) for name in ("base", "arm", "target")),
        number("gain", lambda row: points(row["gain"])),
        number("over seeds", lambda row: interval(row["seeds_low"], row["seeds_high"]) or "one seed"),
        number("± items", lambda row: level(z * row["items_error"])),
        number("over both", _over_both),
        number("seeds", "n_seeds"),
    )
    table = made("gain_items", report.labelled(said), columns, rows, "Gains by seeds and by test items")
    return [table] if rows else []


def _over_both(row: Row) -> str:
    return interval(row["both_low"], row["both_high"]) or interval(row["items_low"], row["items_high"])


def item_notes(report: Report) -> list[str]:
    """For each base: what the items add to the interval of the best arm's mean gain, in one sentence."""
    return [_note(row, report.facts) for row in report.rows("answer_errors")]


def _note(row: Row, facts: Facts) -> str:
    more = level(z_of(facts.level) * row["error"])
    alone = f"Test items alone leave the gain of {row['arm']} from {row['base']} uncertain by ±{more} points"
    if row["both_low"] is None:
        return f"{alone}. With one seed, nothing more is known."
    both = interval(row["both_low"], row["both_high"])
    crossed = (row["low"] > 0 or row["high"] < 0) and row["both_low"] <= 0 <= row["both_high"]
    turned = " So with other items it cannot be told from zero." if crossed else ""
    return f"{alone}, which the interval over seeds does not cover; with both it is {both}.{turned}"


def item_limit(report: Report) -> list[str]:
    """What intervals over seeds leave out, with the number: the uncertainty of one language's score on each target."""
    found: dict[str, list[Row]] = {}
    for row in report.analysis["items"]:
        if report.facts.is_headline(condition(row)) and not str(row["arm"]).startswith(BASELINE):
            found.setdefault(row["target"], []).append(row)
    if not found:
        return []
    said = [
        f"±{level(median((row['high'] - row['low']) / 2 for row in rows))} on {target} ({_items(rows)} items)"
        for target, rows in found.items()
    ]
    return [
        "All seeds are scored on the same test items. So intervals over seeds do not say what other items would give, "
        "and more seeds do not help. With other items, the score of one language could lie off by "
        f"{listed(said, _SHOWN, 'more targets')} (in points, 95 % interval, the median over scores; tables/items.csv "
        "has each). This takes items to be independent. Questions on one text are not, so for them it is more."
    ]


_SHOWN = 6


def _items(rows: Sequence[Row]) -> str:
    return f"{median(int(row['n']) for row in rows):.0f}"
