"""What a recogniser of speech leaves: no capitals and marks, and letters of sounds that are near to those spoken.

Two sounds are near if they differ in one feature: voicing, aspiration, one step of place, or vowel height (chart of the
International Phonetic Association, 2020). About a quarter of the edits are lost capitals and marks in scripts with
case: in NoiseQA's real recognised questions .041 of .155 edits for each character (Ravichander et al. 2021, arXiv
2102.08345; measured on its files).
"""

from __future__ import annotations

import unicodedata
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import regex

from xstilts.noise.changes import again, change, pick
from xstilts.noise.noise import NOISES, Dictionary, Edit, Noise, Undefined, Way
from xstilts.noise.scripts import named, script_of
from xstilts.noise.types.punctuation import holds_a_word

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_CYRILLIC = "пб тд кг фв сз шж чш шс мн лр ое оа еи уо юу яа"
_PERSIAN = "پب تد طد کگ فو سز ثز صز شژ چج من لر سصث زذضظ تط هح قغ خغ"

_INDIC = "कख गघ चछ जझ टठ डढ तथ दध पफ बभ कग खघ चज टड तद पब तट दड नण शस षस शष ि◌ी ु◌ू े◌ि ो◌ु े◌ै ो◌ौ इई उऊ एइ ओउ बव मन लर"
"""Letters of Devanagari; those of the other scripts of India lie at the same places of their blocks in Unicode."""

_INDIC_BLOCKS: Mapping[str, int] = MappingProxyType(
    {
        "Deva": 0x900, "Beng": 0x980, "Guru": 0xA00, "Gujr": 0xA80, "Orya": 0xB00, "Taml": 0xB80, "Telu": 0xC00,
        "Knda": 0xC80, "Mlym": 0xD00,
    }
)  # fmt: skip

_GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "Latn": "pb td kg fv sz mn lr ei ou ae ao iy",
        "Cyrl": _CYRILLIC,
        "Grek": "πβ τδ κγ φβ θδ χγ σζ μν λρ ιε οα ου ηι υι ωο αε",
        "Armn": "բպփ դտթ գկք ձծց ջճչ զս ժշ ղխ մն լր եէ եի օո աե ըի",
        "Geor": "ბფპ დთტ გქკ ძცწ ჯჩჭ ზს ჟშ ღხ ყკ მნ ლრ ეი ოუ აე ოა",
        "Hebr": "פב תד טד כג קג סז מנ לר טת כק אע",
        "Hang": "ᄀᄏᄁ ᄃᄐᄄ ᄇᄑᄈ ᄌᄎᄍ ᄉᄊ ᄂᄆ ᅢᅦ ᅩᅮ ᅥᅩ ᅡᅥ ᅵᅦ ᅳᅮ ᆨᆿ ᆮᇀ ᆸᇁ ᆫᆼ ᆫᆷ",
        "Jpan": (
            "かが きぎ くぐ けげ こご さざ しじ すず せぜ そぞ ただ ちじ つず てで とど はばぱ ひびぴ ふぶぷ "
            "へべぺ ほぼぽ なま にみ ぬむ ねめ のも いえ うお あえ カガ キギ クグ ケゲ コゴ サザ シジ スズ "
            "セゼ ソゾ タダ チジ ツズ テデ トド ハバパ ヒビピ フブプ ヘベペ ホボポ ナマ ニミ ヌム ネメ ノモ "
            "イエ ウオ アエ"
        ),
    }
)
"""Script to sets of letters whose sounds are near, or the same."""

_OWN_GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "ru": f"{_CYRILLIC} шщ чщ ыи эе",
        "uk": f"{_CYRILLIC} шщ чщ иі",
        "kk": f"{_CYRILLIC} іи ыі қк ғг ңн өо ұо үу",
        "fa": _PERSIAN,
        "prs": _PERSIAN,
        "ur": f"{_PERSIAN} تٹ دڈ رڑ کق نں",
    }
)

_UNSAFE: Mapping[str, str] = MappingProxyType(
    {"th": "the sounds of its letters depend on their syllable", "ar": "its short vowels are not written"}
)

_PLACE = regex.compile(r"\p{Lu}|\p{P}|\p{L}[\p{L}\p{M}]{0,4}")
"""A capital, a mark, or a few letters of which one sounds otherwise."""

_CAPITAL, _MARK = regex.compile(r"\p{Lu}"), regex.compile(r"\p{P}")


def _sets(language: str) -> list[str]:
    """The sets of near letters of a language; empty where there are none."""
    script = script_of(language)
    if script in _INDIC_BLOCKS:
        return [_in_block(group, _INDIC_BLOCKS[script]) for group in _INDIC.replace("◌", "").split()]
    return (_OWN_GROUPS.get(language) or _GROUPS.get(script, "")).split()


def _in_block(letters: str, block: int) -> str:
    """Letters of Devanagari at their places in another block, as far as there are letters."""
    moved = (chr(ord(letter) - 0x900 + block) for letter in letters)
    return "".join(letter for letter in moved if unicodedata.category(letter)[0] in "LM")


@cache
def _near(language: str) -> Mapping[str, Sequence[str]]:
    """Each letter to those near it; empty where a language has no table."""
    found: dict[str, str] = {}
    for group in _sets(language):
        for letter in group:
            found[letter] = found.get(letter, "") + group.replace(letter, "")
    return {letter: tuple(dict.fromkeys(others)) for letter, others in found.items() if others}


def _places(text: str) -> list[int]:
    return [match.start() for match in _PLACE.finditer(text)]


def _edit(near: Mapping[str, Sequence[str]]) -> Callable[[str, int, float], Edit | None]:
    def edit(text: str, place: int, draw: float) -> Edit | None:
        here = text[place]
        if _CAPITAL.match(here):
            return change(text, place, place + 1, here.lower())
        if _MARK.match(here):
            return change(text, place, place + 1, "") if holds_a_word(text, place) else None
        end = _end(text, place)
        heard = [(at, letter) for at in range(place, end) for letter in _parts(text[at]) if letter in near]
        if not heard:
            return None
        at, letter = pick(heard, draw)
        other = pick(near[letter], again(draw, len(heard)))
        parts = "".join(other if part == letter else part for part in _parts(text[at]))
        return change(text, at, at + 1, unicodedata.normalize("NFC", parts))

    return edit


def _end(text: str, place: int) -> int:
    match = _PLACE.match(text, place)
    return match.end() if match else place


def _parts(letter: str) -> str:
    """A Hangul syllable as its jamo; any other letter as it is."""
    return unicodedata.normalize("NFD", letter) if "가" <= letter <= "힣" else letter


def _of(language: str, dictionary: Dictionary) -> Way | Undefined:
    del dictionary
    if language in _UNSAFE:
        return Undefined(_UNSAFE[language])
    near = _near(language)
    return Way(_edit(near), _places) if near else Undefined(f"there is no table of near sounds for {named(language)}")


NOISES.register(
    "speech",
    Noise(
        "speech",
        "a recogniser of speech loses capitals and marks, and mistakes near sounds",
        "IPA chart (2020) for near sounds; share of lost capitals and marks of NoiseQA (arXiv 2102.08345)",
        _of,
    ),
)
