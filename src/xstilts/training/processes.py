"""Several processes that train one phase: who does which micro-batch, and how gradients and losses are added up.

Every process has the whole model and all items of a step. It does its share of the micro-batches; then gradients are
summed over the processes, and all take the same optimizer step (data parallelism; Li et al. 2020, arXiv 2006.15704,
section 2). What a micro-batch draws and how its loss is normalised depends on its number in the step and on the counts
of the whole step, never on the process. So the processes change the order of additions and nothing else: with two
micro-batches in a step there is one order, and the weights are those of one process bit for bit.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    import torch
    from numpy.typing import NDArray
    from torch.distributed import Store  # type: ignore[attr-defined]

    LossPart = tuple[NDArray[np.int64], torch.Tensor]
    """Rows of the items of a micro-batch, and its part of the step's mean loss."""


@dataclass(frozen=True)
class Processes:
    """This process among those that train a phase; one alone needs no process group.

    Attributes:
        rank: Its number, from 0; number 0 writes snapshots and hands the model on.
        count: How many there are.
    """

    rank: int = 0
    count: int = 1

    def owner(self, number: int, of: int) -> int:
        """Which process does micro-batch ``number`` of a step with ``of``: each has a block of them, or none."""
        return next(rank for rank in range(self.count) if number < (rank + 1) * of // self.count)

    def owns(self, number: int, of: int) -> bool:
        """Whether this process does it."""
        return self.owner(number, of) == self.rank

    def add_up(self, parameters: Mapping[str, torch.nn.Parameter], parts: Sequence[LossPart]) -> list[LossPart]:
        """Sum gradients, in place, and losses over the processes.

        Args:
            parameters: All that are trained, in the same order everywhere. A gradient that no process has stays
                missing, since a gradient of zero is not the same to the optimizer.
            parts: The losses of all micro-batches, 0 where another process did them.

        Returns:
            The losses, of all micro-batches everywhere.
        """
        import torch
        from torch import distributed

        if self.count == 1:
            return list(parts)
        trained = list(parameters.values())
        device = trained[0].device
        have = torch.tensor([parameter.grad is not None for parameter in trained], dtype=torch.uint8, device=device)
        distributed.all_reduce(have, distributed.ReduceOp.MAX)
        sums = []
        for parameter, someone in zip(trained, have.tolist(), strict=True):
            if someone:
                if parameter.grad is None:
                    parameter.grad = torch.zeros_like(parameter)
                sums.append(distributed.all_reduce(parameter.grad, async_op=True))
        losses = torch.stack([loss for _, loss in parts])
        sums.append(distributed.all_reduce(losses, async_op=True))
        for one in sums:
            if one is not None:
                one.wait()
        return [(rows, loss) for (rows, _), loss in zip(parts, losses, strict=True)]

    def share(
        self, own: Mapping[int, torch.Tensor], shapes: Sequence[tuple[int, ...]], like: torch.Tensor
    ) -> list[torch.Tensor]:
        """The tensors of all micro-batches, sent by those who made them; no gradient flows through.

        Args:
            own: Number of the micro-batch to its tensor, of those that this process did.
            shapes: The shape of each one's tensor, in their order.
            like: Has their type and device.
        """
        import torch
        from torch import distributed

        found = []
        for number, shape in enumerate(shapes):
            empty = torch.empty(shape, dtype=like.dtype, device=like.device)
            tensor = own[number].detach().clone() if number in own else empty
            distributed.broadcast(tensor, self.owner(number, len(shapes)))
            found.append(tensor)
        return found


ALONE = Processes()
"""One process."""


@contextmanager
def process_group(backend: str, store: Store, me: Processes) -> Iterator[None]:
    """Within the block the processes can speak to one another, over loopback.

    Args:
        backend: ``gloo``, or ``nccl`` where each has a GPU of its own.
        store: Where they find one another.
        me: This process.
    """
    import os

    from torch import distributed

    if sys.platform == "linux":
        os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
        os.environ.setdefault("NCCL_SOCKET_IFNAME", "lo")
    distributed.init_process_group(backend, store=store, rank=me.rank, world_size=me.count)
    try:
        yield
    finally:
        distributed.destroy_process_group()
