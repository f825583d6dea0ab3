"""Classification and multiple choice: one label a line, white space around it stripped.

Source: google-research/xtreme:evaluate.py, ``read_label``, ``read_xcopa`` and ``accuracy``. Every line is an example,
an empty one too, and counts as right where the stripped lines are equal: a predicted label that the task does not have
is just wrong. XCOPA is read as JSON lines, of which only ``label`` counts; one label a line will do for either file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError
from xstilts.official.checking import Wanted, check_gold, check_no_table, empty_lines, from_one, in_other_case, oddities
from xstilts.official.reading import BOM, Lines, Read, lines_of, parsed, raw_lines, same_number, shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xstilts.tasks.base import Task

_CHOICE = re.compile(r"choice\d+")
_CHOICES = (*map(str, range(10)), *"ABCDE")
"""How a choice may be named."""


def read_labels(task: Task, gold: Path, predictions: Path) -> Read:
    """One label a line in both files, by name or by number.

    Raises:
        DataError: If gold holds no labels of the task, a file is a table, or the files differ in length.
    """
    right, said = lines_of(gold), lines_of(predictions)
    numbers = [str(number) for number in range(len(task.labels))]
    names = [*task.labels, *numbers]
    wanted = Wanted("label", names, in_other_case(names))
    check_gold(right, wanted)
    check_no_table(said, wanted)
    same_number(len(right.texts), len(said.texts), predictions, "lines", _why(right, said, wanted))
    answers = numbers if set(right.texts) <= set(numbers) else task.labels
    spoken = wanted._replace(known={*answers, *right.texts[1:]} - {""} if answers else ())
    notes = [*right.notes, *said.notes, *oddities(right, wanted), *oddities(said, spoken)]
    notes += [*empty_lines(right), *empty_lines(said)]
    notes += from_one(said, right.texts, len(numbers) - 1) if answers is numbers else []
    metrics = (*task.metrics, "accuracy", "macro_f1", "accuracy.chance_corrected")
    return Read(right.texts, said.texts, answers, len(right.texts), metrics, tuple(notes))


def _why(right: Lines, said: Lines, wanted: Wanted) -> str | None:
    """What makes one of two files longer, where that can be seen."""
    longer = max(right, said, key=lambda lines: len(lines.texts))
    if longer.texts and longer.texts[0].removeprefix(BOM) not in wanted.known:
        return f"The first line of {longer.file} is {shown(longer.texts[0])}: is it a header?"
    return f"{longer.file} has empty lines, which count." if "" in longer.texts else None


def read_choices(task: Task, gold: Path, predictions: Path) -> Read:
    """The number of a choice a line, or JSON lines with ``label``.

    Raises:
        DataError: If gold holds no choices, the files differ in length, or a JSON line has no ``label``.
    """
    objects, guesses = _json_lines(gold), _json_lines(predictions)
    right = lines_of(gold) if objects is None else _labels(objects, gold)
    said = lines_of(predictions) if guesses is None else _labels(guesses, predictions)
    wanted = Wanted("choice", _CHOICES, in_other_case(_CHOICES))
    check_gold(right, wanted)
    check_no_table(said, wanted)
    same_number(len(right.texts), len(said.texts), predictions, "lines", _why(right, said, wanted))
    golds, answers = right.texts, said.texts
    if objects is not None and guesses is not None:  # values are compared as JSON gives them
        golds, answers = [[_label(item, where) for item, where in found] for found in (objects, guesses)]
    choices = _choices(objects)
    notes = [*right.notes, *said.notes, *oddities(right, wanted), *oddities(said, wanted)]
    notes += [
        *empty_lines(right),
        *empty_lines(said),
        *from_one(said, right.texts, len(choices) - 1 if choices else None),
    ]
    notes += _texts_for_numbers(golds, answers, predictions) + _looks_like_data(guesses, predictions)
    names = (*task.metrics, "accuracy.chance_corrected")
    return Read(golds, answers, choices, len(golds), names if len(choices) > 1 else task.metrics, tuple(notes))


def _json_lines(file: Path) -> list[tuple[Any, str]] | None:
    """Each line as JSON with its place, or None where the first line that is not empty begins no object."""
    lines = raw_lines(file)
    first = next((line for line in lines if line.strip()), "")
    if not first.lstrip(f"{BOM} \t").startswith("{"):
        return None
    return [(parsed(line, str(file), number), f"{file}:{number}") for number, line in enumerate(lines, start=1)]


def _labels(objects: Sequence[tuple[Any, str]], file: Path) -> Lines:
    """The labels as a file of lines would have them."""
    return Lines(file, [_as_line(_label(item, where)) for item, where in objects])


def _as_line(label: object) -> str:
    """A label of JSON as a line: ``true`` and ``1.0`` equal 1 there."""
    return str(int(label)) if isinstance(label, (bool, float)) and float(label).is_integer() else str(label)


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


def _texts_for_numbers(right: Sequence[Any], said: Sequence[Any], file: Path) -> list[str]:
    """A note on labels that differ only in that one is a number and the other a text that shows it."""
    odd = sum(
        one != other and isinstance(one, str) != isinstance(other, str) and str(one) == str(other)
        for one, other in zip(right, said, strict=True)
    )
    if not odd:
        return []
    return [f'{file}: {odd} labels are right but for their type (1 and "1"), and so count as wrong: write numbers.']


def _looks_like_data(objects: Sequence[tuple[Any, str]] | None, file: Path) -> list[str]:
    rows = sum(any(_CHOICE.fullmatch(key) for key in item) for item, _ in objects or ())
    return [f"{file}: {rows} lines have the choices too: is this the data set, or predictions?"] if rows else []
