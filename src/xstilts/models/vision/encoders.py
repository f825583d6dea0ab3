"""The image encoders: each turns a square picture into a grid of vectors. No torch here, but in what they load."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from xstilts.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

PLACES = 2
"""Sides of a grid: each vector ends with a one at its row, and one at its column, of as many numbers as a side has."""


class Look(Protocol):
    """What an image encoder does."""

    def __call__(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Pictures, uint8, shape ``(n, side, side, 3)``, to grids, float32, shape ``(n, grid * grid, channels)``."""
        ...


@dataclass(frozen=True)
class ImageEncoder:
    """One image encoder.

    Attributes:
        name: The name used in studies.
        title: What it is, for people.
        side: Pixels of a picture's side.
        grid: Vectors along a side.
        channels: Numbers that it gives for each cell, before those that say where the cell is.
        module: Module beside this one whose ``look()`` makes it; ``look`` raises where something is missing.
        version: Raised when it gives other numbers.
        weights: The sha256 of the file of its weights; "" for none.
        licence: Of the weights; "" for none.
    """

    name: str
    title: str
    side: int
    grid: int
    channels: int
    module: str
    version: int = 1
    weights: str = ""
    licence: str = ""

    @property
    def cells(self) -> int:
        """Vectors of a picture."""
        return self.grid * self.grid

    @property
    def width(self) -> int:
        """Numbers of a vector, those that say where it is included."""
        return self.channels + PLACES * self.grid

    def fingerprint(self) -> Mapping[str, int | str]:
        """All that can change a grid, as JSON."""
        said: dict[str, int | str] = {
            "encoder": self.name,
            "version": self.version,
            "side": self.side,
            "grid": self.grid,
        }
        return said | ({"weights": self.weights} if self.weights else {})

    def load(self) -> Look:
        """The encoder, ready to look at pictures.

        Raises:
            ModelError: If its weights are not there, or are others than the known ones.
        """
        made = import_module(f"xstilts.models.vision.{self.module}")
        return cast("Look", made.look(self))


IMAGE_ENCODERS: Registry[ImageEncoder] = Registry("image encoder")
"""Every image encoder."""

_PATCH = 8 * 8 * 3

for _encoder in (
    ImageEncoder("patches", "pixels: a picture cut into 7 x 7 patches of 8 x 8 colours, without weights",
                 side=56, grid=7, channels=_PATCH, module="patches"),
    ImageEncoder("lab-patches", "pixels of the lab's drawings: 6 x 6 patches of 8 x 8 colours, without weights",
                 side=48, grid=6, channels=_PATCH, module="patches"),
    ImageEncoder("efficientnet-lite0", "EfficientNet-Lite0 trained on ImageNet: its last 7 x 7 map of 1,280 numbers",
                 side=224, grid=7, channels=1280, module="efficientnet",
                 weights="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db", licence="Apache-2.0"),
):  # fmt: skip
    IMAGE_ENCODERS.register(_encoder.name, _encoder)


def placed(grids: NDArray[np.float32], encoder: ImageEncoder) -> NDArray[np.float32]:
    """The vectors with their places in the grid after them, float32, shape ``(n, cells, width)``."""
    import numpy as np

    side = np.eye(encoder.grid, dtype=np.float32)
    where = np.concatenate([np.repeat(side, encoder.grid, axis=0), np.tile(side, (encoder.grid, 1))], axis=1)
    return np.concatenate([grids, np.broadcast_to(where, (len(grids), *where.shape))], axis=2)
