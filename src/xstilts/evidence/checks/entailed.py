"""Does the source entail a statement? A model that a caller gives says so; torch is the caller's affair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from xstilts.errors import InputError
from xstilts.evidence import alignment
from xstilts.evidence.checks.check import Check
from xstilts.evidence.checks.quoted import available

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.literature.text import Text

SURE = 0.5
"""Probability from which a verdict is given."""
PASSAGES = 3


class Entails(Protocol):
    """A model of natural language inference.

    Attributes:
        method: Its name and fingerprint, for the check.
    """

    method: str

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> Sequence[tuple[float, float, float]]:
        """Probabilities of (entailment, neutral, contradiction) for pairs of (passage, statement), in order."""
        ...


def entailed(statement: str, texts: Sequence[Text], entails: Entails) -> Check:
    """Whether one of the passages nearest to the statement entails or contradicts it; that passage is the rationale.

    Args:
        statement: What is claimed.
        texts: The source.
        entails: The model.

    Returns:
        ``yes`` or ``no`` with the model's probability as ``score`` (it is not calibrated), ``undecided`` where neither
        is sure, ``not found`` where no passage shares a word with the statement.

    Raises:
        InputError: If the model does not answer with one triple per pair.
    """
    near = alignment.candidates(statement, texts, PASSAGES)
    if not near:
        return Check(
            "entailed",
            "not found",
            f"No passage is near, in the text available ({available(texts)}).",
            method=entails.method,
        )
    answers = list(entails([(passage.text, statement) for passage in near]))
    if len(answers) != len(near) or any(len(answer) != len(("yes", "neutral", "no")) for answer in answers):
        raise InputError("An entailment model answers with three probabilities for each pair.", field="entails")
    yes, no = (max(range(len(near)), key=lambda place: (answers[place][column], -place)) for column in (0, 2))
    if max(answers[yes][0], answers[no][2]) < SURE:
        reason = "No passage entails or contradicts it with enough certainty."
        return Check("entailed", "undecided", reason, (near[yes],), answers[yes][0], method=entails.method)
    if answers[yes][0] >= answers[no][2]:
        return Check(
            "entailed", "yes", "This passage entails it.", (near[yes],), answers[yes][0], method=entails.method
        )
    return Check("entailed", "no", "This passage contradicts it.", (near[no],), answers[no][2], method=entails.method)
