"""Percentages and F1 in the very steps of the official scripts, so that the last bit and every printed decimal agree.

``100 * part / whole`` and ``part / whole * 100`` are equal in algebra only: of the 2,001 possible accuracies of 2,000
examples, 225 print another first decimal.
"""

from __future__ import annotations


def percent(part: float, whole: int) -> float:
    """``part`` of ``whole``, the share first and then times 100 (google-research/xtreme:evaluate.py, ``accuracy``)."""
    return part / whole * 100


def f1_of(shared: int, right: int, said: int) -> float:
    """F1 from the sizes of the overlap, of gold and of the predictions, in [0, 1]: 2 p r / (p + r); 0 without overlap.

    So in SQuAD's scripts, in MLQA's, in seqeval and in ``bucc_f1``.
    """
    if not shared:
        return 0.0
    precision, recall = shared / said, shared / right
    return 2 * precision * recall / (precision + recall)
