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

METHOD = "wording 1"
LEAST, ENOUGH = 0.5, 0.8
"""Share of a statement's content words below which no passage speaks of it, and from which one says the same."""


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
    if score >= ENOUGH and not nearest.widened:
        return Check("entailed", "yes", "The passage says it in nearly the same words.", evidence, score, method=METHOD)
    lacking = ", ".join((*(name for _, name in nearest.widened), *nearest.added)[:6]) or "the order of its words"
    return Check("entailed", "undecided", f"The passage does not have: {lacking}.", evidence, score, method=METHOD)


def differences(nearest: Alignment) -> list[str]:
    """Differences that change what is said, in words."""
    found = [
        f"The statement says {number.raw.strip()}, the passage {stead.raw.strip() if stead else 'no such number'}."
        for number, stead in nearest.numbers
    ]
    found += [f"The statement says “{one}”, the passage “{other}”." for one, other in nearest.opposed]
    if nearest.negated:
        found.append("One of the two denies what the other says.")
    found += [
        f"The statement is about {said}, the passage about {told} ({axis})." for axis, said, told in nearest.shifted
    ]
    return found
