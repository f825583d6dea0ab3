"""Settings as tables write them: ``layer=2;pool=mono;pooling=mean``, ``k=v`` pairs sorted by key.

A setting says how vectors are made and compared (:data:`VECTOR_KEYS`), and under which variant of the task they were
searched (all other keys).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from xstilts.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

VECTOR_KEYS = ("layer", "layers", "pooling", "similarity", "space")
"""Keys of a setting that say how vectors are made and compared; they are chosen. All others are its variant."""

CHOSEN = "vectors"
FROZEN = "frozen"


def parse(setting: str) -> dict[str, str]:
    """The keys and values of a setting as tables write it (``k=v`` joined by ``;``); "" has none.

    Raises:
        InputError: If a part has no key or no ``=``.
    """
    found = {}
    for part in filter(None, setting.split(";")):
        key, is_one, value = part.partition("=")
        if not is_one or not key:
            raise InputError("A setting is k=v pairs joined by ';'.", field="setting", value=setting)
        found[key] = value
    return found


def written(values: Mapping[str, object]) -> str:
    """The setting with these keys and values, as tables write it: sorted by key."""
    return ";".join(f"{key}={value}" for key, value in sorted(values.items()))


@lru_cache(maxsize=65536)
def parted(setting: str) -> tuple[str, str]:
    """A setting's vectors and its variant, each written as a setting; ``vectors=frozen`` counts as vectors."""
    values = parse(setting)
    own = {key: value for key, value in values.items() if key in (*VECTOR_KEYS, CHOSEN)}
    return written(own), written({key: value for key, value in values.items() if key not in own})


def frozen(variant: str) -> str:
    """The setting of rows that repeat a measurement with the chosen vectors, under this variant."""
    return written({**parse(variant), CHOSEN: FROZEN})


def is_frozen(setting: str) -> bool:
    """Whether rows of this setting repeat those of the chosen vectors."""
    return f"{CHOSEN}={FROZEN}" in setting.split(";")


def natural(setting: str) -> list[tuple[int, str]]:
    """What settings are ordered by: as text, but numbers by their size, so that layer 2 stands before layer 10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", setting)]
