"""The forms that an assertion may have: each gives the margin by which it holds, over many resampled studies at once.

A form is a pure function of mean zero-shot gains. A margin above 0 means that the assertion holds; it is in points,
except where the form counts arms. NaN: this resampled study cannot decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xstilts.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """The gains of one base, and how often each seed was drawn.

    Attributes:
        arms: Names along the second axis.
        targets: Names along the third axis.
        gains: Gain over none in points, higher is better, shape ``(n_seeds, n_arms, n_targets)``; NaN in all seeds of a
            cell that is left out.
        weights: How often each seed is in each resampled study, shape ``(n_draws, n_seeds)``; one row of ones is the
            study itself.
    """

    arms: tuple[str, ...]
    targets: tuple[str, ...]
    gains: Floats
    weights: Floats

    def means(self, arms: Sequence[str], targets: Sequence[str]) -> Floats:
        """Mean gain over the drawn seeds, shape ``(n_draws, len(arms), len(targets))``."""
        chosen = self.chosen(arms, targets)
        return _floats(np.einsum("ds,sat->dat", self.weights, chosen) / self.weights.sum(axis=1)[:, None, None])

    def chosen(self, arms: Sequence[str], targets: Sequence[str]) -> Floats:
        """The gains of these arms and targets, shape ``(n_seeds, len(arms), len(targets))``."""
        rows, columns = [self.arms.index(arm) for arm in arms], [self.targets.index(target) for target in targets]
        return self.gains[:, rows][:, :, columns]

    def shared(self, arms: Sequence[str], targets: Sequence[str]) -> list[str]:
        """Those of ``targets`` that none of ``arms`` leaves out."""
        lost = np.asarray(np.isnan(self.chosen(arms, targets)).any(axis=(0, 1)))
        return [target for place, target in enumerate(targets) if not lost[place]]


@dataclass(frozen=True)
class Cast:
    """What a form is asked about.

    Attributes:
        arms: Arms in the order of the claim.
        targets: Targets.
        rivals: Arms that they are compared with.
        pairs: Arm and rival that belong together.
        points: Threshold in points.
        share: Threshold as a share of arms.
    """

    arms: tuple[str, ...]
    targets: tuple[str, ...]
    rivals: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    points: float = 0.0
    share: float = 0.5


@dataclass(frozen=True)
class Form:
    """One form of assertion.

    Attributes:
        name: As claims write it.
        means: What it says, and what its thresholds are.
        margin: Margin for every resampled study, shape ``(n_draws,)``.
        needs_rivals: Whether it compares with other arms.
        compares: Whether arms are compared with one another, so that only targets fair to all of them count.
        under_noise: Whether its gains are differences in differences: how much less an arm loses under noise than none.
    """

    name: str
    means: str
    margin: Callable[[Sample, Cast], Floats]
    needs_rivals: bool = False
    compares: bool = False
    under_noise: bool = False


FORMS: Registry[Form] = Registry("form")
"""Every form, by name."""


def gains_above(sample: Sample, cast: Cast) -> Floats:
    """Smallest mean gain of the arms, each over its own fair targets, minus the threshold."""
    means = _over_targets(sample.means(cast.arms, cast.targets))
    return _floats(means.min(axis=1) - cast.points)


def best_arm(sample: Sample, cast: Cast) -> Floats:
    """Mean gain of the first arm minus that of its best rival, over the targets that are fair to all."""
    targets = sample.shared([*cast.arms, *cast.rivals], cast.targets)
    own = _over_targets(sample.means(cast.arms[:1], targets))[:, 0]
    return _floats(own - _over_targets(sample.means(cast.rivals, targets)).max(axis=1) - cast.points)


def beats(sample: Sample, cast: Cast) -> Floats:
    """Mean gain of an arm minus that of its rival, averaged over pairs, each over the targets fair to both."""
    differences = []
    for pair in cast.pairs:
        means = _over_targets(sample.means(pair, sample.shared(pair, cast.targets)))
        differences.append(means[:, 0] - means[:, 1])
    return _floats(np.mean(differences, axis=0) - cast.points)


def order(sample: Sample, cast: Cast) -> Floats:
    """Smallest step down from one arm to the next, over the targets that are fair to all."""
    means = _over_targets(sample.means(cast.arms, sample.shared(cast.arms, cast.targets)))
    return _floats(-np.diff(means, axis=1).max(axis=1) - cast.points)


def most_arms_gain(sample: Sample, cast: Cast) -> Floats:
    """Share of arms that gain more than the threshold, on the target where it is smallest, minus the wanted share."""
    means = sample.means(cast.arms, cast.targets)
    gaining = np.where(np.isnan(means), np.nan, (means > cast.points).astype(float))
    return _floats(np.nanmean(gaining, axis=1).min(axis=1) - cast.share)


def no_benefit(sample: Sample, cast: Cast) -> Floats:
    """The threshold minus the mean gain of the arms, on the target where that is largest.

    One-sided: a loss is no benefit either. That a gain lies within the threshold on both sides is the equivalence
    test printed beside it.
    """
    return _floats(cast.points - np.nanmean(sample.means(cast.arms, cast.targets), axis=1).max(axis=1))


def best_per_target(sample: Sample, cast: Cast) -> Floats:
    """Mean over targets of the gain of each target's best arm, minus the threshold.

    The best arm is chosen on the other seeds and measured on the one left out, in turn, since the best of many on the
    data it was chosen by looks better than it is. A resampled study with one distinct seed cannot choose so: NaN.
    """
    by_seed = chosen_elsewhere(sample, cast.arms, cast.targets)
    counted = np.where(np.isnan(by_seed), 0.0, sample.weights)
    with np.errstate(invalid="ignore"):
        return _floats((counted * np.nan_to_num(by_seed)).sum(axis=1) / counted.sum(axis=1) - cast.points)


def chosen_elsewhere(sample: Sample, arms: Sequence[str], targets: Sequence[str]) -> Floats:
    """For every resampled study and seed: mean gain in this seed of the arms that the other drawn seeds choose.

    Returns:
        Shape ``(n_draws, n_seeds)``; NaN where no other seed was drawn.
    """
    gains = sample.chosen(arms, targets)
    left_out = np.isnan(gains[0])
    found = np.full(sample.weights.shape, np.nan)
    for seed in range(len(gains)):
        others = sample.weights.copy()
        others[:, seed] = 0
        sums = np.where(left_out, -np.inf, np.einsum("ds,sat->dat", others, np.nan_to_num(gains)))
        values = np.take_along_axis(gains[seed][None], sums.argmax(axis=1)[:, None, :], axis=1)[:, 0]
        found[:, seed] = np.where(others.sum(axis=1) > 0, values.mean(axis=1), np.nan)
    return found


def _floats(values: object) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _over_targets(means: Floats) -> Floats:
    """Mean over the targets that are not left out, shape ``(n_draws, n_arms)``."""
    return _floats(np.nanmean(means, axis=2))


for _form in (
    Form("gains_above", "each arm gains more than `points` on average over its targets", gains_above),
    Form("best_arm", "the arm gains more than every rival", best_arm, needs_rivals=True, compares=True),
    Form("beats", "arms gain more than the rivals they are paired with", beats, needs_rivals=True, compares=True),
    Form("order", "each arm gains more than the next one", order, compares=True),
    Form("most_arms_gain", "on every target, more than `share` of the arms gain more than `points`", most_arms_gain),
    Form("no_benefit", "on every target, the arms gain less than `points` on average", no_benefit),
    Form(
        "loses_less", "under noise, each arm loses more than `points` less than none on average over its targets",
        gains_above, under_noise=True,
    ),
    Form(
        "loses_least", "under noise, the arm loses less than every rival", best_arm, needs_rivals=True, compares=True,
        under_noise=True,
    ),
    Form("best_per_target", "the best arm of each target gains more than `points` on average", best_per_target),
):  # fmt: skip
    FORMS.register(_form.name, _form)
