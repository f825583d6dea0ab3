"""Alphabets in Latin letters, letter by letter. Vowels that a script does not write stay out.

A table is a line of ``letter=way/way/…``; letters of two signs come before their parts. What each is after:

- Russian: ICAO Doc 9303, part 3, section 6, with the letters and digits of Translit; Ukrainian: resolution 55 of the
  Cabinet of Ministers, 2010; Bulgarian: Transliteration Act, 2009; Kazakh: as Russian, its own letters by BGN/PCGN.
- Greek: ISO 843, with the letters of Greeklish (Chalamandaris et al. 2006, "All Greek to me!", LREC).
- Arabic: Arabizi (Darwish 2014, "Arabizi Detection and Conversion to Arabic", arXiv 1306.6755); Persian and Urdu:
  BGN/PCGN without its marks; Hebrew: the simple rules of the Academy of the Hebrew Language, 2006.
- Georgian: national system, 2002; Armenian: BGN/PCGN, 1981.
- The lab's scripts: the Latin letters they stand for.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import regex

from xstilts.lab.speech import SCRIPTS, SPEECHES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_RUSSIAN = (
    "а=a б=b в=v г=g д=d е=e/e/ye ё=e/yo ж=zh/j з=z и=i й=i/y/j к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh/h/x "
    "ц=ts/c ч=ch/4 ш=sh/w щ=shch/sch ъ= ы=y/i ь=//' э=e ю=iu/yu/u я=ia/ya/ja"
)
_ARABIC = (
    "ا=a أ=a إ=e/i آ=a/aa ب=b ت=t ث=th/s ج=j/g ح=h/7 خ=kh/5 د=d ذ=dh/z ر=r ز=z س=s ش=sh/ch ص=s/9 ض=d ط=t/6 ظ=z "
    "ع=a/3 غ=gh ف=f ق=q/2 ك=k ل=l م=m ن=n ه=h و=w/o/ou ي=y/i/ee ى=a ة=a/eh/h ء=/2 ئ=e/2 ؤ=o/2 \u0640= "
    "\u064e=a \u064f=u/o \u0650=i/e \u0651= \u0652= \u064b=an \u064c=un \u064d=in"
)
_PERSIAN = (
    "ا=a آ=a/aa أ=a إ=e ب=b پ=p ت=t ث=s ج=j چ=ch ح=h خ=kh/x د=d ذ=z ر=r ز=z ژ=zh/j س=s ش=sh ص=s ض=z ط=t ظ=z ع=a "
    "غ=gh/q ف=f ق=gh/q ک=k ك=k گ=g ل=l م=m ن=n و=v/o/u ه=h/e ی=i/y ي=i/y ئ=y ؤ=o ء= ۀ=eh ة=t "
    "\u0640= \u064e=a \u064f=o \u0650=e \u0651= \u0652= \u064b=an"
)

_TABLES: Mapping[str, str] = MappingProxyType(
    {
        "ru": _RUSSIAN,
        "uk": (
            "а=a б=b в=v г=h/g ґ=g д=d е=e є=ie/ye ж=zh з=z и=y і=i ї=i/yi й=i/y к=k л=l м=m н=n о=o п=p р=r с=s т=t "
            "у=u ф=f х=kh/h ц=ts/c ч=ch ш=sh щ=shch/sch ь= ю=iu/yu я=ia/ya '= ’="
        ),
        "bg": (
            "а=a б=b в=v/w г=g д=d е=e ж=zh/j з=z и=i й=y/j к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=h ц=ts/c "
            "ч=ch/4 ш=sh/6 щ=sht/6t ъ=a/u/y ь=y/j ю=yu/iu я=ya/ia"
        ),
        "kk": f"{_RUSSIAN} ә=a/ae ғ=gh/g қ=q/k ң=ng/n ө=o ұ=u ү=u һ=h і=i",
        "el": (
            "ου=ou/u μπ=b/mp ντ=nt/d γκ=gk/g γγ=ng/gg αυ=af/au ευ=ef/eu ει=ei/i οι=oi/i αι=ai/e α=a β=v/b γ=g δ=d ε=e "
            "ζ=z η=i/h θ=th/8 ι=i κ=k λ=l μ=m ν=n ξ=x/ks/3 ο=o π=p ρ=r σ=s ς=s τ=t υ=y/u φ=f/f/ph χ=ch/x/h ψ=ps ω=o/w"
        ),
        "ar": _ARABIC,
        "fa": _PERSIAN,
        "ur": f"{_PERSIAN} ٹ=t ڈ=d ڑ=r ں=n ھ=h ہ=h/a ۂ=h ۃ=t ے=e/ay ۓ=e",
        "he": (
            "א=a ב=b/v ג=g ד=d ה=h/a ו=v/o/u ז=z ח=h/ch ט=t י=y/i כ=k/ch ך=kh/ch ל=l ם=m מ=m ן=n נ=n ס=s ע=a פ=p/f ף=f "
            "צ=ts/tz ץ=ts/tz ק=k ר=r ש=sh ת=t ׳= ״="
        ),
        "ka": (
            "ა=a ბ=b გ=g დ=d ე=e ვ=v ზ=z თ=t ი=i კ=k ლ=l მ=m ნ=n ო=o პ=p ჟ=zh/j რ=r ს=s ტ=t უ=u ფ=p/f ქ=k/q ღ=gh/g "
            "ყ=q/y შ=sh ჩ=ch ც=ts/c ძ=dz წ=ts/w ჭ=ch ხ=kh/x ჯ=j ჰ=h"
        ),
        "hy": (
            "ու=u/ou ա=a բ=b գ=g դ=d ե=e/ye զ=z է=e ը=y/e թ=t ժ=zh/j ի=i լ=l խ=kh/x ծ=ts/c կ=k հ=h ձ=dz ղ=gh ճ=ch մ=m "
            "յ=y ն=n շ=sh ո=o չ=ch պ=p ջ=j ռ=r ս=s վ=v տ=t ր=r ց=ts ւ=v փ=p ք=k և=ev օ=o ֆ=f"
        ),
    }
)
_ACCENTED = frozenset({"el", "ru"})
"""Languages whose accents are left out before letters are looked up; й is a letter of its own and no accent."""


@cache
def _table(language: str) -> Mapping[str, Sequence[str]]:
    if language in SPEECHES:
        return {chr(int(new)): (chr(old),) for old, new in _lab_letters(language)}
    pairs = (entry.partition("=") for entry in _TABLES[language].split())
    return {letter: tuple(ways.split("/")) for letter, _, ways in pairs}


def _lab_letters(language: str) -> list[tuple[int, int]]:
    return [(old, ord(new) if isinstance(new, str) else new) for old, new in SCRIPTS[SPEECHES[language].script].items()]


@cache
def _pattern(language: str) -> regex.Pattern[str]:
    return regex.compile("|".join(map(regex.escape, sorted(_table(language), key=len, reverse=True))))


def has(language: str) -> bool:
    """Whether there is a table for a language."""
    return language in _TABLES or (language in SPEECHES and bool(_table(language)))


def romanised(word: str, language: str, style: int) -> str | None:
    """A word of a language in Latin letters, in small ones; None where a letter is not in the table."""
    table, parts, at = _table(language), [], 0
    small = _unaccented(word.lower()) if language in _ACCENTED else unicodedata.normalize("NFC", word.lower())
    small = small.replace("\u200c", "").replace("\u200d", "")
    while at < len(small):
        match = _pattern(language).match(small, at)
        if match is None:
            return None
        ways = table[match[0]]
        parts.append(ways[style % len(ways)])
        at = match.end()
    return "".join(parts)


def _unaccented(word: str) -> str:
    """The word without accents on vowels: those of Greek, and the stress marks of Russian."""
    parts = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", regex.sub(r"[\u0300\u0301\u0342\u0313\u0314\u0345]|(?<=[ιυ])\u0308", "", parts))
