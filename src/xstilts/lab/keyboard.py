"""The keyboards of the lab: one arrangement of letters for all scripts, unlike any real one."""

from __future__ import annotations

from xstilts.lab.speech import SCRIPTS, SPEECHES

_ROWS = ("pbtdkgwy", "aeioumnr", "fvszhjl")


def rows(code: str) -> tuple[str, ...]:
    """The letters of a language's keyboard, row by row from the top, each row a quarter of a key further right."""
    table = SCRIPTS[SPEECHES[code].script]
    return tuple(row.translate(table) for row in _ROWS)
