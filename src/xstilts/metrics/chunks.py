"""Chunks of a tag sequence, by two historical rules, and what they score.

Named-entity scoring reads a tag as a prefix letter (B, I, E, S, O) and a type. XTREME applies the same reader to bare
part-of-speech tags. So neighbouring equal tags merge into one chunk, and INTJ, SCONJ and SYM are taken for tags with
the prefix I or S. What the type of a bare tag is depends on the version of seqeval, hence two rules, each with a name
that never changes its meaning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

OUTSIDE = "O"
"""The tag of no chunk; stands between sentences and for words without a prediction."""


def whole_tag(tag: str) -> str:
    """The type by the rule of seqeval up to 0.0.12: what follows the last hyphen; a bare tag is its own type."""
    return tag.rsplit("-", 1)[-1]


def without_letter(tag: str) -> str:
    """The type by the rule of seqeval 1.x: the first letter is cut, then a leading part up to a hyphen."""
    return tag[1:].split("-", 1)[-1] or "_"


def undated(tag: str) -> str:
    """The tag, or outside where it is part of a date."""
    return OUTSIDE if whole_tag(tag) == "DATE" else tag


def _ends(prefix: str, kind: str, next_prefix: str, next_kind: str) -> bool:
    if prefix in "ES" or (prefix in "BI" and next_prefix in "BSO"):
        return True
    return prefix not in "O." and kind != next_kind


def _starts(prefix: str, kind: str, next_prefix: str, next_kind: str) -> bool:
    if next_prefix in "BS" or (prefix in "ESO" and next_prefix in "EI"):
        return True
    return next_prefix not in "O." and kind != next_kind


class Step(NamedTuple):
    """What happens between two neighbouring tags: whether a chunk of ``kind`` ends, and whether one starts."""

    kind: str
    ends: bool
    starts: bool


def step(before: str | None, tag: str, type_of: Callable[[str], str]) -> Step:
    """The step from one tag to the next; before the first tag stands None, outside and of no type."""
    prefix, kind = (OUTSIDE, "") if before is None else ((before or OUTSIDE)[0], type_of(before or OUTSIDE))
    next_prefix, next_kind = (tag or OUTSIDE)[0], type_of(tag or OUTSIDE)
    ends = _ends(prefix, kind, next_prefix, next_kind)
    return Step(kind, ends, _starts(prefix, kind, next_prefix, next_kind))
