"""torch's generator, borrowed for one purpose at a time and given back as it was."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from xstilts.randomness import stream_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch


@contextmanager
def seeded(seed: int, purpose: str, *parts: str | int, device: torch.device | None = None) -> Iterator[None]:
    """Everything torch draws inside is a function of the arguments; outside nothing changes.

    Args:
        seed: The phase seed.
        purpose: What the draws are for (``head``, ``dropout``).
        parts: Whatever else names the stream.
        device: An accelerator that draws too; None or the CPU for none.
    """
    import torch

    accelerators = [device] if device is not None and device.type != "cpu" else []
    with torch.random.fork_rng(devices=accelerators):
        torch.manual_seed(stream_key(seed, purpose, *parts) >> 1)  # torch takes signed 64-bit seeds
        yield
