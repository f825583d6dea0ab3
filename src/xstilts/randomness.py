"""All randomness of xstilts: draws = f(phase seed, purpose, example id, epoch).

Nothing here keeps state, so a run that was killed and continued draws what an uninterrupted run draws, and the
draws of one example do not depend on the order or number of the others. Two forms are offered: counter-based
uniforms for many examples at once (order, masks, noise), and a named ``numpy`` generator for everything else.

The mixing function is the finaliser of SplitMix64 (Steele, Lea & Flood 2014, "Fast splittable pseudorandom number
generators", section 3.4, constants of variant 13 of Stafford).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MIX1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX2 = np.uint64(0x94D049BB133111EB)


def stream_key(seed: int, purpose: str, *parts: str | int) -> int:
    """A 64-bit key for one named stream; the same arguments give the same key on every machine.

    Args:
        seed: The phase seed.
        purpose: What the draws are for (``order``, ``mask``, ``dropout`` …); streams of two purposes are unrelated.
        parts: Whatever else names the stream (task, epoch, step).
    """
    text = "\x1f".join([str(seed), purpose, *(f"{type(part).__name__}:{part}" for part in parts)])
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def generator(seed: int, purpose: str, *parts: str | int) -> np.random.Generator:
    """A ``numpy`` generator (Philox) for one named stream."""
    return np.random.Generator(np.random.Philox(key=stream_key(seed, purpose, *parts)))


def hash_ids(ids: Iterable[str]) -> NDArray[np.uint64]:
    """Example ids as 64-bit integers, shape ``(n,)``; computed once per data set and reused every epoch."""
    digests = b"".join(hashlib.blake2b(item.encode(), digest_size=8).digest() for item in ids)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    values = (values ^ (values >> np.uint64(30))) * _MIX1
    values = (values ^ (values >> np.uint64(27))) * _MIX2
    return values ^ (values >> np.uint64(31))


def uniforms(seed: int, purpose: str, ids: NDArray[np.uint64], epoch: int, draws: int = 1) -> NDArray[np.float64]:
    """Independent uniforms in [0, 1) for every example: a pure function of (seed, purpose, id, epoch, draw index).

    Args:
        seed: The phase seed.
        purpose: What the draws are for.
        ids: Hashed example ids, shape ``(n,)``, from :func:`hash_ids`.
        epoch: Which pass over the data.
        draws: How many draws each example gets; the first k draws do not depend on ``draws``.

    Returns:
        Shape ``(n, draws)``.
    """
    with np.errstate(over="ignore"):
        key = np.uint64(stream_key(seed, purpose, epoch))
        start = _mix(_mix(ids + key) ^ key)
        counter = (np.arange(draws, dtype=np.uint64) + np.uint64(1)) * _GAMMA
        mixed = _mix(start[:, None] + counter[None, :])
    return (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53


def permutation(seed: int, purpose: str, ids: NDArray[np.uint64], epoch: int) -> NDArray[np.int64]:
    """The order in which one epoch visits the examples, shape ``(n,)``.

    Examples are sorted by a draw that depends on their id alone, so removing one example never reorders the rest.
    """
    return np.lexsort((ids, uniforms(seed, purpose, ids, epoch)[:, 0]))
