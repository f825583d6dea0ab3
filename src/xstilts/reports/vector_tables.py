"""Tables of how vectors are made: those that were chosen, and what each training-free option reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.reports.numbers import level
from xstilts.reports.result_tables import labelled
from xstilts.reports.sweep import drawn_arms
from xstilts.reports.table import Table
from xstilts.statistics.score_rows import BASELINE
from xstilts.statistics.setting_text import parse
from xstilts.statistics.study_facts import Facts
from xstilts.statistics.tables.layer_sweep import ALL, BY_OPTION, DEFAULTS, HELD_OUT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.reports.table import Cell
    from xstilts.statistics import Analysis


def vectors_table(analysis: Analysis) -> Table | None:
    """The vectors of every arm and target, and the languages that chose them; None where nothing was chosen."""
    rows: list[Mapping[str, Any]] = analysis["answer"].get("vectors", [])
    if not rows:
        return None
    facts = Facts.parse(analysis["facts"])
    several = len({row["base"] for row in rows}) > 1
    body: list[list[Cell]] = [
        [
            f"{row['target']}: {row['arm']}",
            *([row["base"]] if several else []),
            vectors_in_words(row["setting"]) if row["setting"] else "none is complete",
            level(row["score"]),
            level(row["second"]),
            str(row["n_settings"]),
            str(row["n_seeds"]),
        ]
        for row in rows
    ]
    said = " ".join(
        f"On {name} ({target.metric}): {', '.join(_language(code, facts) for code in target.held_out)}."
        for name, target in facts.targets.items()
        if target.held_out
    )
    caption = (
        "Vectors chosen for each arm: those with the best mean score over seeds on a few held-out languages, which "
        f"are reported nowhere else. {said} Beside the score there: that of the next best vectors, and how many were "
        "compared."
    )
    head = [
        "target and arm", *(["base"] if several else []), "vectors", "score on held-out", "next best", "compared",
        "seeds",
    ]  # fmt: skip
    shift = int(several)
    return Table("vectors", labelled(analysis, caption), head, body, frozenset(place + shift for place in (2, 3, 4, 5)))


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


def option_tables(analysis: Analysis) -> dict[str, Table]:
    """For each base and target: what each training-free option reaches at its best layer, for the arms of the figure.

    Returns:
        Target (``TARGET, from BASE`` where there are several bases) to its table.
    """
    rows = [row for row in analysis["answer"].get("sweep", []) if (row["part"], row["cluster"]) == (BY_OPTION, ALL)]
    facts, tables = Facts.parse(analysis["facts"]), {}
    several = len({row["base"] for row in rows}) > 1
    for base, target in dict.fromkeys((row["base"], row["target"]) for row in rows):
        metric = facts.targets[target].metric
        own = [row for row in rows if (row["base"], row["target"], row["metric"]) == (base, target, metric)]
        own = [row for row in own if row["selection"] == own[0]["selection"]]
        tables[f"{target}, from {base}" if several else target] = _option_table(analysis, base, target, own)
    return tables


def _option_table(analysis: Analysis, base: str, target: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    arms = [arm for arm in drawn_arms(analysis, base, target) if any(row["arm"] == arm for row in rows)]
    cells = {(tuple(row[name] for name in DEFAULTS), row["arm"]): row for row in rows}
    options = sorted({option for option, _ in cells}, key=lambda option: (option != tuple(DEFAULTS.values()), option))
    body: list[list[Cell]] = [
        [
            option_in_words(dict(zip(DEFAULTS, option, strict=True))),
            *(_option_cell(cells.get((option, arm))) for arm in arms),
        ]
        for option in options
    ]
    held = rows[0]["layer_by"] == HELD_OUT
    by = "that is best in the held-out languages" if held else "that is best in these same languages, which flatters it"
    caption = (
        f"What needs no training on {target}, from {base}: {rows[0]['metric']} in all languages but the pivot"
        f"{' and the held-out ones' if held else ''}, mean over seeds, with each way of making and comparing vectors, "
        f"at the layer {by}."
    )
    head = ["vectors", *(arm.removeprefix(BASELINE) for arm in arms)]
    return Table("sweep", labelled(analysis, caption), head, body, frozenset(range(1, len(head))))


def _option_cell(row: Mapping[str, Any] | None) -> Cell:
    return "–" if row is None or row["value"] is None else (level(row["value"]), f"layer {row['layer']}")
