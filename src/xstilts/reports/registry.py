"""Every section of the report, in the order of the page: the one list that page, tables, pictures and paper iterate."""

from __future__ import annotations

from xstilts.reports.entries import Pictures, Place, Section, Tables, always
from xstilts.reports.figures.card import card_pictures, card_pixels
from xstilts.reports.figures.curves import curve_pictures
from xstilts.reports.figures.dose_response import dose_pictures
from xstilts.reports.figures.gain_matrix import matrix_pictures
from xstilts.reports.figures.languages import language_pictures
from xstilts.reports.figures.layers import layer_pictures
from xstilts.reports.figures.seeds import cluster_pictures, seed_pictures
from xstilts.reports.page import measured, record
from xstilts.reports.questions import BY_SIZE, UNDER_NOISE, WITH_IMAGES
from xstilts.reports.tables import decided
from xstilts.reports.tables.arms import ARM_COLUMNS, arm_rows, arms_tables, cut_tables
from xstilts.reports.tables.averages import average_tables, averages
from xstilts.reports.tables.checks import check_tables, collapsed_tables, multiverse_tables, without_collapsed_tables
from xstilts.reports.tables.claims import claim_tables, judged
from xstilts.reports.tables.contrasts import chosen_tables, contrast_tables, mix_tables
from xstilts.reports.tables.data import non_commercial, read_tables
from xstilts.reports.tables.findings import finding_tables
from xstilts.reports.tables.items import gain_item_tables
from xstilts.reports.tables.overlap import HOW, overlap_tables, overlap_warnings
from xstilts.reports.tables.published import COLUMNS, apart, published_rows, published_tables
from xstilts.reports.tables.results import cluster_tables, gain_tables, score_tables
from xstilts.reports.tables.searches import diagnostic_tables, search_tables
from xstilts.reports.tables.vectors import option_tables, vectors_tables
from xstilts.reports.text.card import CARD_COLUMNS, card_rows
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

