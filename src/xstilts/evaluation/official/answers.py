"""Span QA: gold in SQuAD's JSON, predictions one JSON object from question id to answer.

Sources: google-research/xtreme:evaluate.py (``read_squad``), third_party/evaluate_squad.py and evaluate_mlqa.py. Of the
gold file only ids and the texts of answers are read, of the
predictions only those for its questions; the last of several predictions for one id counts (as in any JSON object).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from xstilts.errors import DataError
from xstilts.evaluation.official.reading import Read, document

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from xstilts.tasks.base import Task


class Question(NamedTuple):
    """A question of a gold file: its id, the texts of its answers and its place."""

    name: str
    answers: list[str]
    where: str


def read_answers(task: Task, gold: Path, predictions: Path) -> Read:
    """The accepted answers of every question and what was said to it, None where nothing was.

    Raises:
        DataError: If a file is not laid out so, or a question has no answer where the rule needs one.
    """
    questions = read_questions(gold)
    said = answers_by_id(document(predictions), [question.name for question in questions], predictions)
    golds = [_accepted(question, said) for question in questions]
    answers = [said.get(question.name) for question in questions]
    return Read(golds, answers, (), len(golds), ("f1", "exact_match"), none_matches(said, golds, predictions))


def none_matches(said: Collection[str], golds: Collection[object], file: Path) -> str:
    """A note where no prediction has an id of the gold file: rather the wrong file than a bad model; else ""."""
    return "" if said or not golds else f"{file}: no prediction has an id of the gold file."


def _accepted(question: Question, said: Mapping[str, str]) -> list[str]:
    """The accepted answers, of which only a question that got an answer needs any.

    Raises:
        DataError: If it has none but was answered.
    """
    if not question.answers and question.name in said:
        message = f"Question {question.name!r} has no answer; this task's rule needs one."
        raise DataError(message, field=question.where)
    return question.answers or [""]


def read_questions(file: Path) -> list[Question]:
    """The questions of a gold file in order.

    Raises:
        DataError: If the file is not laid out as SQuAD's.
    """
    return list(_questions(document(file), str(file)))


def answers_by_id(said: object, wanted: Sequence[str], file: Path) -> Mapping[str, str]:
    """The predictions for the ids in ``wanted``, of all that is ``said`` in ``file``.

    Raises:
        DataError: If what is said is no object, or an answer that counts is no text.
    """
    if not isinstance(said, dict):
        raise DataError("Expected one JSON object from question id to answer.", field=str(file))
    found = {name: said[name] for name in wanted if name in said}
    for name, answer in found.items():
        if not isinstance(answer, str):
            raise DataError(f"The answer to {name!r} is no text.", field=str(file), value=answer)
    return found


def _questions(articles: object, file: str) -> Iterator[Question]:
    for i, article in _items(articles, file, "data"):
        for j, paragraph in _items(_get(article, "paragraphs", list, file, i), file, f"{i}.paragraphs"):
            for k, question in _items(_get(paragraph, "qas", list, file, j), file, f"{j}.qas"):
                answers = _items(_get(question, "answers", list, file, k), file, f"{k}.answers")
                texts = [_get(answer, "text", str, file, place) for place, answer in answers]
                yield Question(_get(question, "id", str, file, k), texts, f"{file}:{k}")


def _items(items: object, file: str, place: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(items, list):
        raise DataError("Expected a list, as in SQuAD's files.", field=f"{file}:{place}", value=type(items).__name__)
    for number, item in enumerate(items):
        yield f"{place}[{number}]", item


def _get(parent: object, key: str, wanted: type, file: str, place: str) -> Any:  # noqa: ANN401 - of the type asked for
    if not isinstance(parent, dict) or key not in parent:
        raise DataError(f"has no key {key!r}; expected SQuAD's layout.", field=f"{file}:{place}")
    if not isinstance(parent[key], wanted):
        raise DataError(f"{key!r} is no {wanted.__name__}.", field=f"{file}:{place}", value=parent[key])
    return parent[key]
