"""How gains change with the size of the base, as tables and sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.reports.numbers import interval, level, listed, p_value, points, quantity
from xstilts.reports.tables.table import Column, made, number, several, words
from xstilts.statistics.inference.equivalence import MARGIN
from xstilts.statistics.size.table import ALL, ERROR, POINTS, RELATIVE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Cell, Table
    from xstilts.statistics.score_rows import Row

SAID = {
    "amplifies": "larger bases gain more",
    "diminishes": "larger bases gain less",
    "flat": "size makes no difference",
    "open": "not shown",
}
"""What a slope shows, for people."""
_SCALES = {POINTS: "points", ERROR: "% of the error", RELATIVE: "% of the score"}
_MOST = 1000
"""Times the parameters beyond which a number says nothing more."""


def ladder_tables(report: Report) -> list[Table]:
    """The bases of the ladder, smallest first."""
    ladder = sorted(report.facts.ladder.items(), key=lambda item: item[1]["body"])
    if not report.rows("slopes"):
        return []
    names = report.facts.names
    columns = (
        Column("base", lambda item: item[0]),
        number("without word embeddings", lambda item: quantity(item[1]["body"])),
        number("all parameters", lambda item: quantity(item[1]["parameters"])),
        number("in embeddings", lambda item: f"{1 - item[1]['body'] / item[1]['parameters']:.0%}"),
        words("languages never seen", lambda item: listed([names.get(c, c) for c in item[1]["unseen"]], 12) or "–"),
    )
    said = (
        "The bases, counted on the models themselves. Sizes are compared by what is computed: word embeddings grow "
        "with the vocabulary and are only looked up."
    )
    return [made("ladder", report.labelled(said), columns, ladder, "The sizes")]


def slope_tables(report: Report) -> list[Table]:
    """Slopes in points for every arm and cluster, with what they show."""
    rows = [row for row in report.rows("slopes") if row["scale"] == POINTS]
    said = (
        "How many points the gain over none rises from one size of the base to ten times it, with its 95 % interval "
        "over seeds: each seed gives one straight line through its gains at all sizes, over the logarithm of the "
        "parameters without word embeddings. p (Holm) is corrected over the clusters of one grouping. “apart” is the "
        "slope less the mean slope of the other clusters. Size makes no difference where the slope is shown to lie "
        f"within {MARGIN:g} point of 0 (two one-sided tests; p flat). “worth” says how many times the parameters would "
        "bring none as far as the arm, where none rises with size in every seed. One pretraining run stands for a "
        "size, so what another run of the same size would give is not in the intervals."
    )
    columns = (
        Column("arm", "arm"),
        Column("cluster", _cluster),
        number("slope", lambda row: _points(row, "slope", "low", "high")),
        number("p (Holm)", lambda row: p_value(row["p_corrected"])),
        Column("it shows", lambda row: SAID[row["verdict"]]),
        number("p flat", lambda row: p_value(row["flat_p"])),
        number("apart", lambda row: _points(row, "apart", "apart_low", "apart_high")),
        number("worth", _worth),
        number("gain 0 at", lambda row: "–" if row["crossing"] is None else quantity(row["crossing"])),
        Column("scales", lambda row: "signs differ" if row["signs_differ"] else "agree"),
        number("seeds", "n_seeds"),
        number("languages", "n_languages"),
        words("targets", "targets"),
    )
    return [made("slopes", report.labelled(said), columns, rows)] if rows else []


def scale_tables(report: Report) -> list[Table]:
    """The slopes on all three scales where they do not agree in sign."""
    rows = [row for row in report.rows("slopes") if row["signs_differ"]]
    said = (
        "Here the answer depends on how a gain is counted. The same number of points is a larger share of few errors "
        "and a smaller share of a high score, and larger bases make fewer errors and score higher. Slopes are for ten "
        "times the parameters: in points, in percent of what none has wrong, and in percent of its score."
    )
    columns = (
        Column("arm", "arm"),
        Column("cluster", _cluster),
        Column("counted in", lambda row: _SCALES[row["scale"]]),
        number("slope", lambda row: _points(row, "slope", "low", "high")),
        Column("it shows", lambda row: SAID[row["verdict"]]),
    )
    return [made("scales", report.labelled(said), columns, rows, "Where the scales disagree")] if rows else []


def text_tables(report: Report) -> list[Table]:
    """Whether gains, and their slopes, follow how much text of a language there is."""
    rows = [row for row in report.rows("text") if row["rho"] is not None]
    unit = "words of the pretraining corpora" if report.facts.source == "lab" else "Wikipedia articles"
    said = (
        f"Rank correlation over languages between their text ({unit}) and the gain of an arm, or how it rises with "
        "size. +1 says that the languages with most text gain most. p is not corrected."
    )
    columns = (
        Column("arm", "arm", shown=several(rows, "arm")),
        Column("of", lambda row: {"gain": "gain", "slope": "slope of the gain"}[row["of"]]),
        number("Spearman's ρ", lambda row: level(row["rho"], 2)),
        number("p", lambda row: p_value(row["p"])),
        number("languages", "n_languages"),
    )
    return [made("text", report.labelled(said), columns, rows, "Gains and text")] if rows else []


def size_sentence(report: Report) -> str:
    """What the slopes over all zero-shot languages say, arm by arm; how the bases are compared."""
    whole = [row for row in report.rows("slopes") if (row["cluster"], row["scale"]) == (ALL, POINTS)]
    said = [
        f"{row['arm']} {points(row['slope'])} ({interval(row['low'], row['high']) or 'no interval'}): "
        f"{SAID[row['verdict']]}"
        for row in whole
        if row["slope"] is not None
    ]
    if not said:
        return ""
    bodies = sorted(one["body"] for one in report.facts.ladder.values())
    return (
        f"From {quantity(bodies[0])} to {quantity(bodies[-1])} parameters, in points for ten times as many, over all "
        f"zero-shot languages: {'; '.join(said)}."
    )


def _cluster(row: Row) -> Cell:
    return "all" if row["cluster"] == ALL else (row["cluster"], row["clustering"])


def _points(row: Mapping[str, Any], name: str, low: str, high: str) -> Cell:
    return "–" if row[name] is None else (points(row[name]), interval(row[low], row[high]))


def _worth(row: Row) -> Cell:
    if row["worth"] is None:
        return "–"
    ends = "" if row["worth_low"] is None else f"{_times(row['worth_low'])} to {_times(row['worth_high'])}"
    return _times(row["worth"]), ends


def _times(factor: float) -> str:
    if not 1 / _MOST <= factor <= _MOST:
        return f"> {_MOST:,}×" if factor > 1 else f"< 1/{_MOST:,}×"
    return f"{factor:.2g}×" if factor < 10 else f"{factor:.0f}×"
