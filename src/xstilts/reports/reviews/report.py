"""All that a review's report says, read from the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xstilts.runners.reviews import kept

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.evidence.against_truth.score import CalibrationScore, StageScore
    from xstilts.evidence.answer import Answerability
    from xstilts.evidence.checked import Checked
    from xstilts.evidence.confidence import Opinion
    from xstilts.evidence.gate import Screened, Stop
    from xstilts.evidence.language_model import Proposed
    from xstilts.evidence.reviewers import Assessment
    from xstilts.evidence.synthesis import Certainty, Synthesis
    from xstilts.literature.databases import Asked
    from xstilts.literature.record import Record
    from xstilts.literature.text import Text
    from xstilts.literature.work import Work
    from xstilts.planning.reviews import ReviewPlan
    from xstilts.store.store import Store
    from xstilts.studies.review_spec import Review


@dataclass(frozen=True)
class ReviewReport:
    """A review, as its report tells it.

    Attributes:
        review: What was asked.
        nodes: What is known of each node: kind to provenance.
        log: What each database was asked.
        records: As they came.
        works: By id.
        screened: All works, best first.
        texts: Those that were read, by id of the work, best first.
        n_findings: Everything that these assert.
        checked: The claims, with their checks.
        opinions: Id of a claim to its confidence.
        answer: Whether the question is answered.
        assessment: What the reviewers say.
        effects: Put together.
        certainty: Of the answer.
        stop: Whether enough was read.
        commands: The command lines that give this report again.
        spent: Dollars of this run.
        stages: How right each stage was; empty where the truth is not known.
        proposed: What a language model proposed; None where none was asked.
    """

    review: Review
    nodes: Mapping[str, Mapping[str, Any]]
    log: Sequence[Asked]
    records: Sequence[Record]
    works: Mapping[str, Work]
    screened: Sequence[Screened]
    texts: Mapping[str, Text]
    n_findings: int
    checked: Sequence[Checked]
    opinions: Mapping[str, Opinion]
    answer: Answerability
    assessment: Assessment
    effects: Sequence[Synthesis]
    certainty: Certainty
    stop: Stop
    commands: Sequence[str]
    spent: float = 0.0
    stages: Sequence[StageScore | CalibrationScore] = ()
    proposed: Proposed | None = None

    @property
    def language_model(self) -> str:
        """Name of the language model, and what it was told; "" where none was asked."""
        told = self.nodes["propose"]["node"]["payload"] if "propose" in self.nodes else {}
        return f"{told['model']}, {told['prompt']}" if told else ""

    def sentences(self) -> list[str]:
        """What is said first."""
        told = self.assessment
        cap = f", capped at {told.cap:g} because of that" if told.uncapped > told.cap else ""
        return [
            f"{self.answer.sentence[:1].upper()}{self.answer.sentence[1:]}",
            f"Score {told.total:.1f}/10{cap}. Certainty: {self.certainty.level}.",
        ]

    def summary(self) -> dict[str, Any]:
        """For programs."""
        return {
            "answer": self.answer.verdict,
            "sentence": self.answer.sentence,
            "claims": len(self.checked),
            "verified": self.answer.verified,
            "bears": len(self.answer.whole) + len(self.answer.part),
            "score": round(self.assessment.total, 2),
            "certainty": self.certainty.level,
            "records": len(self.records),
            "works": len(self.works),
            "read": len(self.texts),
            "usd": self.spent,
        }


def report_of(plan: ReviewPlan, store: Store, commands: Sequence[str], spent: float = 0.0) -> ReviewReport:
    """Read the nodes of a review.

    Args:
        plan: Its nodes, all of which are stored.
        store: Where they lie.
        commands: The command lines that give this report again.
        spent: Dollars of this run.

    Raises:
        CorruptNodeError: If the bytes of a node are not those that were written.
    """
    at = {kind: plan.folder(store, kind) for kind in plan.nodes}
    return ReviewReport(
        review=plan.review,
        nodes={kind: store.provenance(node.key, kind) for kind, node in plan.nodes.items()},
        log=kept.LOG.read(at["search"]),
        records=kept.RECORDS.read(at["search"]),
        works={work.id: work for work in kept.WORKS.read(at["screen"])},
        screened=kept.SCREENED.read(at["screen"]),
        texts={text.work: text for text in kept.TEXTS.read(at["extract"])},
        n_findings=len(kept.FINDINGS.read(at["extract"])),
        checked=kept.CHECKED.read(at["check"]),
        opinions=kept.OPINIONS.read(at["check"]),
        answer=kept.ANSWER.read(at["review"]),
        assessment=kept.ASSESSMENT.read(at["review"]),
        effects=kept.EFFECTS.read(at["synthesise"]),
        certainty=kept.CERTAINTY.read(at["synthesise"]),
        stop=kept.STOP.read(at["synthesise"]),
        commands=commands,
        spent=spent,
        stages=kept.STAGES.read(at["judge"]) if "judge" in at else (),
        proposed=kept.PROPOSED.read(at["propose"]) if "propose" in at else None,
    )
