"""Questions that a study asks on purpose, as tables: contrasts, the mix of languages, the best arm by the pivot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.reports.numbers import interval, level, p_value, points
from xstilts.reports.tables.results import EFFECTS
from xstilts.reports.tables.table import Column, gain, made, number, several, words
from xstilts.statistics.inference.correction import ALPHA
from xstilts.statistics.tables.best_mix import BY_DEV
from xstilts.statistics.tables.chosen_arms import MEAN, PIVOT_DEV
from xstilts.statistics.tables.gains import ZERO_SHOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Cell, Table
    from xstilts.statistics.score_rows import Row

_CHOICE = {
    True: "the best mix has the highest mean over targets and seeds on one half of the pivot's dev set, of which no "
    "item is reported here",
    False: "no half of the pivot's dev set was set aside, so the best mix of each half of the seeds is the one that "
    "is best in the pivot on the other half",
}
"""How the best mix was chosen, by whether it was on the dev half."""


def contrast_tables(report: Report) -> list[Table]:
    """What the study sets against what."""
    rows = report.rows("contrasts")
    said = (
        "Difference of two sides within each seed, in points, with its 95 % interval. A side is the mean over its "
        "arms, targets and languages of the gain over none; where both sides hold the same targets and languages, none "
        "cancels out. p: Holm over all contrasts, and over its own rows for one that goes by cluster. Effects: fixed, "
        f"the interval speaks of {EFFECTS['fixed']}; random, of {EFFECTS['random']}."
    )
    columns = (
        words("contrast", "name"),
        Column("base", "base", shown=several(rows)),
        Column("cluster", _cluster, shown=any(row["clustering"] for row in rows)),
        words("plus", "plus"),
        words("minus", "minus"),
        number("plus − minus", lambda row: gain(row, "difference")),
        number("p (Holm)", lambda row: p_value(row["p_corrected"])),
        number("seeds", "n_seeds"),
        number("languages", "n_languages"),
        words("targets", lambda row: row["targets"] or "none"),
        Column("effects", "effects"),
        words("left out of both sides", lambda row: row["left_out"] or "–", any(row["left_out"] for row in rows)),
    )
    return [made("contrasts", report.labelled(said), columns, rows)] if rows else []


def _cluster(row: Mapping[str, Any]) -> Cell:
    return (row["cluster"], row["clustering"]) if row["clustering"] else "all"


def mix_tables(report: Report) -> list[Table]:
    """For each base and series: pivot only beside the best mix, cluster by cluster."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in report.rows("mix"):
        groups.setdefault((row["base"], row["series"]), []).append(row)
    return [_mix_table(report, rows, len(groups) > 1) for rows in groups.values()]


_MIX_COLUMNS = (
    Column("cluster", "cluster"),
    Column("grouped by", "clustering"),
    number("pivot only", lambda row: level(row["pivot_only"])),
    number("best mix", lambda row: level(row["best_mix"])),
    Column("which", lambda row: row["arm"] or "none could be chosen"),
    number("best mix − pivot only", lambda row: gain(row, "difference")),
    number("p (Holm)", lambda row: p_value(row["p_corrected"])),
    number("languages", "n_languages"),
    number("seeds", "n_seeds"),
)


def _mix_table(report: Report, rows: Sequence[Row], named: bool) -> Table:
    first = rows[0]
    which = f"Series {first['series']}, from {first['base']}. " if named else ""
    said = (
        f"{which}Pivot only (arm {first['pivot_arm']}) and the best mix of languages: mean scores over seeds and over "
        f"the targets {', '.join(first['targets'].split())} by cluster of languages, and their difference in points "
        f"with its 95 % interval over seeds. How it was chosen: {_CHOICE[first['chosen_by'] == BY_DEV]}. p: Holm over "
        "the clusters of one grouping."
    )
    return made("mix", report.labelled(said), _MIX_COLUMNS, rows, "Pivot only against the best mix")


