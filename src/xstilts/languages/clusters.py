"""Clusters: sets of languages that one property of the table puts together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from xstilts.errors import InputError, nearest
from xstilts.languages.table import Language, spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Clustering = Literal[
    "family", "genus", "script", "order", "joshi", "xtreme", "xtreme_r", "seen_mbert", "seen_xlmr", "resource", "seen",
    "wikipedia",
]  # fmt: skip

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
        by: A column of the table: ``family``, ``genus``, ``script``, ``order``, ``joshi`` (resource class),
            ``xtreme`` and ``xtreme_r`` (in the benchmark or not), ``seen_mbert`` and ``seen_xlmr`` (by that base in
            pretraining), ``resource`` (the lab's own classes), ``seen`` (by the lab's bases) or ``wikipedia`` (size
            classes of ``WIKIPEDIA_SIZES``).

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


def _answer(column: str, yes: str, no: str) -> Callable[[Language], str | None]:
    """Names the two clusters of a column of yes and no."""
    return lambda language: {True: yes, False: no, None: None}[getattr(language, column)]


def _joshi_name(language: Language) -> str | None:
    return None if language.joshi is None else f"class {language.joshi}"


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
    "joshi": _joshi_name,
    "xtreme": _answer("xtreme", "in XTREME", "not in XTREME"),
    "xtreme_r": _answer("xtreme_r", "in XTREME-R", "not in XTREME-R"),
    "seen_mbert": _answer("seen_mbert", "seen", "unseen"),
    "seen_xlmr": _answer("seen_xlmr", "seen", "unseen"),
    "resource": lambda language: language.resource,
    "seen": _answer("seen", "seen", "unseen"),
    "wikipedia": _wikipedia_name,
}
