"""What the noises ask of a language's script: case, blanks between words, marks of punctuation, joiners."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from xstilts import languages

if TYPE_CHECKING:
    from collections.abc import Mapping

CASED = frozenset({"Latn", "Cyrl", "Grek", "Armn", "Cher", "Adlm"})
"""Scripts with capitals. Georgian has some in Unicode that ordinary text does not use (Unicode 11, section 7.7)."""

CONJOINING = frozenset({"Deva", "Beng", "Guru", "Gujr", "Orya", "Taml", "Telu", "Knda", "Mlym", "Sinh"})
"""Scripts whose letters join after a virama, where ZWNJ and ZWJ say how (Unicode core specification, chapter 12)."""

JOINING = CONJOINING | {"Arab"}
"""Scripts in which the invisible joiners ZWNJ and ZWJ change what is seen."""

_COMMON_MARKS = ".,;:!?"

_MARKS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("Hans", "Hant", "Hani", "Jpan"), "。，、；：！？"),
        **dict.fromkeys(("Deva", "Beng", "Guru", "Orya"), "।,;:!?"),
        "Arab": ".،؛:!؟",
        "Grek": ".,·:!;",
        "Armn": "։,՝.",
        "Ethi": "።፣፤፥",
        "Mymr": "။၊",
        "Khmr": "។៖!?",
        "Tibt": "།",
        "Yiii": "。，！？",
        "Olck": "᱾,!?",
        "Nkoo": ".߸!?",
        "Adlm": ".,!⁏⹁",
    }
)
_OWN_MARKS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("ur", "ks"), "۔،؛:!؟"),
        **dict.fromkeys(("mr", "kok"), ".,;:!?"),
        "qca": _COMMON_MARKS,
        "qda": _COMMON_MARKS,
    }
)
"""Languages that write other marks than most in their script; those of the lab write Latin ones."""


@cache
def script_of(language: str) -> str:
    """ISO 15924 code of the script that a language is written in; "" where the table does not say."""
    return languages.get(language).script or ""


def marks_of(language: str) -> str:
    """The marks that end and part sentences in a language, as its script writes them."""
    return _OWN_MARKS.get(language) or _MARKS.get(script_of(language), _COMMON_MARKS)


def named(language: str) -> str:
    """The script of a language in a clause: ``its script (Deva)``."""
    script = script_of(language)
    return f"its script ({script})" if script else "its script, which the table of languages does not say,"