def mix_sentences(report: Report) -> list[str]:
    """For each base and series: the best mix against the pivot alone, overall, by cluster, by target."""
    rows, said = report.rows("mix"), []
    for whole in (row for row in rows if row["clustering"] == ZERO_SHOT and row["difference"] is not None):
        spread = interval(whole["low"], whole["high"]) or "no interval"
        own = [row for row in rows if (row["base"], row["series"]) == (whole["base"], whole["series"])]
        first = next((row["clustering"] for row in own if row["clustering"] != ZERO_SHOT), "")
        sure = [
            f"{row['cluster']} {points(row['difference'])}"
            for row in own
            if row["clustering"] == first and row["p_corrected"] is not None and row["p_corrected"] <= ALPHA
        ]
        by_cluster = (
            f"By {first}, after Holm correction: {', '.join(sure) if sure else 'no difference'}." if first else ""
        )
        parts = [by_cluster, *_beside_none(report, whole)]
        said.append(
            f"From {whole['base']}, the mix of the series {whole['series']} that was chosen as best, {whole['arm']}, "
            f"scores {points(whole['difference'])} points against the pivot alone over all zero-shot languages "
            f"({spread}; p {p_value(whole['p_corrected'])}). {' '.join(filter(None, parts))}".rstrip()
        )
    return said


def _beside_none(report: Report, whole: Row) -> list[str]:
    """How the difference falls to the targets, and what either side gains over none."""
    doses = [
        row
        for row in report.rows("doses")
        if (row["base"], row["series"], row["clustering"]) == (whole["base"], whole["series"], ZERO_SHOT)
    ]
    gains = {(row["target"], row["arm"]): row["gain"] for row in doses if row["gain"] is not None}
    alone = next((row["arm"] for row in doses if row["p"] == 0), None)
    targets = [target for target, arm in gains if arm == alone and (target, whole["arm"]) in gains]
    if alone is None or not targets:
        return []
    said = {target: (gains[target, whole["arm"]], gains[target, alone]) for target in targets}
    apart = ", ".join(f"{target} {points(mix - pivot)}" for target, (mix, pivot) in said.items() if target != MEAN)
    found = [f"By target: {apart}."] if len(said) > 2 else []
    if MEAN in said:
        mix, pivot = said[MEAN]
        found.append(f"Against none, the pivot alone gains {points(pivot)} points and this mix {points(mix)}.")
    return found


def chosen_tables(report: Report) -> list[Table]:
    """The best arm of each target by the pivot's dev half, where one was set aside."""
    rows = report.rows("chosen")
    oracle = any(row["labels"] != PIVOT_DEV for row in rows)
    metrics = {name: target.metric for name, target in report.facts.targets.items()}
    lost = [name for name in metrics if name not in {row["target"] for row in rows}]
    said = (
        "The arm with the best mean score on one half of the pivot's dev set, among arms that are fair on the target "
        "and no controls, and what it gains over none in all other languages on items that took no part in the choice; "
        "in points, with "
        "a 95 % interval over seeds. p is not corrected: one arm was chosen before its gain was seen. Where none is "
        "best, the gain is 0."
    )
    if lost:
        said += f" Nothing to choose by in the pivot (not trained, or no dev set) for {', '.join(lost)}."
    if oracle:
        said += " Rows marked oracle rest on checkpoints chosen by labels of the target languages: not zero-shot."
    columns = (
        Column("target", lambda row: _target(row["target"], metrics)),
        Column("base", "base", shown=several(rows)),
        Column("best arm", lambda row: row["arm"] or "–"),
        number("on the dev half", lambda row: level(row["dev"])),
        number("none on it", lambda row: level(row["none_dev"])),
        number("zero-shot gain", gain),
        number("p", lambda row: p_value(row["p"])),
        number("seeds", "n_seeds"),
        number("arms", lambda row: "–" if row["n_arms"] is None else str(row["n_arms"])),
        Column("labels used", "labels", shown=oracle),
    )
    return [made("chosen", report.labelled(said), columns, rows)] if rows else []


def _target(name: str, metrics: Mapping[str, str]) -> Cell:
    return "mean of targets" if name == MEAN else (name, metrics[name])
