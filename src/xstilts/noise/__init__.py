"""How text is corrupted: noise of many types, one severity for all of them, in as many languages as have it.

- ``noise``: what a noise is, and what a severity means.
- ``types``: one module a type; importing this package registers them.
- ``engine``: many texts through one noise.
- ``edits``: what edits do to places in a text, and how far two texts are apart.
- ``clusters``: what counts as one letter.
"""

from xstilts.noise import types
from xstilts.noise.edits import Corrupted, applied, edit_rate, moved
from xstilts.noise.engine import Stream, corrupt
from xstilts.noise.noise import (
    NOISES,
    RATES,
    Dictionary,
    Edit,
    Noise,
    Undefined,
    Way,
    rate_of,
    undefined,
    way_of,
)

__all__ = [
    "NOISES",
    "RATES",
    "Corrupted",
    "Dictionary",
    "Edit",
    "Noise",
    "Stream",
    "Undefined",
    "Way",
    "applied",
    "corrupt",
    "edit_rate",
    "moved",
    "rate_of",
    "types",
    "undefined",
    "way_of",
]
