"""What a target of mined pairs needs beside its own data: another split, on which the threshold is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts import sources
from xstilts.errors import StudyError
from xstilts.planning.data_nodes import Portion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.planning.resolved import ResolvedStudy
    from xstilts.sources import Source
    from xstilts.tasks.base import Task

TUNING_SPLIT = "dev"


def tuned_on(resolved: ResolvedStudy, portions: Sequence[Portion], where: str) -> Mapping[str, Portion]:
    """Language to the portion on which the threshold of its pairs is found.

    Args:
        resolved: The study.
        portions: What is scored.
        where: The target's place in the study, for errors.

    Raises:
        StudyError: If the tuning split itself is to be scored, or the source does not have it in a language.
    """
    for portion in portions:
        check_tuning(portion.task, portion.language, portion.split, resolved.source, where)
    return {
        portion.language: Portion(portion.task, portion.language, TUNING_SPLIT, portion.limit) for portion in portions
    }


def check_tuning(task: Task, language: str, split: str, source: Source, where: str) -> None:
    """Refuse what would be scored with a threshold that was found on the same pairs, or with none.

    Raises:
        StudyError: If it would.
    """
    if split == TUNING_SPLIT:
        message = f"{task.name} cannot be scored on {split}: the threshold of its pairs is found there."
        raise StudyError(message, field=where, hint="Score test.")
    if language not in sources.languages(task, source, TUNING_SPLIT):
        message = f"{task.name} has no {TUNING_SPLIT} data in {language}, on which the threshold of its pairs is found."
        raise StudyError(
            message, field=where, hint=f"Give it in the data map, or use a source that has {TUNING_SPLIT}."
        )
