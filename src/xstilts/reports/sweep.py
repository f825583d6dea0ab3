"""Scores of a search against the layer of its vectors: one panel per cluster of languages, one line per arm."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from xstilts.reports.numbers import level
from xstilts.reports.svg import INK, LINES, RULE, figure, to_svg
from xstilts.statistics.score_rows import BASELINE, NONE
from xstilts.statistics.setting_text import parse
from xstilts.statistics.study_facts import Facts
from xstilts.statistics.tables.gains import ZERO_SHOT
from xstilts.statistics.tables.layer_sweep import ALL, BY_LAYER, HELD_OUT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.statistics import Analysis

MOST = 6
"""Arms drawn beside ``none``; more lines in one panel cannot be told apart."""

_SHOWN = ("recall@10", "hit@10", "accuracy")
"""Metrics by which a sweep is drawn, the first that there is; else the headline's."""

_WIDTH, _PANEL, _COLUMNS, _GAP, _LEFT = 7.4, 1.75, 3, 0.2, 0.55
_MARKERS = "osD^vP"
_FAR = 0.5
"""How many times the spread of the means the axis may be stretched by bands; those that reach further are cut."""


def sweep_name(analysis: Analysis, base: str, target: str) -> str:
    """The picture's name; it names the base where the study has several."""
    several = len({row["base"] for row in analysis["answer"].get("sweep", [])}) > 1
    return f"sweep_{target}_{base}" if several else f"sweep_{target}"


