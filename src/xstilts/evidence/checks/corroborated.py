"""Do other works say the same, or the contrary?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.evidence.checks.check import Check
from xstilts.evidence.conflicts import compare

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xstilts.evidence.finding import Finding

METHOD = "pairs of findings 2"


def corroborated(finding: Finding, others: Iterable[Finding]) -> Check:
    """What findings of other works say of a finding; unrelated ones change nothing.

    Returns:
        ``yes`` where another work agrees and none contradicts within the same scope; ``no`` where one contradicts and
        none agrees; ``undecided`` where both happen, or the scope differs; ``not found`` where nobody speaks of it.
    """
    related = [(other, pair) for other in others if (pair := compare(finding, other))]
    related.sort(key=lambda entry: (entry[1].relation, entry[0].id))
    by = {
        kind: [other for other, pair in related if pair.relation == kind]
        for kind in ("agree", "conflict", "different scope")
    }
    evidence = tuple(other.passage for other, _ in related)
    if not related:
        return Check("corroborated", "not found", "No other work that was read speaks of it.", method=METHOD)
    said = "; ".join(
        f"{_WORDS[kind]}: {', '.join(dict.fromkeys(o.passage.work for o in own))}" for kind, own in by.items() if own
    )
    if by["agree"] and not by["conflict"]:
        return Check("corroborated", "yes", f"{said}.", evidence, method=METHOD)
    if by["conflict"] and not by["agree"]:
        return Check("corroborated", "no", f"{said}.", evidence, method=METHOD)
    return Check("corroborated", "undecided", f"{said}.", evidence, method=METHOD)


_WORDS = {"agree": "agree", "conflict": "contradict it", "different scope": "speak of something else"}
