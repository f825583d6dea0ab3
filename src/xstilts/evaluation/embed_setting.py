"""How a text becomes one vector: layers and pooling, as values that can be written in a study."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from xstilts.encoding.pooling import POOLINGS
from xstilts.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GROUP_BYTES = 2 * 2**30
"""Memory that the vectors of one pass may take unless the caller says otherwise."""


@dataclass(frozen=True)
class EmbedSetting:
    """How a text becomes one vector.

    Attributes:
        layer: 0 is the embedding layer, 1 … N the layers in turn, negative numbers count from the last (-1). "Index 13
            of 24" in XTREME's script is layer 14.
        pooling: A name of :data:`xstilts.encoding.pooling.POOLINGS`.
        layers: The hidden states of so many layers are averaged, ``layer`` being the last of them: 4 of layer 12 are
            the layers 9 … 12.

    Raises:
        InputError: If ``layer`` or ``layers`` is no such number, or there is no such pooling.
    """

    layer: int = -1
    pooling: str = "mean"
    layers: int = 1

    def __post_init__(self) -> None:
        _check_number("layer", self.layer, None)
        _check_number("layers", self.layers, 1)
        if self.pooling not in POOLINGS:
            raise InputError(
                f"There is no pooling called {self.pooling!r}.", field="pooling", value=self.pooling, allowed=POOLINGS
            )

    def span(self, depth: int) -> range:
        """The layers that are averaged, 0 … ``depth``.

        Raises:
            InputError: If an encoder of ``depth`` layers has not got them.
        """
        if not -depth - 1 <= self.layer <= depth:
            raise InputError(
                f"The encoder has {depth} layers.", field="layer", value=self.layer, allowed=[f"0 to {depth}"],
                hint=f"Negative numbers count from the last: -1 is layer {depth}.",
            )  # fmt: skip
        last = self.layer % (depth + 1)
        if self.layers > last + 1:
            raise InputError(
                f"There are not {self.layers} layers up to layer {last}, the embedding layer included.",
                field="layers", value=self.layers, allowed=[f"1 to {last + 1}"],
            )  # fmt: skip
        return range(last - self.layers + 1, last + 1)


def embed_setting(given: Mapping[str, Any]) -> EmbedSetting:
    """The vectors' part of a setting as studies write it (``{"layer": 14, "pooling": "mean", "similarity": "dot"}``).

    Only the fields of :class:`EmbedSetting` are read; what is left out keeps its default, and whether the other keys
    mean anything is the caller's to check.
    """
    return EmbedSetting(**{one.name: given[one.name] for one in fields(EmbedSetting) if one.name in given})


def groups(
    settings: Sequence[EmbedSetting], n: int, hidden: int, budget_bytes: int = GROUP_BYTES
) -> list[list[EmbedSetting]]:
    """Settings that one pass can serve within a memory: call :func:`xstilts.evaluation.embed_settings` on each group.

    Shallow settings come together, because a pass runs only as far as the deepest layer that it is asked for.

    Args:
        settings: Each once, or more often.
        n: Texts.
        hidden: Dimensions of a vector.
        budget_bytes: What the float32 vectors of a group may take; a setting that takes more is a group of its own.

    Returns:
        Every setting once, shallow ones first (negative layers after the others); no group is empty.
    """
    size = max(1, budget_bytes // max(1, 4 * n * hidden))
    ordered = sorted(dict.fromkeys(settings), key=lambda setting: (setting.layer < 0, setting.layer))
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]


def _check_number(name: str, value: object, least: int | None) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or (least is not None and value < least):
        allowed = ["whole numbers" if least is None else f"whole numbers from {least}"]
        raise InputError(
            f"{value!r} is no number of layers that can be used.", field=name, value=value, allowed=allowed
        )
