"""Which items of a phase are seen in which language: a pure function of (seed, item ids). No torch, no state.

Shares are nested: with one seed, the items that are foreign at p = 0.25 are foreign at p = 0.5 too, so that arms which
differ in p differ in nothing else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from xstilts.errors import DataError, InputError
from xstilts.randomness import hash_ids, permutation, uniforms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

Sized: TypeAlias = "tuple[LanguageMixture | None, Mapping[str, int]]"
"""How the languages of a training set are mixed, and how many items each has."""

SWITCH = "+"
"""Between the pivot and another language: an item that is said in both (``sources/switched.py``)."""


@dataclass(frozen=True)
class LanguageMixture:
    """How much of a task's training data is in which language.

    Attributes:
        pivot: The pivot.
        languages: The other languages, without the pivot.
        share: Share of non-pivot items, in [0, 1].
        size: ``fixed``: round(share * N) of the pivot's N items are replaced; ``extra``: they come on top; ``all``:
            every item in every language.
        temperature: Over languages, positive; shares are n^(1/temperature) with n the items of a language.
        items: ``translations`` (ids are shared with the pivot) or ``native`` (every language has its own).
        code_switch: Share of the non-pivot items that are said in both languages; needs the items of ``pivot+code``.

    Raises:
        InputError: If a value is out of range.
    """

    pivot: str
    languages: tuple[str, ...]
    share: float
    size: Literal["fixed", "extra", "all"] = "fixed"
    temperature: float = 1.0
    items: Literal["translations", "native"] = "translations"
    code_switch: float = 0.0

    def __post_init__(self) -> None:
        for name in ("share", "code_switch"):
            if not 0 <= getattr(self, name) <= 1:
                raise InputError("must be between 0 and 1.", field=f"language_mix.{name}", value=getattr(self, name))
        if not (math.isfinite(self.temperature) and self.temperature > 0):
            raise InputError("must be positive.", field="language_mix.temperature", value=self.temperature)
        if not self.languages or self.pivot in self.languages or len(set(self.languages)) < len(self.languages):
            said = "must name at least one language, each once, and not the pivot."
            raise InputError(said, field="language_mix.languages", value=list(self.languages))

    @property
    def codes(self) -> tuple[str, ...]:
        """Every language whose data may be needed: the pivot, the others, and the pairs of code-switching."""
        # all items native and in other languages: the pivot has none, so its data are not asked for
        pivot = () if self.share == 1 and self.size == "fixed" and self.items == "native" else (self.pivot,)
        others = self.languages if self.share or self.size == "all" else ()
        pairs = tuple(self.pivot + SWITCH + code for code in others) if self.code_switch else ()
        return (*pivot, *others, *pairs)

    def to_json(self) -> dict[str, Any]:
        """All fields, defaults written out."""
        return {**vars(self), "languages": list(self.languages)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> LanguageMixture:
        """The inverse of :meth:`to_json`."""
        return cls(**{**values, "languages": tuple(values["languages"])})


def language_shares(mixture: LanguageMixture, sizes: Mapping[str, int]) -> dict[str, float]:
    """Share of each other language among the non-pivot items; sums to 1. ``sizes``: language to its items."""
    raw = {code: float(sizes[code]) for code in mixture.languages}
    largest = max(raw.values())
    # divided by the largest first: a small temperature must not overflow
    flat = {code: (n / largest) ** (1 / mixture.temperature) if n else 0.0 for code, n in raw.items()}
    total = math.fsum(flat.values())
    return {code: value / total for code, value in flat.items()}


def items_taken(mixture: LanguageMixture | None, sizes: Mapping[str, int]) -> int:
    """How many items :func:`chosen` takes in all; without a mixture all of every language.

    Args:
        mixture: The mixture, or None.
        sizes: Language to its items, for every one of ``mixture.codes``.
    """
    if mixture is None:
        return sum(sizes.values())
    if mixture.size == "all":
        return sum(sizes[code] for code in (mixture.pivot, *mixture.languages))
    whole = sizes[mixture.pivot] if mixture.pivot in mixture.codes else max(sizes[code] for code in mixture.languages)
    return whole + (round(mixture.share * whole) if mixture.size == "extra" else 0)


def taken_under(sets: Sequence[Sized], limit: int) -> int:
    """Items that training sets give in all where none of their languages has more than ``limit``."""
    return sum(
        items_taken(mixture, {code: min(n, limit) for code, n in sizes.items()}) for mixture, sizes in sets
    )  # fmt: skip


def largest_limit(sets: Sequence[Sized], wanted: int) -> int:
    """The largest limit under which training sets give at most ``wanted`` items in all; at least 1.

    Raises:
        DataError: If they have fewer items than that in all.
    """
    low, high = 1, max([1, *(n for _, sizes in sets for n in sizes.values())])
    most = taken_under(sets, high)
    if most < wanted:
        raise DataError(
            f"asks for {wanted} items; the arm that is to have as many has {most} in all.",
            field="to",
            value=wanted,
            hint="Let the larger of both arms be the one that is cut (of), and the smaller one the measure (to).",
        )
    while low < high:  # what is taken never falls as the limit grows
        middle = (low + high + 1) // 2
        low, high = (middle, high) if taken_under(sets, middle) <= wanted else (low, middle - 1)
    return low


def chosen(mixture: LanguageMixture, ids: Mapping[str, Sequence[str]], seed: int) -> dict[str, NDArray[np.int64]]:
    """The items of each language that the phase trains on.

    Args:
        mixture: The mixture.
        ids: Language to the ids of its items, for every one of ``mixture.codes``.
        seed: The phase seed.

    Returns:
        Language (or pair) to positions into its ids, ascending; languages without any are left out.

    Raises:
        DataError: If a translation lacks an item that it should give, or languages have too few items.
    """
    if mixture.size == "all":
        return {code: np.arange(len(ids[code])) for code in (mixture.pivot, *mixture.languages)}
    if mixture.items == "native":
        return _native(mixture, ids, seed)
    return _translations(mixture, ids, seed)


def _translations(
    mixture: LanguageMixture, ids: Mapping[str, Sequence[str]], seed: int
) -> dict[str, NDArray[np.int64]]:
    pivot = ids[mixture.pivot]
    hashed = hash_ids(pivot)
    wanted = round(mixture.share * len(pivot))
    # a prefix of one order: the items of a smaller share are among those of a larger one
    foreign = permutation(seed, "foreign", hashed, 0)[:wanted]
    spread = language_shares(mixture, {code: len(ids[code]) for code in mixture.languages}) if wanted else {}
    ends = np.cumsum(list(spread.values()))
    draws = uniforms(seed, "language", hashed, 0, 2)
    # rounding may leave the last end a little below 1, and a draw above it
    places = np.minimum(np.searchsorted(ends, draws[foreign, 0], side="right"), len(ends) - 1)
    # a draw of its own for each item, so that code_switch changes no item's language
    switched = draws[foreign, 1] < mixture.code_switch
    found: dict[str, NDArray[np.int64]] = {}
    for number, code in enumerate(spread):
        for name, among in ((code, ~switched), (mixture.pivot + SWITCH + code, switched)):
            rows = foreign[(places == number) & among]
            if len(rows):
                found[name] = _positions(name, [pivot[row] for row in rows], ids[name])
    kept = np.arange(len(pivot)) if mixture.size == "extra" else np.setdiff1d(np.arange(len(pivot)), foreign)
    return ({mixture.pivot: kept} if len(kept) else {}) | found


def _positions(code: str, wanted: Sequence[str], ids: Sequence[str]) -> NDArray[np.int64]:
    place = {identity: position for position, identity in enumerate(ids)}
    missing = [identity for identity in wanted if identity not in place]
    if missing:
        hint = "Translations share their ids with the pivot's items; use items: native for data of its own."
        raise DataError(f"has no translation of {missing[0]!r} ({len(missing)} missing).", field=code, hint=hint)
    return np.sort(np.array([place[identity] for identity in wanted], dtype=np.int64))


def _native(mixture: LanguageMixture, ids: Mapping[str, Sequence[str]], seed: int) -> dict[str, NDArray[np.int64]]:
    own = ids.get(mixture.pivot)
    # without the pivot, nothing else says how long the phase is to be
    total = len(own) if own is not None else max(len(ids[code]) for code in mixture.languages)
    wanted = round(mixture.share * total)
    quotas = _quotas(mixture, {code: len(ids[code]) for code in mixture.languages}, wanted) if wanted else {}
    if mixture.size == "fixed" and own is not None:
        quotas = {mixture.pivot: total - wanted, **quotas}
    elif own is not None:
        quotas = {mixture.pivot: total, **quotas}
    drawn = {
        code: np.sort(permutation(seed, f"native:{code}", hash_ids(ids[code]), 0)[:count])
        for code, count in quotas.items()
    }
    return {code: rows for code, rows in drawn.items() if len(rows)}


def _quotas(mixture: LanguageMixture, sizes: Mapping[str, int], wanted: int) -> dict[str, int]:
    """Items of each language: its share of ``wanted`` by largest remainders, what one lacks goes to the others."""
    if sum(sizes.values()) < wanted:
        said = f"have {sum(sizes.values())} items together; {wanted} are needed for a share of {mixture.share}."
        raise DataError(f"{', '.join(sizes)} {said}", field="language_mix", hint="Lower share or limit.")
    quotas = dict.fromkeys(sizes, 0)
    while (left := wanted - sum(quotas.values())) > 0:
        # a language that has given all it has takes no part in the next round
        room = {code: n for code, n in sizes.items() if quotas[code] < n}
        shares = language_shares(mixture, {code: sizes[code] if code in room else 0 for code in sizes})
        exact = {code: left * shares[code] for code in room}
        more = {code: min(int(exact[code]), room[code] - quotas[code]) for code in room}
        if not any(more.values()):  # fewer left than languages: the largest remainders, in the order of languages
            first = max(room, key=lambda code: exact[code])
            more = {first: 1}
        for code, count in more.items():
            quotas[code] += count
    return quotas
