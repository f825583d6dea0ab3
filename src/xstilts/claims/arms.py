"""Which arms of a study a claim speaks of, by what they train."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.claims.claim import ArmPattern
    from xstilts.statistics.study_facts import Facts

MLM = "mlm"


@dataclass(frozen=True)
class Trained:
    """What an arm trains before the target phase.

    Attributes:
        name: The arm.
        phases: For each intermediate phase its tasks and languages.
        changed: Whether the target phase differs from that of ``none``, or a phase says more than its tasks,
            languages, mixture and hyper-parameters.
    """

    name: str
    phases: tuple[tuple[frozenset[str], frozenset[str]], ...]
    changed: bool

    @property
    def labelled(self) -> tuple[frozenset[str], ...]:
        """The labelled tasks of each phase; phases of masked-LM alone are left out."""
        found = (tasks - {MLM} for tasks, _ in self.phases)
        return tuple(tasks for tasks in found if tasks)

    def only_in(self, pivot: str) -> bool:
        """Whether every phase reads the pivot alone."""
        return all(languages == {pivot} for _, languages in self.phases)

    def labelled_only_in(self, pivot: str) -> bool:
        """Whether every phase of labelled tasks alone reads the pivot alone."""
        return all(languages == {pivot} for tasks, languages in self.phases if MLM not in tasks)


def trained(facts: Facts) -> list[Trained]:
    """The arms of a study whose phases are known, in its order."""
    return [
        Trained(
            name,
            tuple((frozenset(p["tasks"]), frozenset(p["languages"])) for p in facts.arm_phases[name]["phases"]),
            _changed(facts.arm_phases[name]),
        )
        for name in facts.arms
        if name in facts.arm_phases
    ]


def _changed(said: Mapping[str, Any]) -> bool:
    """Whether an arm is more than phases of tasks: a control, a change of the target phase, adapters, frozen parts."""
    more = any(said.get(name) for name in ("target_phase", "training", "language_adapters", "test", "control"))
    return more or any(phase.get(name) for phase in said["phases"] for name in _UNUSUAL)


_UNUSUAL = ("view", "lora_rank", "freeze_embeddings", "freeze_layers", "limit")


def matching(pattern: ArmPattern, arms: Sequence[Trained], pivot: str) -> list[Trained]:
    """The arms that a pattern speaks of; for ``trains`` the first one, since one arm is meant."""
    found = [arm for arm in arms if arm.labelled and not arm.changed and _fits(pattern, arm, pivot)]
    return found[:1] if pattern.trains else found


def _fits(pattern: ArmPattern, arm: Trained, pivot: str) -> bool:
    if pattern.trains:
        return arm.phases == ((frozenset(pattern.trains), frozenset({pivot})),)
    if pattern.of and not frozenset().union(*arm.labelled) <= set(pattern.of):
        return False
    plain = arm.only_in(pivot) and not _reads_mlm(arm)
    if pattern.every == "single":
        return plain and len(arm.phases) == 1 and len(arm.phases[0][0]) == 1
    if pattern.every == "plain":
        return plain
    if pattern.every == "with_mlm":
        return _reads_mlm(arm) and arm.labelled_only_in(pivot)
    return not _reads_mlm(arm) and not arm.only_in(pivot)


def _reads_mlm(arm: Trained) -> bool:
    return any(MLM in tasks for tasks, _ in arm.phases)


def counterparts(arms: Sequence[Trained], rivals: Sequence[Trained]) -> list[tuple[str, str]]:
    """Pairs (arm, rival) that train the same labelled tasks in the same order."""
    return [(arm.name, rival.name) for arm in arms for rival in rivals if arm.labelled == rival.labelled]


def in_words(pattern: ArmPattern) -> str:
    """What is looked for, for people."""
    if pattern.trains:
        return f"an arm that trains on {' + '.join(pattern.trains)} and nothing else, in the pivot"
    among = f" (among {', '.join(pattern.of)})" if pattern.of else ""
    return {
        "single": "an arm with a single intermediate task in the pivot",
        "plain": "an arm with intermediate tasks in the pivot",
        "with_mlm": "an arm that goes on with multilingual masked-LM beside its intermediate tasks",
        "translated": "an arm whose intermediate tasks are in other languages than the pivot",
    }[str(pattern.every)] + among
