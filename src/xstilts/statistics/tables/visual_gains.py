"""What images add to a score: that with the images, less that of a control which takes them away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.statistics.headline import headlines
from xstilts.statistics.inference.correction import correct
from xstilts.statistics.score_rows import NONE, is_pivot, over_seeds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xstilts.statistics.headline import BySeed, Headline
    from xstilts.statistics.score_rows import Row
    from xstilts.statistics.study_facts import Facts

ZERO_SHOT, PIVOT = "zero-shot", "pivot"
"""All languages but the pivot together, and the pivot."""
VISUAL_COLUMNS = (
    "base", "arm", "target", "control", "language", "shown", "controlled", "difference", "low", "high",
    "change", "change_low", "change_high", "p", "p_corrected", "n_seeds",
)  # fmt: skip
"""The columns of visual.csv, in order."""


def visual_rows(scores: Iterable[Row], facts: Facts) -> list[Row]:
    """One row for each base, arm, target with controls, control and language.

    ``difference`` is the score with images less that under the control, within each seed; under ``blank-image`` it is
    the visual gain. ``change`` is what the arm adds to that of ``none``: above 0 the arm helps to use the images,
    whatever it does to what the text alone tells. Both have t intervals over seeds. ``p_corrected`` is Holm's over the
    arms and targets of a control, for all languages but the pivot together.

    Args:
        scores: Score rows (``SCORE_COLUMNS``).
        facts: What the study asked for.

    Returns:
        Rows with ``VISUAL_COLUMNS``, in points, more being better; none where no target has a control.
    """
    controls = [(one.control_of, name) for name, one in facts.targets.items() if one.control_of in facts.targets]
    rows = [row for measured in headlines(scores, facts) for own in controls for row in _of_control(measured, *own)]
    for control in dict.fromkeys(row["control"] for row in rows):
        correct([row for row in rows if (row["control"], row["language"]) == (control, ZERO_SHOT)])
    return rows


def _of_control(measured: Headline, target: str, control: str) -> Iterator[Row]:
    facts = measured.facts
    codes = [code for code in measured.facts.targets[target].languages if code in facts.targets[control].languages]
    away = [code for code in codes if not is_pivot(code, facts.pivot)]
    pivot = [code for code in codes if is_pivot(code, facts.pivot)]
    parts = [(ZERO_SHOT, away), (PIVOT, pivot), *((code, [code]) for code in away)]
    for arm in facts.arms:
        for language, spoken in parts:
            if spoken and (row := _row(measured, arm, (target, control), spoken)) is not None:
                named = {"base": measured.base, "arm": arm, "target": target}
                yield named | {"control": control.removeprefix(f"{target}~"), "language": language} | row


def _row(measured: Headline, arm: str, targets: tuple[str, str], codes: Sequence[str]) -> dict[str, Any] | None:
    own, none = (_difference(measured, name, targets, codes) for name in (arm, NONE))
    if not own:
        return None
    level = measured.facts.level
    gain, seeds = over_seeds(own, level)
    shown, controlled = (measured.score(arm, target, codes) for target in targets)
    change = {seed: own[seed] - none[seed] for seed in own if seed in none} if arm != NONE else {}
    more, _ = over_seeds(change, level)
    return {
        "shown": _mean(shown, seeds), "controlled": _mean(controlled, seeds),
        "difference": gain.mean, "low": gain.low, "high": gain.high,
        "change": more.mean, "change_low": more.low, "change_high": more.high, "p": more.p,
        "p_corrected": None, "n_seeds": gain.n,
    }  # fmt: skip


def _difference(measured: Headline, arm: str, targets: tuple[str, str], codes: Sequence[str]) -> BySeed:
    shown, controlled = (measured.score(arm, target, codes) for target in targets)
    sign = measured.sign(targets[0])
    return {seed: sign * (shown[seed] - controlled[seed]) for seed in shown if seed in controlled}


def _mean(by_seed: BySeed, seeds: Sequence[str]) -> float:
    return sum(by_seed[seed] for seed in seeds) / len(seeds)
