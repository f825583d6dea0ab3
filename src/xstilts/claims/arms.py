"""Which arms of a study a claim speaks of, by what they train."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xstilts.statistics.arm_training import LANGUAGES, TARGET, Stage, Trained

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.claims.claim import ArmPattern
    from xstilts.statistics.arm_training import Text
    from xstilts.statistics.study_facts import Facts

MLM = "mlm"
_TRANSLATED = frozenset({"human_translated", "machine_translated"})
_SAME_ARM = frozenset({
    "mix", "language_mix", "beside",  # what they come to is in the texts of the stage
    "epochs", "steps", "batch_size", "learning_rate", "warmup", "weight_decay", "max_grad_norm", "token_budget",
    "gradient_checkpointing", "max_length", "stride", "mlm_probability", "evaluate_every",
})  # fmt: skip
"""All that a study may say of a phase without making it another arm than one that a claim speaks of.

The list is closed: claims are of arms whose every change is known here, so a new form of arm is none of theirs.
"""


@dataclass(frozen=True)
class Candidate:
    """An arm that is nothing but phases of tasks, as those are that claims speak of.

    Attributes:
        name: The arm.
        stages: Its phases.
    """

    name: str
    stages: tuple[Stage, ...]

    @property
    def labelled(self) -> tuple[frozenset[str], ...]:
        """The labelled tasks of each phase; phases of masked-LM alone are left out."""
        found = (frozenset(text.task for text in stage.texts) - {MLM} for stage in self.stages)
        return tuple(tasks for tasks in found if tasks)

    @property
    def labelled_texts(self) -> list[Text]:
        """What its labelled tasks read."""
        return [text for stage in self.stages for text in stage.texts if text.task != MLM]

    @property
    def mlm_languages(self) -> frozenset[str]:
        """The languages of its masked-LM."""
        return frozenset(text.language for stage in self.stages for text in stage.texts if text.task == MLM)


def candidates(facts: Facts) -> list[Candidate]:
    """The arms of a study that a claim may speak of, in its order."""
    plain = [name for name in facts.compared if _is_plain(facts.trained.get(name))]
    known = [Candidate(name, facts.trained[name].stages) for name in plain]
    return [arm for arm in known if arm.labelled]


def _is_plain(told: Trained | None) -> bool:
    """Whether an arm is phases of tasks alone: no control, nothing changed at the target, no view, no frozen part."""
    return (
        told is not None
        and told == Trained(told.stages)
        and all(stage.name not in (TARGET, LANGUAGES) and set(stage.says) <= _SAME_ARM for stage in told.stages)
        and not any(text.view for stage in told.stages for text in stage.texts)
    )


def matching(pattern: ArmPattern, arms: Sequence[Candidate], pivot: str) -> list[Candidate]:
    """The arms that a pattern speaks of; for ``trains`` the first one, since one arm is meant."""
    found = [arm for arm in arms if _fits(pattern, arm, pivot)]
    return found[:1] if pattern.trains else found


def _fits(pattern: ArmPattern, arm: Candidate, pivot: str) -> bool:
    in_pivot = all(text.language == pivot for text in arm.labelled_texts)
    plain = in_pivot and not arm.mlm_languages
    if pattern.trains:
        return plain and arm.labelled == (frozenset(pattern.trains),)
    if pattern.of and not frozenset().union(*arm.labelled) <= set(pattern.of):
        return False
    if pattern.every == "single":
        return plain and len(arm.labelled) == 1 == len(arm.labelled[0])
    if pattern.every == "plain":
        return plain
    if pattern.every == "with_mlm":
        return in_pivot and len(arm.mlm_languages) > 1
    return not arm.mlm_languages and all(_is_translated(text, pivot) for text in arm.labelled_texts)


def _is_translated(text: Text, pivot: str) -> bool:
    """Whether the text is the pivot's data in another language; what was written in that language is not."""
    return text.language != pivot and text.origin in _TRANSLATED


def counterparts(arms: Sequence[Candidate], rivals: Sequence[Candidate]) -> list[tuple[str, str]]:
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
        "translated": "an arm that trains on translations of its intermediate tasks, and on nothing else",
    }[str(pattern.every)] + among