SECTIONS = (
    Section(
        "card", "The answer on one card", "Card",
        how="“+1.2” says that the best arm scores 1.2 points more than none, as a mean over its targets. The bar is "
        "its interval: if the bar reaches the upright line, which is zero, the arm may do nothing.",
        tables=(
            Tables(
                "card", "the answer, the study's size and cost, what to do next and the rule that says so",
                columns=CARD_COLUMNS, rows=card_rows, always=True,
            ),
        ),
        pictures=(Pictures("card", "the answer on one card, to paste", card_pictures, card_pixels),),
        needs=lambda _, page: "card" in page.pictures, template="card",
    ),
    Section(
        "doses", "Does the mix of languages matter?", "Language mix",
        how="Each line is a group of languages. Where it stands at +1.2 above 25 %, an arm with a quarter of its items "
        "in other languages scores 1.2 points more than none; a band that touches zero says that this may be luck.",
        tables=(
            Tables("doses", "gains by dose, cluster and target", columns=DOSE_COLUMNS),
            Tables("mix", "the pivot alone beside the best mix of languages", mix_tables, Place.ASKED, MIX_COLUMNS),
        ),
        pictures=(Pictures("dose-BASE-SERIES", "gain against dose", dose_pictures),),
        needs=lambda _, page: bool(page.report.facts.series), template="doses", content=measured.doses,
    ),
    BY_SIZE,
    UNDER_NOISE,
    WITH_IMAGES,
    Section(
        "contrasts", "What the study compares by name", "Contrasts",
        how="Each row sets one group of arms (plus) against another (minus). “+1.2, +0.3 to +2.1” says that plus "
        "scores 1.2 points more than minus; an interval that holds zero says that neither side is shown to be "
        "better.",
        tables=(
            Tables(
                "contrasts", "the differences that the study asks about by name", contrast_tables, Place.ASKED,
                CONTRAST_COLUMNS, explained=True,
            ),
        ),
    ),
    Section(
        "gains", "What each arm gains", "Gains",
        how="Find an arm on the left and a target above: “+1.2” says that the arm scores 1.2 points more than none "
        "there. If the range below it holds zero, such as “−0.4 to +2.8”, the arm may do nothing.",
        tables=(
            Tables(
                "gains", "the gains of every arm", gain_tables, Place.GAINS, GAIN_COLUMNS, always=True,
                explained=True,
            ),
            Tables("gain_items", "gains over seeds and items", gain_item_tables, Place.GAINS, GAIN_ITEM_COLUMNS),
        ),
        pictures=(
            Pictures("gains-BASE", "the gain matrix", matrix_pictures),
            Pictures("seeds-BASE", "the gain of every seed", seed_pictures),
        ),
        needs=always, template="gains",
    ),
    Section(
        "chosen", "The arm that the pivot alone would choose", "Chosen arms",
        how="Each row picks one arm for a target by its score in the pivot alone. “nli, +1.2” says that the arm nli "
        "was picked, and then scored 1.2 points more than none in the other languages.",
        tables=(
            Tables(
                "chosen", "the arm that the pivot's dev set chooses", chosen_tables, Place.ASKED, CHOSEN_COLUMNS,
                explained=True,
            ),
        ),
    ),
    Section(
        "decided", "What was run, and what was not needed", "Decided",
        how="Each row is one arm when the run ended. “−2.1” under “at most above the leader” says that this arm is at "
        "least 2.1 points below it, as surely as was asked; a number above the margin says that it could still win.",
        tables=(
            Tables(
                "decided", "how the arms stood when a run with --until ended", decided.decided_tables, None,
                decided.DECIDED_COLUMNS, decided.decided_rows, explained=True,
            ),
            Tables(
                "predicted", "gains that were not measured, as a model predicts them", decided.predicted_tables, None,
                decided.PREDICTED_COLUMNS, decided.predicted_rows,
            ),
        ),
    ),
    Section(
        "checks", "Do the gains stand up to other tests?", "Checks",
        how="Each row tests one gain in other ways. A gain of +1.2 with a small p by every test is firm; “signs "
        "differ” says that it depends on the scale, and .250 is the smallest sign-flip p that three seeds can give.",
        tables=(
            Tables("checks", "every gain under other tests and scales", check_tables, explained=True),
            Tables("multiverse", "gains under each grouping of languages", multiverse_tables, Place.SECOND_LOOKS),
            Tables("learned", "models that learned nothing, answers never given", finding_tables, Place.FINDINGS),
            Tables("collapsed", "runs that collapsed", collapsed_tables, Place.SECOND_LOOKS),
            Tables("without_collapsed", "gains without these runs", without_collapsed_tables, Place.SECOND_LOOKS),
        ),
        needs=always, template="checks",
    ),
    Section(
        "scores", "Where the gains start from", "Scores",
        how="Each number is a score itself, not a difference. “62.4” under zero-shot for the row none says that 62.4 "
        "of 100 points are reached without any arm; a score near the row chance says that nothing was learned.",
        tables=(
            Tables(
                "scores", "mean scores; the CSV has each", score_tables, None, SCORE_COLUMNS, always=True,
                explained=True,
            ),
            Tables("items", "how sure each score is by its test items", columns=ITEM_COLUMNS),
        ),
        needs=always, template="scores", content=measured.scores,
    ),
    Section(
        "benchmarks", "Averages of the benchmark", "Averages",
        how="Each row is one arm, with its average over the languages of a task as the benchmark counts it. “64.0” "
        "under overall is its average over all tasks; “–” says that a part of the average is missing.",
        tables=(
            Tables(
                "aggregates", "the benchmark's averages", average_tables, Place.AVERAGES, AGGREGATE_COLUMNS,
                explained=True,
            ),
        ),
        template="averages", content=lambda page: averages(page.report),
    ),
    Section(
        "languages", "Language by language", "Languages",
        how="Each bar is one language: “+1.2” to the right of zero says that the arm gains 1.2 points there. Dots are "
        "single seeds; if they lie on both sides of zero, the gain may be luck.",
        tables=(
            Tables("clusters", "gains by cluster of languages", cluster_tables, None, CLUSTER_COLUMNS, always=True),
        ),
        pictures=(
            Pictures("languages-BASE-TARGET", "gains language by language", language_pictures),
            Pictures("clusters-BASE-TARGET", "gains by cluster of languages", cluster_pictures),
        ),
        needs=always, template="languages", content=measured.languages,
    ),
    Section(
        "curves", "Learning curves", "Learning curves",
        how="Each line is one training run, from its first step on the left to its last on the right. A line that "
        "falls from 1.1 to 0.4 and then stays level has learned; one that stays at 1.1 has learned nothing.",
        pictures=(Pictures("curves", "training loss by step", curve_pictures),),
        needs=measured.shows_curves, template="curves",
    ),
    Section(
        "retrieval", "Searching across languages", "Retrieval",
        how="Each number says how often a search finds the right text: “71.7” by recall@10 says that 71.7 of 100 "
        "right texts stand among the first ten. The number below it is the gain over none.",
        tables=(
            Tables(
                "search", "every arm on every search", search_tables, Place.SEARCHES, SEARCH_COLUMNS,
                explained=True,
            ),
            Tables("vectors", "the vectors chosen for each arm", vectors_tables, Place.ASKED, VECTOR_COLUMNS),
            Tables("sweep", "scores by layer and by what needs no training", option_tables, None, SWEEP_COLUMNS),
            Tables("search_diagnostics", "where vectors lie in space", diagnostic_tables),
        ),
        pictures=(Pictures("sweep_TARGET", "scores of a search by layer", layer_pictures),),
        needs=measured.has_searches, template="retrieval", content=measured.searches,
    ),
    Section(
        "claims", "Published claims", "Claims",
        how="Each row is one sentence of a paper beside what this study measured. “supported” says that it holds here "
        "too; “inconclusive” says that this study cannot tell, not that the paper is wrong.",
        tables=(Tables("claims", "published claims beside what was measured", claim_tables, explained=True),),
        template="claims", content=lambda page: judged(page.report.claims),
    ),
    Section(
        "published", "Published numbers", "Published numbers",
        how="These are numbers that others printed, such as 79.2 for XLM-R Large on XNLI. Use them to see which "
        "scores are usual; do not subtract them from this study's.",
        tables=(
            Tables(
                "published", "published numbers on the study's targets", published_tables,
                columns=COLUMNS, rows=published_rows, explained=True,
            ),
        ),
        note=apart,
    ),
    Section(
        "runs", "What ran and what did not", "What ran",
        how="Each row counts one kind of work. “45” under done says that 45 such pieces ran now, “cached” that they "
        "were there before; a number under failed or not run says that the tables have gaps.",
        tables=(Tables("cut", "what was left out on purpose", cut_tables, Place.LEFT_OUT),),
        needs=always, template="runs", content=record.runs,
    ),
    Section(
        "cost", "What it cost", "Cost", needs=always, template="cost", content=record.costs,
        how="The table compares what was trained with what separate runs would have trained. “4.0×” says that sharing "
        "equal phases saved three quarters of the work.",
    ),
    Section(
        "data", "Data", "Data",
        how="Each row is one data set or what an arm trains on. “12 read, 9 used” says that three records were left "
        "out; the licence says what you may do with the data.",
        tables=(
            Tables(
                "data", "the data sets, what was read of them and what was left out", read_tables, Place.DATA,
                explained=True,
            ),
            Tables(
                "arms", "what each arm trains on", arms_tables, Place.DATA, ARM_COLUMNS,
                rows=lambda report: arm_rows(report.facts),
            ),
        ),
        needs=always, template="data", content=lambda page: non_commercial(page.report),
    ),
    Section(
        "warnings", "Warnings", "Warnings", needs=always, template="warnings", content=record.cut_texts,
        how="Each row names a pair of arm and target that shows less than it seems to. “degenerate: arm nli, target "
        "xnli” says that this arm trains on the target's own data, so its gain proves nothing.",
    ),
    Section(
        "overlap", "Do training and test data share texts?", "Overlap",
        how="Each row compares a training set with a target's test data. “3.0” under same text says that 3 of 100 "
        "test items stand in the training data word for word, so a gain there may be memory.",
        tables=(
            Tables("overlap_warnings", "cells whose training and test data share content", overlap_warnings),
            Tables(
                "overlap", "what training data shares with the test sets", overlap_tables,
                columns=OVERLAP_COLUMNS, rows=lambda report: report.rows("overlaps"), explained=True,
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
        how="The commands make every number again. Each row of the list is one piece of work, such as “train nli "
        "seed 1”, with the key under which its result is kept.",
        needs=always, template="behind", content=record.behind,
    ),
    Section("words", "Words on this page", "Words", needs=always, template="words"),
)  # fmt: skip
