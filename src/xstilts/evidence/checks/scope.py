"""Does a finding bear on the question, facet by facet?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.evidence.checks.check import Check
from xstilts.evidence.lexicon import lexicon

if TYPE_CHECKING:
    from xstilts.evidence.finding import Finding
    from xstilts.evidence.question import Question

METHOD = "facets 1"
_KEY = ("factor", "data", "task", "metric", "language", "model", "resource")
_MANY = 2
_TREATMENT = "intermediate"
"""Where a question asks what this does, a finding without it says nothing of it, whatever else both name."""


def in_scope(finding: Finding, question: Question) -> Check:
    """Whether a finding says something about what is asked.

    It bears on the question where it is a result (a number or a direction) and names every factor of the question. It
    may bear on it where it lacks one axis, or a factor other than intermediate training; a mere procedure never does.

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
    said = "; ".join(_facet(axis, met[axis], lacking[axis]) for axis in asked) or "the question names no facet"
    if finding.kind not in ("number", "direction"):
        return Check("scope", "no", f"It is no result but a {finding.kind}. {said}.", score=score, method=METHOD)
    unmet = [axis for axis in asked if not met[axis]]
    whole = not lacking.get("factor") and not unmet
    treated = _TREATMENT not in asked.get("factor", ()) or _TREATMENT in met["factor"]
    part = treated and bool(met.get("factor") or ("factor" not in asked and len(unmet) < len(asked)))
    verdict = "yes" if whole and asked else "undecided" if part and len(unmet) < _MANY else "no"
    return Check("scope", verdict, f"{said}.", (finding.passage,), score, method=METHOD)


def _facet(axis: str, met: list[str], lacking: list[str]) -> str:
    has, lacks = (f"{word} {', '.join(names)}" for word, names in (("has", met), ("lacks", lacking)))
    return f"{axis}: {', '.join(part for part, names in ((has, met), (lacks, lacking)) if names)}"
