"""The images of examples as a model takes them, where no study has looked at them before."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from xstilts.errors import ModelError
from xstilts.sources import pictures

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from xstilts.evaluation import EncodedSplit
    from xstilts.models.vision.encoders import ImageEncoder

_AT_ONCE = 64
_BLANK = 127
"""The even grey of a blank picture, as in the nodes of studies."""


def looked_at(part: EncodedSplit, encoder: ImageEncoder | None, place: Path | None, model: str) -> EncodedSplit:
    """A part with the grids of its images, which are read and looked at here.

    Args:
        part: Texts that name images.
        encoder: What looks at them.
        place: The folder or archive that they lie in; None for the lab, which draws them.
        model: The model's directory, for messages.

    Raises:
        ModelError: If the model does not tell its image encoder, or its weights are not there.
        DataError: If an image cannot be read.
    """
    from xstilts.encoding.visual.grids import Grids, SeenFeatures
    from xstilts.models.vision.encoders import placed

    if encoder is None:
        hint = "Export it with xstilts, which writes down what looked at the images."
        raise ModelError("does not tell the image encoder that it was trained with.", field=model, hint=hint)
    names = [name for name in dict.fromkeys(name for names in part.examples["images"] for name in names) if name]
    look = encoder.load()
    known: dict[str, int] = {}
    grids: list[NDArray[np.float16]] = []
    shown = _pixels(names, place, encoder.side)
    while some := list(islice(shown, _AT_ONCE)):
        known |= {name: len(known) + number for number, (name, _) in enumerate(some)}
        grids.append(placed(look(np.stack([pixels for _, pixels in some])), encoder).astype(np.float16))
    blank = np.full((1, encoder.side, encoder.side, 3), _BLANK, dtype=np.uint8)
    grids.append(placed(look(blank), encoder).astype(np.float16))
    return part._replace(features=SeenFeatures(part.features.table, Grids(np.concatenate(grids), known)))


def _pixels(names: list[str], place: Path | None, side: int) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    yield from ((one.name, one.pixels) for one in pictures.shown(names, place, side))
