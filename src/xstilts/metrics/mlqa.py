"""The rule of MLQA (Lewis et al. 2020, arXiv 1910.07475): normalisation depends on the language of the answer.

Lower case; then all punctuation goes (Unicode category P and ASCII); then the language's articles become spaces; then
words are split at white space, in Chinese every ideograph from U+4E00 to U+9FA5 is a word of its own. Otherwise as
SQuAD v1.1: best over the accepted answers, and two answers that normalise to nothing have exact match 1 and F1 0.

The official script (facebookresearch/MLQA:mlqa_evaluation_v1.py, whose behaviour is described here and reproduced from
this description) replaces the Arabic article wherever its two letters stand, in the middle of words too, and so tears
words apart. ``f1`` and ``exact_match`` do the same; the variants ``.mlqa_corrected`` take it from the beginning of
words only.
"""

from __future__ import annotations

import re
import string
import sys
import unicodedata
from functools import lru_cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xstilts.errors import InputError
from xstilts.metrics.answer_words import best_of, exact, word_f1
from xstilts.metrics.base import Metric, register, unknown_chance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from xstilts.metrics.base import Compute

RULE = "mlqa"


def _words(text: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(text.split())})\b")


ARTICLES: Mapping[str, re.Pattern[str] | None] = MappingProxyType(
    {
        "en": _words("a an the"),
        "es": _words("un una unos unas el la los las"),
        "hi": None,
        "vi": _words("của là cái chiếc những"),
        "de": _words("ein eine einen einem eines einer der die das den dem des"),
        "ar": re.compile("ال"),
        "zh": None,
    }
)
"""What becomes a space, by BCP-47 code; the languages of the rule are the keys."""

PRIVATE_USE = re.compile("q[a-t][a-z]")
"""Codes that ISO 639-2 leaves to local use, as for invented languages: no articles, words between white space."""

_LEADING_ARTICLE = re.compile(r"\bال")
_IDEOGRAPH = re.compile("([\u4e00-\u9fa5])")
_LAST_OF_BASIC_PLANE = "\uffff"


@lru_cache(maxsize=1)
def _punctuation() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Runs of what is punctuation for Unicode or for ASCII (``$+<=>^`|~`` are only the latter).

    In two parts, the basic plane and beyond: a class of characters of both is searched ten times slower.
    """
    found = {chr(code) for code in range(sys.maxunicode) if unicodedata.category(chr(code))[0] == "P"}
    found.update(string.punctuation)
    parts = ([one for one in sorted(found) if (one > _LAST_OF_BASIC_PLANE) is beyond] for beyond in (False, True))
    basic, beyond = (re.compile(f"[{re.escape(''.join(part))}]+") for part in parts)
    return basic, beyond


def normalise(text: str, language: str) -> str:
    """The words of an answer as the official script sees them, with single spaces between.

    Args:
        text: The answer.
        language: A key of :data:`ARTICLES`, or a code for private use.
    """
    return _normalised(text, language, ARTICLES.get(language))


def normalise_corrected(text: str, language: str) -> str:
    """As :func:`normalise`, but the Arabic article goes only where a word begins with it."""
    return _normalised(text, language, _LEADING_ARTICLE if language == "ar" else ARTICLES.get(language))


def _normalised(text: str, language: str, articles: re.Pattern[str] | None) -> str:
    basic, beyond = _punctuation()
    text = basic.sub("", text.lower())
    if text and max(text) > _LAST_OF_BASIC_PLANE:
        text = beyond.sub("", text)
    if articles is not None:
        text = articles.sub(" ", text)
    if language == "zh":
        text = " ".join(_IDEOGRAPH.split(text))
    return " ".join(text.split())


def _in(language: str, normalise: Callable[[str, str], str], score: Callable[[str, str], float]) -> Compute:
    if language not in ARTICLES and not PRIVATE_USE.fullmatch(language):
        raise InputError(
            f"The rule of MLQA does not know the language {language!r}.",
            field="language",
            value=language,
            allowed=list(ARTICLES),
            hint="The rule of SQuAD v1.1 takes every language.",
        )
    return best_of(partial(normalise, language=language), score)  # type: ignore[call-arg]


def _without_language(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
    raise InputError("The rule of MLQA needs the language of the answers.", field="language", allowed=list(ARTICLES))


_KINDS = (
    ("f1", normalise, word_f1, "Mean best word F1 with an accepted answer, by MLQA's rule for the answer's language."),
    ("exact_match", normalise, exact, "Percent of answers that equal an accepted one, by MLQA's rule."),
    (
        "f1.mlqa_corrected", normalise_corrected, word_f1,
        "As MLQA's F1, but the Arabic article is taken from the beginning of words only.",
    ),
    (
        "exact_match.mlqa_corrected", normalise_corrected, exact,
        "As MLQA's exact match, but the Arabic article is taken from the beginning of words only.",
    ),
)  # fmt: skip

for _name, _normalise, _score, _doc in _KINDS:
    register(
        Metric(
            _name, "span_qa", _without_language, True, 0, 100, unknown_chance, _doc, RULE,
            partial(_in, normalise=_normalise, score=_score),
        )
    )  # fmt: skip
