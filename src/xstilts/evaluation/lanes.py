"""Forward passes side by side on a processor: one batch for each thread, instead of all threads on one batch.

A small matrix product gains little from a second thread; a second batch does. And what a batch gives then depends on no
number of threads: each is computed by one.
"""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import torch
    from transformers import PreTrainedModel

T = TypeVar("T")
R = TypeVar("R")


def side_by_side(
    encoder: PreTrainedModel,
    device: torch.device,
    prepared: Callable[[PreTrainedModel], Callable[[T], R]],
    items: Iterable[T],
) -> Iterator[tuple[T, R]]:
    """What ``prepared`` computes for each item, in the order of the items.

    Args:
        encoder: In evaluation mode. Each lane but the first has a copy of its modules around the same weights, so that
            hooks of one lane are not met by another.
        device: On an accelerator there is one lane.
        prepared: Called once for each lane with its encoder; gives the function that is called with items.
        items: What to compute; all are taken at once, and computed as lanes become free.

    Yields:
        Each item and its result.
    """
    import torch

    threads = torch.get_num_threads() if device.type == "cpu" else 1
    if threads == 1:
        compute = prepared(encoder)
        yield from ((item, compute(item)) for item in items)
        return
    free: SimpleQueue[Callable[[T], R]] = SimpleQueue()

    def one(item: T) -> tuple[T, R]:
        torch.set_num_threads(1)  # each thread keeps a number of its own
        compute = free.get()
        try:
            with torch.inference_mode():
                return item, compute(item)
        finally:
            free.put(compute)

    with _single_threaded(threads), ThreadPoolExecutor(threads) as pool:
        for own in [encoder, *(around_the_same_weights(encoder) for _ in range(threads - 1))]:
            free.put(prepared(own))
        yield from pool.map(one, items)


@contextmanager
def _single_threaded(threads: int) -> Iterator[None]:
    import torch

    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def around_the_same_weights(encoder: PreTrainedModel) -> PreTrainedModel:
    """A copy of the modules that shares every parameter and buffer."""
    module: Any = encoder
    shared = {id(tensor): tensor for tensor in (*module.parameters(), *module.buffers())}
    return copy.deepcopy(encoder, shared)
