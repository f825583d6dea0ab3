"""Every section of the report, in the order of the page: the one list that page, tables, pictures and paper iterate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.reports.entries import Pictures, Place, Section, Tables, always
from xstilts.reports.figures.curves import curve_pictures
from xstilts.reports.figures.dose_response import dose_pictures
from xstilts.reports.figures.gain_matrix import gain_matrix_svg
from xstilts.reports.figures.languages import languages_svg
from xstilts.reports.figures.layers import layer_pictures
from xstilts.reports.figures.seeds import clusters_svg, seeds_svg
from xstilts.reports.page import measured, record
from xstilts.reports.tables.arms import ARM_COLUMNS, arm_rows, arms_tables, cut_tables
from xstilts.reports.tables.averages import average_tables, averages
from xstilts.reports.tables.checks import check_tables, collapsed_tables, multiverse_tables, without_collapsed_tables
from xstilts.reports.tables.claims import claim_tables, judged
from xstilts.reports.tables.contrasts import chosen_tables, contrast_tables, mix_tables
from xstilts.reports.tables.data import data_tables, non_commercial
from xstilts.reports.tables.findings import finding_tables
from xstilts.reports.tables.items import gain_item_tables
from xstilts.reports.tables.left_out import left_out_tables
from xstilts.reports.tables.overlap import HOW, overlap_tables, overlap_warnings
from xstilts.reports.tables.published import COLUMNS, apart, published_rows, published_tables
from xstilts.reports.tables.results import cluster_tables, gain_tables, score_tables
from xstilts.reports.tables.searches import arm_tables, diagnostic_tables, metric_tables
from xstilts.reports.tables.vectors import option_tables, vectors_tables
from xstilts.reports.text.limits import limits
from xstilts.statistics import (
    AGGREGATE_COLUMNS,
    CLUSTER_COLUMNS,
    GAIN_COLUMNS,
    GAIN_ITEM_COLUMNS,
    ITEM_COLUMNS,
    SCORE_COLUMNS,
)
from xstilts.statistics.tables.best_mix import MIX_COLUMNS
from xstilts.statistics.tables.chosen_arms import CHOSEN_COLUMNS
from xstilts.statistics.tables.chosen_vectors import VECTOR_COLUMNS
from xstilts.statistics.tables.contrasts import CONTRAST_COLUMNS
from xstilts.statistics.tables.dose_response import DOSE_COLUMNS
from xstilts.statistics.tables.layer_sweep import SWEEP_COLUMNS
from xstilts.statistics.tables.measured_overlap import OVERLAP_COLUMNS
from xstilts.statistics.tables.search_scores import SEARCH_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Table

    Drawn = Iterable[tuple[str, str | None]]


def _search_tables(report: Report) -> list[Table]:
    return [*arm_tables(report), *metric_tables(report)]


def _data_tables(report: Report) -> list[Table]:
    data = report.manifest["data"]
    return [*data_tables(report, data), *left_out_tables(data)]


def _gain_matrices(report: Report) -> Drawn:
    return ((name := f"gains-{grid.base}", gain_matrix_svg(grid, name)) for grid in report.grids)


def _by_base(kind: str, draw: Callable[[Report, str], str | None]) -> Callable[[Report], Drawn]:
    return lambda report: ((f"{kind}-{grid.base}", draw(report, grid.base)) for grid in report.grids)


def _by_target(kind: str, draw: Callable[[Report, str, str], str | None]) -> Callable[[Report], Drawn]:
    return lambda report: (
        (f"{kind}-{grid.base}-{target}", draw(report, grid.base, target))
        for grid in report.grids
        for target in grid.targets
    )


SECTIONS = (
    Section(
        "doses", "Does the mix of languages matter?", "Language mix",
        tables=(
            Tables("doses", "gains by dose, cluster and target", columns=DOSE_COLUMNS),
            Tables("mix", "the pivot alone beside the best mix of languages", mix_tables, Place.ASKED, MIX_COLUMNS),
        ),
        pictures=(Pictures("dose-BASE-SERIES", "gain against dose", dose_pictures),),
        needs=lambda _, page: bool(page.report.facts.series), template="doses", content=measured.doses,
    ),
    Section(
        "contrasts", "Contrasts", "Contrasts",
        tables=(
            Tables("contrasts", "what the study sets against what", contrast_tables, Place.ASKED, CONTRAST_COLUMNS),
        ),
    ),
    Section(
        "gains", "What each arm gains", "Gains",
        tables=(
            Tables("gains", "the gains of every arm", gain_tables, Place.GAINS, GAIN_COLUMNS, always=True),
            Tables("gain_items", "gains over seeds and items", gain_item_tables, Place.GAINS, GAIN_ITEM_COLUMNS),
        ),
        pictures=(
            Pictures("gains-BASE", "the gain matrix", _gain_matrices),
            Pictures("seeds-BASE", "the gain of every seed", _by_base("seeds", seeds_svg)),
        ),
        needs=always, template="gains",
    ),
    Section(
        "chosen", "Best arm by the pivot’s dev set", "Chosen arms",
        tables=(
            Tables("chosen", "the arm that the pivot's dev set chooses", chosen_tables, Place.ASKED, CHOSEN_COLUMNS),
        ),
    ),
    Section(
        "checks", "Second looks", "Checks",
        tables=(
            Tables("checks", "every gain under other tests and scales", check_tables),
            Tables("multiverse", "gains under each grouping of languages", multiverse_tables, Place.SECOND_LOOKS),
            Tables("learned", "models that learned nothing, answers never given", finding_tables, Place.FINDINGS),
            Tables("collapsed", "runs that collapsed", collapsed_tables, Place.SECOND_LOOKS),
            Tables("without_collapsed", "gains without these runs", without_collapsed_tables, Place.SECOND_LOOKS),
        ),
        needs=always, template="checks",
    ),
    Section(
        "scores", "Where the gains start from", "Scores",
        tables=(
            Tables("scores", "mean scores; the CSV has each", score_tables, None, SCORE_COLUMNS, always=True),
            Tables("items", "how sure each score is by its test items", columns=ITEM_COLUMNS),
        ),
        needs=always, template="scores", content=measured.scores,
    ),
    Section(
        "benchmarks", "Averages of the benchmark", "Averages",
        tables=(
            Tables("aggregates", "the benchmark's averages", average_tables, Place.AVERAGES, AGGREGATE_COLUMNS),
        ),
        template="averages", content=lambda page: averages(page.report),
    ),
    Section(
        "languages", "Language by language", "Languages",
        tables=(
            Tables("clusters", "gains by cluster of languages", cluster_tables, None, CLUSTER_COLUMNS, always=True),
        ),
        pictures=(
            Pictures("languages-BASE-TARGET", "gains language by language", _by_target("languages", languages_svg)),
            Pictures("clusters-BASE-TARGET", "gains by cluster of languages", _by_target("clusters", clusters_svg)),
        ),
        needs=always, template="languages", content=measured.languages,
    ),
    Section(
        "curves", "Learning curves", "Learning curves",
        pictures=(Pictures("curves", "training loss by step", curve_pictures),),
        needs=measured.shows_curves, template="curves",
    ),
    Section(
        "retrieval", "Retrieval", "Retrieval",
        tables=(
            Tables("search", "every arm on every search", _search_tables, Place.SEARCHES, SEARCH_COLUMNS),
            Tables("vectors", "the vectors chosen for each arm", vectors_tables, Place.ASKED, VECTOR_COLUMNS),
            Tables("sweep", "scores by layer and by what needs no training", option_tables, None, SWEEP_COLUMNS),
            Tables("search_diagnostics", "how vectors lie", diagnostic_tables),
        ),
        pictures=(Pictures("sweep_TARGET", "scores of a search by layer", layer_pictures),),
        needs=measured.has_searches, template="retrieval", content=measured.searches,
    ),
    Section(
        "claims", "Published claims", "Claims",
        tables=(Tables("claims", "published claims beside what was measured", claim_tables),),
        template="claims", content=lambda page: judged(page.report.claims),
    ),
    Section(
        "published", "Published numbers", "Published numbers",
        tables=(
            Tables(
                "published", "published numbers on the study's targets", published_tables,
                columns=COLUMNS, rows=published_rows,
            ),
        ),
        note=apart,
    ),
    Section(
        "runs", "What ran and what did not", "What ran",
        tables=(Tables("cut", "what was left out on purpose", cut_tables, Place.LEFT_OUT),),
        needs=always, template="runs", content=record.runs,
    ),
    Section("cost", "Cost", "Cost", needs=always, template="cost", content=record.costs),
    Section(
        "data", "Data", "Data",
        tables=(
            Tables("data", "the data sets, what was read of them and what was left out", _data_tables, Place.DATA),
            Tables(
                "arms", "what each arm trains on", arms_tables, Place.DATA, ARM_COLUMNS,
                rows=lambda report: arm_rows(report.facts),
            ),
        ),
        needs=always, template="data", content=lambda page: non_commercial(page.report),
    ),
    Section("warnings", "Warnings", "Warnings", needs=always, template="warnings", content=record.cut_texts),
    Section(
        "overlap", "Overlap", "Overlap",
        tables=(
            Tables("overlap_warnings", "cells whose training and test data share content", overlap_warnings),
            Tables(
                "overlap", "what training data shares with the test sets", overlap_tables,
                columns=OVERLAP_COLUMNS, rows=lambda report: report.rows("overlaps"),
            ),
        ),
        note=lambda _: HOW,
    ),
    Section(
        "limits", "What these numbers cannot say", "Limits",
        needs=always, template="limits", content=lambda page: limits(page.report),
    ),
    Section(
        "behind", "Behind the numbers", "Behind the numbers",
        needs=always, template="behind", content=record.behind,
    ),
)  # fmt: skip


def tables_of(report: Report) -> dict[str, Sequence[Table]]:
    """What every entry of ``Tables`` makes of a report, by its name, in the order of the page."""
    return {entry.name: entry.make(report) if entry.make else () for section in SECTIONS for entry in section.tables}


def in_paper(tables: Mapping[str, Sequence[Table]], *places: Place) -> list[Table]:
    """The tables of some places in the paper, in its order; without those that the page folds away."""
    entries = [entry for section in SECTIONS for entry in section.tables if entry.paper in places]
    entries.sort(key=lambda entry: entry.paper or 0)
    return [table for entry in entries for table in tables[entry.name] if not table.folded]


def pictures_of(report: Report) -> dict[str, str]:
    """Name to ``<svg>`` element of everything that can be drawn."""
    drawn = (pair for section in SECTIONS for entry in section.pictures for pair in entry.draw(report))
    return {name: svg for name, svg in drawn if svg is not None}
