"""What was left out of the data and why, what is odd about the rest, and what the options named in vain."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from xstilts.reports.numbers import listed
from xstilts.reports.tables.table import Column, made, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xstilts.reports.tables.table import Table

LEFT_OUT, KEPT, NEVER = "left out", "kept", "no record has"
_BY_DESIGN = "over the limit"
_LANGUAGES, _LINES = 6, 12
"""Languages that a sentence names, and sentences that are printed; the tables have all of them."""


class _Reason(NamedTuple):
    """One thing that is told of a split."""

    task: str
    split: str
    what: str
    why: str


def left_out_tables(data: Iterable[Mapping[str, Any]]) -> list[Table]:
    """Each reason with its count in every language."""
    found = _reasons(data)
    said = (
        "What was left out, and why. “kept” marks examples that are used and are worth a look; “no record has” marks a "
        "value that the study's options where or drop name and that stands in no record."
    )
    columns = (
        Column("data set", lambda pair: pair[0].task),
        Column("split", lambda pair: pair[0].split),
        Column("what", lambda pair: pair[0].what),
        words("why", lambda pair: pair[0].why),
        words("records by language", lambda pair: _by_language(pair[1], len(pair[1]))),
    )
    return [made("data", said, columns, found.items(), "What was left out")] if found else []


def left_out_sentences(data: Sequence[Mapping[str, Any]]) -> list[str]:
    """The same for a terminal, a line each, without what the study's own limits leave out."""
    told = [(reason, found) for reason, found in _reasons(data).items() if reason.why != _BY_DESIGN]
    told.sort(key=lambda pair: pair[0].what != NEVER)
    lines = [
        f"{reason.task} {reason.split}: {reason.what} {reason.why} ({_by_language(found, _LANGUAGES)})."
        for reason, found in told[:_LINES]
    ]
    if len(told) > _LINES:
        lines.append(f"{len(told) - _LINES} more of these stand in the report's data table.")
    if unread := sum(row["read"] is None for row in data):
        lines.append(f"Not read yet: {unread} of {len(data)} data sets.")
    return [_printable(line) for line in lines]


def _printable(text: str) -> str:
    """Text without control characters, which names of fields may hold; they are shown as escapes."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def _reasons(data: Iterable[Mapping[str, Any]]) -> dict[_Reason, dict[str, int]]:
    """Reason to language to count; the same records read for several tokenizers count once."""
    found: dict[_Reason, dict[str, int]] = defaultdict(dict)
    for row in data:
        told = [(LEFT_OUT, why, count) for why, count in (row["rejected"] or {}).items()]
        told += [(KEPT if count else NEVER, why, count) for why, count in (row.get("noted") or {}).items()]
        for what, why, count in told:
            by_language = found[_Reason(row["task"], row["split"], what, why)]
            by_language[row["language"]] = max(by_language.get(row["language"], 0), int(count))
    return dict(sorted(found.items()))


def _by_language(found: Mapping[str, int], most: int) -> str:
    named = [f"{language} {count:,}" if count else language for language, count in sorted(found.items())]
    return listed(named, most, "more languages")
