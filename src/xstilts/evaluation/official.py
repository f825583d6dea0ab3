"""Scores from the benchmarks' own file formats, as their official scripts read them.

Classification and multiple choice: one label per line (XCOPA's gold: JSON lines with ``label``). Tagging: one tag per
line, a blank line after each sentence. Span QA: gold in SQuAD's JSON, predictions one JSON object from question id to
answer; a question without an answer scores 0. Retrieval (Tatoeba): one candidate number per line.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from xstilts import metrics
from xstilts.errors import DataError, InputError
from xstilts.sources.formats import FORMATS
from xstilts.sources.formats.opening import text_lines, whole_text
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from xstilts.tasks.base import Task


class Scored(NamedTuple):
    """What was read, example by example, in the form the kind's metrics take.

    Attributes:
        gold: What is right.
        predictions: What was said.
        answers: The possible answers, as far as the files tell.
    """

    gold: list[Any]
    predictions: list[Any]
    answers: Sequence[Any]


def score_files(task: Task, gold: Path, predictions: Path) -> dict[str, Any]:
    """Score a predictions file against a gold file of ``task``.

    Args:
        task: Decides format and metrics.
        gold: The official gold file of one language.
        predictions: The predictions for it.

    Returns:
        ``{"n": examples, "metrics": {name: value}}`` with those of the task's metrics that the files allow.

    Raises:
        DataError: If a file cannot be read so; names file and line.
        InputError: If the kind has no official format.
    """
    if task.kind not in _READERS:
        raise InputError(f"{task.name}: there is no official format for {task.kind}.", field="--task", value=task.name)
    read = _READERS[task.kind](task, gold, predictions)
    if not read.gold:
        raise DataError("The file holds no example.", field=str(gold))
    names = [name for name in task.metrics if task.kind != Kind.RETRIEVAL or name == "accuracy"]
    scores = {
        name: metrics.get(task.kind, name, task.rule)(read.gold, read.predictions, read.answers) for name in names
    }
    return {"n": len(read.gold), "metrics": scores}


def _lines(file: Path) -> list[str]:
    """Stripped lines without the empty ones at the end."""
    lines = [line.strip() for _, line in text_lines(file)]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _labels(task: Task, gold: Path, predictions: Path) -> Scored:
    right = [_gold_label(line, f"{gold}:{number}") for number, line in enumerate(_lines(gold), 1)]
    said = _lines(predictions)
    _same_number(len(right), len(said), predictions, "lines")
    answers = _label_names(task, right, gold)
    if said and not set(said) & {*answers, *right}:
        raise DataError(
            f"No line is a label; the first is {said[0]!r}.", field=f"{predictions}:1", value=said[0], allowed=answers
        )
    return Scored(right, said, answers)


def _gold_label(line: str, where: str) -> str:
    if not line.startswith("{"):
        return line
    try:
        return str(json.loads(line)["label"])
    except json.JSONDecodeError as error:
        raise DataError(f"The line is not JSON ({error.msg}).", field=where) from error
    except KeyError as error:
        raise DataError("The object has no key 'label'.", field=where) from error


def _label_names(task: Task, right: Sequence[str], gold: Path) -> Sequence[str]:
    """The labels by name, or by number where the file numbers them; whatever it holds for multiple choice."""
    if task.kind == Kind.MULTIPLE_CHOICE:
        return sorted(set(right))
    numbers = [str(number) for number in range(len(task.labels))]
    names = next((known for known in (task.labels, numbers) if set(right) <= set(known)), None)
    if names is None:
        line = next(number for number, label in enumerate(right, 1) if label not in task.labels)
        found = right[line - 1]
        raise DataError(f"{found!r} is no label.", field=f"{gold}:{line}", value=found, allowed=task.labels)
    return names


def _same_number(gold: int, predictions: int, file: Path, what: str) -> None:
    if gold != predictions:
        raise DataError(f"The file has {predictions} {what}, the gold file has {gold}.", field=str(file))


def _tags(task: Task, gold: Path, predictions: Path) -> Scored:
    right, said = _sentences(gold), _sentences(predictions)
    _same_number(len(right), len(said), predictions, "sentences")
    for number, ((_, tags), (line, guesses)) in enumerate(zip(right, said, strict=True), start=1):
        if len(tags) != len(guesses):
            raise DataError(
                f"Sentence {number} begins here and has {len(guesses)} tags, the gold file has {len(tags)}.",
                field=f"{predictions}:{line}",
            )
    return Scored([tags for _, tags in right], [tags for _, tags in said], task.labels)


def _sentences(file: Path) -> list[tuple[int, list[str]]]:
    """First line and tags of each sentence; of a line with tabs the last column counts."""
    sentences: list[tuple[int, list[str]]] = []
    tags: list[str] = []
    for number, line in enumerate([*_lines(file), ""], start=1):
        if line:
            tags.append(line.split("\t")[-1])
        else:
            sentences.append((number - len(tags), tags))
            tags = []
    return sentences if sentences[-1][1] or len(sentences) > 1 else []


def _answers(task: Task, gold: Path, predictions: Path) -> Scored:
    questions = [dict(record.fields) for record in FORMATS.get("squad_json").read([gold], {})]
    said = _prediction_object(predictions)
    for question in questions:
        if not question["answer_texts"]:
            raise DataError(f"Question {question['id']!r} has no answer; SQuAD v1.1 needs one.", field=str(gold))
    known = [question["id"] for question in questions]
    if said and not any(name in said for name in known):
        raise DataError(
            "No prediction is for a question of the gold file.",
            field=str(predictions),
            value=next(iter(said)),
            hint=f"The gold file's first question is {known[0]!r}." if known else None,
        )
    return Scored([question["answer_texts"] for question in questions], [said.get(name) for name in known], ())


def _prediction_object(file: Path) -> Mapping[str, str | None]:
    try:
        said = json.loads(whole_text(file))
    except json.JSONDecodeError as error:
        raise DataError(f"The file is not JSON ({error.msg}).", field=f"{file}:{error.lineno}") from error
    if not isinstance(said, dict):
        raise DataError("Expected one JSON object from question id to answer.", field=str(file))
    for name, answer in said.items():
        if answer is not None and not isinstance(answer, str):
            raise DataError(f"The answer to {name!r} is no text.", field=str(file), value=answer)
    return said


def _indices(task: Task, gold: Path, predictions: Path) -> Scored:
    right, said = _numbers(gold), _numbers(predictions)
    _same_number(len(right), len(said), predictions, "lines")
    return Scored([[number] for number in right], [[number] for number in said], ())


def _numbers(file: Path) -> list[int]:
    numbers = []
    for line_number, line in enumerate(_lines(file), start=1):
        try:
            numbers.append(int(line))
        except ValueError as error:
            raise DataError("Expected one number per line.", field=f"{file}:{line_number}", value=line) from error
    return numbers


_READERS: Mapping[str, Callable[[Task, Path, Path], Scored]] = {
    Kind.CLASSIFICATION: _labels,
    Kind.MULTIPLE_CHOICE: _labels,
    Kind.TAGGING: _tags,
    Kind.SPAN_QA: _answers,
    Kind.RETRIEVAL: _indices,
}
