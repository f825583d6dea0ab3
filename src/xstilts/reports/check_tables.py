"""Second looks at the gains, as tables: other tests, other scales, other groupings, without collapsed runs."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from xstilts.reports.grid import DID_NOT_RUN
from xstilts.reports.numbers import interval, level, p_value, points
from xstilts.reports.result_tables import EFFECTS, labelled
from xstilts.reports.table import Table
from xstilts.statistics.study_facts import Facts
from xstilts.statistics.tables.gains import ZERO_SHOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xstilts.reports.table import Cell
    from xstilts.statistics import Analysis

CHECK_HEAD = (
    "arm", "target", "gain", "p (t, Holm)", "p (t, FDR)", "p (sign flip)", "no effect", "error reduction", "log-odds",
    "scales", "sd languages", "sd seeds", "effects",
)  # fmt: skip


def check_table(analysis: Analysis) -> Table | None:
    """Every cell of the gain matrix under other tests and scales; None where there is none."""
    checks = analysis["answer"].get("checks", [])
    if not checks:
        return None
    facts = Facts.parse(analysis["facts"])
    cells = {
        (row["base"], row["arm"], row["target"]): row
        for row in reversed(analysis["clusters"])
        if row["clustering"] == ZERO_SHOT and facts.is_headline(row)
    }
    several = len({row["base"] for row in checks}) > 1
    asked = {(arm, target): place for place, (arm, target) in enumerate(product(facts.arms, facts.targets))}
    checks = sorted(checks, key=lambda row: (row["base"], asked.get((row["arm"], row["target"]), len(asked))))
    rows = [_check(row, cells.get((row["base"], row["arm"], row["target"]), {}), several) for row in checks]
    n, bound = analysis["answer"]["n_seeds"], analysis["answer"]["smallest_sign_flip_p"]
    reach = f" (from {n} seeds it cannot fall below {bound:.2g})" if bound is not None else ""
    said = (
        f"Every gain once more. Sign flip: a test over seeds without normal differences, not corrected{reach}. FDR: "
        f"Benjamini and Hochberg over all rows. No effect: whether two one-sided tests show that the mean gain lies "
        f"within ±{checks[0]['margin']:g} point; “not shown” is no evidence of an effect. Error reduction: the share "
        "of the error of none that is gone. Log-odds: in logits. Scores near 0 or 100 weigh differently on each of the "
        "three scales, so their signs may differ. Sd: of the gain between languages and between seeds, in points. "
        f"Effects: fixed, the interval speaks of {EFFECTS['fixed']}; random, of {EFFECTS['random']}."
    )
    head = ["base", *CHECK_HEAD] if several else CHECK_HEAD
    first = len(head) - len(CHECK_HEAD)
    numbers = frozenset(first + place for place in (2, 3, 4, 5, 7, 8, 10, 11))
    return Table("checks", labelled(analysis, said), head, rows, numbers)


def _check(row: Mapping[str, Any], cell: Mapping[str, Any], several: bool) -> list[Cell]:
    reduction = row["error_reduction"]
    equal = {None: "cannot be tested", True: "shown", False: "not shown"}[row["equivalent"]]
    said: list[Cell] = [
        row["arm"],
        row["target"],
        DID_NOT_RUN if cell.get("gain") is None else (points(cell["gain"]), interval(cell["low"], cell["high"])),
        p_value(cell.get("p_corrected")),
        p_value(row["p_fdr"]),
        p_value(row["sign_flip_p"]),
        equal if row["p_equivalent"] is None else (equal, f"p {p_value(row['p_equivalent'])}"),
        "–" if reduction is None else f"{points(100 * reduction)} %",
        "–" if row["log_odds"] is None else f"{row['log_odds']:+.2f}".replace("-", "−"),
        "signs differ" if row["signs_differ"] else "agree",
        level(row["language_sd"]),
        level(row["seed_sd"]),
        cell.get("effects", "–"),
    ]
    return [row["base"], *said] if several else said


def multiverse_table(analysis: Analysis) -> Table | None:
    """The gain of each arm under each way to group languages; None where there is nothing to compare."""
    found = analysis["answer"].get("multiverse", [])
    if not found:
        return None
    several = len({row["base"] for row in found}) > 1
    sizes = {
        name: max(entry["n_clusters"] for row in found for entry in row["definitions"] if entry["clustering"] == name)
        for name in dict.fromkeys(entry["clustering"] for row in found for entry in row["definitions"])
    }
    names = ["each language alike" if name == ZERO_SHOT else f"by {name} ({n})" for name, n in sizes.items()]
    rows: list[list[Cell]] = []
    for row in found:
        by_name = {entry["clustering"]: entry for entry in row["definitions"]}
        cells = [_definition(by_name.get(name)) for name in sizes]
        rows.append(
            [*([row["base"]] if several else []), row["arm"], *cells, row["conclusion"] or "cannot be compared"]
        )
    said = (
        "Does the conclusion depend on how languages are grouped? Mean gain over the fair targets, in points, if every "
        "cluster counts alike (the number of clusters in brackets), with t intervals over seeds and Holm correction "
        "over arms. A verdict needs a corrected p of at most .05."
    )
    head = [*(["base"] if several else []), "arm", *names, "conclusion"]
    first = 2 if several else 1
    return Table("multiverse", labelled(analysis, said), head, rows, frozenset(range(first, first + len(names))))


def _definition(entry: Mapping[str, Any] | None) -> Cell:
    if entry is None or entry["gain"] is None:
        return "did not run"
    spread = interval(entry["low"], entry["high"]) or "one seed"
    return points(entry["gain"]), f"{spread}; {entry['verdict']}"


def collapse_tables(analysis: Analysis) -> list[Table]:
    """Which runs collapsed, and every arm's mean gain with and without them; nothing where none did."""
    runs = analysis["answer"].get("collapsed", [])
    if not runs:
        return []
    rows = [
        [
            run["base"],
            run["arm"],
            run["target"],
            str(run["seed"]),
            level(run["value"]),
            level(run["others"]),
            run["why"],
        ]
        for run in runs
    ]
    said = "Runs that did not learn, judged in the pivot language, in which they were trained."
    head = ("base", "arm", "target", "seed", "its score", "median of the other seeds", "why")
    listed = Table("collapsed", labelled(analysis, said), head, rows, frozenset({4, 5}))
    return [listed, _with_and_without(analysis)]


def _with_and_without(analysis: Analysis) -> Table:
    answer = analysis["answer"]
    both = [
        {(one["base"], row["arm"]): row for one in answers for row in one["ranking"]}
        for answers in (answer["bases"], answer["without_collapsed"])
    ]
    rows = [
        [base, arm, *(_mean(side.get((base, arm))) for side in both)]
        for base, arm in dict.fromkeys([*both[0], *both[1]])
    ]
    said = "Mean gain over the fair targets, in points, with all runs and without those that collapsed."
    head = ("base", "arm", "all runs", "without collapsed runs")
    return Table("without_collapsed", labelled(analysis, said), head, rows, frozenset({2, 3}))


def _mean(row: Mapping[str, Any] | None) -> Cell:
    if row is None:
        return "incomplete"
    spread = interval(row["low"], row["high"]) or "one seed"
    return points(row["gain"]), f"{spread}; p {p_value(row['p_corrected'])}, {row['n_seeds']} seeds"
