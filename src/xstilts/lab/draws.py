"""A cheap stream of draws for one item: the same key gives the same draws, whatever else is generated."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from xstilts import randomness

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

_BLOCK = 64


class Draws:
    """Named uniforms, taken in blocks because single calls to ``numpy`` are slow.

    Args:
        purpose: What the draws are for.
        parts: Whatever else names the stream. The seed is always 0: the world never changes with a study's seed.
    """

    def __init__(self, purpose: str, *parts: str | int) -> None:
        self._generator = randomness.generator(0, f"lab-{purpose}", *parts)
        self._block: list[float] = []

    def uniform(self) -> float:
        """The next draw in [0, 1)."""
        if not self._block:
            self._block = self._generator.random(_BLOCK).tolist()
        return self._block.pop()

    def chance(self, probability: float) -> bool:
        """True with the given probability."""
        return self.uniform() < probability

    def pick(self, items: Sequence[T]) -> T:
        """One of ``items``, all equally likely."""
        return items[int(self.uniform() * len(items))]

    def weighted(self, weights: dict[T, float]) -> T:
        """One key of ``weights``, drawn in proportion to its value."""
        left = self.uniform() * sum(weights.values())
        for item, weight in weights.items():
            left -= weight
            if left < 0:
                return item
        return item

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in a drawn order."""
        keys = [self.uniform() for _ in items]
        return [items[i] for i in sorted(range(len(items)), key=keys.__getitem__)]
