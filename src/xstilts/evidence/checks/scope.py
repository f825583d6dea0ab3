"""Does a finding bear on the question, facet by facet?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.evidence.checks.check import Check
from xstilts.evidence.lexicon import lexicon

if TYPE_CHECKING:
    from xstilts.evidence.finding import Finding
    from xstilts.evidence.question import Question

METHOD = "facets 2"
_KEY = ("factor", "data", "task", "metric", "language", "model", "resource")
_MANY = 2
_TREATMENT = "intermediate"
"""What the questions of this project vary first; a paper is about it by its title, its sentences need not repeat it."""


def in_scope(finding: Finding, question: Question, title: str = "") -> Check:
    """Whether a finding says something about what is asked.

    It bears on the question where it is a result (a number or a direction) and names every factor of the question and
    something on every other axis. It may bear on it where it lacks one other axis, or where the treatment stands in the
    paper's title alone. Without a factor of the question it says nothing of it, and a mere procedure never does.

    Args:
        finding: What a text says.
        question: What is asked.
        title: Of its paper.

    Returns:
        ``yes``, ``undecided`` (a result about part of the question) or ``no``, with each axis in the reason; ``score``
        is the share of the question's names that the finding has.
    """
    has: dict[str, set[str]] = {}
    for one in lexicon().mentions(finding.passage.text):
        has.setdefault(one.axis, set()).add(one.name)
    asked = {axis: names for axis in _KEY if (names := question.named(axis))}
    met = {axis: [name for name in names if name in has.get(axis, ())] for axis, names in asked.items()}
    lacking = {axis: [name for name in names if name not in met[axis]] for axis, names in asked.items()}
    total = sum(len(names) for names in asked.values())
    score = sum(len(names) for names in met.values()) / total if total else 0.0
    titled = _TREATMENT in lacking.get("factor", ()) and _TREATMENT in lexicon().named(title, "factor")
    said = "; ".join(_facet(axis, met[axis], lacking[axis]) for axis in asked) or "the question names no facet"
    said += f" (the title of the paper has {_TREATMENT})" if titled else ""
    if finding.kind not in ("number", "direction"):
        return Check("scope", "no", f"It is no result but a {finding.kind}. {said}.", score=score, method=METHOD)
    unmet = [axis for axis in asked if not met[axis] and axis != "factor"]
    factors = [name for name in lacking.get("factor", ()) if not (titled and name == _TREATMENT)]
    whole = not lacking.get("factor") and not unmet
    part = not factors and len(unmet) < min(_MANY, len(asked))
    verdict = "yes" if whole and asked else "undecided" if part else "no"
    return Check("scope", verdict, f"{said}.", (finding.passage,), score, method=METHOD)


def _facet(axis: str, met: list[str], lacking: list[str]) -> str:
    has, lacks = (f"{word} {', '.join(names)}" for word, names in (("has", met), ("lacks", lacking)))
    return f"{axis}: {', '.join(part for part, names in ((has, met), (lacks, lacking)) if names)}"
