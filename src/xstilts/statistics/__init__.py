"""Pure functions on score tables: paired gains with intervals, correction for many questions, the study's answer.

The seed is the unit for comparing arms, languages are fixed effects in clusters of fewer than eight, and nothing is
averaged over what is missing.
"""

from __future__ import annotations

from xstilts.statistics.analysis import Analysis, analyse
from xstilts.statistics.analysis_files import load, save
from xstilts.statistics.inference.correction import holm
from xstilts.statistics.inference.intervals import Interval, paired_gain, smallest_sign_flip_p
from xstilts.statistics.score_rows import SCORE_COLUMNS
from xstilts.statistics.study_facts import Facts, TargetFacts
from xstilts.statistics.tables.aggregates import AGGREGATE_COLUMNS, Average, Benchmark, aggregate
from xstilts.statistics.tables.gains import CLUSTER_COLUMNS, GAIN_COLUMNS, cluster_rows, gain_rows
from xstilts.statistics.tables.items import GAIN_ITEM_COLUMNS, ITEM_COLUMNS

__all__ = [
    "AGGREGATE_COLUMNS",
    "CLUSTER_COLUMNS",
    "GAIN_COLUMNS",
    "GAIN_ITEM_COLUMNS",
    "ITEM_COLUMNS",
    "SCORE_COLUMNS",
    "Analysis",
    "Average",
    "Benchmark",
    "Facts",
    "Interval",
    "TargetFacts",
    "aggregate",
    "analyse",
    "cluster_rows",
    "gain_rows",
    "holm",
    "load",
    "paired_gain",
    "save",
    "smallest_sign_flip_p",
]
