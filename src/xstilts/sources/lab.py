"""The source ``lab``: examples of the embedded world, made on demand and the same on every machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError
from xstilts.sources.records import check
from xstilts.sources.records.rows import ReadCounts, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xstilts.lab import Twin
    from xstilts.sources.arrow import Example
    from xstilts.tasks.base import Task


def _twin(task: Task) -> Twin:
    from xstilts import lab

    if task.lab is None:
        why = task.no_source.get("lab", "it has no twin there")
        raise DataError(f"{task.name} is not in the lab: {why}.", field="source", value=task.name)
    return lab.TWINS.get(task.lab)


def languages(task: Task, split: str) -> tuple[str, ...]:
    """The lab's languages that have this split of the twin; none when the task has no twin."""
    if task.lab is None:
        return ()
    return tuple(_twin(task).languages.get(split, ()))


def is_translated(task: Task, language: str, split: str) -> bool:
    """Whether the lab's machine translator made the text.

    Raises:
        DataError: If the twin has no such split or language.
    """
    return _checked(task, language, split).is_translated(language, split)


def expected_size(task: Task, language: str, split: str) -> int:
    """How many examples the split has in the language."""
    return _checked(task, language, split).size(language, split)


def fingerprint(task: Task, language: str, split: str) -> dict[str, Any]:
    """The world's version and the twin: examples are a function of these."""
    from xstilts import lab

    _checked(task, language, split)
    return {"source": "lab", "version": lab.VERSION, "twin": task.lab, "language": language, "split": split}


def examples(task: Task, language: str, split: str) -> Iterator[Example]:
    """The checked examples of one split.

    Raises:
        DataError: If the twin has no such split or language.
    """
    from xstilts import lab

    _checked(task, language, split)
    made = lab.examples(str(task.lab), language, split)
    what = f"{task.name} {language} {split} (lab)"
    rows = (Row(f"lab:{task.lab}.{language}.{split}:{number}", row) for number, row in enumerate(made))
    return check.checked(task, rows, what, ReadCounts())


def _checked(task: Task, language: str, split: str) -> Twin:
    """The twin of a task, if it has the split in the language."""
    twin = _twin(task)
    if language in twin.languages.get(split, ()):
        return twin
    if split not in twin.languages:
        message = f"The lab's {task.lab} has no split {split!r}."
        raise DataError(message, field="split", value=split, allowed=twin.languages)
    message = f"The lab's {task.lab} has no {split} data in {language!r}."
    raise DataError(message, field="languages", value=language, allowed=tuple(twin.languages[split]))
