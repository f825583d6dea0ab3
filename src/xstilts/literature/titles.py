"""Whether two titles, and two first authors, are the same in spite of case, accents, markup, hyphens and a letter."""

from __future__ import annotations

import html
import unicodedata
from functools import lru_cache

import regex
from rapidfuzz.distance import DamerauLevenshtein

_UNSHAPED = regex.compile(r"\p{Cf}")
_UNSEEN = regex.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>", regex.DOTALL | regex.IGNORECASE)
_TAG = regex.compile(r"</?[A-Za-z][\w:.-]*(?:\s[^<>]*)?/?>")
_ACCENTS = regex.compile(r"(?<=[\p{Latin}\p{Greek}\p{Cyrillic}]\p{Mn}*)\p{Mn}+")
_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*")
_FLAT = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_SUFFIXES = {"jr", "sr", "ii", "iii", "iv"}
_LEAST_WORDS, _MOST_ODD_WORDS, _LEAST_LETTERS = 6, 2, 7


def without_markup(text: str) -> str:
    """One line without tags (``<i>``, ``<jats:p>``) and character references; what a script holds is left out.

    A sign that only looks like a tag (``p < q and r > s``) stays.
    """
    return " ".join(_TAG.sub("", _UNSEEN.sub(" ", html.unescape(text))).split())


@lru_cache(maxsize=65536)
def words(title: str) -> tuple[str, ...]:
    """The words of a title: no case, accents (in alphabets that spell them as marks), markup or punctuation."""
    return tuple(_WORD.findall(_plain(without_markup(title))))


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", _UNSHAPED.sub("", text)).casefold()
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", letters)).translate(_FLAT)


@lru_cache(maxsize=65536)
def key(title: str) -> str:
    """What two titles share when they are the same: its words without the gaps, so that hyphens do not matter."""
    return "".join(words(title))


def nearly_same(one: str, other: str) -> bool:
    """Whether two titles differ by one letter in at most two long words, or by a plural; never in a number.

    ``Language Contamination Helps Explain …`` and ``… Helps Explains …`` are nearly the same; ``… of Task 1`` and
    ``… of Task 2``, or a title with a word more, are not. Both need six words.
    """
    first, second = words(one), words(other)
    if len(first) != len(second) or len(first) < _LEAST_WORDS:
        return False
    odd = [pair for pair in zip(first, second, strict=True) if pair[0] != pair[1]]
    return len(odd) <= _MOST_ODD_WORDS and all(_slip(*pair) for pair in odd)


def _slip(one: str, other: str) -> bool:
    """Whether two words are one with a plural, or with a letter that is wrong after the first."""
    if any(letter.isdigit() for letter in one + other) or one[0] != other[0]:
        return False
    if one.removesuffix("s") == other.removesuffix("s"):
        return min(len(one), len(other)) > 3
    return min(len(one), len(other)) >= _LEAST_LETTERS and DamerauLevenshtein.distance(one, other) == 1


@lru_cache(maxsize=65536)
def families(author: str) -> frozenset[str]:
    """The ways in which an author's family name may be written: ``Hinrich Schütze`` → ``schutze``, ``schuetze``.

    ``Given Family`` and ``Family, Given`` are read; of ``van der Goot`` the last word counts. Empty without letters.
    """
    name = without_markup(author)
    before, comma, _ = name.partition(",")
    chosen = before if comma else name
    composed = unicodedata.normalize("NFC", chosen.casefold())
    return frozenset({_last(chosen), _last(composed.translate(_UMLAUTS))} - {""})


def _last(name: str) -> str:
    parts = [word for word in _WORD.findall(_plain(name).replace("-", "").replace("'", "")) if word not in _SUFFIXES]
    return parts[-1] if parts else ""


@lru_cache(maxsize=65536)
def _whole(author: str) -> frozenset[str]:
    return frozenset(words(author))


def same_person(one: str, other: str) -> bool:
    """Whether two printed names have one family name and no contrary given names, or the same words in another order.

    ``M. Gostimir`` may be ``Mirela Gostimir``; ``Sena Gostimir`` is not.
    """
    if len(_whole(one)) > 1 and _whole(one) == _whole(other):
        return True
    first, second = _initials(one), _initials(other)
    return bool(families(one) & families(other)) and (bool(first & second) or not first or not second)


@lru_cache(maxsize=65536)
def _initials(author: str) -> frozenset[str]:
    """First letters of the words of a name that are not its family name."""
    return frozenset(word[0] for word in _whole(author) - families(author))


def same_people(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether everyone of the shorter list is in the longer one, and that is at most twice as long.

    Lists that end in ``others`` or ``et al.`` are read without it.
    """
    short, long = sorted((_named(some), _named(others)), key=len)
    whole = len(short) * 2 >= len(long) or len(_named(some)) < len(some) or len(_named(others)) < len(others)
    return bool(short) and whole and all(any(same_person(one, other) for other in long) for one in short)


def _named(authors: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in authors if words(name) not in ((), ("others",), ("et", "al")))
