"""The embedded world: a small synthetic multilingual benchmark with a twin for every task.

Everything here is made from fixed draws and never changes with a study's seed; ``VERSION`` changes when any row does.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

from xstilts.errors import DataError
from xstilts.lab.speech import PIVOT, SPEECHES
from xstilts.lab.twins import (
    choices,
    continuations,
    corpus,
    entities,
    few,
    inference,
    mentions,
    mining,
    pairs,
    paraphrases,
    reading,
    sentences,
    spans,
    tagged,
    topics,
    visual,
)
from xstilts.lab.twins.twin import Twin, trained_in_pivot, with_translations
from xstilts.registry import Registry
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from xstilts.lab.twins.twin import Row

VERSION = "1"
"""Part of every fingerprint of lab data."""

LANGUAGES: tuple[str, ...] = tuple(SPEECHES)
"""Codes of the lab's languages, pivot first."""

SEEN: tuple[str, ...] = tuple(code for code, speech in SPEECHES.items() if speech.seen)
"""The languages in the bases' pretraining corpora."""

TWINS: Registry[Twin] = Registry("lab twin")
"""The twin of each task, under the task's name."""


def _classification(name: str, labels: tuple[str, ...], **splits: int) -> Twin:
    return Twin(name, Kind.CLASSIFICATION, splits, trained_in_pivot(splits), partial(pairs.rows, name), labels)


def _choice(name: str, **splits: int) -> Twin:
    return Twin(name, Kind.MULTIPLE_CHOICE, splits, trained_in_pivot(splits), partial(choices.rows, name))


def _span(name: str, **splits: int) -> Twin:
    return Twin(name, Kind.SPAN_QA, splits, trained_in_pivot(splits), partial(spans.rows, name))


def _all() -> tuple[Twin, ...]:
    tagging = {"train": 600, "dev": 200, "test": 300}
    retrieval = {"dev": 300, "test": 300}
    foreign = tuple(code for code in LANGUAGES if code != PIVOT)
    corpus_sizes = {code: SPEECHES[code].documents for code in SEEN}
    return (
        _classification("mnli", pairs.NLI_LABELS, train=3000, dev=300, test=400),
        _classification("xnli", pairs.NLI_LABELS, dev=300, test=400),
        _classification("snli", pairs.NLI_LABELS, train=3000, dev=300, test=400),
        _classification("qqp", pairs.QQP_LABELS, train=2000, dev=300, test=400),
        _choice("cosmosqa", train=1500, dev=200, test=300),
        _choice("siqa", train=2000, dev=200, test=300),
        _choice("copa", train=400, dev=200, test=300),
        _choice("xcopa", dev=200, test=400),
        Twin(
            "udpos", Kind.TAGGING, tagging, trained_in_pivot(tagging), sentences.tagged_rows, labels=sentences.TAGS
        ),
        _span("squad", train=2000, dev=200, test=300),
        _span("xquad", dev=200, test=300),
        Twin(
            "tatoeba", Kind.RETRIEVAL, retrieval, dict.fromkeys(retrieval, foreign), sentences.retrieval_rows
        ),
        Twin(
            "mlm", Kind.MASKED_LM, {"train": max(corpus_sizes.values()), "dev": 200}, {"train": SEEN, "dev": LANGUAGES},
            corpus.rows, sizes=corpus_sizes,
        ),
    )  # fmt: skip


_FAMILIES = (inference, paraphrases, topics, entities, tagged, continuations, reading, mining, mentions, few, visual)

for _twin in (*_all(), *(twin for family in _FAMILIES for twin in family.TWINS)):
    TWINS.register(_twin.name, with_translations(_twin))


def examples(twin: str, language: str, split: str) -> list[Row]:
    """The rows of one split in one language, in the canonical columns of the twin's kind.

    Args:
        twin: Name in ``TWINS``.
        language: Code in ``LANGUAGES``; for ``tatoeba`` the foreign language of the pair.
        split: ``train``, ``dev`` or ``test``; or ``TRANSLATED_TEST``, the test set of ``language`` in the pivot.

    Returns:
        New dictionaries; equal ids say the same thing in every language, but for a translator's mistakes.

    Raises:
        UnknownNameError: If there is no such twin.
        DataError: If the twin has no such split, or the split no such language.
    """
    found = TWINS.get(twin)
    where = f"lab:{twin}/{language}/{split}"
    if split not in found.languages:
        raise DataError(f"The lab's {twin} has no split {split!r}.", field=where, value=split, allowed=found.languages)
    if language not in found.languages[split]:
        raise DataError(
            f"The lab's {twin} has no {split} data in {language!r}.",
            field=where, value=language, allowed=found.languages[split],
        )  # fmt: skip
    return [dict(row) for row in _rows(twin, language, split)]


@lru_cache(maxsize=64)
def _rows(twin: str, language: str, split: str) -> tuple[Row, ...]:
    return tuple(TWINS.get(twin).made(language, split))


def documents(language: str) -> list[str]:
    """The pretraining corpus of one seen language as plain text, one document per entry."""
    return [f"{row['text']} {row['text_pair']}".strip() for row in examples("mlm", language, "train")]


from xstilts.lab.bases import BASES, base_folder, tokenizer_folder  # noqa: E402

__all__ = [
    "BASES",
    "LANGUAGES",
    "PIVOT",
    "SEEN",
    "TWINS",
    "VERSION",
    "Twin",
    "base_folder",
    "documents",
    "examples",
    "tokenizer_folder",
]
