"""Hangul and kana in Latin letters.

Hangul: Revised Romanization of Korean (Ministry of Culture and Tourism, 2000), its rule that a final consonant goes to
a vowel that follows, and of its assimilations only that of two l. Kana: Hepburn, long vowels without their sign.
"""

from __future__ import annotations

import unicodedata

_LEADS = ["g/k", "kk", "n", "d/t", "tt", "r", "m", "b/p", "pp", "s", "ss", "-", "j", "jj", "ch", "k", "t", "p", "h"]
_VOWELS = [
    "a",
    "ae",
    "ya",
    "yae",
    "eo/u",
    "e",
    "yeo",
    "ye",
    "o",
    "wa",
    "wae",
    "oe",
    "yo",
    "u/oo",
    "wo",
    "we",
    "wi",
    "yu",
    "eu/u",
    "ui",
    "i/ee",
]
_TAILS = [
    "-",
    "k",
    "k",
    "k",
    "n",
    "n",
    "n",
    "t",
    "l",
    "k",
    "m",
    "l",
    "l",
    "l",
    "p",
    "l",
    "m",
    "p",
    "p",
    "t",
    "t",
    "ng",
    "t",
    "t",
    "k",
    "t",
    "p",
    "t",
]
_CARRIED = [
    "-",
    "g",
    "kk",
    "-",
    "n",
    "-",
    "-",
    "d",
    "r",
    "-",
    "-",
    "-",
    "-",
    "-",
    "-",
    "-",
    "m",
    "b",
    "-",
    "s",
    "ss",
    "ng",
    "j",
    "ch",
    "k",
    "t",
    "p",
    "-",
]
"""What a final consonant is before a vowel; ``-`` where it stays as it is."""

_SYLLABLES, _NO_LEAD, _L = 0xAC00, 11, 8

_ROWS = {
    "": "あいうえお", "k": "かきくけこ", "g": "がぎぐげご", "s": "さしすせそ", "z": "ざじずぜぞ", "t": "たちつてと",
    "d": "だぢづでど", "n": "なにぬねの", "h": "はひふへほ", "b": "ばびぶべぼ", "p": "ぱぴぷぺぽ", "m": "まみむめも",
    "r": "らりるれろ",
}  # fmt: skip
_KANA = {
    **{kana: row + vowel for row, five in _ROWS.items() for kana, vowel in zip(five, "aiueo", strict=True)},
    **dict(zip("しちつふじぢづ", ("shi", "chi", "tsu", "fu", "ji", "ji", "zu"), strict=True)),
    **dict(zip("やゆよわをんゔ", ("ya", "yu", "yo", "wa", "o", "n", "vu"), strict=True)),
    **dict(zip("ぁぃぅぇぉ", "aiueo", strict=True)),
}
_GLIDES = {"ゃ": "ya", "ゅ": "yu", "ょ": "yo"}
_DOUBLING, _LONG = "っ", "ー"


def hangul(word: str, style: int) -> str | None:
    """A word of Hangul syllables in Latin letters; None where it has anything else."""
    places = [ord(letter) - _SYLLABLES for letter in unicodedata.normalize("NFC", word)]
    if not all(0 <= place < len(_LEADS) * len(_VOWELS) * len(_TAILS) for place in places):
        return None
    found = []
    for at, place in enumerate(places):
        lead, vowel, tail = place // 588, place % 588 // 28, place % 28
        after_l = at > 0 and lead == 5 and places[at - 1] % 28 == _L
        before_vowel = at + 1 < len(places) and places[at + 1] // 588 == _NO_LEAD
        carried = _CARRIED[tail] if before_vowel else "-"
        found += ["l" if after_l else _way(_LEADS[lead], style), _way(_VOWELS[vowel], style)]
        found.append(_way(_TAILS[tail] if carried == "-" else carried, style))
    return "".join(found)


def _way(ways: str, style: int) -> str:
    several = ways.split("/")
    return several[style % len(several)].replace("-", "")


def kana(word: str, style: int) -> str | None:
    """A word of kana in Latin letters; None where it has anything else. There is one style."""
    del style
    found: list[str] = []
    doubled = False
    for letter in map(_hiragana, unicodedata.normalize("NFC", word)):
        if letter == _DOUBLING:
            doubled = True
        elif letter in _GLIDES:
            if not found or not found[-1].endswith("i"):
                return None
            stem, glide = found[-1][:-1], _GLIDES[letter]
            found[-1] = stem + (glide[1:] if stem.endswith(("sh", "ch", "j")) else glide)
        elif letter in _KANA:
            sound = _KANA[letter]
            found.append(("t" if sound.startswith("ch") else sound[0]) + sound if doubled else sound)
            doubled = False
        elif letter != _LONG:
            return None
    return "".join(found)


def _hiragana(letter: str) -> str:
    return chr(ord(letter) - 0x60) if "ァ" <= letter <= "ヴ" else letter
