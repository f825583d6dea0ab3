"""Effects put together, never across protocols, metrics or versions, and how certain that makes an answer, by rules."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from xstilts.protocols import PROTOCOLS
from xstilts.statistics.pooling import Pooled, pool, sign_test

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xstilts.evidence.answer import Answerability
    from xstilts.evidence.checked import Checked
    from xstilts.evidence.reviewers.remark import Remark

Level = Literal["high", "moderate", "low", "very low"]
LEVELS: tuple[Level, ...] = ("very low", "low", "moderate", "high")
INCONSISTENT = 0.5
"""I² from which on effects are called inconsistent (half of their spread is not sampling error)."""


@dataclass(frozen=True)
class Effect:
    """A gain of one work.

    Attributes:
        finding: Id of the finding, or of the study's node.
        work: Whose it is.
        version: Of the work.
        protocol: The benchmark's rules; "" where the text does not say, and then it is pooled with no other protocol.
        metric: Its name.
        outcome: What it is a gain on and by: data sets and factors.
        value: In points.
        error: Standard error in points; None where none is printed.
    """

    finding: str
    work: str
    version: str
    protocol: str
    metric: str
    outcome: str
    value: float
    error: float | None = None


@dataclass(frozen=True)
class Synthesis:
    """The effects of one protocol, metric and outcome.

    Attributes:
        protocol: As in the effects.
        metric: As in the effects.
        outcome: As in the effects.
        used: One effect a work.
        pooled: Of those with an error; None with fewer than two.
        ups: Works with a gain above 0, with or without an error.
        downs: Works with a gain below 0.
        p: Two-sided, that up is as likely as down; None without any vote.
        left_out: Id of a finding and why it is not among ``used``.
    """

    protocol: str
    metric: str
    outcome: str
    used: tuple[Effect, ...]
    pooled: Pooled | None
    ups: int
    downs: int
    p: float | None
    left_out: tuple[tuple[str, str], ...]


def effects(checked: Iterable[Checked]) -> tuple[Effect, ...]:
    """The gains in points that verified findings print; a finding with several gains is none, nor one in percent."""
    found = []
    for one in checked:
        own = one.finding
        gains = [number for number in own.numbers if number.role == "gain" and number.unit == "points"]
        if one.verified and len(gains) == 1:
            protocol = next((name for name in own.scope.data if name in PROTOCOLS), "")
            data = [name for name in own.scope.data if name != protocol]
            metric = gains[0].metric or next(iter(own.scope.metrics), "")
            outcome = ", ".join([*sorted(own.scope.factors), *sorted(data)])
            found.append(
                Effect(own.id, own.passage.work, own.passage.version, protocol, metric, outcome, gains[0].value)
            )
    return tuple(found)


def synthesise(found: Iterable[Effect], versions: Mapping[str, str] | None = None) -> tuple[Synthesis, ...]:
    """Put effects together, group by group.

    Args:
        found: In any order.
        versions: Work to the version that is read; effects of others are left out. A work that is not in it is read in
            the last of its versions by name.
    """
    groups: dict[tuple[str, str, str], list[Effect]] = defaultdict(list)
    for effect in sorted(found, key=lambda one: (one.work, one.version, one.finding)):
        groups[effect.protocol, effect.metric, effect.outcome].append(effect)
    return tuple(_group(*names, own, versions or {}) for names, own in sorted(groups.items()))


def _group(protocol: str, metric: str, outcome: str, own: Sequence[Effect], versions: Mapping[str, str]) -> Synthesis:
    by_work: dict[str, list[Effect]] = defaultdict(list)
    for effect in own:
        by_work[effect.work].append(effect)
    used, left_out = [], []
    for work, several in by_work.items():
        version = versions.get(work, several[-1].version)
        read = [effect for effect in several if effect.version == version]
        left_out += [(e.finding, f"of {e.version}; {version} is read") for e in several if e.version != version]
        if read:
            used.append(_one(read))
            left_out += [(effect.finding, f"averaged into {read[0].finding}, of the same work") for effect in read[1:]]
    sure = [effect for effect in used if effect.error]
    pooled = pool([e.value for e in sure], [e.error**2 for e in sure if e.error]) if len(sure) > 1 else None
    ups, downs = (sum(effect.value * sign > 0 for effect in used) for sign in (1, -1))
    return Synthesis(protocol, metric, outcome, tuple(used), pooled, ups, downs, sign_test(ups, downs), tuple(left_out))


def _one(several: Sequence[Effect]) -> Effect:
    """The mean of a work's effects; its error is the largest of theirs, since they are not independent."""
    errors = [effect.error for effect in several if effect.error is not None]
    error = max(errors) if len(errors) == len(several) else None
    first = several[0]
    value = float(np.mean([effect.value for effect in several]))
    return Effect(first.finding, first.work, first.version, first.protocol, first.metric, first.outcome, value, error)


