"""Which texts a query is compared with: the translations of one language pair, or candidates in many languages.

The texts of all languages of a target lie end to end, and a search names its queries and candidates by their places
there; so each text becomes a vector once, however many searches it takes part in.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    Examples = Mapping[str, Any]
    Places = NDArray[np.int64]

HELD_OUT = "held-out"
"""The pool of the languages by which vectors are chosen."""

SHARED = ""
"""The language of candidates that are the same for all languages."""


@dataclass(frozen=True)
class Texts:
    """The texts of a target in all its languages.

    Attributes:
        ids, roles, gold: Of each text, as in the retrieval columns.
        languages: Of each text; ``SHARED`` for candidates that are the same for all languages.
        rows: For each language the rows of its examples that are among the texts, in the order of the texts.
        shared: Whether candidates are the same for all languages.
    """

    ids: Sequence[str]
    roles: NDArray[np.str_]
    gold: Sequence[Sequence[str]]
    languages: NDArray[np.str_]
    rows: Mapping[str, Places]
    shared: bool

    def sides(self) -> dict[tuple[str, str], Places]:
        """(language, role) to the places of the texts of that side."""
        found = {}
        for language in dict.fromkeys(self.languages.tolist()):
            for role in ("query", "candidate"):
                places = np.flatnonzero((self.languages == language) & (self.roles == role))
                if len(places):
                    found[language, role] = places
        return found


@dataclass(frozen=True)
class Search:
    """One language's queries and what they are compared with.

    Attributes:
        language: The language of the queries (of a pair, the one that is not the pivot).
        queries: Places of the queries.
        candidates: Places of the candidates, in the order of their ids.
        gold: Ids of the right candidates of each query.
        own: Of the pool of all languages, whether each candidate is in the queries' language; None elsewhere.
    """

    language: str
    queries: Places
    candidates: Places
    gold: Sequence[Sequence[str]]
    own: NDArray[np.bool_] | None


def collect(parts: Mapping[str, Examples], *, shared: bool = False) -> Texts:
    """The texts of all languages of a target.

    Args:
        parts: Language to its examples in the retrieval columns.
        shared: Whether candidates are the same for all languages; each id is then taken once.

    Raises:
        DataError: If a language has no query or no candidate, or a query names a candidate that is not there.
    """
    ids: list[str] = []
    roles: list[str] = []
    gold: list[Sequence[str]] = []
    languages: list[str] = []
    rows: dict[str, Places] = {}
    met: set[str] = set()
    told: dict[str, str] = {}
    for language, examples in parts.items():
        own_ids, own_roles, own_gold = (list(examples[name]) for name in ("id", "role", "gold"))
        _check(language, own_ids, own_roles, own_gold)
        kept = [
            row
            for row, (identity, role) in enumerate(zip(own_ids, own_roles, strict=True))
            if not (shared and role == "candidate" and identity in met)
        ]
        if shared:
            _check_same(examples, own_ids, own_roles, told)
        met.update(identity for identity, role in zip(own_ids, own_roles, strict=True) if role == "candidate")
        rows[language] = np.array(kept, dtype=np.int64)
        ids += [own_ids[row] for row in kept]
        roles += [own_roles[row] for row in kept]
        gold += [own_gold[row] for row in kept]
        languages += [SHARED if shared and own_roles[row] == "candidate" else language for row in kept]
    return Texts(ids, np.array(roles), gold, np.array(languages), rows, shared)


def _check_same(examples: Examples, ids: Sequence[str], roles: Sequence[str], told: dict[str, str]) -> None:
    """Refuse a shared candidate with two texts; ``told`` is added to."""
    for identity, role, text in zip(ids, roles, examples["text"], strict=True):
        if role == "candidate" and told.setdefault(identity, text) != text:
            raise DataError(f"The candidate {identity!r} has two texts; it must be one for all languages.", field="id",
                            value=identity)  # fmt: skip


def _check(language: str, ids: Sequence[str], roles: Sequence[str], gold: Sequence[Sequence[str]]) -> None:
    candidates = {identity for identity, role in zip(ids, roles, strict=True) if role == "candidate"}
    n_queries = sum(role == "query" for role in roles)
    if not n_queries or not candidates:
        said = f"Retrieval needs queries and candidates, here are {n_queries} and {len(candidates)}"
        raise DataError(f"{said}{f' in {language}' if language else ''}.", field="role")
    for identity, role, right in zip(ids, roles, gold, strict=True):
        lost = [name for name in right if name not in candidates] if role == "query" else []
        if lost:
            raise DataError(
                f"The query {identity!r} names {lost[0]!r} as right, which is no candidate"
                f"{f' in {language}' if language else ''}.",
                field="gold",
                value=lost[0],
                hint="The ids of gold and candidates must be of one release, and no right candidate may be cut.",
            )


def searches(texts: Texts, variant: Mapping[str, str], held_out: Collection[str] = ()) -> Iterator[Search]:
    """The searches of every language under one variant.

    Args:
        texts: The texts.
        variant: ``{"pool": "multilingual" | "cross" | "mono"}``: all candidates, those in other languages than the
            query's, or those in its own; ``{"pool": "held-out"}``: queries and candidates of the held-out languages
            alone, so that vectors are chosen without a look at any other; ``{"queries": "other"}``: each language's
            candidates ask, and its queries are what is found; neither: each language's queries and candidates.
        held_out: The languages of the pool ``held-out``.

    Raises:
        DataError: If candidates in two languages of one pool have the same id.
    """
    asks, offers = ("candidate", "query") if variant.get("queries") == "other" else ("query", "candidate")
    order = np.array(sorted(range(len(texts.ids)), key=texts.ids.__getitem__), dtype=np.int64)
    pool = variant.get("pool", "")
    offered = order[texts.roles[order] == offers]
    if pool == HELD_OUT:
        offered = offered[np.isin(texts.languages[offered], list(held_out))]
    gold = _gold_of_all(texts) if pool else texts.gold
    turned = _turned(texts) if asks == "candidate" else {}
    if pool and pool != "mono":
        _check_apart(texts, offered)
    for language in held_out if pool == HELD_OUT else texts.rows:
        queries = np.flatnonzero((texts.roles == asks) & (texts.languages == language))
        own = np.isin(texts.languages[offered], [language, SHARED])
        inside = {"multilingual": np.ones_like(own), HELD_OUT: np.ones_like(own), "cross": ~own}.get(pool, own)
        candidates = offered[inside]
        if asks == "candidate":
            queries = np.array([place for place in queries if place in turned], dtype=np.int64)
            right = [turned[place] for place in queries.tolist()]
        else:
            there = {texts.ids[place] for place in candidates.tolist()} if pool else None
            right = [[name for name in gold[place] if there is None or name in there] for place in queries.tolist()]
        if len(queries) and len(candidates):
            yield Search(language, queries, candidates, right, own if pool == "multilingual" else None)


def _check_apart(texts: Texts, candidates: Places) -> None:
    """Candidates are in the order of their ids, so equal ones are neighbours."""
    for one, other in pairwise(candidates.tolist()):
        if texts.ids[one] == texts.ids[other]:
            where = sorted({str(texts.languages[one]), str(texts.languages[other])})
            raise DataError(
                f"The candidate id {texts.ids[one]!r} occurs twice in one pool, in {' and '.join(where)}.",
                field="id",
                value=texts.ids[one],
                hint="Candidates of different languages need different ids.",
            )


def _gold_of_all(texts: Texts) -> list[Sequence[str]]:
    """The right candidates of each query in all languages: queries with one id ask the same in each of them."""
    union: dict[str, list[str]] = defaultdict(list)
    for identity, role, right in zip(texts.ids, texts.roles.tolist(), texts.gold, strict=True):
        if role == "query":
            union[identity] += [name for name in right if name not in union[identity]]
    return [union.get(identity, []) for identity in texts.ids]


def _turned(texts: Texts) -> dict[int, list[str]]:
    """Place of a candidate to the ids of the queries that it is right for, within its language."""
    places = {
        (language, identity): place
        for place, (language, identity, role) in enumerate(
            zip(texts.languages.tolist(), texts.ids, texts.roles.tolist(), strict=True)
        )
        if role == "candidate"
    }
    found: dict[int, list[str]] = defaultdict(list)
    for place, (language, right) in enumerate(zip(texts.languages.tolist(), texts.gold, strict=True)):
        if texts.roles[place] == "query":
            for name in right:
                found[places[language, name]].append(texts.ids[place])
    return dict(found)
