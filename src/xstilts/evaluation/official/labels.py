"""Classification and multiple choice: one label a line, white space around it stripped.

Source: google-research/xtreme:evaluate.py, ``read_label``, ``read_xcopa`` and ``accuracy``. Every line is an example,
an empty one too, and counts as right where the stripped lines are equal: a label that the task does not have is just
wrong. XCOPA is read as JSON lines, of which only ``label`` counts; one label a line will do for either file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError
from xstilts.evaluation.official.reading import Read, parsed, raw_lines, same_number, stripped_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from xstilts.tasks.base import Task

_CHOICE = re.compile(r"choice\d+")


def read_labels(task: Task, gold: Path, predictions: Path) -> Read:
    """One label a line in both files, by name or by number.

    Raises:
        DataError: If the files differ in length.
    """
    right, said = stripped_lines(gold), stripped_lines(predictions)
    same_number(len(right), len(said), predictions, "lines")
    numbers = [str(number) for number in range(len(task.labels))]
    answers = numbers if set(right) <= set(numbers) else task.labels
    note = none_known(said, {*right, *answers}, predictions, "label")
    names = (*task.metrics, "accuracy", "macro_f1", "accuracy.chance_corrected")
    return Read(right, said, answers, len(right), names, note)


def read_choices(task: Task, gold: Path, predictions: Path) -> Read:
    """The number of a choice a line, or JSON lines with ``label``.

    Raises:
        DataError: If the files differ in length, or a JSON line has no ``label``.
    """
    objects, guesses = _json_lines(gold), _json_lines(predictions)
    right = stripped_lines(gold) if objects is None else [_label(item, where) for item, where in objects]
    said = stripped_lines(predictions) if guesses is None else [_label(item, where) for item, where in guesses]
    if (objects is None) != (guesses is None):
        right, said = [str(label) for label in right], [str(label) for label in said]
    same_number(len(right), len(said), predictions, "lines")
    known = {*map(str, right), *map(str, range(10))}
    note = none_known(said, known, predictions, "choice") if guesses is None else ""
    choices = _choices(objects)
    names = (*task.metrics, "accuracy.chance_corrected")
    return Read(right, said, choices, len(right), names if len(choices) > 1 else task.metrics, note)


def none_known(said: Sequence[str], known: Collection[str], file: Path, what: str) -> str:
    """A note where nothing that is ``said`` is ``known``: rather the wrong file than a bad model; else ""."""
    if not said or not set(known).isdisjoint(said):
        return ""
    return f"{file}: no line is a {what} of this task; the first is {said[0]!r}."


def _json_lines(file: Path) -> list[tuple[Any, str]] | None:
    """Each line as JSON with its place, or None where the file does not begin with an object."""
    lines = raw_lines(file)
    if not lines or not lines[0].lstrip("\ufeff \t").startswith("{"):
        return None
    return [(parsed(line, str(file), number), f"{file}:{number}") for number, line in enumerate(lines, start=1)]


def _label(item: object, where: str) -> Any:  # noqa: ANN401 - a number as a rule, compared as JSON compares
    if not isinstance(item, dict):
        raise DataError("The line is no JSON object.", field=where)
    if "label" not in item:
        raise DataError("The object has no key 'label'.", field=where, allowed=sorted(item))
    if isinstance(item["label"], (list, dict)):
        raise DataError("The label is no single value.", field=where, value=item["label"])
    return item["label"]


def _choices(objects: Sequence[tuple[Any, str]] | None) -> Sequence[int]:
    """The numbers of the choices, where every object of the gold file has the same number of them."""
    counts = {sum(bool(_CHOICE.fullmatch(key)) for key in item) for item, _ in objects or ()}
    return range(counts.pop()) if len(counts) == 1 else range(0)
