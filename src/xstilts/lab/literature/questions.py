"""Questions to the invented literature, each with the answer that it allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.lab.literature.paper import Fact, Paper

Answer = Literal["answered", "partly", "not answered", "not answerable"]
METRICS = {"accuracy": "accuracy", "f1": "F1"}


@dataclass(frozen=True)
class Asked:
    """A question.

    Attributes:
        text: As asked.
        arm: Whose effect is asked for.
        target: On which task; a name that no task has makes the question one that cannot be answered.
        metric: In which metric.
        further: A factor that no paper varies; "" for none.
    """

    text: str
    arm: str
    target: str
    metric: str
    further: str = ""


def questions(names: dict[str, dict[str, str]]) -> tuple[Asked, ...]:
    """Questions on what was measured, on what nobody measured, and on what does not exist.

    Args:
        names: ``arms`` and ``targets`` as papers write them.
    """
    arms, targets = names["arms"], names["targets"]
    asked = [
        ("snli", "xcopa", "accuracy"),
        ("qqp", "xcopa", "accuracy"),
        ("snli", "udpos", "f1"),
        ("qqp", "xquad", "f1"),
        ("cosmosqa", "xcopa", "accuracy"),
        ("squad", "xnli", "accuracy"),
    ]
    found = [_plain(arms[arm], targets[target], metric, (arm, target)) for arm, target, metric in asked]
    found += [
        _plain("SNLI", "PAWS-X", "accuracy", ("snli", "pawsx")),
        _plain("HellaSwag", "XCOPA", "accuracy", ("hellaswag", "xcopa")),
        Asked(
            "Is the effect of intermediate training on SNLI on XCOPA accuracy robust under typos, in zero-shot "
            "cross-lingual transfer?",
            "snli",
            "xcopa",
            "accuracy",
            "noise",
        ),
        Asked(
            "Does the effect of intermediate training on SNLI on XCOPA accuracy grow with model size?",
            "snli",
            "xcopa",
            "accuracy",
            "scale",
        ),
        Asked(
            "Is the effect of intermediate training on SNLI on PAWS-X accuracy robust under typos, in zero-shot "
            "cross-lingual transfer?",
            "snli",
            "pawsx",
            "accuracy",
            "noise",
        ),
        Asked(
            "Does image captioning as an auxiliary task improve zero-shot cross-lingual transfer on XVNLI accuracy?",
            "captioning",
            "xvnli",
            "accuracy",
            "multimodal",
        ),
        _plain("SNLI", "XTREME-M", "accuracy", ("snli", "")),
        _plain("SNLI", "XCOPA-Z", "accuracy", ("snli", "")),
    ]
    return tuple(found)


def _plain(arm: str, target: str, metric: str, cell: tuple[str, str]) -> Asked:
    text = (
        f"Does intermediate training on {arm} improve zero-shot cross-lingual transfer on {target} over no "
        f"intermediate training, in {METRICS[metric]}?"
    )
    return Asked(text, *cell, metric)


def answer(asked: Asked, papers: Sequence[Paper]) -> Answer:
    """What the papers that can be relied on allow: their last editions, not withdrawn, where the lab bears them out.

    A fact on the very cell answers; one that misses only the arm or only the target answers in part. What is asked
    of a factor that no paper varies has no answer.
    """
    if not asked.target:
        return "not answerable"
    facts = [
        one.fact for paper in papers if not paper.retracted for one in paper.last.sentences() if one.holds and one.fact
    ]
    lacks = min((_lacks(fact, asked) for fact in facts), default=2)
    return "answered" if lacks == 0 else "partly" if lacks == 1 else "not answered"


def _lacks(fact: Fact, asked: Asked) -> int:
    """How much of the question a fact leaves open: arm and target; a factor that it does not vary leaves all open."""
    return 2 if asked.further else (fact.arm != asked.arm) + (fact.target != asked.target)
