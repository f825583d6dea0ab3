"""A clause as a drawing: 6 x 6 cells of 8 x 8 pixels, the same on every machine.

Each concept has a sign of its own, as invented as the lab's words: a pattern of 8 x 8 squares with two equal halves,
made from fixed draws; names that mean the same have the same sign. Where a sign stands says what it does: the subject
in the first column, what it does in the third, the object in the fourth; the time in the upper right corner, the place
in the lower right. A number is shown by as many signs, red and green by their colour, other qualities by a sign below.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from xstilts.lab import concepts
from xstilts.lab.draws import Draws
from xstilts.lab.scenes.telling import item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from xstilts.lab.meaning import Clause, Phrase

CELLS, PIXELS = 6, 8
"""Cells along a side, and pixels along a cell."""
SIDE = CELLS * PIXELS
VERSION = 1
"""Raised when any drawing changes."""
_INK, _GROUND = (0, 0, 0), (255, 255, 255)
_COLOURS = {"red": (255, 26, 26), "green": (26, 204, 26)}
_COUNTS = {"": 1, "two": 2, "three": 3, "many": 4}
_ORIGINAL = {other: name for name, other in concepts.SYNONYMS.items()}

Sign = tuple[int, int, str, tuple[int, int, int]]
"""Row, column, concept and colour."""


def picture(name: str) -> NDArray[np.uint8]:
    """A picture by its name: that of an item, or, of an item with several, that and ``.0``, ``.1`` ….

    Returns:
        Red, green and blue, uint8, shape ``(48, 48, 3)``.

    Raises:
        DataError: If there is no such picture.
    """
    of, _, place = name.partition(".")
    return drawn(item(of).scenes[int(place or 0)])


def drawn(scene: Clause) -> NDArray[np.uint8]:
    """The drawing of a clause, uint8, shape ``(48, 48, 3)``; a denial cannot be drawn and is left out."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (SIDE, SIDE), _GROUND)
    pencil = ImageDraw.Draw(image)
    for row, column, concept, colour in _signs(scene):
        points = [(column * PIXELS + x, row * PIXELS + y) for y, x in _pattern(concept)]
        pencil.point(points, fill=colour)
    return np.array(image, dtype=np.uint8)


def _signs(scene: Clause) -> Iterator[Sign]:
    yield from _phrase(scene.subject, 0)
    if scene.object:
        yield from _phrase(scene.object, 3)
    rest = (
        (1, 2, scene.verb or scene.state), (2, 2, scene.manner), (CELLS - 1, CELLS - 1, scene.place),
        (0, CELLS - 1, scene.time),
    )  # fmt: skip
    yield from ((row, column, concept, _INK) for row, column, concept in rest if concept)


def _phrase(phrase: Phrase, column: int) -> Iterator[Sign]:
    colour = _COLOURS.get(phrase.adjective, _INK)
    for place in range(_COUNTS[phrase.number]):
        yield 1 + place, column, phrase.noun, colour
    if phrase.adjective and phrase.adjective not in _COLOURS:
        yield CELLS - 1, column, phrase.adjective, _INK


@lru_cache(maxsize=256)
def _pattern(concept: str) -> tuple[tuple[int, int], ...]:
    """The dark squares of a concept's sign, row and column."""
    draws = Draws("sign", _ORIGINAL.get(concept, concept))
    left = [[draws.chance(0.5) for _ in range(PIXELS // 2)] for _ in range(PIXELS)]
    rows = [[*half, *reversed(half)] for half in left]
    return tuple((y, x) for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
