r"""Grapheme clusters: what a reader takes for one letter, whatever it is made of (UAX #29; the ``\X`` of ``regex``).

An edit that splits a cluster leaves a lone vowel sign or half a syllable, which nobody types. So noise counts, finds
and changes clusters. Splitting a whole text costs more than all the edits in it; here only words that are asked about
are split, and each of them once.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate
from typing import TypeAlias

import regex

_CLUSTER = regex.compile(r"\X")
_JOINING = regex.compile(r"[^\p{GCB=Other}\p{GCB=Control}\p{GCB=LF}]|\p{ExtPict}")
"""A code point that may share its cluster with another; text without any has a cluster for each code point."""

Span: TypeAlias = tuple[int, int]


@lru_cache(maxsize=1 << 16)
def _ends(word: str) -> tuple[int, ...]:
    """Where each cluster of a word ends."""
    return tuple(accumulate(map(len, _CLUSTER.findall(word))))


def split(text: str) -> list[str]:
    """The clusters of a text, in order; joined they are the text."""
    return list(text) if is_plain(text) else _CLUSTER.findall(text)


def is_plain(text: str) -> bool:
    """Whether each code point of a text is a cluster of its own."""
    return (text.isascii() and "\r" not in text) or _JOINING.search(text) is None


def count(text: str) -> int:
    """How many clusters a text has; of a text with blanks, as if none spanned a blank and what follows it."""
    if is_plain(text):
        return len(text)
    words = text.split(" ")
    return len(words) - 1 + sum(len(_ends(word)) for word in words)


def around(text: str, place: int) -> Span:
    """Where the cluster begins and ends that holds the code point at ``place``."""
    if text.isascii():
        return place, place + 1
    start = text.rfind(" ", 0, place + 1) + 1
    if start > place:  # a blank
        return place, place + 1
    end = text.find(" ", place)
    ends = _ends(text[start : len(text) if end < 0 else end])
    at = bisect_right(ends, place - start)
    return start + (ends[at - 1] if at else 0), start + ends[at]


def after(text: str, place: int) -> Span:
    """Where the cluster begins and ends that starts at ``place``; empty at the end of the text."""
    return around(text, place) if place < len(text) else (place, place)
