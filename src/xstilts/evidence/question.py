"""What a question asks, facet by facet, read by the lexicon."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xstilts.errors import InputError
from xstilts.evidence.lexicon import lexicon

if TYPE_CHECKING:
    from xstilts.evidence.lexicon import Mention

AXES = ("factor", "setting", "modality", "data", "task", "metric", "language", "model", "resource")
"""Axes of a question, and of a paper that may answer it."""
_LIKE_A_NAME = re.compile(r"\b(?=\w*[A-Z]\w*[A-Z])[A-Z][\w]*(?:-[A-Z]\w*)*\b")
_ABBREVIATIONS = frozenset(
    ["NLI", "QA", "NLP", "NER", "POS", "MLM", "LLM", "LLMS", "VLM", "VLMS", "IR", "OCR", "ASR", "MT", "US"]
)
_AGAINST = re.compile(
    r"\b(?:compared (?:with|to)|than|versus|vs\.?|over|against|rather than|instead of|relative to)"
    r"\s+(?P<rival>[^,;?.]+)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Question:
    """A question and what it is about.

    Attributes:
        text: As asked.
        mentions: Words that the lexicon knows, with the names that they stand for.
        against: What is compared with, as asked; "" where the question compares with nothing.
        unknown: Names that the lexicon does not know (``XTREME-M``): perhaps they do not exist.
    """

    text: str
    mentions: tuple[Mention, ...]
    against: str = ""
    unknown: tuple[str, ...] = ()

    def named(self, axis: str) -> tuple[str, ...]:
        """The names that the question has on an axis."""
        return tuple(dict.fromkeys(one.name for one in self.mentions if one.axis == axis))

    def facets(self) -> dict[str, tuple[str, ...]]:
        """Each axis on which the question names something, to the names."""
        return {axis: names for axis in AXES if (names := self.named(axis))}


def read(text: str) -> Question:
    """The facets of a question.

    ``Does MNLI help Swahili on XTREME-M?``  →  data ``mnli``, language ``sw``, unknown ``XTREME-M``

    Raises:
        InputError: If it is empty, or the lexicon knows none of its words: then no paper could be judged.
    """
    mentions = lexicon().mentions(text)
    found = Question(" ".join(text.split()), mentions, _against(text), _unknown(text, mentions))
    if not found.facets():
        raise InputError(
            "No word of the question says what it is about.",
            field="question",
            value=text,
            hint="Name a task, a data set, a language, a metric, or a factor such as noise, model size or retrieval.",
        )
    return found


def _against(text: str) -> str:
    match = _AGAINST.search(text)
    return match["rival"].strip() if match else ""


def _unknown(text: str, mentions: tuple[Mention, ...]) -> tuple[str, ...]:
    """Names that no mention covers wholly: of ``XTREME-M`` the lexicon knows the first half alone."""
    known = [(one.start, one.end) for one in mentions if one.axis not in ("setting", "modality")]
    odd = [
        match[0]
        for match in _LIKE_A_NAME.finditer(text)
        if match[0].upper() not in _ABBREVIATIONS
        and not any(start <= match.start() and match.end() <= end for start, end in known)
    ]
    return tuple(dict.fromkeys(odd))
