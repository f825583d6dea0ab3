"""Who plays what in a claim: the arms and targets of a study, or what the study lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xstilts.claims import arms as patterns
from xstilts.claims.forms import FORMS, Cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.claims.arms import Candidate
    from xstilts.claims.claim import ArmPattern, AssertionPart, TargetPattern
    from xstilts.claims.measured_gains import Gains
    from xstilts.statistics.study_facts import Facts


@dataclass(frozen=True)
class Casting:
    """One part of an assertion in one study.

    Attributes:
        part: The part.
        cast: Who is compared.
        lacks: What the study does not have at all; the part cannot be judged.
    """

    part: AssertionPart
    cast: Cast
    lacks: tuple[str, ...] = ()

    @property
    def everyone(self) -> tuple[str, ...]:
        """All arms that are looked at, once each."""
        if self.cast.pairs:
            return tuple(dict.fromkeys(arm for pair in self.cast.pairs for arm in pair))
        return tuple(dict.fromkeys((*self.cast.arms, *self.cast.rivals)))

    def cells(self, gains: Gains) -> list[tuple[str, str]]:
        """The fair cells that must have been measured."""
        return [(arm, target) for arm in self.everyone for target in gains.fair(arm, self.cast.targets)]

    def unmeasured(self, gains: Gains) -> list[str]:
        """Why the part cannot be judged although the study has its arms and targets."""
        lost = [
            f"{arm} on {target} did not finish" for arm, target in self.cells(gains) if not gains.seeds([(arm, target)])
        ]
        return [*lost, *self._unfair(gains)]

    def _unfair(self, gains: Gains) -> list[str]:
        """Arms or targets of which only degenerate, leaking or cut cells are left."""
        targets = self.cast.targets
        if self.cast.pairs:
            alone = [pair for pair in self.cast.pairs if not _shared(pair, targets, gains)]
            return [f"no target is fair to both {arm} and {rival}" for arm, rival in alone]
        if FORMS.get(self.part.form).compares:
            return [] if _shared(self.everyone, targets, gains) else ["no target is fair to all arms compared"]
        if self.part.form in ("gains_above", "loses_less"):
            return [
                f"every cell of {arm} is degenerate, leaks or was cut"
                for arm in self.everyone
                if not gains.fair(arm, targets)
            ]
        blocked = [target for target in targets if not any(gains.fair(arm, [target]) for arm in self.everyone)]
        return [f"every arm is degenerate, leaks or was cut on {target}" for target in blocked]


def _shared(names: Sequence[str], targets: Sequence[str], gains: Gains) -> list[str]:
    return [target for target in targets if all(gains.fair(arm, [target]) for arm in names)]


def casting(part: AssertionPart, facts: Facts) -> Casting:
    """Find the arms and targets of a part among those that a study asks for."""
    known = patterns.candidates(facts)
    arms, lacking = _found(part.arms, known, facts.pivot)
    rivals, more = _found(part.rivals, known, facts.pivot)
    targets, most = targets_of(part.targets, facts)
    rivals = [rival for rival in rivals if rival not in arms]
    pairs = patterns.counterparts(arms, rivals) if part.form == "beats" else []
    lacks = [*lacking, *more, *most]
    if part.form == "beats" and not lacks and not pairs:
        lacks.append("an arm in the pivot alone with the same tasks as one of its alternatives")
    names, others = (tuple(arm.name for arm in group) for group in (arms, rivals))
    return Casting(part, Cast(names, tuple(targets), others, tuple(pairs), part.points, part.share), tuple(lacks))


def targets_of(pattern: TargetPattern, facts: Facts) -> tuple[list[str], list[str]]:
    """The targets of the study that a pattern names, and what is missing."""
    wanted = pattern.all or pattern.any
    found = [target for target in wanted if target in facts.targets]
    if pattern.all:
        return found, [f"the target {target}" for target in wanted if target not in facts.targets]
    return found, [] if found else [f"a target among {', '.join(wanted)}"]


def _found(wanted: Sequence[ArmPattern], known: Sequence[Candidate], pivot: str) -> tuple[list[Candidate], list[str]]:
    arms: list[Candidate] = []
    lacking = []
    for pattern in wanted:
        found = patterns.matching(pattern, known, pivot)
        arms += [arm for arm in found if arm not in arms]
        if not found:
            lacking.append(patterns.in_words(pattern))
    return arms, lacking
