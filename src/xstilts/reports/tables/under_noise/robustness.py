"""What noise changes, as tables for people: by target, by cluster, by language, and in pairs of languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.reports.numbers import interval, level, listed, p_value, points
from xstilts.reports.tables.table import Column, folded, made, number, several, words
from xstilts.statistics.robustness.noisy_scores import MIXED
from xstilts.statistics.robustness.table import ALL_TARGETS, LANGUAGE
from xstilts.statistics.score_rows import NONE
from xstilts.statistics.tables.gains import PIVOT, ZERO_SHOT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Cell, Table
    from xstilts.statistics.score_rows import Row

BY_LANGUAGE = "Under noise, language by language"
"""What the table of all languages is called."""
_SHOWN = 8
"""So many types of noise are named in a caption."""
_DIFFERENCE = (
    "“Loses less than none” is the difference in differences: (noisy − clean) of the arm minus (noisy − clean) of "
    "none, in points, paired by seed, with its interval over seeds; below 0, the arm loses more"
)


def robust_sentences(report: Report) -> list[str]:
    """For each base: which arm loses least under noise, and how sure that is; nothing in a study without noise."""
    return [sentence for answer in report.rows("under_noise") for sentence in answer["sentences"]]


def robustness_tables(report: Report) -> list[Table]:
    """The table of all arms on all targets, then folded ones: the pivot, each clustering, languages, mixed pairs."""
    rows = report.rows("robustness")
    several_targets = len({row["target"] for row in rows} - {ALL_TARGETS}) > 1
    shown = [row for row in rows if several_targets or row["target"] != ALL_TARGETS]
    whole = [row for row in shown if row["clustering"] == ZERO_SHOT]
    found = [_whole_table(report, whole)] if whole else []
    for clustering in dict.fromkeys(row["clustering"] for row in rows if row["clustering"] != ZERO_SHOT):
        own = [row for row in rows if row["clustering"] == clustering and row["clean"] is not None]
        if own:
            found.append(folded(_part_table(report, clustering, own), _FOLDED.get(clustering, f"By {clustering}")))
    return found


_FOLDED = {
    PIVOT: "Under noise in the pivot",
    LANGUAGE: BY_LANGUAGE,
    MIXED: "With two languages in one item",
}


def _whole_table(report: Report, rows: Sequence[Row]) -> Table:
    said = (
        f"Scores on clean and on noisy text in the languages without labels, means over seeds. Noise: {_types(rows)}. "
        "Under noise (mPC) is the mean over severities, then over types; below it stands how much of the clean score "
        "is left (rPC), in percent. Area is what is left on average as edits grow from none to the most. Flips are "
        f"answers that noise changes, in percent of the items. {_DIFFERENCE}; p is corrected by Holm's procedure over "
        "all arms and targets, that of the mean over the arms of a base. †: degenerate or leaking, not in the mean. "
        "Effective: effective robustness, how far the noisy score lies above what the clean score lets expect, in "
        "points."
    )
    columns = (
        Column("base", "base", shown=several(rows)),
        Column("arm", "arm"),
        Column("target", lambda row: (row["target"], row["metric"]) if row["metric"] else row["target"]),
        *_levels(),
        number("area, %", lambda row: level(row["area"])),
        number("flips, %", lambda row: level(row["flip_rate"])),
        Column("worst type", _worst),
        *_compared(report),
        number("effective", _effective),
        number("seeds", "n_seeds"),
    )
    return made("robustness", report.labelled(said), columns, rows)


def _part_table(report: Report, clustering: str, rows: Sequence[Row]) -> Table:
    what = {PIVOT: "in the pivot", LANGUAGE: "language by language", MIXED: "where one item mixes two languages"}
    said = f"Scores on clean and on noisy text {what.get(clustering, f'by {clustering}')}, means over seeds. "
    if clustering == MIXED:
        said += "The clean score is the mean of the two languages alone; no text was corrupted. "
    said += f"{_DIFFERENCE}. p is corrected by Holm's procedure {_CORRECTED.get(clustering, _WITHIN)}."
    every = {noise for row in rows for noise in row["types"].split()}
    if several(rows, "types"):
        said += " Without: types of noise that do not exist in one of the languages."
    columns = (
        Column("base", "base", shown=several(rows)),
        Column("target", "target"),
        Column("cluster", "cluster", shown=several(rows, "cluster")),
        Column("arm", "arm"),
        *_levels(),
        *_compared(report),
        number("seeds", "n_seeds"),
        words("without", lambda row: ", ".join(sorted(every - set(row["types"].split()))), several(rows, "types")),
    )
    return made("robustness", report.labelled(said), columns, sorted(rows, key=_by_cluster(report)))


_WITHIN = "within arm and target"
_CORRECTED = dict.fromkeys((PIVOT, MIXED), "over all arms and targets")


def _by_cluster(report: Report) -> Callable[[Row], tuple[object, ...]]:
    """Rows that compare arms in one cluster stand together; bases, targets and arms keep their order."""
    facts = report.facts
    rows = report.rows("robustness")
    clusters = list(dict.fromkeys(row["cluster"] for row in rows))
    targets, arms = list(facts.targets), [NONE, *facts.arms]

    def place(row: Row) -> tuple[object, ...]:
        return row["base"], targets.index(row["target"]), clusters.index(row["cluster"]), arms.index(row["arm"])

    return place


def _levels() -> tuple[Column, ...]:
    return (
        number("clean", lambda row: level(row["clean"])),
        number("under noise", lambda row: (level(row["mpc"]), f"{level(row['rpc'])} %" if row["rpc"] else "")),
    )


def _compared(report: Report) -> tuple[Column, ...]:
    return (
        number("loses less than none", _difference(report)),
        number("p (Holm)", lambda row: "" if row["arm"] == NONE else p_value(row["p_corrected"])),
    )


def _difference(report: Report) -> Callable[[Row], Cell]:
    def cell(row: Row) -> Cell:
        if row["arm"] == NONE:
            return "–"
        if row["difference"] is None:
            return "did not run"
        mark = "†" if report.facts.unfair(row["base"], row["arm"], row["target"]) else ""
        return points(row["difference"]) + mark, interval(row["low"], row["high"])

    return cell


def _effective(row: Row) -> Cell:
    if row["effective"] is None or row["arm"] == NONE:  # the line is that of none
        return "–"
    return points(row["effective"]), interval(row["effective_low"], row["effective_high"])


def _worst(row: Row) -> Cell:
    return (row["worst_type"], points(row["worst_change"])) if row["worst_type"] else "–"


def _types(rows: Sequence[Row]) -> str:
    found: dict[str, list[str]] = {}
    for row in rows:
        if row["target"] != ALL_TARGETS and row["arm"] == NONE and row["types"]:
            found.setdefault(row["types"], []).append(row["target"])
    if len(found) <= 1:
        return listed(next(iter(found), "").split(), _SHOWN) or "no type exists in all of these languages"
    return "; ".join(f"on {', '.join(on)}: {listed(types.split(), _SHOWN)}" for types, on in found.items())
