"""One change of a text: what it costs where it stands, and choices by one draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from xstilts.noise import clusters
from xstilts.noise.edits import distance
from xstilts.noise.noise import Edit

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


def change(text: str, start: int, end: int, new: str) -> Edit | None:
    """The edit that puts ``new`` in the place of ``text[start:end]``; None where the text would stay as it is.

    Its cost counts the clusters around it too: a mark that is put in joins the letter before it.
    """
    if text[start:end] == new:
        return None
    left, right = max(start - 1, 0), min(end + 1, len(text))
    if not clusters.is_plain(text[left:right] + new):
        left = clusters.around(text, start - 1)[0] if start else 0
        right = clusters.after(text, end)[1]
    return Edit(start, end, new, distance(text[left:right], text[left:start] + new + text[end:right]))


def letter_changed(text: str, start: int, end: int, new: str) -> Edit | None:
    """The edit of one whole cluster to another; None where they are the same. Faster than :func:`change`."""
    return None if text[start:end] == new else Edit(start, end, new, 1)


def pick(items: Sequence[T], draw: float) -> T:
    """One of ``items``, all equally likely, by a draw in [0, 1)."""
    return items[int(draw * len(items))]


def again(draw: float, parts: int = 4096) -> float:
    """A draw in [0, 1) made of what choosing between ``parts`` equal things by ``draw`` left over."""
    return draw * parts % 1.0
