"""The answers of a question as a record has them: blank ones, contradictions, those that are not at their offset."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError
from xstilts.languages.blanks import is_blank
from xstilts.metrics.no_answer import RULE
from xstilts.sources.records.options import MISSING, find
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datasets import Dataset

    from xstilts.sources.records.record_view import RecordView
    from xstilts.tasks.base import Task

NOT_THERE = "answer not at its offset"
_MARK = "is_impossible"
_HINT = "Set empty_answer: none to read it as a question without an answer."

Answers = tuple[list[Any], list[Any]]
"""Texts, and their offsets in the context (code points, from 0)."""


def answers_of(view: RecordView) -> Answers:
    """The answers of a record, after ``empty_answer`` and ``impossible``; both lists are empty where there is none.

    Raises:
        DataError: If there is no list of answers, or a question that is marked as impossible has one.
    """
    texts, starts = _given(view, "answer_texts"), _given(view, "answer_starts")
    marked = _is_marked(view)
    if view.options.empty_answer == "none" or (marked and texts and all(map(_is_nothing, texts))):
        texts, starts = _without_blank(texts, starts, view)
    elif None in texts:
        raise DataError("has null as an answer; expected text.", field=view.where, hint=_HINT)
    if texts and marked:
        if view.options.impossible == "error":
            raise _contradiction(view, texts)
        view.noted["marked is_impossible, with an answer"] += 1
        if view.options.impossible == "none":
            return [], []
    return texts, starts


def _given(view: RecordView, column: str) -> list[Any]:
    locator = view.options.columns.get(column, column)
    value = find(view.fields, locator)
    if value is not MISSING and value is not None:
        return view.list(column)
    if view.options.empty_answer == "none":
        return []
    above = locator.rpartition(".")[0] if isinstance(locator, str) else ""
    if value is None or (above and find(view.fields, above) is None):
        raise DataError(f"has null as {(locator if value is None else above)!r}.", field=view.where, hint=_HINT)
    try:
        return view.list(column)
    except DataError as error:
        hint = f"{error.hint} {_HINT}" if error.hint else _HINT
        raise DataError(error.message, field=error.field, allowed=error.allowed, hint=hint) from None


def _without_blank(texts: list[Any], starts: list[Any], view: RecordView) -> Answers:
    """The answers that say something; a question that has none is one without an answer."""
    kept = [(text, start) for text, start in zip_longest(texts, starts, fillvalue=MISSING) if not _is_nothing(text)]
    if not kept:
        view.noted["question without an answer (none or a blank one is given)"] += 1
    return [text for text, _ in kept if text is not MISSING], [start for _, start in kept if start is not MISSING]


def _is_nothing(text: object) -> bool:
    return text is None or (isinstance(text, str) and is_blank(text))


def _is_marked(view: RecordView) -> bool:
    """Whether the record says that there is no answer: true, or what tables write for it."""
    value = find(view.fields, _MARK)
    return value is True or (isinstance(value, str | int) and str(value).strip().lower() in ("true", "1", "yes"))


def _contradiction(view: RecordView, texts: list[Any]) -> DataError:
    return DataError(
        f"is marked {_MARK}, and has the answer {texts[0]!r}; expected one or the other.",
        field=view.where,
        value=texts[0],
        hint="Set impossible to none (the mark counts) or answer (the answer counts), "
        f'or leave such questions out: drop: {{{_MARK}: "true"}}.',
    )


def answer_matches(row: Mapping[str, Any]) -> list[bool]:
    """For each answer, whether it is some text that the context holds at its offset."""
    return [
        isinstance(text, str)
        and isinstance(start, int)
        and start >= 0
        and not is_blank(text)
        and row["context"].startswith(text, start)
        for text, start in zip_longest(row["answer_texts"], row["answer_starts"])
    ]


def refuse_unscorable(task: Task, examples: Dataset, what: str) -> None:
    """Refuse questions without an answer where the task's rule cannot score them, before a model is trained.

    Args:
        task: A task; only question answering is looked at.
        examples: Those that it is to be scored on.
        what: Task, language and split in words.

    Raises:
        DataError: Saying how many there are, and what to do.
    """
    if task.kind is not Kind.SPAN_QA or task.rule == RULE:
        return
    lists = zip(examples["id"], examples["answer_texts"], strict=True)
    without = [identity for identity, texts in lists if not len(texts)]
    if without:
        raise DataError(
            f"has {len(without):,} questions without an answer, the first {without[0]!r}; its rule cannot score them.",
            field=what,
            value=without[0],
            hint=f"In a task of the study's own say rule: {RULE} beside its kind; or leave such questions out.",
        )
