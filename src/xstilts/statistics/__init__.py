"""Pure functions on score tables: paired gains with intervals, correction for many questions, the study's answer.

The seed is the unit for comparing arms, languages are fixed effects in clusters of fewer than eight, and nothing is
averaged over what is missing.
"""

from __future__ import annotations

from xstilts.statistics.aggregates import AGGREGATE_COLUMNS, Average, Benchmark, aggregate
from xstilts.statistics.analysis import Analysis, analyse
from xstilts.statistics.correction import holm
from xstilts.statistics.facts import Facts, TargetFacts
from xstilts.statistics.gains import CLUSTER_COLUMNS, GAIN_COLUMNS, cluster_rows, gain_rows
from xstilts.statistics.intervals import Interval, paired_gain, smallest_sign_flip_p
from xstilts.statistics.items import GAIN_ITEM_COLUMNS, ITEM_COLUMNS
from xstilts.statistics.pairing import SCORE_COLUMNS
from xstilts.statistics.tables import load, save

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
