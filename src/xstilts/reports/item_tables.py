"""How sure scores and gains are by their test items, beside how sure they are by their seeds."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from xstilts.reports.numbers import interval, level, points
from xstilts.reports.result_tables import labelled
from xstilts.reports.table import Table
from xstilts.statistics.inference.jackknife import z_of
from xstilts.statistics.score_rows import BASELINE, condition
from xstilts.statistics.study_facts import Facts
from xstilts.statistics.tables.gains import ZERO_SHOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.statistics import Analysis


def gain_item_table(analysis: Analysis) -> Table | None:
    """Every zero-shot gain over seeds, over items, and over both; None where nothing is known of items."""
    facts = Facts.parse(analysis["facts"])
    rows = [
        row for row in analysis["gain_items"] if row["clustering"] == ZERO_SHOT and facts.is_headline(condition(row))
    ]
    if not rows:
        return None
    head = ("base", "arm", "target", "gain", "over seeds", "± items", "over both", "seeds")
    body = [
        [
            row["base"],
            row["arm"],
            row["target"],
            points(row["gain"]),
            interval(row["seeds_low"], row["seeds_high"]) or "one seed",
            level(z_of(facts.level) * row["items_error"]),
            interval(row["both_low"], row["both_high"]) or interval(row["items_low"], row["items_high"]),
            str(row["n_seeds"]),
        ]
        for row in rows
    ]
    said = (
        "Zero-shot gain over none, in points, with 95 % intervals. Over seeds: other training runs, scored on the "
        "same items. ± items: other items of the same kind under the same models, paired, as an arm and none share "
        "their items (jackknife over groups of items; Busing, Meijer and van der Leeden 1999). Over both: the two put "
        "together; of one seed, the items alone."
    )
    return Table("gain_items", labelled(analysis, said), head, body, frozenset(range(3, 8)))


def item_notes(analysis: Analysis) -> list[str]:
    """For each base: what the items add to the interval of the best arm's mean gain, in one sentence."""
    facts = Facts.parse(analysis["facts"])
    return [_note(row, facts) for row in analysis["answer"].get("answer_errors", [])]


def _note(row: Mapping[str, Any], facts: Facts) -> str:
    more = level(z_of(facts.level) * row["error"])
    alone = f"Test items alone leave the gain of {row['arm']} from {row['base']} uncertain by ±{more} points"
    if row["both_low"] is None:
        return f"{alone}: all of it is one sample of items."
    both = interval(row["both_low"], row["both_high"])
    crossed = (row["low"] > 0 or row["high"] < 0) and row["both_low"] <= 0 <= row["both_high"]
    turned = " So with other items it cannot be told from zero." if crossed else ""
    return f"{alone}, which the interval over seeds does not cover; with both it is {both}.{turned}"


def item_limit(analysis: Analysis) -> list[str]:
    """What intervals over seeds leave out, with the number: the uncertainty of one language's score on each target."""
    facts = Facts.parse(analysis["facts"])
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in analysis["items"]:
        if facts.is_headline(condition(row)) and not str(row["arm"]).startswith(BASELINE):
            found.setdefault(row["target"], []).append(row)
    if not found:
        return []
    said = [
        f"±{level(median((row['high'] - row['low']) / 2 for row in rows))} on {target} ({_items(rows)} items)"
        for target, rows in found.items()
    ]
    shown = ", ".join(said[:_SHOWN]) + (f" and {len(said) - _SHOWN} more targets" if len(said) > _SHOWN else "")
    return [
        "All seeds are scored on the same test items, so intervals over seeds do not cover the choice of items, and "
        f"more seeds do not help against it. By its items the score of one language is uncertain by {shown}, in "
        "points at 95 %, the median over scores; tables/items.csv has each. Items are taken as independent: questions "
        "on one text are not, so there it is more."
    ]


_SHOWN = 6


def _items(rows: Sequence[Mapping[str, Any]]) -> str:
    return f"{median(int(row['n']) for row in rows):.0f}"
