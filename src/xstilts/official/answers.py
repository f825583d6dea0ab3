"""Span QA: gold in SQuAD's JSON, predictions one JSON object from question id to answer.

Sources: google-research/xtreme:evaluate.py (``read_squad``), third_party/evaluate_squad.py and evaluate_mlqa.py. Of the
gold file only ids and the texts of answers are read, of the
predictions only those for its questions; the last of several predictions for one id counts (as in any JSON object).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from xstilts.errors import DataError
from xstilts.metrics import cmrc2018
from xstilts.official.ids import on_ids
from xstilts.official.reading import Read, document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from xstilts.tasks.base import Task


_SWAPPED = "Are --gold and --predictions the right way round?"


class GoldQuestion(NamedTuple):
    """A question of a gold file: its id, the texts of its answers and its place."""

    name: str
    answers: list[str]
    where: str


def read_answers(task: Task, gold: Path, predictions: Path) -> Read:
    """The accepted answers of every question and what was said to it, None where nothing was.

    Raises:
        DataError: If a file is not laid out so, or a question has no answer where the rule needs one.
    """
    questions = read_questions(gold, task.rule)
    names = [question.name for question in questions]
    whole = document(predictions)
    said = answers_by_id(whole, names, predictions)
    golds = [_accepted(question, said) for question in questions]
    notes = tuple(on_ids(names, whole, gold, predictions))
    return Read(golds, [said.get(name) for name in names], (), len(golds), ("f1", "exact_match"), notes)


def _accepted(question: GoldQuestion, said: Mapping[str, str]) -> list[str]:
    """The accepted answers, of which only a question that got an answer needs any.

    Raises:
        DataError: If it has none but was answered.
    """
    if not question.answers and question.name in said:
        message = f"Question {question.name!r} has no answer; this task's rule needs one."
        raise DataError(message, field=question.where)
    return question.answers or [""]


def read_questions(file: Path, rule: str = "") -> list[GoldQuestion]:
    """The questions of a gold file in order; by the rule of CMRC 2018 also of its own layout, as its script reads both.

    Raises:
        DataError: If the file is not laid out as SQuAD's.
    """
    articles = document(file)
    if isinstance(articles, dict) and articles and all(isinstance(said, str) for said in articles.values()):
        raise DataError("These are predictions (ids and answers), not gold.", field=str(file), hint=_SWAPPED)
    if rule == cmrc2018.RULE and isinstance(articles, list):
        articles = [_as_article(instance) for instance in articles]
    return list(_questions(articles, str(file)))


def _as_article(instance: object) -> object:
    """A text of CMRC 2018's own layout in SQuAD's; anything else as it is."""
    if not isinstance(instance, dict) or "paragraphs" in instance or not isinstance(instance.get("qas"), list):
        return instance
    return {"paragraphs": [{"qas": [_as_question(question) for question in instance["qas"]]}]}


def _as_question(question: object) -> object:
    if not isinstance(question, dict) or not isinstance(question.get("answers"), list):
        return question
    answers = [{"text": answer} if isinstance(answer, str) else answer for answer in question["answers"]]
    return {"id": question.get("query_id"), **question, "answers": answers}


def answers_by_id(said: object, wanted: Sequence[str], file: Path) -> Mapping[str, str]:
    """The predictions for the ids in ``wanted``, of all that is ``said`` in ``file``.

    Raises:
        DataError: If what is said is no object, or an answer that counts is no text.
    """
    if not isinstance(said, dict):
        hint = _SWAPPED if isinstance(said, list) and said and isinstance(said[0], dict) else None
        raise DataError("Expected one JSON object from question id to answer.", field=str(file), hint=hint)
    found = {name: said[name] for name in wanted if name in said}
    for name, answer in found.items():
        if not isinstance(answer, str):
            raise DataError(f"The answer to {name!r} is no text.", field=str(file), value=answer)
    return found


def _questions(articles: object, file: str) -> Iterator[GoldQuestion]:
    for i, article in _items(articles, file, "data"):
        for j, paragraph in _items(_get(article, "paragraphs", list, file, i), file, f"{i}.paragraphs"):
            for k, question in _items(_get(paragraph, "qas", list, file, j), file, f"{j}.qas"):
                answers = _items(_get(question, "answers", list, file, k), file, f"{k}.answers")
                texts = [_get(answer, "text", str, file, place) for place, answer in answers]
                yield GoldQuestion(_get(question, "id", str, file, k), texts, f"{file}:{k}")


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
