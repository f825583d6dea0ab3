"""What the page's sections on scores, gains and searches show beyond their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xstilts.reports.entries import Detail
from xstilts.reports.figures.arm_lines import first_arms
from xstilts.reports.figures.degradation import degradation_name
from xstilts.reports.figures.dose_response import dose_name
from xstilts.reports.figures.layers import sweep_name, sweep_said
from xstilts.reports.grid import absent
from xstilts.reports.numbers import interval, level, p_value
from xstilts.reports.tables.results import gain_or_absent, half_widths
from xstilts.reports.tables.under_noise.robustness import BY_LANGUAGE
from xstilts.statistics.score_rows import BASELINE, is_pivot
from xstilts.statistics.tables.levels import chance_level

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.reports.entries import Page, Section
    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Table
    from xstilts.statistics.score_rows import Row
    from xstilts.statistics.study_facts import Facts, TargetFacts


class ScoreCell(NamedTuple):
    """The scores of one arm on one target, in the pivot and zero-shot, each with a note."""

    pivot: str
    zero_shot: str
    pivot_note: str = ""
    note: str = ""


class ClusterCell(NamedTuple):
    """A gain in one cluster, its interval, and its languages with what was tested."""

    gain: str
    interval: str
    title: str


class Languages(NamedTuple):
    """Gains language by language from one base.

    Attributes:
        name: The base.
        languages: Target, picture by language, picture by cluster ("": none).
        apart: Targets whose picture the page has no room for.
        clusters: For each clustering its name, its clusters, and (arm, target) to a cell under each.
    """

    name: str
    languages: Sequence[tuple[str, str, str]]
    apart: Sequence[str]
    clusters: Sequence[tuple[str, Sequence[str], Mapping[tuple[str, str], Sequence[ClusterCell]]]]


class UnderNoise(NamedTuple):
    """What noise costs.

    Attributes:
        pictures: Base, target, picture, and how many arms it leaves out.
        folded: The tables below that of all arms.
    """

    pictures: Sequence[tuple[str, str, str, int]]
    folded: Sequence[Table]


def doses(page: Page) -> list[tuple[str, Mapping[str, object], str]]:
    """Base, series and picture of every dose-response figure."""
    return [
        (grid.base, series, page.pictures[name])
        for grid in page.report.grids
        for series in page.report.facts.series
        if (name := dose_name(grid.base, series["name"])) in page.pictures
    ]


def scores(page: Page) -> list[tuple[str, dict[str, list[ScoreCell]], list[ScoreCell]]]:
    """Every base, its arms and baselines with a cell per target, and chance.

    A baseline that belongs to no base stands beside every one.
    """
    facts = page.report.facts
    chance = [_chance(target, facts.pivot) for target in facts.targets.values()]
    return [(grid.base, _scores(page.report, grid.base), chance) for grid in page.report.grids]


def _scores(report: Report, base: str) -> dict[str, list[ScoreCell]]:
    facts, widths = report.facts, half_widths(report)
    others = set(facts.bases) - {base}
    levels = {
        (row["arm"], row["target"]): row
        for row in report.rows("levels")
        if row["base"] == base or (row["arm"].startswith(BASELINE) and row["base"] not in others)
    }
    baselines = sorted({arm for arm, _ in levels if arm.startswith(BASELINE)})

    def cell(arm: str, target: str) -> ScoreCell:
        row = levels.get((arm, target))
        if row is None:
            return ScoreCell("–", "–" if arm in baselines else absent(facts, arm, target))
        return _score(row, facts, widths.get((row["base"], arm, target, row["setting"]), {}))

    return {arm: [cell(arm, target) for target in facts.targets] for arm in (*facts.arms, *baselines)}


def _score(row: Row, facts: Facts, widths: Mapping[str, str]) -> ScoreCell:
    items = {part: f"{width} items" if width else "" for part, width in widths.items()}
    away = row["zero_shot"]
    wanted = 0 if row["arm"].startswith(BASELINE) else facts.wanted_seeds(row["arm"], away["n_seeds"])
    missing = "" if away["n_seeds"] >= wanted else f"{away['n_seeds']}/{wanted} seeds"
    spread = f"±{level(away['sd'])}" if away["sd"] is not None else ""
    return ScoreCell(
        level(row["pivot"]["mean"]),
        "incomplete" if away["mean"] is None else level(away["mean"]),
        items.get("pivot", ""),
        ", ".join(filter(None, (" ".join(filter(None, (spread, missing))), items.get("zero_shot")))),
    )


def _chance(target: TargetFacts, pivot: str) -> ScoreCell:
    inside = [code for code in target.languages if is_pivot(code, pivot)]
    away = [code for code in target.languages if not is_pivot(code, pivot)]
    return ScoreCell(
        *(
            level(chance_level(target.chance, codes) if codes or not target.languages else None)
            for codes in (inside, away)
        )
    )


def languages(page: Page) -> list[Languages]:
    """Gains by language and by cluster of every base, of a large study only the smallest pictures."""
    targets = [(grid.base, target) for grid in page.report.grids for target in grid.targets]
    drawn = {
        (base, target): page.pictures[name]
        for base, target in targets
        if (name := f"languages-{base}-{target}") in page.pictures
    }
    fitting = fitting_pictures({cell: len(picture) for cell, picture in drawn.items()}, page.room // 3)
    dropped = set() if page.detail < Detail.SMALL_PICTURES else drawn.keys() - fitting
    shown = {} if page.detail >= Detail.NO_LANGUAGES else {cell: drawn[cell] for cell in drawn if cell not in dropped}
    apart = sorted(drawn.keys() - shown.keys(), key=lambda cell: (cell in fitting, targets.index(cell)))
    by_cluster = {} if page.detail >= Detail.SMALL_PICTURES else page.pictures
    return [
        Languages(
            grid.base,
            [
                (target, picture, by_cluster.get(f"clusters-{base}-{target}", ""))
                for (base, target), picture in shown.items()
                if base == grid.base
            ],
            [target for base, target in apart if base == grid.base],
            [] if page.detail >= Detail.NO_CLUSTERS else _clusterings(page.report, grid.base),
        )
        for grid in page.report.grids
    ]


def fitting_pictures(sizes: Mapping[tuple[str, str], int], room: int) -> set[tuple[str, str]]:
    """The smallest pictures, as many as there is room for."""
    fitting = set()
    for size, cell in sorted((size, cell) for cell, size in sizes.items()):
        room -= size
        if room >= 0:
            fitting.add(cell)
    return fitting


def _clusterings(report: Report, base: str) -> list[tuple[str, list[str], dict[tuple[str, str], list[ClusterCell]]]]:
    """For each clustering that the study asks for: gains by arm, target and cluster."""
    facts, found = report.facts, []
    rows = [row for row in report.rows("clusters") if row["base"] == base and facts.is_headline(row)]
    for clustering in facts.clusters:
        cells = {(row["arm"], row["target"], row["cluster"]): row for row in rows if row["clustering"] == clustering}
        names = sorted({name for *_, name in cells})
        lines = {
            (arm, target): [_cluster(report, cells.get((arm, target, name))) for name in names]
            for arm in facts.arms
            for target in facts.targets
            if any((arm, target, name) in cells for name in names)
        }
        found += [(clustering, names, lines)] if lines else []
    return found


def _cluster(report: Report, row: Row | None) -> ClusterCell:
    if row is None:
        return ClusterCell("–", "", "no language of this cluster")
    said = f"{row['languages']}; p = {p_value(row['p_corrected'])} after Holm over the clusters; {row['n_seeds']} seeds"
    return ClusterCell(gain_or_absent(report, row), interval(row["low"], row["high"]), said)


def shows_curves(section: Section, page: Page) -> bool:
    """Whether there are learning curves, and room for them."""
    return "curves" in page.pictures and page.detail < Detail.NO_CURVES


def has_searches(section: Section, page: Page) -> bool:
    """Whether something was searched."""
    return bool(page.report.rows("sweep") or page.tables["search"])


def searches(page: Page) -> list[tuple[str, str, str, str]]:
    """Base, target, picture and caption of every figure by layer."""
    report = page.report
    return [
        (base, target, page.pictures[name], sweep_said(report, base, target))
        for base, target in dict.fromkeys((row["base"], row["target"]) for row in report.rows("sweep"))
        if (name := sweep_name(report, base, target)) in page.pictures
    ]


def under_noise(page: Page) -> UnderNoise:
    """What noise costs, of a large study without the tables by language and by cluster."""
    rows, facts = page.report.rows("degradation"), page.report.facts
    pictures = []
    for base, target in dict.fromkeys((row["base"], row["target"]) for row in rows):
        arms = {row["arm"] for row in rows if (row["base"], row["target"]) == (base, target)}
        if (name := degradation_name(base, target)) in page.pictures:
            pictures.append((base, target, page.pictures[name], len(arms) - len(first_arms(facts, arms))))
    tables = [table for table in page.tables["robustness"] if table.folded and page.detail < Detail.NO_CLUSTERS]
    short = page.detail >= Detail.NO_LANGUAGES
    return UnderNoise(pictures, [table for table in tables if not (short and table.label == BY_LANGUAGE)])
