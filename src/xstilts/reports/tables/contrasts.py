"""Questions that a study asks on purpose, as tables: contrasts, the mix of languages, the best arm by the pivot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.reports.numbers import interval, level, p_value, points
from xstilts.reports.tables.results import EFFECTS_MEAN
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
    True: "it has the highest mean score over targets and seeds on one half of the pivot's dev set, and no item of "
    "that half is reported here",
    False: "no half of the pivot's dev set was set aside, so each half of the seeds takes the mix that is best in the "
    "pivot on the other half",
}
"""How the best mix was chosen, by whether it was on the dev half."""


def contrast_tables(report: Report) -> list[Table]:
    """What the study sets against what."""
    rows = report.rows("contrasts")
    said = (
        "A contrast is the difference of two sides (plus and minus) within each seed, in points, with its 95 % "
        "interval. Each side is the mean gain over none of its arms, targets and languages; if both sides have the "
        "same targets and languages, none has no influence. p (Holm) is corrected over all contrasts, or over the "
        f"clusters of one contrast. {EFFECTS_MEAN}"
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
        f"{which}The pivot alone (arm {first['pivot_arm']}) beside the best mix of languages. Scores are means over "
        f"seeds and over the targets {', '.join(first['targets'].split())}; the difference is in points, with its 95 "
        f"% interval over seeds. How the best mix was chosen: {_CHOICE[first['chosen_by'] == BY_DEV]}. p (Holm) is "
        "corrected over the clusters of one grouping."
    )
    return made("mix", report.labelled(said), _MIX_COLUMNS, rows, "The pivot alone against the best mix")


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
            f"By {first}, after Holm correction: {', '.join(sure) if sure else 'no difference is shown'}."
            if first
            else ""
        )
        parts = [by_cluster, *_beside_none(report, whole)]
        said.append(
            f"From {whole['base']}, the best mix of the series {whole['series']} is {whole['arm']}. Compared with the "
            f"pivot alone it scores {points(whole['difference'])} points over all zero-shot languages "
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
        found.append(f"Compared with none, the pivot alone gains {points(pivot)} points and this mix {points(mix)}.")
    return found


def chosen_tables(report: Report) -> list[Table]:
    """The best arm of each target by the pivot's dev half, where one was set aside."""
    rows = report.rows("chosen")
    oracle = any(row["labels"] != PIVOT_DEV for row in rows)
    metrics = {name: target.metric for name, target in report.facts.targets.items()}
    lost = [name for name in metrics if name not in {row["target"] for row in rows}]
    said = (
        "For each target, the arm with the best mean score on one half of the pivot's dev set is chosen, among arms "
        "that are fair there and are no controls. Its gain over none is measured in all other languages, on other "
        "items; in points, with a 95 % interval over seeds. p is not corrected, because the arm was chosen before its "
        "gain was seen. If none is best, the gain is 0."
    )
    if lost:
        said += f" There is nothing to choose by in the pivot (no training or no dev set there) for {', '.join(lost)}."
    if oracle:
        said += (
            " Rows marked oracle use checkpoints chosen with labels of the target languages: they are not zero-shot."
        )
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
