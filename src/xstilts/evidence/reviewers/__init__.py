"""Reviewers with different mandates: they differ in what they compute, so what one finds another need not.

challenger     counter-evidence, scope, names that nothing bears
confirmer      traces every finding to its characters, computes its numbers again
methodologist  baseline, leaks, power, selection, spread, number of papers
integrator     scores by dimension, agreement and overlap, and the cap of an unanswered question
"""

from xstilts.evidence.reviewers.integrator import Assessment, Score, assess
from xstilts.evidence.reviewers.remark import Case, Remark

__all__ = ["Assessment", "Case", "Remark", "Score", "assess"]