def sweep_svg(analysis: Analysis, base: str, target: str) -> str | None:
    """The figure of one base and target, all panels on one scale; bands are intervals over seeds.

    Args:
        analysis: The study's tables.
        base: Base to draw.
        target: Target to draw.

    Returns:
        An ``<svg>`` element, or None when nothing was swept.
    """
    metric, pooling = drawn_metric(analysis, base, target), drawn_pooling(analysis, base, target)
    rows = [
        row
        for row in _own(analysis, base, target)
        if (row["metric"], row["pooling"]) == (metric, pooling) and row["value"] is not None
    ]
    arms = [arm for arm in drawn_arms(analysis, base, target) if any(row["arm"] == arm for row in rows)]
    panels = list(dict.fromkeys((row["clustering"], row["cluster"]) for row in rows if row["arm"] in arms))
    if not panels:
        return None
    columns = min(_COLUMNS, len(panels))
    tiers = -(-len(panels) // columns)
    head = 0.1 + 0.22 * -(-len(arms) // _per_line(arms))
    height = head + tiers * (_PANEL + 0.62) + 0.08
    wide = (_WIDTH - _LEFT - 0.1 - _GAP * (columns - 1)) / columns
    limits = _reach([row for row in rows if row["arm"] in arms])
    with figure(_WIDTH, height) as drawn:
        for number, panel in enumerate(panels):
            tier, column = divmod(number, columns)
            place = (
                (_LEFT + column * (wide + _GAP)) / _WIDTH,
                1 - (head + 0.3 + _PANEL + tier * (_PANEL + 0.62)) / height,
                wide / _WIDTH, _PANEL / height,
            )  # fmt: skip
            axes = drawn.add_axes(place)
            own = [row for row in rows if (row["clustering"], row["cluster"]) == panel]
            _lines(axes, own, arms)
            _dress(axes, _title(panel, own), sorted({row["layer"] for row in rows}), limits)
            if column:
                axes.set_yticklabels([])
            else:
                axes.set_ylabel(metric, fontsize=8)
            if number + columns >= len(panels):
                axes.set_xlabel("layer", fontsize=8)
        _legend(drawn, arms, height)
        return to_svg(drawn, sweep_name(analysis, base, target), _alt(base, target, metric, pooling, rows, arms))


def sweep_said(analysis: Analysis, base: str, target: str) -> str:
    """What the figure shows, for its caption."""
    facts, rows = Facts.parse(analysis["facts"]), _own(analysis, base, target)
    shown = drawn_arms(analysis, base, target)
    arms = {row["arm"] for row in rows}
    clusterings = [row["clustering"] for row in rows if row["clustering"] not in (ZERO_SHOT, HELD_OUT)]
    by = f", then by {clusterings[0]}" if clusterings else ""
    metric, pooling = drawn_metric(analysis, base, target), drawn_pooling(analysis, base, target)
    similarity = next((row["similarity"] for row in rows if row["pooling"] == pooling), "cosine")
    said = (
        f"{target}: {metric} against the layer that vectors are taken from, by {pooling} pooling and {similarity} "
        f"similarity, without any change of the space. All languages but the pivot{by}, with the number of languages "
        f"in brackets, on one scale. Lines: means over seeds; bands: {facts.level:.0%} intervals over seeds, for "
        "these languages."
    )
    if any(row["cluster"] == HELD_OUT for row in rows):
        said += " The held-out languages chose the vectors and stand apart: they are in no other panel and no gain."
    elif facts.targets[target].chosen_under:
        said += " The held-out languages chose the vectors, in a pool of their own, and are in no panel and no gain."
    left = len(arms.difference(shown))
    return said + (f" Drawn are {', '.join(shown)}; {left} more in tables/sweep.csv." if left else "")


def drawn_metric(analysis: Analysis, base: str, target: str) -> str:
    """The metric by which a sweep is drawn."""
    known = {row["metric"] for row in _own(analysis, base, target)}
    headline = Facts.parse(analysis["facts"]).targets[target].metric
    return next((name for name in _SHOWN if name in known), headline)


def drawn_pooling(analysis: Analysis, base: str, target: str) -> str:
    """The pooling that most arms chose and that was measured layer by layer; else the first that was."""
    known = list(dict.fromkeys(row["pooling"] for row in _own(analysis, base, target)))
    chosen = Counter(
        parse(row["setting"]).get("pooling", "mean")
        for row in analysis["answer"].get("vectors", [])
        if (row["base"], row["target"]) == (base, target) and row["setting"]
    )
    known.sort(key=lambda pooling: (-chosen[pooling], pooling != "mean"))
    return known[0] if known else ""


def drawn_arms(analysis: Analysis, base: str, target: str) -> list[str]:
    """``none`` and at most ``MOST`` others: those of the study's first contrast first, then in its order."""
    facts = Facts.parse(analysis["facts"])
    swept = {row["arm"] for row in _own(analysis, base, target)}
    asked = [entry["arm"] for one in facts.contrasts[:1] for side in ("plus", "minus") for entry in one[side]]
    others = [arm for arm in dict.fromkeys([*asked, *facts.arms, *sorted(swept)]) if arm in swept and arm != NONE]
    kept = set(others[:MOST])
    return [arm for arm in dict.fromkeys([NONE, *facts.arms, *others]) if arm in kept or (arm == NONE and arm in swept)]


def _own(analysis: Analysis, base: str, target: str) -> list[Mapping[str, Any]]:
    """The rows by layer of one base and target; of several ways of choosing checkpoints, the first.

    Held-out languages that were searched in a smaller pool of their own are on another scale, and stay out.
    """
    apart = bool(Facts.parse(analysis["facts"]).targets[target].chosen_under)
    rows = [
        row
        for row in analysis["answer"].get("sweep", [])
        if (row["base"], row["target"], row["part"]) == (base, target, BY_LAYER)
        if not (apart and row["clustering"] == HELD_OUT)
    ]
    return [row for row in rows if (row["selection"], row["protocol"]) == (rows[0]["selection"], rows[0]["protocol"])]


def _style(arm: str, arms: Sequence[str]) -> dict[str, Any]:
    """How an arm's line looks; ``none`` stands out, the others differ in colour and marker."""
    if arm == NONE:
        return {"color": INK, "marker": "", "linewidth": 2.2, "linestyle": (0, (5, 1.2))}
    number = [name for name in arms if name != NONE].index(arm)
    return {"color": LINES[number % len(LINES)], "marker": _MARKERS[number % len(_MARKERS)], "linewidth": 1.3}


def _lines(axes: Any, rows: Sequence[Mapping[str, Any]], arms: Sequence[str]) -> None:  # noqa: ANN401
    for arm in arms:
        own = sorted((row for row in rows if row["arm"] == arm), key=lambda row: row["layer"])
        style, banded = _style(arm, arms), [row for row in own if row["low"] is not None]
        ends = [[row[end] for row in banded] for end in ("low", "high")]
        axes.fill_between(
            [row["layer"] for row in banded], *ends, color=style["color"], alpha=0.13, linewidth=0, zorder=2
        )
        axes.plot(
            [row["layer"] for row in own], [row["value"] for row in own], **style, markersize=3.4, markeredgewidth=0,
            zorder=4,
        )  # fmt: skip


def _dress(axes: Any, title: str, layers: Sequence[int], limits: tuple[float, float]) -> None:  # noqa: ANN401
    axes.set_title(title, fontsize=8.5, loc="left", color=INK, pad=4)
    step = 1 if len(layers) <= 9 else 2 if len(layers) <= 14 else 4
    axes.set_xticks(layers[::step])
    margin = 0.03 * (layers[-1] - layers[0]) or 0.5
    axes.set_xlim(layers[0] - margin, layers[-1] + margin)
    axes.set_ylim(*limits)
    axes.tick_params(length=0, labelsize=7.5, pad=3)
    for place, spine in axes.spines.items():
        spine.set_visible(place == "bottom")
    axes.grid(axis="y", color=RULE, linewidth=0.6)
    axes.grid(axis="x", color=RULE, linewidth=0.35)
    axes.set_axisbelow(True)
    axes.locator_params(axis="y", nbins=5)


def _title(panel: tuple[str, str], rows: Sequence[Mapping[str, Any]]) -> str:
    name = {ALL: "all zero-shot", HELD_OUT: "held out: they chose"}.get(panel[1], panel[1])
    return f"{name} ({rows[0]['n_languages']})"


def _reach(rows: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
    """Where the axis begins and ends: all means, and the bands as far as they do not dwarf them."""
    values = [row["value"] for row in rows]
    spread = max(max(values) - min(values), 1.0)
    low = min([*values, *(max(row["low"], min(values) - _FAR * spread) for row in rows if row["low"] is not None)])
    high = max([*values, *(min(row["high"], max(values) + _FAR * spread) for row in rows if row["high"] is not None)])
    margin = 0.05 * (high - low) or 0.5  # all means may be one, as where nothing is found
    return low - margin, high + margin


def _named(arm: str) -> str:
    name = arm.removeprefix(BASELINE)
    return name if len(name) <= 28 else f"{name[:27]}…"


def _per_line(arms: Sequence[str]) -> int:
    """How many names fit beside one another above the panels."""
    return max(1, int((_WIDTH - _LEFT) / (0.62 + 0.072 * max(len(_named(arm)) for arm in arms))))


def _legend(drawn: Any, arms: Sequence[str], height: float) -> None:  # noqa: ANN401
    """The arms above the panels, each with its line and marker."""
    columns = _per_line(arms)
    wide = (_WIDTH - _LEFT) / columns
    axes = drawn.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, _WIDTH)
    axes.set_ylim(height, 0)
    for number, arm in enumerate(arms):
        tier, column = divmod(number, columns)
        x, y = _LEFT + column * wide, 0.16 + 0.22 * tier
        axes.plot(
            [x, x + 0.19, x + 0.38], [y] * 3, **_style(arm, arms), markersize=3.4, markeredgewidth=0, markevery=[1]
        )
        axes.text(x + 0.45, y, _named(arm), fontsize=8.5, va="center", color=INK)


def _alt(
    base: str, target: str, metric: str, pooling: str, rows: Sequence[Mapping[str, Any]], arms: Sequence[str]
) -> str:
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
