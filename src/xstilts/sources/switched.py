"""Code-switched items: one part of an item in one language, the rest in another, from sets that are parallel by id.

The generalised setting of Huang et al. 2021 (arXiv 2104.08645), who pair a premise in one language with a hypothesis in
another: of ``de+en``, the first sentence, the context and question of a choice, or the context with its answers is in
``de``; the second sentence, the choices, or the question about the context is in ``en``.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError
from xstilts.sources.records.rows import ReadCounts
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from xstilts.sources.arrow import Example
    from xstilts.tasks.base import Task

    Read = Callable[[str, ReadCounts], Iterable[Example]]

SECOND: Mapping[Kind, str] = MappingProxyType(
    {Kind.CLASSIFICATION: "text_pair", Kind.MULTIPLE_CHOICE: "choices", Kind.SPAN_QA: "question"}
)
"""Kind to the column that is in the second language."""

UNMATCHED = "not in both languages"
"""Why an item is left out that one of the two languages lacks."""

_WHOLE: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.TAGGING: "one sentence is in one language, and without word alignments its words cannot be exchanged",
        Kind.RETRIEVAL: "its queries and candidates are whole sentences, each in one language",
    }
)


def pair(task: Task, language: str) -> tuple[str, str]:
    """The two languages of ``first+second``.

    Raises:
        DataError: If the task's kind cannot be in two languages, or these are not two.
    """
    if task.kind not in SECOND:
        why = _WHOLE.get(task.kind, "its items have no second part")
        hint = f"Kinds that can: {', '.join(SECOND)}."
        raise DataError(f"{task.name} cannot be in {language!r}: {why}.", field="languages", value=language, hint=hint)
    first, _, second = language.partition("+")
    if not first or not second or "+" in second or first == second:
        message = f"{language!r} does not name two languages."
        raise DataError(
            message,
            field="languages",
            value=language,
            hint="Join two different codes by +: de+en. One language is written alone.",
        )
    return first, second


def examples(task: Task, languages: tuple[str, str], split: str, read: Read, tally: ReadCounts) -> Iterator[Example]:
    """The items that both languages have, each said in both, in the order of the first.

    Args:
        task: Which data set.
        languages: The first and the second language.
        split: Our split name, for messages.
        read: The checked examples of one language, counting into a tally of its own.
        tally: Counts the first language's rejects, and as ``UNMATCHED`` the items that only one language has.

    Raises:
        DataError: If the languages share no id, disagree on what is right, or the task has one text per example.
    """
    first, second = languages
    column, where = SECOND[task.kind], f"{task.name} {split}"
    others = {row["id"]: (row[column], gold(task.kind, row)) for row in read(second, ReadCounts())}
    own, used, filled = ReadCounts(), 0, False
    for row in read(first, own):
        if row["id"] not in others:
            tally.rejected[UNMATCHED] += 1
            continue
        # taken out, so that what is left at the end is only in the second language
        said, right = others.pop(row["id"])
        if right != gold(task.kind, row):
            message = f"has the item {row['id']!r}, whose gold is not the same in {first} and {second}."
            raise DataError(message, field=where, value=row["id"], hint="Are these sets parallel, with the same ids?")
        used, filled = used + 1, filled or bool(said)
        yield row | {column: said}
    tally.rejected.update(own.rejected)
    tally.noted.update(own.noted)
    if others:
        tally.rejected[UNMATCHED] += len(others)
    _refuse_nothing_switched(where, languages, column, used, filled)


def gold(kind: Kind, example: Mapping[str, Any]) -> object:
    """What translations of an item share: the label, the number of choices, whether there is an answer."""
    if kind is Kind.SPAN_QA:
        return bool(example["answer_texts"])
    return (example["label"], len(example["choices"])) if kind is Kind.MULTIPLE_CHOICE else example["label"]


def _refuse_nothing_switched(where: str, languages: tuple[str, str], column: str, used: int, filled: bool) -> None:
    together = "+".join(languages)
    if not used:
        message = f"has no id that both {languages[0]} and {languages[1]} have, so no item can be in {together!r}."
        raise DataError(message, field=where, value=together, hint="Code-switching needs sets parallel by id.")
    if not filled:
        message = f"has one text per example (every {column!r} is empty), so no item can be in {together!r}."
        raise DataError(message, field=where, value=together)
