"""What training data was measured to share with evaluated data, and which cells that marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.statistics.study_facts import covers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from xstilts.statistics.asked import Caution
    from xstilts.statistics.score_rows import Row

OVERLAP_COLUMNS = (
    "train_task", "train_language", "target", "language", "n_train", "n", "same_id", "same_text", "shared_ngram",
    "arms",
)  # fmt: skip
"""One row per evaluated language and language of the training data: the number of examples of each, the shares of the
evaluated ones in percent, and the arms that train on this data while ``none`` does not, joined by spaces."""

MARKED = 1.0
"""Percent of a target's items that an arm may share by id or whole text, in any language, without a mark."""
LEAKING = 10.0
"""Percent above which such a cell counts as leaking and stays out of the answer."""
MEASURED = "measured: "
"""How the message of a measured warning begins."""

_KNOWN = {"leak": ("degenerate", "leak"), "overlap": ("degenerate", "leak", "overlap")}
"""The codes that say as much already."""
_SAME = {"same_text": "the whole text", "same_id": "the id"}


def measured_warnings(rows: Iterable[Row], known: Iterable[Caution] = ()) -> list[Caution]:
    """The cells that share more than ``MARKED`` percent of their items with what their arm alone trains on.

    Shared n-grams mark nothing: they are common in related text that gives no answer away. A cell that the metadata
    already warn of gets no second mark, unless it is only now seen to leak.

    Args:
        rows: Dicts with ``OVERLAP_COLUMNS``.
        known: Warnings from metadata: ``{"code", "cell", "message"}``.

    Returns:
        One warning per arm and target at most, in the order of their first rows: ``code`` is ``leak`` above
        ``LEAKING`` percent, else ``overlap``; the message begins with ``MEASURED`` and names the worst language.
    """
    worst: dict[tuple[str, str], tuple[float, str]] = {}
    for row in rows:
        share, said = _largest(row)
        for arm in row["arms"].split():
            if share > worst.get((arm, row["target"]), (MARKED, ""))[0]:
                worst[arm, row["target"]] = (share, said)
    warned = list(known)
    found: list[Caution] = []
    for (arm, target), (share, said) in worst.items():
        code = "leak" if share > LEAKING else "overlap"
        if not _warned(warned, arm, target, _KNOWN[code]):
            cell = {"base": "*", "arm": arm, "target": target, "language": "*"}
            found.append({"code": code, "cell": cell, "message": f"{MEASURED}{said}"})
    return found


def _largest(row: Row) -> tuple[float, str]:
    share, what = max((float(row[name]), what) for name, what in _SAME.items())
    learned = f"{row['train_task']} in {row['train_language']}"
    return share, f"{share:.1f} % of the items in {row['language']} have {what} of an item of {learned}."


def _warned(known: Iterable[Caution], arm: str, target: str, codes: Collection[str]) -> bool:
    return any(warning["code"] in codes and covers(warning.get("cell"), "*", arm, target) for warning in known)
