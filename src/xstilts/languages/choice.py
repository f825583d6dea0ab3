"""Which languages a mix is made of: some of many, by a rule that only looks at the table.

Two languages are compared by four columns of the table: family, genus, script and order of subject, verb and object.
Their distance is the share of these on which they differ, among those that are known of both. It is coarse on purpose:
typological vectors (URIEL's) tell more, but their data are not installed everywhere, and a mix that is chosen by them
would be another one on another machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from xstilts.errors import InputError, nearest
from xstilts.languages.clusters import Clustering, clusters
from xstilts.languages.table import LANGUAGES, Language, get
from xstilts.randomness import hash_ids, permutation

if TYPE_CHECKING:
    from collections.abc import Iterable

Rule = Literal["first", "closest", "diverse", "random"]

FEATURES = ("family", "genus", "script", "order")
"""The columns of the table in which two languages are compared."""

_AT_LEAST = 2  # features known of both, or a distance would rest on one


def feature_distance(first: str, second: str) -> float:
    """The share of ``FEATURES`` on which two languages differ, from 0 (alike) to 1, among those known of both.

    Raises:
        InputError: If fewer than two of them are known of both.
        UnknownNameError: If a code is not in the table.
    """
    one, other = get(first), get(second)
    known = _known(one, other)
    if len(known) < _AT_LEAST:
        told = f"only {' and '.join(known)}" if known else "none"
        raise InputError(
            f"{first!r} and {second!r} cannot be compared: of {', '.join(FEATURES)} the table knows {told} of both.",
            field="languages", value=second, hint="Name the languages one by one, or choose by first or random.",
        )  # fmt: skip
    return sum(1 for name in known if getattr(one, name) != getattr(other, name)) / len(known)


def _known(first: Language, second: Language) -> list[str]:
    return [name for name in FEATURES if getattr(first, name) is not None and getattr(second, name) is not None]


def choose(
    codes: Iterable[str], count: int, rule: Rule, pivot: str, without: Iterable[str] | None = None, seed: int = 0
) -> tuple[str, ...]:
    """Choose the languages of a mix.

    Args:
        codes: BCP-47 codes to choose from; duplicates count once, and the pivot is never chosen.
        count: How many, at least 1.
        rule: ``first``: in the order of the table. ``closest``: those nearest to the pivot. ``diverse``: the one
            farthest from the pivot, then again and again the one whose nearest chosen language is farthest. ``random``:
            drawn by ``seed``; a language's draw does not depend on the other candidates. The first k of a choice of
            more than k are the choice of k, so larger mixes hold the smaller ones. Ties go by the order of the table.
        pivot: The language of the training data.
        without: Codes to leave out.
        seed: Of ``random`` alone.

    Returns:
        The codes in the order of their choice.

    Raises:
        InputError: If there is no such rule, ``count`` is below 1 or more than there are candidates, or two languages
            that must be compared have fewer than two known features in common.
        UnknownNameError: If a code is not in the table.
    """
    if rule not in get_args(Rule):
        raise InputError(
            f"Languages cannot be chosen by {rule!r}.",
            field="rule", value=rule, allowed=get_args(Rule), hint=nearest(str(rule), get_args(Rule)),
        )  # fmt: skip
    candidates = _candidates(codes, {get(pivot).code, *(without or ())})
    if not 1 <= count <= len(candidates):
        raise InputError(
            f"{count} languages cannot be chosen from {len(candidates)}.",
            field="count", value=count, allowed=range(1, len(candidates) + 1),
        )  # fmt: skip
    if rule == "closest":
        candidates.sort(key=lambda code: feature_distance(pivot, code))
    elif rule == "random":
        candidates = [candidates[i] for i in permutation(seed, "languages", hash_ids(candidates), 0)]
    elif rule == "diverse":
        candidates = _spread(candidates, count, pivot)
    return tuple(candidates[:count])


def _candidates(codes: Iterable[str], barred: set[str]) -> list[str]:
    """In the order of the table."""
    wanted = {get(code).code for code in codes} - barred
    return [code for code in LANGUAGES.names() if code in wanted]


def _spread(candidates: list[str], count: int, pivot: str) -> list[str]:
    """Greedy max-min: each next language is the one whose nearest chosen language is farthest."""
    left = {code: feature_distance(pivot, code) for code in candidates}
    chosen: list[str] = []
    while len(chosen) < count:
        found = max(left, key=left.__getitem__)
        del left[found]
        # the pivot says which comes first; from then on the chosen ones are compared among themselves
        left = {
            code: feature_distance(found, code) if not chosen else min(nearest_yet, feature_distance(found, code))
            for code, nearest_yet in left.items()
        }
        chosen.append(found)
    return chosen


def leave_out(codes: Iterable[str], by: Clustering, value: str) -> tuple[str, ...]:
    """The languages outside one cluster, for mixes that leave a family out.

    Args:
        codes: BCP-47 codes; duplicates count once.
        by: A clustering, as in :func:`clusters`.
        value: Name of the cluster, as :func:`clusters` gives it (``Germanic``, ``Latn``, ``unseen``).

    Returns:
        The other codes in the order given.

    Raises:
        InputError: If no code is in such a cluster.
        UnknownNameError: If a code is not in the table.
    """
    given = tuple(dict.fromkeys(codes))
    found = clusters(given, by)
    if value not in found:
        raise InputError(
            f"None of these languages has the {by} {value!r}.",
            field="leave_out", value=value, allowed=found, hint=nearest(str(value), list(found)),
        )  # fmt: skip
    return tuple(code for code in given if code not in found[value])
