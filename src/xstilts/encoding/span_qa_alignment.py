"""From the text of predicted tokens to the words of the context, as ``run_squad.py`` aligns them.

Source: get_final_text of google-research/bert:run_squad.py, and BasicTokenizer of the same repository's tokenization.py
(cased, without normalisation).
"""

from __future__ import annotations

import unicodedata

_IDEOGRAPHS = (
    (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F), (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
)  # fmt: skip


def aligned(said: str, original: str) -> str:
    """The part of ``original`` that ``said`` stands for, or all of it where that cannot be told.

    Args:
        said: The text of the predicted tokens, blanks squeezed.
        original: The words of the context that these tokens are of, joined by single blanks.
    """
    spaced = " ".join(basic_tokens(original))
    place = spaced.find(said)
    there, here = _solid(spaced), _solid(original)
    if place < 0 or len(there) != len(here):
        return original
    # as many characters on both sides, but for blanks: each stands for the one at its place
    number = {at: n for n, at in enumerate(there)}
    first, last = number.get(place), number.get(place + len(said) - 1)
    if first is None or last is None:
        return original
    return original[here[first] : here[last] + 1]


def _solid(text: str) -> list[int]:
    return [at for at, letter in enumerate(text) if letter != " "]


def basic_tokens(text: str) -> list[str]:
    """Words between blanks, with each punctuation mark and each ideograph a token of its own; controls are dropped."""
    spread = "".join(_spread(letter) for letter in text)
    tokens: list[str] = []
    for word in spread.split():
        within = False
        for letter in word:
            if _is_punctuation(letter):
                tokens.append(letter)
                within = False
            elif within:
                tokens[-1] += letter
            else:
                tokens.append(letter)
                within = True
    return tokens


def _spread(letter: str) -> str:
    category = unicodedata.category(letter)
    if letter in "\t\n\r" or category == "Zs":
        return " "
    if category[0] == "C" or letter == "\ufffd":
        return ""
    return f" {letter} " if any(first <= ord(letter) <= last for first, last in _IDEOGRAPHS) else letter


def _is_punctuation(letter: str) -> bool:
    ascii_mark = "!" <= letter <= "~" and not letter.isalnum()
    return ascii_mark or unicodedata.category(letter)[0] == "P"
