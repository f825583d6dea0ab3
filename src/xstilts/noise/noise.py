"""What a noise is: how the text at one place comes out wrong, in one language.

A noise says which places it can spoil and what then stands there. How many of them are spoiled, which, and what must
stay as it is, is the same for all noises (``engine``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from xstilts.errors import InputError
from xstilts.registry import Registry

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATES: tuple[float, ...] = (0.0, 0.01, 0.02, 0.04, 0.08, 0.16)
"""Severity to the share of a text's grapheme clusters that are edited: one meaning for all types and languages.

People's own noise lies inside: typing errors in NoiseQA's questions are 1.9 % of the characters, those of a speech
recogniser 11.4 %, 15.5 % with lost case and punctuation (Ravichander et al. 2021, NoiseQA; measured on its files)."""


class Edit(NamedTuple):
    """One change of a text.

    Attributes:
        start, end: The code points that go; equal where text is put in.
        text: What comes in their place.
        cost: Cluster edits that it takes (Levenshtein): 1 for a cluster lost, put in or replaced, 2 for two exchanged.
    """

    start: int
    end: int
    text: str
    cost: int


EditAt: TypeAlias = Callable[[str, int, float], Edit | None]
"""``(text, place, draw) -> edit``: what happens at a code point, by a draw in [0, 1); None where nothing can."""

Dictionary: TypeAlias = Mapping[str, Sequence[str]]
"""A word to what may stand in its place."""


class Proposals(NamedTuple):
    """What happens at many places of many texts, each array of the places' shape.

    Attributes:
        start, end: The letters that go, at most two.
        new: What comes in their place: the code points of two letters in a last dimension, 0 for none.
        cost: Cluster edits; 0 where nothing can happen.
    """

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    new: NDArray[np.uint32]
    cost: NDArray[np.int64]


ProposeAt: TypeAlias = "Callable[[NDArray[np.uint32], NDArray[np.int64], NDArray[np.float64]], Proposals]"
"""``(letters, places, draws) -> proposals``: what ``EditAt`` says at places of texts with blanks around them."""


class Together(NamedTuple):
    """The edits of a noise at many places of many texts at once, for speed.

    Attributes:
        takes: Whether a text is one of those; each code point must be a cluster of its own.
        propose: What happens at places of their code points.
    """

    takes: Callable[[str], bool]
    propose: ProposeAt


class Way(NamedTuple):
    """How a noise works in one language.

    Attributes:
        edit: The edit at a place.
        places: The places of a text that it can spoil, in order; None: nearly all, so that they are found by trying.
        together: The same edits at many places at once; None: one after the other.
    """

    edit: EditAt
    places: Callable[[str], Sequence[int]] | None = None
    together: Together | None = None


class Undefined(NamedTuple):
    """Why a noise does not exist in a language: a clause that ends a sentence."""

    why: str


@dataclass(frozen=True)
class Noise:
    """One way to corrupt input.

    Attributes:
        name: The name used in studies and tables.
        title: One line for people.
        source: Where the idea and its tables come from.
        of: Language code and dictionary (empty without) to how it works there, or why it does not.
        keeps_words: Whether words stay as many, in order: then it can corrupt tokens that carry tags.
        dictionary: What a dictionary says, where the noise takes one; "" where it takes none.
        version: Raised when the same draws start to give other text.
    """

    name: str
    title: str
    source: str
    of: Callable[[str, Dictionary], Way | Undefined]
    keeps_words: bool = True
    dictionary: str = ""
    version: int = 1


NOISES: Registry[Noise] = Registry("noise", "`xstilts list noises` shows them all.")
"""Every noise by name; other distributions add theirs by the entry points ``xstilts.noises``."""


def undefined(noise: Noise, language: str, dictionary: Dictionary) -> str:
    """Why a noise does not exist in a language; "" where it does."""
    found = noise.of(language, dictionary)
    return found.why if isinstance(found, Undefined) else ""


def way_of(noise: Noise, language: str, dictionary: Dictionary, field: str | None = None) -> Way:
    """How a noise works in a language.

    Raises:
        InputError: If it does not exist there; says why.
    """
    found = noise.of(language, dictionary)
    if isinstance(found, Undefined):
        raise InputError(f"The noise {noise.name} is not defined for {language}: {found.why}.", field=field)
    return found


def rate_of(severity: int, field: str | None = None) -> float:
    """The edit rate of a severity, 0 to 5.

    Raises:
        InputError: If there is no such severity.
    """
    if severity not in range(len(RATES)):
        said = f"There is no severity {severity}."
        raise InputError(said, field=field, value=severity, allowed=range(len(RATES)), hint="0 is clean text.")
    return RATES[severity]
