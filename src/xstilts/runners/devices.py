"""Which GPUs of a machine are whose."""

from __future__ import annotations

import os
from pathlib import Path

DEVICES = "CUDA_VISIBLE_DEVICES"
"""The environment variable that says which GPUs a process sees."""
GPUS = "XSTILTS_GPUS"
"""The environment variable that says how many a machine has, where its system does not tell."""

_KNOWN_TO_THE_SYSTEM = Path("/proc/driver/nvidia/gpus")


def take_share(rank: int, of: int) -> None:
    """Let this process see its share of the GPUs alone; call it before a GPU is touched. See :func:`own_devices`."""
    own = shares(of)[rank]
    if own is not None:
        os.environ[DEVICES] = own


def shares(of: int) -> list[str | None]:
    """What :func:`take_share` would let each of so many processes see; None where there is no GPU."""
    return [own_devices(os.environ.get(DEVICES), _there(), rank, of) for rank in range(of)]


def own_devices(inherited: str | None, there: int, rank: int, of: int) -> str | None:
    """One share of the GPUs, as ``CUDA_VISIBLE_DEVICES`` names them; None to leave the variable as it is.

    What a scheduler granted is shared out and never widened: of 4 and 5, given to a job on a machine with eight, two
    workers get one each.

    Args:
        inherited: The variable as this process found it; None where it is not set.
        there: How many GPUs there are where it is not set.
        rank: Number of the share, from 0.
        of: How many shares there are.

    Returns:
        A contiguous part of the GPUs; with more shares than GPUs one GPU, that several have.

    Example:
        >>> own_devices("4,5,6,7", 0, 1, 2), own_devices(None, 2, 2, 4), own_devices(None, 0, 0, 4)
        ('6,7', '1', None)
    """
    names = [str(number) for number in range(there)]
    if inherited is not None:
        names = [name.strip() for name in inherited.split(",") if name.strip()]
    if not names:
        return None
    first, end = rank * len(names) // of, (rank + 1) * len(names) // of
    return ",".join(names[first : max(end, first + 1)])


def _there() -> int:
    """GPUs of this machine, told without a library that would touch them."""
    said = os.environ.get(GPUS, "")
    if said.isdigit():
        return int(said)
    return len(list(_KNOWN_TO_THE_SYSTEM.iterdir())) if _KNOWN_TO_THE_SYSTEM.is_dir() else 0
