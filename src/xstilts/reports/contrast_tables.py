"""Questions that a study asks on purpose, as tables: contrasts, the mix of languages, the best arm by the pivot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.reports.numbers import interval, level, p_value, points
from xstilts.reports.result_tables import EFFECTS, labelled
from xstilts.reports.table import Table
from xstilts.statistics.inference.correction import ALPHA
from xstilts.statistics.tables.best_mix import BY_DEV
from xstilts.statistics.tables.chosen_arms import MEAN, PIVOT_DEV
from xstilts.statistics.tables.gains import ZERO_SHOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.reports.table import Cell
    from xstilts.statistics import Analysis

_CHOICE = {
    True: "the best mix has the highest mean over targets and seeds on one half of the pivot's dev set, of which no "
    "item is reported here",
    False: "no half of the pivot's dev set was set aside, so the best mix of each half of the seeds is the one that "
    "is best in the pivot on the other half",
}
"""How the best mix was chosen, by whether it was on the dev half."""


def contrast_table(analysis: Analysis) -> Table | None:
    """What the study sets against what; None where it asks for no contrast."""
    rows: list[Mapping[str, Any]] = analysis["answer"].get("contrasts", [])
    if not rows:
        return None
    head = ["contrast", "plus", "minus", "plus − minus", "p (Holm)", "seeds", "languages", "targets", "effects"]
    clustered = any(row["clustering"] for row in rows)
    several, lost = _bases(rows), any(row["left_out"] for row in rows)
    body = [
        [
            row["name"],
            *([row["base"]] if several else []),
            *([(row["cluster"], row["clustering"]) if row["clustering"] else "all"] if clustered else []),
            row["plus"],
            row["minus"],
            _difference(row, "difference"),
            p_value(row["p_corrected"]),
            str(row["n_seeds"]),
            str(row["n_languages"]),
            row["targets"] or "none",
            row["effects"],
            *([row["left_out"] or "–"] if lost else []),
        ]
        for row in rows
    ]
    shift = int(several) + int(clustered)
    head[1:1] = [*(["base"] if several else []), *(["cluster"] if clustered else [])]
    head += ["left out of both sides"] if lost else []
    said = (
        "Difference of two sides within each seed, in points, with its 95 % interval. A side is the mean over its "
        "arms, targets and languages of the gain over none; where both sides hold the same targets and languages, none "
        "cancels out. p: Holm over all contrasts, and over its own rows for one that goes by cluster. Effects: fixed, "
        f"the interval speaks of {EFFECTS['fixed']}; random, of {EFFECTS['random']}."
    )
    numbers = frozenset(place + shift for place in (3, 4, 5, 6))
    words = {0, 1 + shift, 2 + shift, 7 + shift} | ({len(head) - 1} if lost else set())
    return Table("contrasts", labelled(analysis, said), head, body, numbers, frozenset(words))


def mix_tables(analysis: Analysis) -> list[Table]:
    """For each base and series: pivot only beside the best mix, cluster by cluster."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in analysis["answer"].get("mix", []):
        groups.setdefault((row["base"], row["series"]), []).append(row)
    return [_mix_table(analysis, rows, len(groups) > 1) for rows in groups.values()]


def _mix_table(analysis: Analysis, rows: Sequence[Mapping[str, Any]], several: bool) -> Table:
    head = (
        "cluster", "grouped by", "pivot only", "best mix", "which", "best mix − pivot only", "p (Holm)", "languages",
        "seeds",
    )  # fmt: skip
    body: list[list[Cell]] = [
        [
            row["cluster"],
            row["clustering"],
            level(row["pivot_only"]),
            level(row["best_mix"]),
            row["arm"] or "none could be chosen",
            _difference(row, "difference"),
            p_value(row["p_corrected"]),
            str(row["n_languages"]),
            str(row["n_seeds"]),
        ]
        for row in rows
    ]
    first = rows[0]
    which = f"Series {first['series']}, from {first['base']}. " if several else ""
    said = (
        f"{which}Pivot only (arm {first['pivot_arm']}) and the best mix of languages: mean scores over seeds and over "
        f"the targets {', '.join(first['targets'].split())} by cluster of languages, and their difference in points "
        f"with its 95 % interval over seeds. How it was chosen: {_CHOICE[first['chosen_by'] == BY_DEV]}. p: Holm over "
        "the clusters of one grouping."
    )
    return Table("mix", labelled(analysis, said), head, body, frozenset({2, 3, 5, 6, 7, 8}))


def mix_sentences(analysis: Analysis) -> list[str]:
    """For each base and series: the best mix against the pivot alone, overall, by cluster, by target."""
    rows: list[Mapping[str, Any]] = analysis["answer"].get("mix", [])
    said = []
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
        parts = [by_cluster, *_beside_none(analysis, whole)]
        said.append(
            f"From {whole['base']}, the mix of the series {whole['series']} that was chosen as best, {whole['arm']}, "
            f"scores {points(whole['difference'])} points against the pivot alone over all zero-shot languages "
            f"({spread}; p {p_value(whole['p_corrected'])}). {' '.join(filter(None, parts))}".rstrip()
        )
    return said


def _beside_none(analysis: Analysis, whole: Mapping[str, Any]) -> list[str]:
    """How the difference falls to the targets, and what either side gains over none."""
    doses = [
        row
        for row in analysis["answer"].get("doses", [])
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


def chosen_table(analysis: Analysis) -> Table | None:
    """The best arm of each target by the pivot's dev half; None where no half was set aside."""
    rows: list[Mapping[str, Any]] = analysis["answer"].get("chosen", [])
    if not rows:
        return None
    several, oracle = _bases(rows), any(row["labels"] != PIVOT_DEV for row in rows)
    metrics = {name: target["metric"] for name, target in analysis["facts"]["targets"].items()}
    head = [
        "target", *(["base"] if several else []), "best arm", "on the dev half", "none on it", "zero-shot gain", "p",
        "seeds", "arms", *(["labels used"] if oracle else []),
    ]  # fmt: skip
    body: list[list[Cell]] = [
        [
            "mean of targets" if row["target"] == MEAN else (row["target"], metrics[row["target"]]),
            *([row["base"]] if several else []),
            row["arm"] or "–",
            level(row["dev"]),
            level(row["none_dev"]),
            _difference(row, "gain"),
            p_value(row["p"]),
            str(row["n_seeds"]),
            "–" if row["n_arms"] is None else str(row["n_arms"]),
            *([row["labels"]] if oracle else []),
        ]
        for row in rows
    ]
    said = (
        "The arm with the best mean score on one half of the pivot's dev set, among arms that are fair on the target "
        "and no controls, and what it gains over none in all other languages on items that took no part in the choice; "
        "in points, with "
        "a 95 % interval over seeds. p is not corrected: one arm was chosen before its gain was seen. Where none is "
        "best, the gain is 0."
    )
    lost = [name for name in metrics if name not in {row["target"] for row in rows}]
    if lost:
        said += f" Nothing to choose by in the pivot (not trained, or no dev set) for {', '.join(lost)}."
    if oracle:
        said += " Rows marked oracle rest on checkpoints chosen by labels of the target languages: not zero-shot."
    first = 2 + int(several)
    numbers = frozenset(range(first, first + 6))
    return Table("chosen", labelled(analysis, said), head, body, numbers)


def _bases(rows: Sequence[Mapping[str, Any]]) -> bool:
    return len({row["base"] for row in rows}) > 1


def _difference(row: Mapping[str, Any], name: str) -> Cell:
    if row[name] is None:
        return "did not run"
    return points(row[name]), interval(row["low"], row["high"])
