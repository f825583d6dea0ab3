"""BibTeX, read tolerantly: entries and fields with their offsets; what is broken ends at the next entry."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from xstilts.literature.latex_words import closing, printed
from xstilts.literature.titles import without_markup

_ENTRY = regex.compile(r"@\s*(?P<kind>[A-Za-z]+)\s*(?P<open>[{(])")
_NEXT = regex.compile(r"\n[ \t]*@\s*[A-Za-z]+\s*[{(]")
_KEY = regex.compile(r"\s*(?P<key>[^\s,={}()\"#%]*)\s*(?:,|(?=[})])|$)")
_FIELD = regex.compile(r"[\s,]*(?P<name>[\p{L}_][\p{L}\p{N}_:.+-]*)\s*=\s*")
_BARE = regex.compile(r"[^\s,#{}\"()]+")
_JOIN = regex.compile(r"\s*#\s*")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_AND = regex.compile(r"\s+and\s+", regex.IGNORECASE)


@dataclass(frozen=True)
class Field:
    """One field of an entry.

    Attributes:
        source: Its value as LaTeX, without the outer braces or quotes, abbreviations written out.
        start: Where the value begins in the file, delimiters included.
        end: One past its last character.
    """

    source: str
    start: int
    end: int


@dataclass(frozen=True)
class Entry:
    """One entry.

    Attributes:
        kind: Lower case (``inproceedings``).
        key: As printed; "" where it is missing.
        fields: By name in lower case; of a field that is given twice, the first.
        start: Of the ``@``.
        end: One past its closing brace, or where it breaks off.
        line: Of the ``@``, from 1.
        complete: Whether it was closed.
    """

    kind: str
    key: str
    fields: dict[str, Field]
    start: int
    end: int
    line: int
    complete: bool

    def text(self, *names: str) -> str:
        """The first of these fields that is given, as it is printed on one line; "" if none is."""
        source = next((self.fields[name].source for name in names if name in self.fields), "")
        return without_markup(printed(source))

    def people(self, name: str = "author") -> tuple[str, ...]:
        """Names in a field, in order, as ``Given Family``; ``others`` stays."""
        source = self.fields[name].source if name in self.fields else ""
        return tuple(filter(None, (_person(part) for part in _parts(source))))


def parse(source: str) -> tuple[Entry, ...]:
    """The entries of a file, in order, without ``@comment``, ``@preamble`` and ``@string``."""
    found: list[Entry] = []
    words = {month: month.capitalize() for month in _MONTHS}
    at, line, counted = 0, 1, 0
    while (begin := _ENTRY.search(source, at)) is not None:
        line += source.count("\n", counted, begin.start())
        counted = begin.start()
        kind = begin["kind"].lower()
        if kind in ("comment", "preamble"):
            at = min(closing(source, begin.end() - 1) + 1, len(source)) if begin["open"] == "{" else begin.end()
            continue
        entry, at = _entry(source, begin, line, words)
        if kind == "string":
            words |= {name: field.source for name, field in entry.fields.items()}
        else:
            found.append(entry)
    return tuple(found)


def _entry(source: str, begin: regex.Match[str], line: int, words: dict[str, str]) -> tuple[Entry, int]:
    broken = _NEXT.search(source, begin.end())
    stop = broken.start() if broken else len(source)
    at, key = begin.end(), ""
    if begin["kind"].lower() != "string" and (named := _KEY.match(source, at, stop)) is not None:
        key, at = named["key"], named.end()
    fields: dict[str, Field] = {}
    while (name := _FIELD.match(source, at, stop)) is not None:
        value, end = _value(source, name.end(), stop, words)
        fields.setdefault(name["name"].lower(), Field(value, name.end(), end))
        at = end
    while at < stop and source[at] in " \t\r\n,":
        at += 1
    complete = source[at : at + 1] in ("}", ")") and at < stop
    end = at + 1 if complete else _past_rubbish(source, at, stop)
    return Entry(begin["kind"].lower(), key, fields, begin.start(), end, line, complete), end


def _past_rubbish(source: str, at: int, stop: int) -> int:
    """Where an entry breaks off that cannot be read on: with a closing brace that begins a line, or at the next."""
    end = source.find("\n}", at, stop)
    return end + 2 if end >= 0 else stop


def _value(source: str, at: int, stop: int, words: dict[str, str]) -> tuple[str, int]:
    """A value of parts joined by ``#``, and where it ends."""
    parts = []
    while at < stop:
        if source[at] == "{":
            end = min(closing(source, at), stop)
            parts.append(source[at + 1 : end])
            at = min(end + 1, stop)
        elif source[at] == '"':
            end = _quote_end(source, at + 1, stop)
            parts.append(source[at + 1 : end])
            at = min(end + 1, stop)
        elif (bare := _BARE.match(source, at, stop)) is not None:
            parts.append(words.get(bare[0].lower(), bare[0]))
            at = bare.end()
        join = _JOIN.match(source, at, stop)
        if join is None:
            break
        at = join.end()
    return "".join(parts), at


def _quote_end(source: str, at: int, stop: int) -> int:
    depth = 0
    while at < stop:
        if source[at] == "\\":
            at += 1
        elif source[at] in "{}":
            depth += 1 if source[at] == "{" else -1
        elif source[at] == '"' and depth <= 0:
            return at
        at += 1
    return stop


def _parts(source: str) -> list[str]:
    """Names between ``and``, one inside braces left whole."""
    parts, start = [], 0
    for match in _AND.finditer(source):
        before = source[start : match.start()]
        if before.count("{") - before.count(r"\{") <= before.count("}") - before.count(r"\}"):
            parts.append(before)
            start = match.end()
    return [*parts, source[start:]]


def _person(source: str) -> str:
    if source.strip().startswith("{") and closing(source.strip(), 0) == len(source.strip()) - 1:
        return without_markup(printed(source))
    parts = [without_markup(printed(part)) for part in _split_commas(source)]
    if len(parts) == 1:
        return parts[0]
    family, *middle, given = parts
    return " ".join(filter(None, [given, family, *middle]))


def _split_commas(source: str) -> list[str]:
    parts, depth = [""], 0
    for sign in source:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if sign == "," and depth <= 0:
            parts.append("")
        else:
            parts[-1] += sign
    return parts
