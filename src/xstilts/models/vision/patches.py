"""Pixels as they are: a picture cut into patches, as a vision transformer's first layer reads it.

After Dosovitskiy et al. 2021 (arXiv 2010.11929, section 3.1), whose learned projection is here the one that an encoder
with images has anyway. Colours are taken from the picture's own mean colour, so that an even ground is zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from xstilts.models.vision.encoders import ImageEncoder, Look

_SCALE = 2.0 / 255


def look(encoder: ImageEncoder) -> Look:
    """The function from pictures to patches; it needs nothing."""
    grid, patch = encoder.grid, encoder.side // encoder.grid

    def patches(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        colours = pictures.astype(np.float32)
        colours -= colours.mean(axis=(1, 2), keepdims=True)
        cut = colours.reshape(len(pictures), grid, patch, grid, patch, 3).transpose(0, 1, 3, 2, 4, 5)
        found: NDArray[np.float32] = cut.reshape(len(pictures), grid * grid, -1) * np.float32(_SCALE)
        return found

    return patches
