"""How sure scores and gains are by their test items, beside how sure they are by their seeds.

An interval over seeds speaks of other training runs, scored on the very same items. Other items of the same kind would
move every seed's score alike, so that more seeds do not help against it; the two uncertainties are told apart here,
and put together.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xstilts.statistics.inference import jackknife
from xstilts.statistics.score_rows import NONE, SCORE_COLUMNS, Condition, Row, condition, is_pivot
from xstilts.statistics.setting_text import frozen, parted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from xstilts.statistics.study_facts import Facts

ITEM_COLUMNS = (
    *(name for name in SCORE_COLUMNS if name not in ("study", "severity", "node")), "error", "low", "high", "how",
)  # fmt: skip
"""The columns of items.csv: a score, its standard error over items, its 95 % interval, and how that was found."""

GAIN_ITEM_COLUMNS = (
    "base", "arm", "target", "language", "metric", "clustering", "cluster", "gain", "seeds_low", "seeds_high",
    "items_error", "items_low", "items_high", "both_low", "both_high", "n_seeds",
)  # fmt: skip
"""The columns of gain_items.csv: a gain with its interval over seeds, over items, and over both."""


class Measurement(NamedTuple):
    """What names a score."""

    condition: Condition
    arm: str
    seed: str
    language: str


def measurement(row: Row) -> Measurement:
    """What names the score of a row."""
    return Measurement(
        condition(row), str(row["arm"]), "" if row["seed"] is None else str(row["seed"]), row["language"]
    )


class Sure(NamedTuple):
    """How sure a score is by its items; ``moves`` as in ``jackknife``, shape ``(GROUPS,)``."""

    error: float
    low: float
    high: float
    how: str
    moves: NDArray[np.float32]


Known = dict[Measurement, Sure]
"""How sure scores are by their items, where that is known."""


def known_items(score_rows: Iterable[Row], choices: Iterable[Row], facts: Facts) -> Known:
    """How sure the scores are, those repeated under chosen vectors among them.

    Args:
        score_rows: Score rows; ``items`` of a row, where there is one, has the fields of :class:`Sure`.
        choices: What ``chosen_vectors.freeze`` chose.
        facts: What the study asked for.
    """
    # a frozen row repeats a measurement, so it is as sure as the row that it repeats
    taken = {
        tuple(str(row[name]) for name in ("base", "arm", "target", "selection", "protocol")): row["setting"]
        for row in choices
    }
    known: Known = {}
    for row in score_rows:
        if not row.get("items"):
            continue
        sure, named = Sure(**row["items"]), measurement(row)
        known[named] = sure
        target = facts.targets.get(named.condition.target)
        if target is not None and target.held_out:
            key = named.condition
            vectors, variant = parted(key.setting)
            chosen = taken.get((key.base, named.arm, key.target, key.selection, key.protocol), "")
            if vectors == chosen:
                known[named._replace(condition=key._replace(setting=frozen(variant)))] = sure
    return known


def item_rows(scores: Iterable[Row], known: Known) -> list[Row]:
    """The scores whose uncertainty by items is known, with it (``ITEM_COLUMNS``); in the order of ``scores``."""
    rows = []
    for row in scores:
        sure = known.get(measurement(row))
        if sure is not None and row["value"] is not None:
            own = {"error": sure.error, "low": sure.low, "high": sure.high, "how": sure.how}
            rows.append({name: row[name] for name in ITEM_COLUMNS if name in row} | own)
    return rows


def gain_item_rows(gains: Iterable[Row], known: Known, level: float) -> list[Row]:
    """Gains with their uncertainty by items, paired: an arm and ``none`` are scored on the same items.

    Question: would other items of the same kind, under the same models, show a gain? ``both`` is the interval over
    seeds widened by that (``jackknife.wider``); it is missing where there is no interval over seeds.

    Args:
        gains: Rows of ``gain_rows`` and ``cluster_rows``.
        known: How sure scores are by their items.
        level: Coverage.

    Returns:
        Rows with ``GAIN_ITEM_COLUMNS`` and the condition, in the order of ``gains``; a gain of which one score's items
        are not known is left out.
    """
    rows = []
    for row in gains:
        error = _error(row, known)
        if error is not None:
            rows.append(_gain_row(row, error, level))
    return rows


def _error(row: Row, known: Known) -> float | None:
    languages = [row["language"]] if "language" in row else str(row["languages"]).split(" ")
    key = condition(row)
    cells = [(seed, language) for seed in row["seeds"] for language in languages]
    pairs = [
        (known.get(Measurement(key, row["arm"], *cell)), known.get(Measurement(key, NONE, *cell))) for cell in cells
    ]
    # the same items under both: what moves arm and none alike cancels out here
    moved = [own.moves.astype(np.float64) - none.moves for own, none in pairs if own is not None and none is not None]
    return jackknife.error_of(jackknife.mean_moves(moved)) if moved and len(moved) == len(cells) else None


def _gain_row(row: Row, error: float, level: float) -> Row:
    half = jackknife.z_of(level) * error
    both: tuple[float | None, float | None] = (None, None)
    if row["low"] is not None and row["high"] is not None:
        both = jackknife.wider(row["low"], row["high"], row["gain"], error, level)
    return {
        **{name: row.get(name, "") for name in (*GAIN_ITEM_COLUMNS[:7], *Condition._fields)},
        "gain": row["gain"],
        "seeds_low": row["low"],
        "seeds_high": row["high"],
        "items_error": error,
        "items_low": row["gain"] - half,
        "items_high": row["gain"] + half,
        "both_low": both[0],
        "both_high": both[1],
        "n_seeds": row["n_seeds"],
    }


def level_errors(scores: Iterable[Row], known: Known, facts: Facts) -> list[Row]:
    """The standard error over items of every arm's mean score on each target's headline, pivot and zero-shot apart.

    Args:
        scores: Score rows, as for ``levels``.
        known: How sure scores are by their items.
        facts: What the study asked for.

    Returns:
        Dicts with ``base, arm, target, selection, setting`` and ``pivot`` and ``zero_shot``, each the standard error of
        the mean over seeds and languages, or None where it is not known for all of them.
    """
    moved: dict[tuple[str, ...], dict[str, list[NDArray[np.float32] | None]]] = {}
    for row in scores:
        if row["value"] is None or not facts.is_headline(condition(row)):
            continue
        named = measurement(row)
        sure, key = known.get(named), named.condition
        part = "pivot" if is_pivot(named.language, facts.pivot) else "zero_shot"
        cell = moved.setdefault((key.base, named.arm, key.target, key.selection, key.setting), {})
        cell.setdefault(part, []).append(None if sure is None else sure.moves)
    return [
        dict(zip(("base", "arm", "target", "selection", "setting"), key, strict=True))
        | {part: _mean_error(cell.get(part, [])) for part in ("pivot", "zero_shot")}
        for key, cell in sorted(moved.items())
    ]


def _mean_error(each: Sequence[NDArray[np.float32] | None]) -> float | None:
    found = [moves.astype(np.float64) for moves in each if moves is not None]
    return jackknife.error_of(jackknife.mean_moves(found)) if found and len(found) == len(each) else None


def answer_errors(answers: Iterable[Row], gain_items: Iterable[Row], facts: Facts) -> list[Row]:
    """The best arm's mean gain of each base with its uncertainty by items.

    The items of two targets are taken as different ones, so the variances of targets add up.

    Args:
        answers: What ``answers`` returned.
        gain_items: Rows of ``gain_item_rows`` over clusters.
        facts: What the study asked for.

    Returns:
        Dicts with ``base, arm, gain, error, both_low, both_high``; none for a base where it is not known.
    """
    errors = {
        (row["base"], row["arm"], row["target"]): row["items_error"]
        for row in gain_items
        if row["clustering"] == "zero-shot" and facts.is_headline(condition(row))
    }
    found = []
    for answer in answers:
        parts = [errors.get((answer["base"], answer["arm"], target)) for target in answer.get("targets", [])]
        own = [part for part in parts if part is not None]
        if answer["arm"] is None or not own or len(own) < len(parts):
            continue
        # the error of a mean of independent errors
        error = math.sqrt(math.fsum(part * part for part in own)) / len(own)
        row = {"base": answer["base"], "arm": answer["arm"], "gain": answer["gain"], "error": error}
        low, high = answer["low"], answer["high"]
        both = (None, None) if low is None else jackknife.wider(low, high, answer["gain"], error, facts.level)
        found.append(row | {"low": low, "high": high, "both_low": both[0], "both_high": both[1]})
    return found
