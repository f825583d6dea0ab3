"""What is odd about examples that can be read: counted for whoever reads the report, never changed."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xstilts.languages.blanks import is_blank
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping

_NO_TEXT = frozenset({"NS", "N/A", "n/a", "NA", "#N/A", "NaN", "nan", "NULL", "null", "None", "-", "--"})
"""What data sets write where a sentence is missing."""

_TEXTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        Kind.CLASSIFICATION: ("text", "text_pair"),
        Kind.VISUAL_CLASSIFICATION: ("text",),
        Kind.MASKED_LM: ("text", "text_pair"),
        Kind.SPAN_QA: ("context", "question"),
        Kind.MULTIPLE_CHOICE: ("context", "question"),
        Kind.RETRIEVAL: ("text",),
    }
)


class Remarks:
    """Looks at the examples of one reading one by one; :meth:`close` tells what only all of them can show."""

    def __init__(self, kind: Kind, noted: Counter[str]) -> None:
        self._kind, self._noted = kind, noted
        self._columns = _TEXTS.get(kind, ())
        self._pairs = self._halves = 0

    def note(self, row: Mapping[str, Any]) -> None:
        """Look at one example."""
        if self._kind is Kind.TAGGING:
            self._noted.update(["a token is blank"] if any(map(is_blank, row["tokens"])) else [])
            return
        blank = [is_blank(row[column]) for column in self._columns]
        for column, nothing in zip(self._columns, blank, strict=True):
            if not nothing and row[column] in _NO_TEXT:
                self._noted[f"{column} is only {row[column]!r}"] += 1
        if self._kind is Kind.SPAN_QA:
            self._noted.update(
                f"{column} is blank" for column, nothing in zip(self._columns, blank, strict=True) if nothing
            )
        elif self._kind is Kind.MULTIPLE_CHOICE:
            self._noted.update(["context and question are blank"] if all(blank) else [])
        elif all(blank) and blank:
            self._noted["text is blank"] += 1
        elif len(blank) == 2:
            self._pairs += not any(blank)
            self._halves += any(blank)

    def close(self, *, pairs: bool) -> None:
        """Count the halves of pairs, where there are pairs or ought to be: elsewhere one text an example is meant."""
        if self._halves and (self._pairs or pairs):
            self._noted["one text of the pair is blank"] += self._halves
