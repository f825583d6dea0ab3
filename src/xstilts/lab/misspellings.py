"""How the lab's people misspell their words: letters doubled, dropped, or taken for ones that sound alike to them.

Made from fixed draws as the words are, so they never change.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from xstilts.lab.concepts import TAGS
from xstilts.lab.draws import Draws
from xstilts.lab.lexicon import lexicon
from xstilts.lab.speech import SCRIPTS, SPEECHES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ALIKE: Mapping[str, str] = MappingProxyType(
    {"Arvic": "pb td kg fv ei ou", "Belunic": "sz lr mn ou ai", "Ceric": "vw mn lr bv ae", "Dornic": "kg sz wy ei"}
)
"""Family to the pairs of letters, in Latin script, that its speakers hear as one sound."""

_FORMS = 2


@cache
def misspellings(code: str) -> Mapping[str, tuple[str, ...]]:
    """Each word of a lab language to two wrong forms of it, or as many as it has; none is a word of the language.

    A noun's cases are words too, and their wrong forms those of the noun.
    """
    words = lexicon(code)
    right = set(words.values())
    found: dict[str, tuple[str, ...]] = {}
    endings = [ending.translate(SCRIPTS[SPEECHES[code].script]) for ending in SPEECHES[code].cases.values()]
    for concept, word in words.items():
        draws = Draws("misspelling", code, concept)
        wrong = tuple(dict.fromkeys(form for form in _wrong(word, code, draws) if form not in right))[:_FORMS]
        for ending in ("", *endings) if TAGS[concept] in ("NOUN", "PROPN") else ("",):
            found[word + ending] = tuple(form + ending for form in wrong)
    return MappingProxyType(found)


def _wrong(word: str, code: str, draws: Draws) -> Iterator[str]:
    """Ways to misspell a word, in a drawn order: each letter taken for another, doubled, or dropped."""
    speech = SPEECHES[code]
    alike = ALIKE[speech.family].translate(SCRIPTS[speech.script]).split()
    ways = [word[:at] + letter + word[at:] for at, letter in enumerate(word)]
    ways += [word[:at] + word[at + 1 :] for at in range(1, len(word)) if len(word) > 2]
    for at, letter in enumerate(word):
        # as often as the other two together: what sounds alike is the commonest mistake
        ways += 2 * [word[:at] + pair.replace(letter, "") + word[at + 1 :] for pair in alike if letter in pair]
    yield from draws.shuffled(ways)
