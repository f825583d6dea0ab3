"""Dictionaries of a user's own: what may stand in a word's place, read from a file and found in a text.

their thier there         a line a word; tabs part forms that hold blanks
{"their": ["thier"]}      or JSON
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from xstilts.errors import DataError
from xstilts.languages.words import UNSPACED, word_spans
from xstilts.noise.changes import change, pick
from xstilts.noise.noise import Dictionary, Way

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from xstilts.noise.noise import Edit

MOST_BYTES = 64 << 20
"""Size of the largest file that is read, 64 MiB."""

_BLANK, _UNSPACED = re.compile(r"\s"), re.compile(f"[{UNSPACED}]")

FORMAT = "a UTF-8 file with a line a word, first the word and then what may stand in its place, or JSON {word: [forms]}"


def read(path: Path) -> Dictionary:
    """The dictionary in a file; words that come on several lines have the forms of all of them, each once.

    Raises:
        DataError: If the file cannot be read, is larger than 64 MiB, not UTF-8, empty, or a line has no second word.
    """
    text = _text(path)
    rows = _of_json(text, path) if text.lstrip().startswith("{") else _of_lines(text, path)
    found: dict[str, dict[str, None]] = {}
    for word, forms in rows:
        found.setdefault(word, {}).update(dict.fromkeys(forms))
    if not found:
        raise DataError("The dictionary has no words.", field=str(path), hint=f"Give {FORMAT}.")
    return {word: tuple(forms) for word, forms in found.items()}


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            said = f"The dictionary has {size >> 20} MiB; at most {MOST_BYTES >> 20} are read."
            raise DataError(said, field=str(path), hint="Keep the most frequent words.")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataError(f"The dictionary cannot be read: {error.strerror}.", field=str(path)) from error
    except UnicodeDecodeError as error:
        said = f"The dictionary is not UTF-8: byte {error.start} cannot be read."
        raise DataError(said, field=str(path), hint="Save it as UTF-8.") from error


def _of_json(text: str, path: Path) -> Iterator[tuple[str, list[str]]]:
    try:
        words = json.loads(text)
    except ValueError as error:
        raise DataError(f"The dictionary is not JSON: {error}.", field=str(path)) from error
    for word, forms in words.items():
        if not word.strip() or not isinstance(forms, list) or not all(isinstance(form, str) and form for form in forms):
            said = f"The word {word!r} has no list of forms."
            raise DataError(said, field=str(path), hint=f"Give {FORMAT}.")
        yield word, forms


def _of_lines(text: str, path: Path) -> Iterator[tuple[str, list[str]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        parts = line.split("\t") if "\t" in line.strip() else line.split()
        word, *forms = [part.strip() for part in parts if part.strip()]
        if not forms:
            raise DataError(f"The word {word!r} has no form.", field=f"{path}:{number}", hint=f"Give {FORMAT}.")
        yield word, forms


def replacing(dictionary: Dictionary) -> Way | None:
    """How words are replaced by a dictionary's forms; None where it has no form that is another word.

    A word is found as it is written, or else in small letters. A form gets the capitals of the word it replaces. Forms
    that hold white space are left out, so that words stay as many. In scripts without spaces the longest word counts.
    """
    table = _usable(dictionary)
    if not table:
        return None
    longest = max(map(len, table))

    def at(text: str, start: int, end: int) -> tuple[int, tuple[str, ...]] | None:
        """Where the longest word of the dictionary ends that begins at ``start``, and its forms."""
        for stop in range(_reach(text, start, longest), start, -1) if _is_unspaced(text[start]) else (end,):
            forms = table.get(text[start:stop]) or table.get(text[start:stop].lower())
            if forms:
                return stop, forms
        return None

    def places(text: str) -> list[int]:
        return [start for start, end in word_spans(text) if at(text, start, end)]

    def edit(text: str, place: int, draw: float) -> Edit | None:
        found = at(text, place, _word_end(text, place))
        if found is None:
            return None
        end, forms = found
        return change(text, place, end, _in_the_case_of(text[place:end], pick(forms, draw)))

    return Way(edit, places)


def _usable(dictionary: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    kept = (
        (word, tuple(form for form in forms if form != word and len(form.split()) == 1 and form.strip() == form))
        for word, forms in dictionary.items()
    )
    return {word: forms for word, forms in kept if forms and len(word.split()) == 1}


def _word_end(text: str, place: int) -> int:
    """Where the word ends that begins at ``place``."""
    blank = _BLANK.search(text, place)
    return place + next(word_spans(text[place : blank.start() if blank else len(text)]))[1]


def _is_unspaced(letter: str) -> bool:
    return _UNSPACED.match(letter) is not None


def _reach(text: str, start: int, longest: int) -> int:
    """Where the letters of a script without spaces end, at most ``longest`` from ``start``."""
    end = start + 1
    while end < min(len(text), start + longest) and _is_unspaced(text[end]):
        end += 1
    return end


def _in_the_case_of(word: str, form: str) -> str:
    """The form with the capitals of a word: all of them, the first one, or its own."""
    if len(word) > 1 and word.isupper():
        return form.upper()
    return form[0].upper() + form[1:] if word[0].isupper() else form
