"""Misspellings that people make, word by word, from a dictionary of them.

As the natural noise of Belinkov & Bisk 2018 ("Synthetic and Natural Noise Both Break Neural Machine Translation", ICLR,
arXiv 1711.02173, section 3.1). The lab's languages have misspellings of their own.
"""

from __future__ import annotations

from xstilts.lab.misspellings import misspellings
from xstilts.lab.speech import SPEECHES
from xstilts.noise.dictionaries import FORMAT, replacing
from xstilts.noise.noise import NOISES, Dictionary, Noise, Undefined, Way


def _of(language: str, dictionary: Dictionary) -> Way | Undefined:
    if not dictionary and language not in SPEECHES:
        return Undefined(f"it needs a dictionary of misspellings: {FORMAT}")
    return replacing(dictionary or misspellings(language)) or Undefined("its dictionary has no word with another form")


NOISES.register(
    "misspelling",
    Noise(
        "misspelling",
        "words are misspelt as people misspell them",
        "after Belinkov & Bisk 2018 (arXiv 1711.02173), section 3.1; the misspellings are the dictionary's",
        _of,
        dictionary="the ways in which people misspell each word",
    ),
)
