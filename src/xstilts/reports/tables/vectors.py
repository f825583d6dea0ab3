"""Tables of how vectors are made: those that were chosen, and what each training-free option reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.reports.figures.layers import drawn_arms
from xstilts.reports.numbers import level
from xstilts.reports.tables.table import Column, folded, made, number, several
from xstilts.statistics.score_rows import BASELINE
from xstilts.statistics.setting_text import parse
from xstilts.statistics.tables.layer_sweep import ALL, BY_OPTION, DEFAULTS, HELD_OUT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Cell, Table
    from xstilts.statistics.score_rows import Row
    from xstilts.statistics.study_facts import Facts


def vectors_tables(report: Report) -> list[Table]:
    """The vectors of every arm and target, and the languages that chose them, where something was chosen."""
    rows = report.rows("vectors")
    said = " ".join(
        f"On {name} ({target.metric}): {', '.join(_language(code, report.facts) for code in target.held_out)}."
        for name, target in report.facts.targets.items()
        if target.held_out
    )
    caption = (
        "The vectors that were chosen for each arm: those with the best mean score over seeds on a few held-out "
        f"languages, which are reported nowhere else. {said} Beside it stand the score of the next best vectors and "
        "how many were compared."
    )
    columns = (
        Column("target and arm", lambda row: f"{row['target']}: {row['arm']}"),
        Column("base", "base", shown=several(rows)),
        Column("vectors", lambda row: vectors_in_words(row["setting"]) if row["setting"] else "none is complete"),
        number("score on held-out", lambda row: level(row["score"])),
        number("next best", lambda row: level(row["second"])),
        number("compared", "n_settings"),
        number("seeds", "n_seeds"),
    )
    return [made("vectors", report.labelled(caption), columns, rows, "Chosen vectors")] if rows else []


def _language(code: str, facts: Facts) -> str:
    name = facts.names.get(code)
    return f"{name} ({code})" if name else code


def vectors_in_words(setting: str) -> str:
    """A setting's vectors for people: ``layer 2, mean pooling, centred, csls``."""
    values = parse(setting)
    option = {name: values.get(name, default) for name, default in DEFAULTS.items()}
    first = [f"layer {values['layer']}"] if "layer" in values else []
    return ", ".join([*first, option_in_words(option)])


def option_in_words(option: Mapping[str, Any]) -> str:
    """How vectors are made and compared, what is at its default left out: ``mean pooling, 2 layers, centred``."""
    said = [f"{option['pooling']} pooling"]
    said += [f"mean of {option['layers']} layers"] if str(option["layers"]) != DEFAULTS["layers"] else []
    return ", ".join(
        [*said, *(str(option[name]) for name in ("space", "similarity") if option[name] != DEFAULTS[name])]
    )


def option_tables(report: Report) -> list[Table]:
    """For each base and target: what each training-free option reaches at its best layer, for the figure's arms."""
    rows = [row for row in report.rows("sweep") if (row["part"], row["cluster"]) == (BY_OPTION, ALL)]
    tables = []
    for base, target in dict.fromkeys((row["base"], row["target"]) for row in rows):
        metric = report.facts.targets[target].metric
        own = [row for row in rows if (row["base"], row["target"], row["metric"]) == (base, target, metric)]
        own = [row for row in own if row["selection"] == own[0]["selection"]]
        where = f"{target}, from {base}" if several(rows) else target
        tables.append(folded(_option_table(report, base, target, own), f"What needs no training: {where}"))
    return tables


def _option_table(report: Report, base: str, target: str, rows: Sequence[Row]) -> Table:
    arms = [arm for arm in drawn_arms(report, base, target) if any(row["arm"] == arm for row in rows)]
    cells = {(tuple(row[name] for name in DEFAULTS), row["arm"]): row for row in rows}
    options = sorted({option for option, _ in cells}, key=lambda option: (option != tuple(DEFAULTS.values()), option))

    def of_arm(arm: str) -> Callable[[tuple[Any, ...]], Cell]:
        return lambda option: _option_cell(cells.get((option, arm)))

    columns = (
        Column("vectors", lambda option: option_in_words(dict(zip(DEFAULTS, option, strict=True)))),
        *(number(arm.removeprefix(BASELINE), of_arm(arm)) for arm in arms),
    )
    held = rows[0]["layer_by"] == HELD_OUT
    by = (
        "that is best in the held-out languages"
        if held
        else "that is best in these same languages, so these scores are a little too good"
    )
    caption = (
        f"What can be changed without training on {target}, from {base}: {rows[0]['metric']} with each way of making "
        f"and comparing vectors, at the layer {by}. Means over seeds in all languages but the pivot"
        f"{' and the held-out ones' if held else ''}."
    )
    return made("sweep", report.labelled(caption), columns, options)


def _option_cell(row: Row | None) -> Cell:
    return "–" if row is None or row["value"] is None else (level(row["value"]), f"layer {row['layer']}")
