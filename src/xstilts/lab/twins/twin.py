"""What a twin is, and the rule that gives its rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xstilts.lab.speech import PIVOT, SPEECHES
from xstilts.lab.translation import Translator
from xstilts.tasks.base import TRANSLATED_TEST, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Row = dict[str, Any]

_NOT_TRANSLATED = (Kind.RETRIEVAL, Kind.MASKED_LM)  # search has no training set, and corpora are written


@dataclass(frozen=True)
class Twin:
    """The lab's counterpart of one data set.

    Attributes:
        name: Name of the task it is the twin of.
        kind: Its shape.
        splits: Split name to number of examples in each language (``sizes`` overrides it).
        languages: Split name to the languages that have it; ``TRANSLATED_TEST`` is here and not in ``splits``.
        rows: From (language, split, number of examples) to canonical rows; ids are parallel across languages. As a
            fourth argument it takes the translator of what is said, where the twin has translations.
        labels: Label names in the head's order; empty where the kind has none.
        sizes: Language to number of training examples, where they differ (pretraining corpora).
        translated: Languages whose training set is a machine translation of the pivot's.
    """

    name: str
    kind: Kind
    splits: Mapping[str, int]
    languages: Mapping[str, tuple[str, ...]]
    rows: Callable[..., list[Row]]
    labels: tuple[str, ...] = ()
    sizes: Mapping[str, int] | None = None
    translated: tuple[str, ...] = ()

    def size(self, language: str, split: str) -> int:
        """Number of examples of one split in one language."""
        if split == "train" and self.sizes is not None:
            return self.sizes[language]
        return self.splits["test" if split == TRANSLATED_TEST else split]

    def is_translated(self, language: str, split: str) -> bool:
        """Whether a machine translated the rows."""
        return split == TRANSLATED_TEST or (split == "train" and language in self.translated)

    def made(self, language: str, split: str) -> list[Row]:
        """The rows of one split in one language, translated where they have to be.

        A translated training set says the pivot's items in ``language``; a translated test set says the items of
        ``language`` in the pivot, with the answers of the text that is read there.
        """
        size = self.size(language, split)
        if not self.is_translated(language, split):
            return self.rows(language, split, size)
        said_in, of = (PIVOT, "test") if split == TRANSLATED_TEST else (language, split)
        return self.rows(said_in, of, size, Translator(language))


def with_translations(twin: Twin) -> Twin:
    """The twin with its training set in every language if it is the pivot's alone, and its test sets in the pivot."""
    if twin.kind in _NOT_TRANSLATED:
        return twin
    languages = dict(twin.languages)
    others: tuple[str, ...] = ()
    if languages.get("train") == (PIVOT,):
        others = tuple(code for code in SPEECHES if code != PIVOT)
        languages["train"] = (PIVOT, *others)
    foreign = tuple(code for code in languages.get("test", ()) if code != PIVOT)
    if foreign:
        languages[TRANSLATED_TEST] = foreign
    return replace(twin, languages=MappingProxyType(languages), translated=others)


def trained_in_pivot(splits: Mapping[str, int]) -> Mapping[str, tuple[str, ...]]:
    """The languages of each split where the training set is the pivot's alone and the rest is in all languages."""
    return MappingProxyType({split: (PIVOT,) if split == "train" else tuple(SPEECHES) for split in splits})


def only_in(languages: tuple[str, ...], splits: Mapping[str, int]) -> Mapping[str, tuple[str, ...]]:
    """The languages of each split where all splits are in the same ones."""
    return MappingProxyType(dict.fromkeys(splits, languages))
