"""How input is corrupted: pure functions (example, severity, stream) → example; so far only none at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xstilts.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True)
class Noise:
    """One way to corrupt input.

    Attributes:
        name: The name used in studies and tables.
        title: One line for people.
        severities: The severities it knows; 0 is clean.
        apply: ``(example, severity, seed) -> example``; draws depend on seed and example id alone.
    """

    name: str
    title: str
    severities: range
    apply: Callable[[Mapping[str, Any], int, int], Mapping[str, Any]]


def _unchanged(example: Mapping[str, Any], severity: int, seed: int) -> Mapping[str, Any]:
    del severity, seed
    return example


NOISES: Registry[Noise] = Registry("noise", "`xstilts list noises` shows them all.")
"""Every noise by name."""

NOISES.register("clean", Noise("clean", "the text as it is", range(1), _unchanged))
