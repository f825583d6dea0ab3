"""What is cited: entries of a ``.bib`` file, and in a ``.tex`` file each key with the sentence that it stands in."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from xstilts.literature import sentences
from xstilts.literature.bibtex import Entry, parse
from xstilts.literature.latex_words import argument, printed

__all__ = ["Citation", "Entry", "cited", "parse"]

_COMMENT = regex.compile(
    r"(?<!\\)(?:\\\\)*%[^\n]*|\\begin\{comment\}.*?\\end\{comment\}|\\iffalse\b.*?\\fi\b", regex.DOTALL
)
_COMMAND = regex.compile(
    r"\\(?P<name>[A-Za-z]*(?<!no)[cC]ite[A-Za-z]*|newcite|Cite[A-Za-z]*)\*?(?P<notes>(?:\s*\[[^\[\]]{0,300}\]){0,2})\s*(?=\{)"
)
_NO_CITATION = {"nocite", "citestyle", "citenamefont", "bibcite", "defcitealias"}
_EDGE = regex.compile(
    r"\\(?:part|chapter|(?:sub){0,2}section|(?:sub)?paragraph|begin|end|label|title|author|bibliography|bibliographystyle)"
    r"\*?\s*(?:\[[^\[\]]{0,200}\]\s*)?\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\\item(?![A-Za-z])|\\par(?![A-Za-z])|\\maketitle"
)


@dataclass(frozen=True)
class Citation:
    """One key in one place.

    Attributes:
        key: As in the ``.bib`` file.
        command: Without its backslash (``citep``).
        start: Of the key in the file.
        end: One past its last character.
        line: Of the key, from 1.
        sentence: Offsets in the file of the sentence that it stands in, as LaTeX.
        text: That sentence as it is printed, each citation as its keys in brackets.
    """

    key: str
    command: str
    start: int
    end: int
    line: int
    sentence: tuple[int, int]
    text: str


def cited(source: str) -> tuple[Citation, ...]:
    """All keys that a LaTeX file cites in its text, in order; not those in comments or of ``nocite``."""
    seen = _blank(_COMMENT, source)
    spans = sentences.spans(_blank(_EDGE, seen, parting=True))
    found: list[Citation] = []
    place, line, counted = 0, 1, 0
    for use in _COMMAND.finditer(seen):
        if use["name"] in _NO_CITATION:
            continue
        while place < len(spans) - 1 and spans[place][1] <= use.start():
            place += 1
        inside, end = argument(seen, use.end())
        within = bool(spans) and spans[place][0] <= use.start() < spans[place][1]
        span = spans[place] if within else (use.start(), end)
        text = " ".join(printed(seen[slice(*span)]).split())
        for key in regex.finditer(r"[^\s,{}]+", inside):
            start = use.end() + 1 + key.start()
            line += seen.count("\n", counted, start)
            counted = start
            found.append(Citation(key[0], use["name"], start, start + len(key[0]), line, span, text))
    return tuple(found)


def _blank(what: regex.Pattern[str], source: str, *, parting: bool = False) -> str:
    """The text with spaces in place of what is found, so that offsets stay; new lines stay too.

    Args:
        what: Is looked for.
        source: The text.
        parting: Whether a sentence ends there: then the first two characters become an empty line.
    """
    return what.sub(lambda found: ("\n\n" if parting else "") + _spaces(found[0][2 * parting :]), source)


def _spaces(text: str) -> str:
    return regex.sub(r"[^\n]", " ", text)
