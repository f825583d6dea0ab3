"""Second looks at each cell of the gain matrix: other tests, other scales, and what a null result is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xstilts.errors import InputError
from xstilts.randomness import generator
from xstilts.statistics.inference.correction import benjamini_hochberg
from xstilts.statistics.inference.crossed import components
from xstilts.statistics.inference.effects import effect
from xstilts.statistics.inference.equivalence import MARGIN, equivalence
from xstilts.statistics.inference.sign_flips import sign_flip
from xstilts.statistics.score_rows import NONE, by_condition
from xstilts.statistics.tables.gains import ZERO_SHOT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xstilts.statistics.score_rows import Cells, Row
    from xstilts.statistics.study_facts import Facts


def check_rows(scores: Iterable[Row], clusters: Iterable[Row], facts: Facts) -> list[Row]:
    """For each arm and target, on the headline metric and all zero-shot languages: what else can be said of the gain.

    Cells that were cut on purpose are not there.

    Args:
        scores: Score rows (``SCORE_COLUMNS``).
        clusters: Rows of ``cluster_rows``; only zero-shot rows of headline metrics are checked.
        facts: What the study asked for.

    Returns:
        One dict per base, arm and target, in the order of ``clusters``: ``sign_flip_p`` (seeds, no normality assumed),
        ``p_fdr`` (Benjamini and Hochberg over all rows), ``equivalent`` and ``p_equivalent`` (within ``margin``
        points), ``points``, ``error_reduction``, ``log_odds``, ``signs_differ``, ``note`` (scales), ``language_sd``
        and ``seed_sd`` (variance components of the gain, in points). None where it cannot be said.
    """
    measured = {(key.base, key.target): cells for key, cells in by_condition(scores).items() if facts.is_headline(key)}
    rows = [
        row
        for row in clusters
        if row["clustering"] == ZERO_SHOT
        and facts.is_headline(row)
        and (row["seeds"] or not facts.left_out(row["arm"], row["target"], False))
    ]
    fdr = benjamini_hochberg([row["p"] for row in rows])
    return [
        _check(row, measured.get((row["base"], row["target"]), {}), facts) | {"p_fdr": p}
        for row, p in zip(rows, fdr, strict=True)
    ]


def _check(row: Row, cells: Cells, facts: Facts) -> Row:
    named = {name: row[name] for name in ("base", "arm", "target", "n_seeds")}
    gains = np.asarray(row["seed_gains"], dtype=np.float64)
    if not len(gains):
        return {**named, **dict.fromkeys(_EMPTY), "margin": MARGIN, "note": "", "signs_differ": False}
    draws = generator(0, "sign-flip", str(row["base"]), str(row["arm"]), str(row["target"]))
    equal = equivalence(gains, np.zeros(len(gains)))
    return {
        **named,
        "sign_flip_p": sign_flip(gains, draws),
        "margin": MARGIN,
        "equivalent": equal.equivalent,
        "p_equivalent": equal.p,
        **_scales(row, cells),
        **_components(row, cells),
    }


_EMPTY = (
    "sign_flip_p", "equivalent", "p_equivalent", "points", "error_reduction", "log_odds", "language_sd", "seed_sd",
)  # fmt: skip


def _table(row: Row, cells: Cells, arm: str) -> np.ndarray:
    """Scores of the row's seeds and languages, shape ``(n_seeds, n_languages)``."""
    languages = str(row["languages"]).split()
    return np.array([[cells[arm, seed][code].value for code in languages] for seed in row["seeds"]])


def _scales(row: Row, cells: Cells) -> Row:
    own, reference = (_table(row, cells, arm).ravel() for arm in (row["arm"], NONE))
    try:
        found = effect(own, reference)
    except InputError:  # a metric that is no percentage has no error to reduce
        return {
            "points": float((own - reference).mean()), "error_reduction": None, "log_odds": None, "signs_differ": False,
            "note": "",
        }  # fmt: skip
    return {
        "points": found.points, "error_reduction": found.error_reduction, "log_odds": found.log_odds,
        "signs_differ": found.signs_differ, "note": found.note,
    }  # fmt: skip


def _components(row: Row, cells: Cells) -> Row:
    """How far the gain varies between languages, and between seeds, in points (None for nested seeds)."""
    table = _table(row, cells, row["arm"]) - _table(row, cells, NONE)
    if min(table.shape) < 2 or any("." in seed for seed in row["seeds"]):
        return {"language_sd": None, "seed_sd": None}
    found = components(table)
    return {"language_sd": found.language_sd, "seed_sd": found.seed_sd}
