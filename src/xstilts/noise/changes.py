"""One change of a text: what it costs where it stands, and choices by one draw."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar
from unicodedata import combining

from xstilts.noise import clusters
from xstilts.noise.edits import distance
from xstilts.noise.noise import Edit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

edit_of: Callable[[tuple[int, int, str, int]], Edit] = partial(tuple.__new__, Edit)
"""An edit of its four parts: half the time of calling its class, where there are thousands a second."""

_VIRAMA = 9
"""Its canonical combining class."""


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
    """:func:`change` of whole clusters to one that begins with a letter, or to none; faster."""
    if text[start:end] == new:
        return None
    if _joins(text[start - 1 : start]) or _joins(new[-1:]):
        return change(text, start, end, new)
    return edit_of((start, end, new, 1))


def letters_exchanged(text: str, start: int, middle: int, end: int) -> Edit | None:
    """:func:`change` of two clusters, parted at ``middle``, that change places; faster."""
    first, second = text[start:middle], text[middle:end]
    if first == second:
        return None
    if _joins(text[start - 1 : start]) or _joins(first[-1]) or _joins(second[-1]):
        return change(text, start, end, second + first)
    return edit_of((start, end, second + first, 2))


def _joins(letter: str) -> bool:
    """Whether a code point draws the letter after it into its cluster: a virama, or a joiner."""
    return letter != "" and (combining(letter) == _VIRAMA or letter == "\u200d")


def pick(items: Sequence[T], draw: float) -> T:
    """One of ``items``, all equally likely, by a draw in [0, 1)."""
    return items[int(draw * len(items))]


def again(draw: float, parts: int = 4096) -> float:
    """A draw in [0, 1) made of what choosing between ``parts`` equal things by ``draw`` left over."""
    return draw * parts % 1.0
