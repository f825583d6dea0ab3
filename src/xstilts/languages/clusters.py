"""Clusters: sets of languages that one property of the table puts together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from xstilts.errors import InputError, nearest
from xstilts.languages.table import Language, spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Clustering = Literal["family", "genus", "script", "order", "resource", "seen", "wikipedia"]

UNKNOWN = "unknown"
"""The cluster of the languages whose property the table does not know."""

WIKIPEDIA_SIZES = (
    (1_000_000, "1M articles or more"),
    (100_000, "100k to 1M"),
    (10_000, "10k to 100k"),
    (0, "below 10k"),
)
"""Lower bound (articles) and name of each Wikipedia cluster, largest first. The bounds are fixed, so that a language
stays in its cluster whichever other languages a study has."""


def clusters(codes: Iterable[object], by: Clustering) -> dict[str, tuple[str, ...]]:
    """Group languages by one property.

    Args:
        codes: BCP-47 codes; duplicates count once, and a pair ``context+question`` belongs with its context.
        by: ``family``, ``genus``, ``script``, ``order``, ``resource`` (the lab's own classes), ``seen`` (by the lab's
            bases) or ``wikipedia`` (size classes of ``WIKIPEDIA_SIZES``).

    Returns:
        Cluster name to its codes in the order given. Names are sorted, Wikipedia sizes from large to small,
        ``unknown`` last; every code is in exactly one cluster.

    Raises:
        InputError: If ``by`` is none of these.
        UnknownNameError: If a code is not in the table.
    """
    if by not in _NAMES:
        raise InputError(
            f"Languages cannot be clustered by {by!r}.",
            field="clusters",
            value=by,
            allowed=get_args(Clustering),
            hint=nearest(str(by), list(_NAMES)),
        )
    groups: dict[str, list[str]] = {}
    for code in dict.fromkeys(codes):
        groups.setdefault(_NAMES[by](spoken(code)[0]) or UNKNOWN, []).append(str(code))
    return {name: tuple(groups[name]) for name in sorted(groups, key=_rank)}


def _seen_name(language: Language) -> str | None:
    return {True: "seen", False: "unseen", None: None}[language.seen]


def _wikipedia_name(language: Language) -> str | None:
    articles = language.wikipedia_articles
    return None if articles is None else next(name for bound, name in WIKIPEDIA_SIZES if articles >= bound)


def _rank(name: str) -> tuple[bool, int, str]:
    sizes = [size for _, size in WIKIPEDIA_SIZES]
    return (name == UNKNOWN, sizes.index(name) if name in sizes else -1, name)


_NAMES: dict[str, Callable[[Language], str | None]] = {
    "family": lambda language: language.family,
    "genus": lambda language: language.genus,
    "script": lambda language: language.script,
    "order": lambda language: language.order,
    "resource": lambda language: language.resource,
    "seen": _seen_name,
    "wikipedia": _wikipedia_name,
}
