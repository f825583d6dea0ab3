"""Which GPUs of a machine are whose."""

from __future__ import annotations


def own_devices(inherited: str | None, there: int, rank: int, workers: int) -> str | None:
    """The GPUs of one worker, as ``CUDA_VISIBLE_DEVICES`` names them; None to leave the variable as it is.

    What a scheduler granted is shared out and never widened: of 4 and 5, given to a job on a machine with eight, two
    workers get one each.

    Args:
        inherited: The variable as the block found it; None where it is not set.
        there: How many GPUs there are where it is not set.
        rank: Number of the worker, from 0.
        workers: How many there are on the machine.

    Returns:
        A contiguous share of the GPUs; with more workers than GPUs one GPU, that several workers share.

    Example:
        >>> own_devices("4,5,6,7", 0, 1, 2), own_devices(None, 2, 2, 4), own_devices(None, 0, 0, 4)
        ('6,7', '1', None)
    """
    names = [name.strip() for name in inherited.split(",") if name.strip()] if inherited is not None else []
    if inherited is None:
        names = [str(number) for number in range(there)]
    if not names:
        return None
    first, end = rank * len(names) // workers, (rank + 1) * len(names) // workers
    return ",".join(names[first : max(end, first + 1)])
