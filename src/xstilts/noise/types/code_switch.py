"""Words replaced by those of another language, from a bilingual dictionary: what bilingual speakers mix.

As Qin et al. 2020 ("CoSDA-ML: Multi-Lingual Code-Switching Data Augmentation for Zero-Shot Cross-Lingual NLP", IJCAI,
arXiv 2006.06402, section 3). In the lab, the lexicons of the lab are the dictionary into the pivot.
"""

from __future__ import annotations

from xstilts.lab.lexicon import lexicon
from xstilts.lab.speech import PIVOT, SPEECHES
from xstilts.noise.dictionaries import FORMAT, replacing
from xstilts.noise.noise import NOISES, Dictionary, Noise, Undefined, Way


def _into_the_pivot(language: str) -> dict[str, list[str]]:
    """Words of a lab language to those of the pivot that mean the same."""
    found: dict[str, list[str]] = {}
    for concept, word in lexicon(language).items():
        found.setdefault(word, []).append(lexicon(PIVOT)[concept])
    return found


def _of(language: str, dictionary: Dictionary) -> Way | Undefined:
    if not dictionary and language == PIVOT:
        return Undefined("the lab's dictionaries lead into it, and none out of it")
    if not dictionary and language not in SPEECHES:
        return Undefined(f"it needs a bilingual dictionary: {FORMAT}")
    return replacing(dictionary or _into_the_pivot(language)) or Undefined(
        "its dictionary has no word with another form"
    )


NOISES.register(
    "code-switch",
    Noise(
        "code-switch",
        "words are replaced by those of another language",
        "after Qin et al. 2020 (CoSDA-ML, arXiv 2006.06402), section 3; the words are the dictionary's",
        _of,
        dictionary="the words of another language that mean the same",
    ),
)
