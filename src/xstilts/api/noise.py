"""Noisy copies of texts, as a study's noise makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts import languages
from xstilts.errors import InputError
from xstilts.noise import Stream, rate_of, way_of
from xstilts.noise import corrupt as corrupt_texts
from xstilts.noise.said import parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def corrupt(
    texts: Sequence[str],
    noise: str,
    *,
    language: str,
    ids: Sequence[str] | None = None,
    seed: int = 0,
    dictionary: Mapping[str, Sequence[str]] | None = None,
) -> list[str]:
    """Corrupt texts; severity 1 to 5 edits 1, 2, 4, 8 or 16 % of their letters.

    Args:
        texts: The texts, all in one language.
        noise: A name of ``xstilts list noises`` and a severity: ``typo:3``.
        language: Their BCP-47 code.
        ids: What each text is called; a text called the same gets the same noise whatever stands beside it. None: its
            number, from 0.
        seed: Of the draws.
        dictionary: A word to what may stand in its place, for the noises that take one.

    Returns:
        As many texts, in the same order.

    Raises:
        UnknownNameError: If there is no such noise or language.
        InputError: If the noise has no severity, does not exist in the language, or ids are not as many as texts.

    Example:
        >>> import xstilts as xs
        >>> xs.corrupt(["The weather is fine today."], "typo:5", language="en")
        ['The setaher is fine tdayh.']
    """
    asked = parse(noise, "noise")
    if asked.severity is None:
        raise InputError("needs a severity.", field="noise", value=noise, hint=f"Write {noise}:3.")
    if isinstance(texts, str):
        raise InputError("is one text; expected a list of texts.", field="texts", value=texts[:40])
    if ids is not None and len(ids) != len(texts):
        raise InputError(f"There are {len(ids)} ids for {len(texts)} texts.", field="ids")
    languages.get(language, "language")
    way = way_of(asked.noise, language, dictionary or {}, "noise")
    called = ids if ids is not None else [str(number) for number in range(len(texts))]
    found = corrupt_texts(texts, called, way, rate_of(asked.severity), Stream(seed, asked.noise.name, language))
    return [noisy.text for noisy in found]
