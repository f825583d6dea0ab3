"""The nodes of a review: search → screen → extract → check → review → synthesise.

With a language model ``propose`` comes before ``check``; in the lab ``judge`` comes last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xstilts.evidence import confidence, language_model, question
from xstilts.evidence.checks.entailment_model import fingerprint
from xstilts.lab import literature
from xstilts.literature.copies.places import is_of_copies
from xstilts.planning.reviews.verdicts import studies_that_speak
from xstilts.store.node import Cost, Node
from xstilts.store.payloads import (
    CheckPayload,
    ExtractPayload,
    JudgePayload,
    ProposePayload,
    ReviewPayload,
    Runtime,
    ScreenPayload,
    SearchPayload,
    SynthesisePayload,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from xstilts.planning.reviews.places import Held
    from xstilts.store.payloads import Form
    from xstilts.store.store import Store
    from xstilts.studies.review_spec import Review


@dataclass(frozen=True)
class ReviewPlan:
    """The nodes of a review.

    Attributes:
        review: What is asked.
        held: What it finds on this machine.
        nodes: Kind to node, parents before children.
    """

    review: Review
    held: Held
    nodes: Mapping[str, Node]

    def folder(self, store: Store, kind: str) -> Path:
        """Where a node of it lies, every byte checked."""
        return store.read(self.nodes[kind].key, kind)

    def to_json(self, store: Store) -> list[dict[str, Any]]:
        """Its nodes with what is stored."""
        return [
            {
                "key": node.key,
                "kind": kind,
                "label": node.label,
                "parents": sorted(set(node.parents.values())),
                "cached": store.has(node.key, kind),
            }
            for kind, node in self.nodes.items()
        ]


def plan_review(review: Review, held: Held, store: Store) -> ReviewPlan:
    """The chain of a review's nodes; studies in the store that speak of published claims are parents of its checks.

    Raises:
        InputError: If the question says nothing that is known, or a file of the corpus is not there.
        ModelError: If the model of entailment or the encoder is none.
    """
    asks, where = question.read(review.question).text, _runtime(held)
    nodes: dict[str, Node] = {}

    def add(payload: Form, label: str, *parents: str, studies: Mapping[str, str] | None = None) -> None:
        of = {kind: nodes[kind].key for kind in parents} | dict(studies or {})
        nodes[payload.node_kind] = Node.of(payload, f"{label}, review {review.name}", of, Cost(), where)

    years, limits = review.years, review.limits
    model = fingerprint(held.entailment) if held.entailment else ""
    model_name = language_model.SERVICE.name
    answers = held.cassette.digest(lambda name: not (is_of_copies(name) or name.startswith(model_name)))
    copies = held.cassette.digest(is_of_copies) if review.lab is None and limits.full_texts else ""
    add(SearchPayload(asks, held.databases, limits.records, years.first, years.last, held.hashes(), answers), "search")
    add(ScreenPayload(asks, fingerprint(held.encoder) if held.encoder else ""), "screening", "search")
    add(ExtractPayload(limits.papers, limits.full_texts if copies else 0, copies), "extraction", "screen")
    if held.language_model is not None:
        add(ProposePayload(asks, held.language_model.name, language_model.PROMPT), "proposals", "extract")
    add(
        CheckPayload(asks, limits.claims, review.claims, model, confidence.packaged().fitted_on),
        "checks", "screen", "extract", *(["propose"] if held.language_model is not None else []),
        studies=studies_that_speak(store),
    )  # fmt: skip
    add(ReviewPayload(asks, review.reviewers), "reviewers", "check", "extract")
    add(SynthesisePayload(review.thresholds.recall), "synthesis", "screen", "extract", "check", "review")
    if review.lab is not None:
        fitted = confidence.packaged().fitted_on
        add(JudgePayload(review.lab, literature.VERSION, fitted), "truth", "screen", "extract", "check")
    return ReviewPlan(review, held, nodes)


def _runtime(held: Held) -> Runtime:
    """Where the nodes find what lies on this machine, and whom they may ask."""

    def path(folder: Path | None) -> str:
        return str(folder.resolve()) if folder else ""

    stored = held.cassette.folder if held.cassette.mode != "off" else None
    return Runtime(
        corpus=tuple(map(str, held.corpus)),
        cassette=str(stored) if stored else "",
        entailment=path(held.entailment),
        encoder=path(held.encoder),
        language_model=held.language_model.base if held.language_model else "",
        answers=str(held.answers.folder) if held.answers.folder else "",
        asks=held.answers.mode == "record",
    )
