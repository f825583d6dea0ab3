"""Scores of a search against the layer of its vectors: one panel per cluster of languages, one line per arm."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from xstilts.reports.figures.arm_lines import arm_style, first_arms, legend, per_line
from xstilts.reports.figures.panels import banded_line, line_axes, panel, reach
from xstilts.reports.figures.svg import INK, figure, to_svg
from xstilts.reports.numbers import level
from xstilts.reports.tables.table import several
from xstilts.statistics.setting_text import parse
from xstilts.statistics.tables.gains import ZERO_SHOT
from xstilts.statistics.tables.layer_sweep import ALL, BY_LAYER, HELD_OUT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xstilts.reports.figures.panels import Axes
    from xstilts.reports.report import Report
    from xstilts.statistics.score_rows import Row

_SHOWN = ("recall@10", "hit@10", "accuracy")
"""Metrics by which a sweep is drawn, the first that there is; else the headline's."""

_WIDTH, _PANEL, _COLUMNS, _GAP, _LEFT = 7.4, 1.75, 3, 0.2, 0.55
_FAR = 0.5
"""How many times the spread of the means the axis may be stretched by bands; those that reach further are cut."""


def sweep_name(report: Report, base: str, target: str) -> str:
    """The picture's name; it names the base where the study has several."""
    return f"sweep_{target}_{base}" if several(report.rows("sweep")) else f"sweep_{target}"


def layer_pictures(report: Report) -> Iterator[tuple[str, str | None]]:
    """The picture of every base and target."""
    for base, target in dict.fromkeys((row["base"], row["target"]) for row in report.rows("sweep")):
        yield sweep_name(report, base, target), sweep_svg(report, base, target)


