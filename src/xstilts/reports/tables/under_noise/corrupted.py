"""Some items under noise as a table to look at: the text before and after, and what models answer to either."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.reports.tables.table import Column, made, words
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xstilts.reports.corrupted import Corrupted
    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Cell, Table

_ROOM, _BEFORE, _ANSWER = 90, 25, 40
"""Characters that are shown of a text, those before its first change, and those of an answer."""


def corrupted_tables(report: Report) -> list[Table]:
    """The items that the store holds; none in a study without noise."""
    items = report.corrupted
    if not items:
        return []
    said = (
        f"{len(items)} items at the highest severity of their type: of each target, type and language in turn the "
        "first that the noise changes, whatever was answered. Long texts are cut around the first change; the noisy "
        "text stands below the clean one. Answers: on clean text → on noisy text, in one seed; of tagged sentences, "
        "the tag of the first changed word."
    )
    arms = list(dict.fromkeys(arm for item in items for arm in item.answers))
    columns = (
        Column("base", lambda item: item.base, shown=len({item.base for item in items}) > 1),
        Column("noise", lambda item: (f"{item.noise}:{item.severity}", f"{item.target}, {item.language}")),
        words("text", _texts),
        words("right", lambda item: _in_words(item, item.gold)),
        *(words(arm, _answered(arm)) for arm in arms),
    )
    return [made("corrupted", report.labelled(said), columns, items, "Items under noise")]


def _texts(item: Corrupted) -> Cell:
    """The first text that differs, around its first change."""
    for name, before in item.clean.items():
        after = item.noisy.get(name)
        if name != "id" and isinstance(before, str | list) and before != after:
            clean, noisy = _plain(before), _plain(after)
            start = _first_change(clean, noisy)
            return _cut(clean, start), _cut(noisy, start)
    return ""


def _plain(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _first_change(before: Sequence[Any], after: Sequence[Any]) -> int:
    return next((place for place, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), 0)


def _cut(text: str, change: int, room: int = _ROOM) -> str:
    """The text around a place, from word to word where there are words."""
    start = max(0, change - _BEFORE)
    start = text.rfind(" ", max(0, start - 15), start) + 1 or start
    end = start + room
    end = len(text) if end >= len(text) else text.find(" ", end, end + 15) if " " in text[end : end + 15] else end
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"


def _answered(arm: str) -> Callable[[Corrupted], Cell]:
    def cell(item: Corrupted) -> Cell:
        if arm not in item.answers:
            return "–"
        before, after = (_in_words(item, answer) for answer in item.answers[arm])
        return before if before == after else f"{before} → {after}"

    return cell


def _in_words(item: Corrupted, value: Any) -> str:  # noqa: ANN401 - an answer of any kind
    if item.kind is Kind.TAGGING:
        place = _first_change(item.clean["tokens"], item.noisy["tokens"])
        return str(value[place]) if place < len(value) else "–"
    if item.kind is Kind.MULTIPLE_CHOICE:
        return _cut(str(item.clean["choices"][value]), 0, _ANSWER)
    said = " / ".join(value) if isinstance(value, list) else str(value)
    return _cut(said, 0, _ANSWER) or "no answer"
