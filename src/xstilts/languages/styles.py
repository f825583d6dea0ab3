"""How data sets write a language, and the one code that all of it means.

Five styles occur: English names (``German``; UD treebanks), two letters (``de``), three letters (``deu``; Tatoeba,
with individual languages such as ``pes`` and ``cmn`` where the table has the macrolanguage), FLORES-200 codes
(``deu_Latn``; SIB-200) and pairs (``de-en``, ``deu-eng``, ``de.en``). :func:`normalise` reads all of them;
:func:`styled` writes one of them for the ``codes`` of a task. Nothing is guessed: an unknown form is refused with the
nearest known one, a form with two meanings is refused with both.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

from xstilts.errors import InputError, UnknownNameError, nearest
from xstilts.languages.table import LANGUAGES, Language, get, refuse_boolean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Style = Literal["code", "name", "iso2", "iso3", "flores"]
"""``code`` is the table's own BCP-47 code."""

PAIR = re.compile(r"([a-z]{2,3})[-.]([a-z]{2,3})")


def normalise(text: object, style: Style | Literal["pair"] | None = None, field: str | None = None) -> str:
    """The BCP-47 code that a form means, or two joined by ``+`` for a pair.

    Args:
        text: The form as a data set writes it. Only names are read without regard to case.
        style: The only style to read it in; None reads it in every style and refuses what then has two meanings. A
            hyphen before two letters is such a case (``pt-br``: a region, or Portuguese with Breton): say ``"pair"``.
        field: Where it was written, for messages.

    Raises:
        InputError: If it is a boolean (an unquoted ``no`` in YAML), has two meanings, or ``style`` is none of these.
        UnknownNameError: If it has no meaning; the message names the nearest known forms.
    """
    refuse_boolean(text, field)
    form = str(text)
    allowed = (*get_args(Style), "pair")
    if style is not None and style not in allowed:
        raise InputError("There is no such style of language codes.", field="style", value=style, allowed=allowed)
    if style == "pair" or (style is None and ("+" in form or PAIR.fullmatch(form))):
        return _pair(form, style, field)
    styles = get_args(Style) if style is None else (style,)
    found = {code for each in styles for code in _index(each).get(_key(form, each), ())}
    if len(found) > 1:
        raise InputError(
            f"{form!r} can mean several languages.",
            field=field,
            value=form,
            allowed=sorted(found),
            hint="Write the BCP-47 code.",
        )
    if not found:
        known = sorted({known for each in styles for known in _index(each)})
        what = f"in the style {style!r}" if style else "in any style"
        hint = nearest(form, known) or nearest(form.casefold(), known)
        raise UnknownNameError(f"No language is written {form!r} {what}.", field=field, value=form, hint=hint)
    return found.pop()


def as_name(code: str) -> str:
    """The English name: ``German``."""
    return get(code).name


def as_iso2(code: str) -> str:
    """The two-letter code (ISO 639-1): ``de``.

    Raises:
        InputError: If the language has none, or ``code`` names a script variant, of which two letters say nothing.
    """
    return _two_letters(get(code)) or _missing(code, "two-letter code")


def as_iso3(code: str) -> str:
    """The three-letter code: ISO 639-3, for a macrolanguage its own (``zho``), for the groups nah and oto ISO 639-2.

    Raises:
        InputError: If ``code`` names a script variant, of which three letters say nothing.
    """
    return _three_letters(get(code)) or _missing(code, "three-letter code")


def as_flores(code: str) -> str:
    """The code of FLORES-200 (``arb_Arab``), or one made alike from ISO 639-3 and script (``bzd_Latn``).

    Raises:
        InputError: If the table lacks the language's ISO 639-3 code or script.
    """
    language = get(code)
    return language.flores or _with_script(language, language.iso639_3) or _missing(code, "FLORES code")


def as_pair(code: str, style: Style = "iso2", separator: str = "-") -> str:
    """A pair ``de+en`` as a data set writes it: ``de-en``, ``deu-eng``, ``de.en``.

    Raises:
        InputError: If ``code`` is no pair, or one of its languages cannot be written so.
    """
    parts = code.split("+")
    if len(parts) != 2:
        raise InputError("A pair of languages was expected.", value=code, hint="Join two codes by +: de+en.")
    return separator.join(_WRITERS[style](part) for part in parts)


def styled(codes: Iterable[str], style: Style) -> dict[str, str]:
    """Each code with its form in one style: what ``Task.codes`` wants.

    Raises:
        InputError: If a language cannot be written in this style.
    """
    return {code: _WRITERS[style](code) for code in codes}


def _pair(form: str, style: str | None, field: str | None) -> str:
    match = PAIR.fullmatch(form)
    if style is None and match and "-" in form and len(match[2]) == 2:
        raise InputError(
            f"{form!r} can mean a language of a region, or two languages.",
            field=field,
            value=form,
            hint='If it is a pair, read it in the style "pair".',
        )
    parts = match.groups() if match else tuple(form.split("+"))
    if len(parts) != 2:
        hint = "Write two codes as de-en, deu-eng, de.en or de+en."
        raise UnknownNameError(f"{form!r} is no pair of languages.", field=field, value=form, hint=hint)
    return "+".join(normalise(part, _SHORT[len(part)] if match else "code", field) for part in parts)


_SHORT: dict[int, Style] = {2: "iso2", 3: "iso3"}


def _key(form: str, style: str) -> str:
    return form.casefold() if style == "name" else form


@cache
def _index(style: Style) -> dict[str, tuple[str, ...]]:
    """Every form of a style to the codes it can mean."""
    index: dict[str, tuple[str, ...]] = {}
    for language in LANGUAGES:
        for form in dict.fromkeys(_key(form, style) for form in _forms(language, style)):
            index[form] = (*index.get(form, ()), language.code)
    return index


def _forms(language: Language, style: Style) -> list[str]:
    """All that a language can be written as in one style."""
    if style == "code":
        return [language.code]
    if style == "name":
        return [language.name, *language.other_names]
    if style == "flores":
        own = [language.flores, *(code for code in language.other_codes if "_" in code)]
        codes = [language.iso639_3, *(code for code in language.other_codes if len(code) == 3)]
        return [form for form in (*own, *(_with_script(language, code) for code in codes)) if form]
    short, length = (_two_letters(language), 2) if style == "iso2" else (_three_letters(language), 3)
    return [form for form in (short, *language.other_codes) if form and len(form) == length]


def _two_letters(language: Language) -> str | None:
    return language.code if len(language.code) == 2 else None


def _three_letters(language: Language) -> str | None:
    return None if "-" in language.code else language.iso639_3 or language.code


def _with_script(language: Language, iso639_3: str | None) -> str | None:
    return f"{iso639_3}_{language.script}" if iso639_3 and language.script else None


def _missing(code: str, what: str) -> str:
    raise InputError(
        f"The language {code!r} has no {what}.", value=code, hint="Leave it out, or name its code yourself."
    )


_WRITERS: dict[Style, Callable[[str], str]] = {
    "code": lambda code: get(code).code,
    "name": as_name,
    "iso2": as_iso2,
    "iso3": as_iso3,
    "flores": as_flores,
}
