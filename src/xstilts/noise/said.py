"""A noise as people write it: ``typo``, or with its severity ``typo:3``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xstilts.errors import InputError
from xstilts.noise.noise import NOISES, RATES, rate_of

if TYPE_CHECKING:
    from xstilts.noise.noise import Noise


class Said(NamedTuple):
    """A noise and its severity; None where none is written."""

    noise: Noise
    severity: int | None


def parse(text: str, field: str | None = None) -> Said:
    """What ``typo`` or ``typo:3`` means.

    Raises:
        UnknownNameError: If there is no such noise.
        InputError: If there is no such severity.
    """
    name, is_written, number = text.partition(":")
    noise = NOISES.get(name, field)
    if not is_written:
        return Said(noise, None)
    if not number.isdecimal():
        allowed = range(1, len(RATES))
        raise InputError(
            f"{number!r} is no severity.", field=field, value=text, allowed=allowed, hint=f"Write {name}:3."
        )
    rate_of(int(number), field)
    return Said(noise, int(number))