@dataclass(frozen=True)
class Step:
    """One step down or up, and why."""

    rule: str
    change: int
    reason: str


@dataclass(frozen=True)
class Certainty:
    """How certain the answer is; the level begins at ``high``, and each step moves it by its change."""

    level: Level
    steps: tuple[Step, ...]


def certainty(
    checked: Sequence[Checked],
    answer: Answerability,
    groups: Sequence[Synthesis],
    remarks: Sequence[Remark],
) -> Certainty:
    """Certainty by rules in the manner of GRADE (Guyatt et al. 2008), for findings that bear on the question.

    Down for one paper, indirectness, inconsistency, imprecision, selection and for what was not run again; up for what
    was run again here and held. Without a finding that bears it is very low.
    """
    bearing_on = [one for one in checked if one.finding.id in (*answer.whole, *answer.part)]
    if not bearing_on:
        return Certainty("very low", (Step("no evidence", -3, "No verified finding bears on the question."),))
    ids = {one.finding.id for one in bearing_on}
    own = [group for group in groups if ids & {effect.finding for effect in group.used}]
    steps = [step for step in (*_sources(bearing_on), *_numbers(own), *_made(bearing_on, remarks)) if step]
    level = max(0, min(3, 3 + sum(step.change for step in steps)))
    return Certainty(LEVELS[level], tuple(steps))


def _sources(ones: Sequence[Checked]) -> list[Step | None]:
    works = {one.finding.passage.work for one in ones}
    direct = any(one.bears == "whole" for one in ones)
    return [
        Step("one paper", -1, f"All of it is of {next(iter(works))}.") if len(works) == 1 else None,
        None if direct else Step("indirect", -1, "No finding speaks of all that is asked."),
    ]


def _numbers(groups: Sequence[Synthesis]) -> list[Step | None]:
    pooled = [group.pooled for group in groups if group.pooled]
    mixed = any(one.i2 > INCONSISTENT for one in pooled) or any(group.ups and group.downs for group in groups)
    wide = all(one.low <= 0 <= one.high for one in pooled)
    why = "Every pooled interval holds 0." if pooled else "No two works print an effect with its error."
    return [
        Step("inconsistent", -1, "Effects of different works point both ways, or spread more than by chance.")
        if mixed
        else None,
        Step("imprecise", -1, why) if wide else None,
    ]


def _made(ones: Sequence[Checked], remarks: Sequence[Remark]) -> list[Step | None]:
    ids = {one.finding.id for one in ones}
    chosen = {one.target for one in remarks if one.rule == "selection"} & ids
    again = [one.verdict("rerun") for one in ones]
    if "yes" in again and "no" not in again:
        run: Step = Step("run again", 1, "A study that ran it again found the same.")
    elif "no" in again:
        run = Step("run again", -2, "A study that ran it again found otherwise.")
    else:
        run = Step("not run again", -1, "Nothing of it was run again.")
    return [Step("selection", -1, "The best of several is reported.") if chosen == ids else None, run]
