"""What nodes of a review are asked for: search, screen, extract, propose, check, review, synthesise, judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from xstilts.store.payloads.form import Form


@dataclass(frozen=True)
class SearchPayload(Form):
    """Records on a question.

    Attributes:
        question: As asked.
        databases: Names of those that are asked, in order.
        records: Most records of each.
        first_year, last_year: Bounds; None for none.
        corpus: Hash of each file or folder of one's own, in order.
        cassette: Hash of the stored answers; "" for none.
    """

    node_kind: ClassVar[str] = "search"

    question: str
    databases: tuple[str, ...]
    records: int
    first_year: int | None = None
    last_year: int | None = None
    corpus: tuple[str, ...] = ()
    cassette: str = ""


@dataclass(frozen=True)
class ScreenPayload(Form):
    """Records merged to works, and which of these are kept for a question.

    Attributes:
        question: As asked.
        encoder: Fingerprint of the encoder that compares papers with the question; "" for none.
    """

    node_kind: ClassVar[str] = "screen"

    question: str
    encoder: str = ""


@dataclass(frozen=True)
class ExtractPayload(Form):
    """What the kept works say.

    Attributes:
        papers: Most works that are read.
        full_texts: Most works of which an open copy is read; 0 where none are stored.
        copies: Hash of the stored copies; "" for none.
    """

    node_kind: ClassVar[str] = "extract"
    node_version: ClassVar[int] = 2

    papers: int
    full_texts: int = 0
    copies: str = ""


@dataclass(frozen=True)
class ProposePayload(Form):
    """What a language model proposes of the texts that were read.

    Attributes:
        question: As asked.
        model: Its name, as its endpoint calls it.
        prompt: Name and version of what it is told.
    """

    node_kind: ClassVar[str] = "propose"

    question: str
    model: str
    prompt: str


@dataclass(frozen=True)
class CheckPayload(Form):
    """The findings nearest to a question, each checked.

    Attributes:
        question: As asked.
        findings: Most of them.
        claims: Ids of published claims that are checked beside them.
        entailment: Fingerprint of the model of entailment; "" for none.
        confidence: Hash of what the confidence was fitted on; "" for none.
    """

    node_kind: ClassVar[str] = "check"
    node_version: ClassVar[int] = 2

    question: str
    findings: int
    claims: tuple[str, ...] = ()
    entailment: str = ""
    confidence: str = ""


@dataclass(frozen=True)
class ReviewPayload(Form):
    """Whether the checked findings answer a question, and what reviewers say.

    Attributes:
        question: As asked.
        reviewers: Who reads beside the integrator.
    """

    node_kind: ClassVar[str] = "review"
    node_version: ClassVar[int] = 2

    question: str
    reviewers: tuple[str, ...]


@dataclass(frozen=True)
class SynthesisePayload(Form):
    """Effects put together, how certain the answer is, and whether enough was read.

    Attributes:
        recall: Share of the relevant works that is enough.
    """

    node_kind: ClassVar[str] = "synthesise"

    recall: float


@dataclass(frozen=True)
class JudgePayload(Form):
    """How right each stage was, where the truth is known.

    Attributes:
        seed: Of the lab's invented literature.
        literature: Its version.
        confidence: Hash of what the confidence was fitted on.
    """

    node_kind: ClassVar[str] = "judge"

    seed: int
    literature: str
    confidence: str


PAYLOADS = (
    SearchPayload, ScreenPayload, ExtractPayload, ProposePayload, CheckPayload, ReviewPayload, SynthesisePayload,
    JudgePayload,
)  # fmt: skip
REVIEW_KINDS = tuple(payload.node_kind for payload in PAYLOADS)
"""The kinds of node of a review, in their order."""
