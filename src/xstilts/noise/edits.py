"""What edits do to a text, and to places in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import Levenshtein

from xstilts.noise import clusters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.noise.clusters import Span
    from xstilts.noise.noise import Edit


class Corrupted(NamedTuple):
    """One text after a noise.

    Attributes:
        text: The text.
        edits: What was changed, in order of place in the clean text; none overlap.
    """

    text: str
    edits: Sequence[Edit] = ()


def applied(text: str, edits: Sequence[Edit]) -> str:
    """The text after edits that are sorted by place and do not overlap."""
    parts: list[str] = []
    last = 0
    for start, end, new, _ in edits:
        parts.append(text[last:start])
        parts.append(new)
        last = end
    parts.append(text[last:])
    return "".join(parts)


def moved(span: Span, edits: Sequence[Edit]) -> Span:
    """Where a span of the clean text lies after the edits.

    An edit that reaches over an end of the span is taken in whole; text put in at one of its ends stays outside.
    """
    start, end = span
    before = shift = 0
    for edit in edits:
        grown = len(edit.text) - (edit.end - edit.start)
        if edit.end <= start:
            before += grown
        elif edit.start < end:
            shift += grown
            start, end = min(start, edit.start), max(end, edit.end)
    return start + before, end + before + shift


def distance(clean: str, noisy: str) -> int:
    """Levenshtein distance of two texts in grapheme clusters."""
    if clusters.is_plain(clean) and clusters.is_plain(noisy):
        return Levenshtein.distance(clean, noisy)
    return Levenshtein.distance(clusters.split(clean), clusters.split(noisy))


def edit_rate(clean: Sequence[str], noisy: Sequence[str]) -> float:
    """Cluster edits for each cluster of the clean texts, 0 to 1 and above; 0 for no text."""
    total = sum(len(clusters.split(text)) for text in clean)
    return sum(map(distance, clean, noisy)) / total if total else 0.0
