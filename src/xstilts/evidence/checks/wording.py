"""Does the source say it, judged by words: what differs from the nearest passage, and does that change the meaning?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.evidence import alignment
from xstilts.evidence.checks.check import Check
from xstilts.evidence.checks.quoted import available

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.evidence.alignment import Alignment
    from xstilts.literature.text import Text

METHOD = "wording 2"
LEAST, ENOUGH = 0.5, 0.8
"""Share of a statement's content words below which no passage speaks of it, and from which one says the same."""
NAMED = ("language", "model", "data")
"""Axes of proper names, which no other wording changes."""
CLOSE = 0.65
"""Share of them, in order, from which single words tell two meanings apart; in another wording they do not."""


def worded(statement: str, texts: Sequence[Text]) -> Check:
    """Whether the nearest passage says the statement: no model, only words; for use where no entailment model is given.

    Returns:
        Check ``entailed``: ``no`` where a number, a direction, a negation or a name was changed; ``yes`` where hardly
        anything else differs; ``undecided`` between; ``not found`` where no passage is near. ``score`` is the share of
        the statement's content words that the passage has in order.
    """
    return by_words(alignment.best(statement, texts), texts)


def by_words(nearest: Alignment | None, texts: Sequence[Text]) -> Check:
    """The same for a statement that is aligned already; None where no passage shares a word with it."""
    if nearest is None or max(nearest.shared, nearest.coverage) < LEAST:
        return Check(
            "entailed", "not found", f"No passage is near, in the text available ({available(texts)}).", method=METHOD
        )
    evidence, score = (nearest.passage,), nearest.coverage
    if nearest.equal:
        return Check("entailed", "yes", "The passage has the same words.", evidence, score, method=METHOD)
    if changed := differences(nearest):
        return Check("entailed", "no", changed[0], evidence, score, method=METHOD)
    if nearest.unhedged:
        return Check(
            "entailed", "undecided", "The passage is more careful than the statement.", evidence, score, method=METHOD
        )
    if score >= ENOUGH and not (nearest.widened or nearest.replaced):
        return Check("entailed", "yes", "The passage says it in nearly the same words.", evidence, score, method=METHOD)
    lacking = (
        ", ".join(dict.fromkeys((*(name for _, name in nearest.widened), *nearest.added)[:6]))
        or "the order of its words"
    )
    return Check("entailed", "undecided", f"The passage does not have: {lacking}.", evidence, score, method=METHOD)


def differences(nearest: Alignment) -> list[str]:
    """Differences that change what is said: numbers in digits, proper names, and any word where most others agree."""
    close = nearest.coverage >= CLOSE
    found = [
        f"The statement says {number.raw.strip()}, the passage {stead.raw.strip() if stead else 'no such number'}."
        for number, stead in nearest.numbers
        if close or any(sign.isdigit() for sign in number.raw)
    ]
    found += [
        f"The statement is about {said}, the passage about {told} ({axis})."
        for axis, said, told in nearest.shifted
        if close or axis in NAMED
    ]
    if ("quantifier", "all") in nearest.widened:
        found.append("The statement says so of everything, the passage does not.")
    if not close:
        return found
    pairs = (*nearest.opposed, *nearest.renamed)
    found += [f"The statement says “{one}”, the passage “{other}”." for one, other in pairs]
    if nearest.negated:
        found.append("One of the two denies what the other says.")
    if nearest.turned:
        found.append(f"The statement and the passage have another order of: {', '.join(nearest.turned)}.")
    return found
