"""Dictionaries as files: a word, a tab, and what may stand in its place, one pair a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from xstilts.noise.noise import Dictionary


def read(path: Path) -> Dictionary:
    """A dictionary of a file.

    Raises:
        DataError: If the file is not there, or a line has no two words.
    """
    found: dict[str, list[str]] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        raise DataError("There is no such dictionary.", field=str(path)) from None
    for number, line in enumerate(lines, start=1):
        word, tab, other = line.partition("\t")
        if line and not (word and tab and other):
            raise DataError("is no word, tab and word.", field=f"{path}:{number}", value=line)
        if line:
            found.setdefault(word, []).append(other)
    return found
