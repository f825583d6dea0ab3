"""Does the source entail a statement? Rules on words and a model of entailment say so together.

The rules see a changed number, name or direction, which small models overlook; the model reads other wordings, of which
rules know nothing. A caller gives the model (:mod:`xstilts.evidence.checks.entailment_model` loads one); no torch here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from xstilts.errors import InputError
from xstilts.evidence import alignment
from xstilts.evidence.checks.check import Check
from xstilts.evidence.checks.wording import by_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.literature.text import Passage, Text

SURE = 0.5
"""Probability from which the model gives a verdict where the rules give none."""
DENIES = 0.9
"""Probability of a contradiction from which the model's word goes before rules that find nearly the same words."""
PASSAGES = 3


class Entails(Protocol):
    """A model of natural language inference."""

    @property
    def method(self) -> str:
        """Its name and fingerprint, for the check."""
        ...

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> Sequence[tuple[float, float, float]]:
        """Probabilities of (entailment, neutral, contradiction) for pairs of (passage, statement), in order."""
        ...


class _Read(NamedTuple):
    """What the model says of a statement: the best passage and probability for and against it."""

    entailing: Passage
    yes: float
    denying: Passage
    no: float


def entailed(statement: str, texts: Sequence[Text], entails: Entails | None) -> Check:
    """One statement, as :func:`all_entailed` judges it; ``not checked`` without a model."""
    if entails is None:
        return Check("entailed", "not checked", "Not run: no model of entailment was given.")
    return all_entailed([(statement, texts)], entails)[0]


def all_entailed(asked: Sequence[tuple[str, Sequence[Text]]], entails: Entails) -> list[Check]:
    """Whether passages near to each statement entail or contradict it; the deciding passage is the rationale.

    A number, name or direction that differs from the nearest passage's is ``no``, whatever the model says. Equal words
    are ``yes``, and the model is not asked. Nearly equal words are ``yes`` unless the model is sure of a contradiction.
    In all other wordings the model decides.

    Args:
        asked: Statements, each with its source.
        entails: The model; it is asked once, so that like lengths go together.

    Returns:
        One check each: ``yes`` or ``no``, ``undecided`` where the model is not sure, ``not found`` where no passage is
        near and the model entails it from none. ``score`` is the model's probability (of a contradiction for its
        ``no``); it is not calibrated.

    Raises:
        InputError: If the model does not answer with one triple per pair.
    """
    nearest = [alignment.best(statement, texts) for statement, texts in asked]
    near = [
        [] if best is None or best.equal else alignment.candidates(statement, texts, PASSAGES)
        for best, (statement, texts) in zip(nearest, asked, strict=True)
    ]
    pairs = [
        (passage.text, statement) for (statement, _), passages in zip(asked, near, strict=True) for passage in passages
    ]
    answers = list(entails(pairs)) if pairs else []
    if len(answers) != len(pairs) or any(len(answer) != len(("yes", "neutral", "no")) for answer in answers):
        raise InputError("An entailment model answers with three probabilities for each pair.", field="entails")
    left = iter(answers)
    checks = []
    for best, (_, texts), passages in zip(nearest, asked, near, strict=True):
        words = by_words(best, texts)
        read = _read(passages, [next(left) for _ in passages]) if passages else None
        checks.append(_judged(words, read, f"{words.method}, {entails.method}" if read else words.method))
    return checks


def _read(passages: Sequence[Passage], answers: Sequence[tuple[float, float, float]]) -> _Read:
    yes, no = (max(range(len(passages)), key=lambda place: (answers[place][column], -place)) for column in (0, 2))
    return _Read(passages[yes], answers[yes][0], passages[no], answers[no][2])


def _judged(words: Check, read: _Read | None, method: str) -> Check:
    """The verdict of the rules, and of the model where it is asked."""
    if read is None:
        return Check("entailed", words.verdict, words.reason, words.evidence, words.score, method=method)
    if words.verdict == "no" or (words.verdict == "yes" and read.no < DENIES):
        return Check("entailed", words.verdict, words.reason, words.evidence, read.yes, method=method)
    if read.no >= max(SURE, read.yes):
        reason = f"The model reads a contradiction in this passage ({read.no:.2f})."
        return Check("entailed", "no", reason, (read.denying,), read.no, method=method)
    if read.yes >= SURE:
        reason = f"The model reads it in this passage ({read.yes:.2f})."
        return Check("entailed", "yes", reason, (read.entailing,), read.yes, method=method)
    if words.verdict == "not found":
        return Check("entailed", "not found", words.reason, words.evidence, read.yes, method=method)
    reason = f"Neither the words nor the model decide it. {words.reason}"
    return Check("entailed", "undecided", reason, (read.entailing,), read.yes, method=method)
