"""What a twin is, and the rule that gives its rows."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xstilts.lab.speech import PIVOT, SPEECHES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from xstilts.tasks.base import Kind

Row = dict[str, Any]


@dataclass(frozen=True)
class Twin:
    """The lab's counterpart of one data set.

    Attributes:
        name: Name of the task it is the twin of.
        kind: Its shape.
        splits: Split name to number of examples in each language (``sizes`` overrides it).
        languages: Split name to the languages that have it.
        rows: From (language, split, number of examples) to canonical rows; ids are parallel across languages.
        labels: Label names in the head's order; empty where the kind has none.
        sizes: Language to number of training examples, where they differ (pretraining corpora).
    """

    name: str
    kind: Kind
    splits: Mapping[str, int]
    languages: Mapping[str, tuple[str, ...]]
    rows: Callable[[str, str, int], list[Row]]
    labels: tuple[str, ...] = ()
    sizes: Mapping[str, int] | None = None

    def size(self, language: str, split: str) -> int:
        """Number of examples of one split in one language."""
        if split == "train" and self.sizes is not None:
            return self.sizes[language]
        return self.splits[split]


def trained_in_pivot(splits: Mapping[str, int]) -> Mapping[str, tuple[str, ...]]:
    """The languages of each split where the training set is the pivot's alone and the rest is in all languages."""
    return MappingProxyType({split: (PIVOT,) if split == "train" else tuple(SPEECHES) for split in splits})


def only_in(languages: tuple[str, ...], splits: Mapping[str, int]) -> Mapping[str, tuple[str, ...]]:
    """The languages of each split where all splits are in the same ones."""
    return MappingProxyType(dict.fromkeys(splits, languages))
