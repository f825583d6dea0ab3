"""``review``: whether the question is answered, and what reviewers say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.evidence import question
from xstilts.evidence.answer import answerability
from xstilts.evidence.reviewers import Case, assess
from xstilts.runners.reviews.kept import ANSWER, ASSESSMENT, CHECKED, TEXTS
from xstilts.store.payloads import ReviewPayload

if TYPE_CHECKING:
    from xstilts.runners.context import Context
    from xstilts.store.node import Node


def run(node: Node, context: Context) -> None:
    """Write the answer and the assessment."""
    asked = node.asked(ReviewPayload)
    checked, texts = CHECKED.read(context.parent("check")), TEXTS.read(context.parent("extract"))
    answer = answerability(question.read(asked.question), checked, texts)
    ANSWER.write(context.work, answer)
    ASSESSMENT.write(context.work, assess(Case(checked, answer, texts), asked.reviewers))
