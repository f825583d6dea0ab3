"""The parts of what a study asked for, as plain JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Caution(TypedDict):
    """A warning; ``cell`` has any of base, arm, target, language (or is a list in this order); what it lacks is all."""

    code: str
    cell: Mapping[str, str | None] | Sequence[str | None] | None
    message: str


class SideEntry(TypedDict):
    """An arm on one side; empty lists: all its targets, all languages but the pivot (named as in scores.csv)."""

    arm: str
    targets: Sequence[str]
    languages: Sequence[str]


class Contrast(TypedDict):
    """Two sides that are set against each other; ``by`` is a clustering (one row per cluster) or ""."""

    name: str
    plus: Sequence[SideEntry]
    minus: Sequence[SideEntry]
    by: str


class Series(TypedDict):
    """Arms that differ in one dose ``what``: pairs of a share in [0, 1], ascending from 0 (pivot only), and an arm."""

    name: str
    doses: Sequence[tuple[float, str]]
    what: str


class Cut(TypedDict):
    """A cell left out on purpose; target "": the arm runs on fewer targets or seeds."""

    arm: str
    target: str
    why: str