def sweep_svg(report: Report, base: str, target: str) -> str | None:
    """The figure of one base and target, all panels on one scale, bands over seeds; None when nothing was swept."""
    metric, pooling = drawn_metric(report, base, target), drawn_pooling(report, base, target)
    rows = [
        row
        for row in _own(report, base, target)
        if (row["metric"], row["pooling"]) == (metric, pooling) and row["value"] is not None
    ]
    arms = [arm for arm in drawn_arms(report, base, target) if any(row["arm"] == arm for row in rows)]
    parts = list(dict.fromkeys((row["clustering"], row["cluster"]) for row in rows if row["arm"] in arms))
    if not parts:
        return None
    columns = min(_COLUMNS, len(parts))
    tiers = -(-len(parts) // columns)
    head = 0.1 + 0.22 * -(-len(arms) // per_line(arms, _WIDTH - _LEFT))
    height = head + tiers * (_PANEL + 0.62) + 0.08
    wide = (_WIDTH - _LEFT - 0.1 - _GAP * (columns - 1)) / columns
    drawn_rows = [row for row in rows if row["arm"] in arms]
    limits = reach((row["value"] for row in drawn_rows), drawn_rows, least=1.0, far=_FAR, margin=0.05)
    with figure(_WIDTH, height) as drawn:
        for number, part in enumerate(parts):
            tier, column = divmod(number, columns)
            left, top = _LEFT + column * (wide + _GAP), head + 0.3 + tier * (_PANEL + 0.62)
            axes = panel(drawn, left, top, wide, _PANEL)
            own = [row for row in rows if (row["clustering"], row["cluster"]) == part]
            _lines(axes, own, arms)
            _dress(axes, _title(part, own), sorted({row["layer"] for row in rows}), limits)
            if column:
                axes.set_yticklabels([])
            else:
                axes.set_ylabel(metric, fontsize=8)
            if number + columns >= len(parts):
                axes.set_xlabel("layer", fontsize=8)
        legend(drawn, arms, _LEFT)
        return to_svg(drawn, sweep_name(report, base, target), _alt(base, target, metric, pooling, rows, arms))


def sweep_said(report: Report, base: str, target: str) -> str:
    """What the figure shows, for its caption."""
    facts, rows = report.facts, _own(report, base, target)
    shown = drawn_arms(report, base, target)
    arms = {row["arm"] for row in rows}
    clusterings = [row["clustering"] for row in rows if row["clustering"] not in (ZERO_SHOT, HELD_OUT)]
    by = f", then by {clusterings[0]}" if clusterings else ""
    metric, pooling = drawn_metric(report, base, target), drawn_pooling(report, base, target)
    similarity = next((row["similarity"] for row in rows if row["pooling"] == pooling), "cosine")
    said = (
        f"{target}: {metric} for each layer that vectors can be taken from, by {pooling} pooling and {similarity} "
        f"similarity, without any change of the space. All languages but the pivot{by}; the number in brackets counts "
        f"languages, and all panels have one scale. Lines are means over seeds; bands are {facts.level:.0%} intervals "
        "over seeds, for these languages."
    )
    if any(row["cluster"] == HELD_OUT for row in rows):
        said += " The held-out languages chose the vectors and stand apart: they are in no other panel and no gain."
    elif facts.targets[target].chosen_under:
        said += " The held-out languages chose the vectors, in a pool of their own, and are in no panel and no gain."
    left = len(arms.difference(shown))
    return said + (f" Drawn are {', '.join(shown)}; {left} more in tables/sweep.csv." if left else "")


def drawn_metric(report: Report, base: str, target: str) -> str:
    """The metric by which a sweep is drawn."""
    known = {row["metric"] for row in _own(report, base, target)}
    return next((name for name in _SHOWN if name in known), report.facts.targets[target].metric)


def drawn_pooling(report: Report, base: str, target: str) -> str:
    """The pooling that most arms chose and that was measured layer by layer; else the first that was."""
    known = list(dict.fromkeys(row["pooling"] for row in _own(report, base, target)))
    chosen = Counter(
        parse(row["setting"]).get("pooling", "mean")
        for row in report.rows("vectors")
        if (row["base"], row["target"]) == (base, target) and row["setting"]
    )
    known.sort(key=lambda pooling: (-chosen[pooling], pooling != "mean"))
    return known[0] if known else ""


def drawn_arms(report: Report, base: str, target: str) -> list[str]:
    """The arms that the figure shows (``arm_lines.first_arms``)."""
    return first_arms(report.facts, {row["arm"] for row in _own(report, base, target)})


def _own(report: Report, base: str, target: str) -> list[Row]:
    """The rows by layer of one base and target; of several ways of choosing checkpoints, the first.

    Held-out languages that were searched in a smaller pool of their own are on another scale, and stay out.
    """
    apart = bool(report.facts.targets[target].chosen_under)
    rows = [
        row
        for row in report.rows("sweep")
        if (row["base"], row["target"], row["part"]) == (base, target, BY_LAYER)
        if not (apart and row["clustering"] == HELD_OUT)
    ]
    return [row for row in rows if (row["selection"], row["protocol"]) == (rows[0]["selection"], rows[0]["protocol"])]


def _lines(axes: Axes, rows: Sequence[Row], arms: Sequence[str]) -> None:
    for arm in arms:
        own = sorted((row for row in rows if row["arm"] == arm), key=lambda row: row["layer"])
        banded_line(axes, own, ("layer", "value"), {**arm_style(arm, arms), "band": 0.13}, markersize=3.4)


def _dress(axes: Axes, title: str, layers: Sequence[int], limits: tuple[float, float]) -> None:
    axes.set_title(title, fontsize=8.5, loc="left", color=INK, pad=4)
    step = 1 if len(layers) <= 9 else 2 if len(layers) <= 14 else 4
    axes.set_xticks(layers[::step])
    margin = 0.03 * (layers[-1] - layers[0]) or 0.5
    axes.set_xlim(layers[0] - margin, layers[-1] + margin)
    axes.set_ylim(*limits)
    line_axes(axes, labels=7.5, pad=3, upright=0.35, ticks=5)


def _title(panel: tuple[str, str], rows: Sequence[Row]) -> str:
    name = {ALL: "all zero-shot", HELD_OUT: "held out: they chose"}.get(panel[1], panel[1])
    return f"{name} ({rows[0]['n_languages']})"


def _alt(base: str, target: str, metric: str, pooling: str, rows: Sequence[Row], arms: Sequence[str]) -> str:
    said = []
    for arm in arms:
        own = sorted((row for row in rows if (row["arm"], row["cluster"]) == (arm, ALL)), key=lambda row: row["layer"])
        if own:
            said.append(f"{arm}: " + ", ".join(f"layer {row['layer']} {level(row['value'])}" for row in own))
    return (
        f"{metric} by layer on {target}, from {base}, {pooling} pooling, mean over zero-shot languages. "
        + "; ".join(said)
        + "."
    )
