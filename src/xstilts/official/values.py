"""Gold and predictions that are Python values, as the text of the official files, which one way alone reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from xstilts.disk import json_text
from xstilts.errors import InputError
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from xstilts.tasks.base import Task

_RANKED = ("mewslix", "lareqa")


def gold_text(task: Task, values: object) -> str:
    """What is right, as the gold file of a task.

    Args:
        task: Decides the format.
        values: See :func:`xstilts.score`.

    Raises:
        InputError: If the values are not of the shape that the format has.
    """
    if task.kind == Kind.SPAN_QA:
        questions = [{"id": name, "answers": _answers(said)} for name, said in _by_id(values, "gold").items()]
        return json_text({"data": [{"paragraphs": [{"qas": questions}]}]})
    return _text(task, values, "gold")


def predictions_text(task: Task, values: object) -> str:
    """What was said, as the predictions file of a task; the arguments are as in :func:`gold_text`.

    Raises:
        InputError: As :func:`gold_text`.
    """
    if task.kind == Kind.SPAN_QA:
        return json_text({name: said for name, said in _by_id(values, "predictions").items() if said is not None})
    return _text(task, values, "predictions")


def _text(task: Task, values: object, field: str) -> str:
    if task.name in _RANKED:
        return json_text(dict(_by_id(values, field)))
    listed = _listed(values, field)
    if task.kind == Kind.TAGGING:
        return "".join(_sentence(tags, f"{field}[{row}]") for row, tags in enumerate(listed))
    if task.name == "bucc2018":
        listed = [pair if isinstance(pair, str) else "\t".join(map(str, pair)) for pair in listed]
    return _lines(listed, field)


def _sentence(tags: object, field: str) -> str:
    """The tags of a sentence, a line each, and the empty line that ends it."""
    listed = _listed(tags, field)
    if None in listed or "" in listed:
        raise InputError("holds an empty tag.", field=field, value=tags, hint='"O" is the tag of what is outside.')
    return _lines([*listed, ""], field)


def _answers(said: object) -> list[dict[str, Any]]:
    texts = [said] if isinstance(said, str) else said
    return [{"text": text} for text in texts] if isinstance(texts, Sequence) else [{"text": texts}]


def _by_id(values: object, field: str) -> Mapping[str, Any]:
    """Id to value; what is listed has its place as id."""
    if isinstance(values, Mapping):
        return values
    return {str(place): value for place, value in enumerate(_listed(values, field))}


def _listed(values: object, field: str) -> Sequence[Any]:
    if isinstance(values, str | Mapping) or not hasattr(values, "__iter__"):
        raise InputError("must be a list, one value per example.", field=field, value=type(values).__name__)
    return list(values)


def _lines(values: Sequence[object], field: str) -> str:
    """A value a line.

    Raises:
        InputError: If a value has a line break in it.
    """
    texts = ["" if value is None else str(value) for value in values]
    for row, text in enumerate(texts):
        if "\n" in text or "\r" in text:
            raise InputError("holds a line break, which ends a label.", field=f"{field}[{row}]", value=text)
    return "".join(f"{text}\n" for text in texts)
