"""Every section of the report, in the order of the page: the one list that page, tables, pictures and paper iterate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.reports.arms_table import ARM_COLUMNS, arm_rows, arms_tables, cut_tables
from xstilts.reports.entries import Csv, Pictures, Place, Section, Tables, always
from xstilts.reports.figures.curves import curve_pictures
from xstilts.reports.figures.dose_response import dose_pictures
from xstilts.reports.figures.gain_matrix import gain_matrix_pictures
from xstilts.reports.figures.languages import language_pictures
from xstilts.reports.figures.layers import layer_pictures
from xstilts.reports.figures.seeds import cluster_pictures, seed_pictures
from xstilts.reports.page import measured, record
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
from xstilts.statistics.chosen import CHOSEN_COLUMNS
from xstilts.statistics.contrasts import CONTRAST_COLUMNS
from xstilts.statistics.doses import DOSE_COLUMNS
from xstilts.statistics.mix import MIX_COLUMNS
from xstilts.statistics.overlap import OVERLAP_COLUMNS
from xstilts.statistics.searched import SEARCH_COLUMNS
from xstilts.statistics.sweep import SWEEP_COLUMNS
from xstilts.statistics.vectors import VECTOR_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Table
    from xstilts.statistics.pairing import Row


def _search_tables(report: Report) -> list[Table]:
    return [*arm_tables(report), *metric_tables(report)]


def _data_tables(report: Report) -> list[Table]:
    data = report.manifest["data"]
    return [*data_tables(report, data), *left_out_tables(data)]


def _overlaps(report: Report) -> list[Row]:
    return report.rows("overlaps")


SECTIONS = (
    Section(
        "doses", "Does the mix of languages matter?", "Language mix",
        tables=(Tables("mix", "the pivot alone beside the best mix of languages", mix_tables, Place.ASKED),),
        csv=(
            Csv("doses", "the gain at one dose, by cluster and target", DOSE_COLUMNS),
            Csv("mix", "the best mix against the pivot alone, in one cluster", MIX_COLUMNS),
        ),
        pictures=(Pictures("dose-BASE-SERIES", "gain against dose", dose_pictures),),
        needs=lambda _, page: bool(page.report.facts.series), template="doses", content=measured.doses,
    ),
    Section(
        "contrasts", "Contrasts", "Contrasts",
        tables=(Tables("contrasts", "what the study sets against what", contrast_tables, Place.ASKED),),
        csv=(Csv("contrasts", "one contrast", CONTRAST_COLUMNS),),
    ),
    Section(
        "gains", "What each arm gains", "Gains",
        tables=(
            Tables("gains", "the gain matrix of each base", gain_tables, Place.GAINS),
            Tables("gain_items", "gains over seeds and over test items", gain_item_tables, Place.GAINS),
        ),
        csv=(
            Csv("gains", "the gain of an arm in a language", GAIN_COLUMNS, always=True, by_condition=True),
            Csv("gain_items", "a gain with its intervals over seeds and items", GAIN_ITEM_COLUMNS, by_condition=True),
        ),
        pictures=(
            Pictures("gains-BASE", "the gain matrix", gain_matrix_pictures),
            Pictures("seeds-BASE", "the gain of every seed", seed_pictures),
        ),
        needs=always, template="gains", content=measured.gains,
    ),
    Section(
        "chosen", "Best arm by the pivot’s dev set", "Chosen arms",
        tables=(Tables("chosen", "the arm that the pivot's dev set chooses", chosen_tables, Place.ASKED),),
        csv=(Csv("chosen", "a target and the arm chosen for it", CHOSEN_COLUMNS),),
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
        tables=(Tables("scores", "mean scores in the pivot and zero-shot", score_tables),),
        csv=(
            Csv("scores", "one measurement", SCORE_COLUMNS, always=True),
            Csv("items", "a score and how sure it is by its test items", ITEM_COLUMNS),
        ),
        needs=always, template="scores", content=measured.scores,
    ),
    Section(
        "benchmarks", "Averages of the benchmark", "Averages",
        tables=(Tables("aggregates", "the averages of a benchmark", average_tables, Place.AVERAGES),),
        csv=(Csv("aggregates", "one average of a benchmark", AGGREGATE_COLUMNS),),
        template="averages", content=lambda page: averages(page.report),
    ),
    Section(
        "languages", "Language by language", "Languages",
        tables=(Tables("clusters", "gains by cluster of languages", cluster_tables),),
        csv=(
            Csv("clusters", "the gain of an arm in a cluster", CLUSTER_COLUMNS, always=True, by_condition=True),
        ),
        pictures=(
            Pictures("languages-BASE-TARGET", "gains language by language", language_pictures),
            Pictures("clusters-BASE-TARGET", "gains by cluster of languages", cluster_pictures),
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
            Tables("search", "every arm on every search", _search_tables, Place.SEARCHES),
            Tables("vectors", "the vectors chosen for each arm", vectors_tables, Place.ASKED),
            Tables("sweep", "what needs no training", option_tables),
            Tables("search_diagnostics", "how vectors lie", diagnostic_tables),
        ),
        csv=(
            Csv("search", "an arm on a search, by one metric", SEARCH_COLUMNS),
            Csv("vectors", "the vectors chosen for an arm on a target", VECTOR_COLUMNS),
            Csv("sweep", "the score at one layer, or with one option", SWEEP_COLUMNS),
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
        tables=(Tables("published", "published numbers on the study's targets", published_tables),),
        csv=(Csv("published", "one published number", COLUMNS, published_rows),),
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
            Tables("arms", "what each arm trains on", arms_tables, Place.DATA),
        ),
        csv=(Csv("arms", "a language of a task that an arm trains on", ARM_COLUMNS, lambda of: arm_rows(of.facts)),),
        needs=always, template="data", content=lambda page: non_commercial(page.report),
    ),
    Section("warnings", "Warnings", "Warnings", needs=always, template="warnings", content=record.cut_texts),
    Section(
        "overlap", "Overlap", "Overlap",
        tables=(
            Tables("overlap_warnings", "cells whose training and test data share content", overlap_warnings),
            Tables("overlap", "what training data shares with the test sets", overlap_tables),
        ),
        csv=(Csv("overlap", "training data and a test set in one language", OVERLAP_COLUMNS, _overlaps),),
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
    return {entry.name: entry.make(report) for section in SECTIONS for entry in section.tables}


def in_paper(tables: Mapping[str, Sequence[Table]], *places: Place) -> list[Table]:
    """The tables of some places in the paper, in its order; without those that the page folds away."""
    entries = [entry for section in SECTIONS for entry in section.tables if entry.paper in places]
    entries.sort(key=lambda entry: entry.paper or 0)
    return [table for entry in entries for table in tables[entry.name] if not table.folded]


def pictures_of(report: Report) -> dict[str, str]:
    """Name to ``<svg>`` element of everything that can be drawn."""
    drawn = (pair for section in SECTIONS for entry in section.pictures for pair in entry.draw(report))
    return {name: svg for name, svg in drawn if svg is not None}
