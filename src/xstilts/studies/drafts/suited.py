"""Which intermediate tasks are worth a try for a kind of target, before anything is known of it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xstilts.models.bases import Base

ARMS = 3
"""Intermediate tasks of a first study."""

# Of Phang et al. 2020 (arXiv 2005.13013) MNLI, SQuAD and HellaSwag are the best over all targets, as its abstract says;
# tasks of the target's own kind come first here. All have a training set in English on the hub.
_ANY = ("mnli", "squad", "hellaswag", "cosmosqa", "anli", "siqa")
SUITED: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.CLASSIFICATION: ("mnli", "qqp", "hellaswag", "cosmosqa", "anli", "paws"),
        Kind.TAGGING: ("udpos", "panx", *_ANY),
        Kind.SPAN_QA: _ANY,
        Kind.MULTIPLE_CHOICE: ("siqa", "cosmosqa", "hellaswag", "mnli", "anli", "commonsenseqa"),
    }
)
"""Kind of a target to intermediate tasks, the first ones first."""


def suited(kind: Kind, base: Base) -> tuple[str, ...]:
    """The intermediate tasks of a first study: none that the base was trained on before, for its none has it too."""
    return tuple(name for name in SUITED[kind] if name not in base.hidden_stages)[:ARMS]
