"""Commands that a paper defines for itself, written out; how much they may grow to is bounded."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from xstilts.literature.latex_words import argument

MOST_USES, MOST_DEPTH = 20_000, 12
_NEW = regex.compile(
    r"\\(?:newcommand|renewcommand|providecommand|DeclareRobustCommand)\*?\s*\{?\s*\\(?P<name>[A-Za-z]+)\s*\}?"
)
_COUNT = regex.compile(r"\s*\[(?P<count>\d)\](?:\s*\[(?P<default>[^\]]{0,200})\])?")
_DEF = regex.compile(r"\\(?:def|gdef|edef)\s*\\(?P<name>[A-Za-z]+)(?P<arguments>(?:#\d)*)\s*(?=\{)")
_OPERATOR = regex.compile(r"\\DeclareMathOperator\*?\s*\{\s*\\(?P<name>[A-Za-z]+)\s*\}")
_USE = regex.compile(r"(?<=(?<!\\)(?:\\\\)*)\\(?P<name>[A-Za-z]+)")
_PARAMETER = regex.compile(r"#(\d)")
_OPTION = regex.compile(r"\s*\[([^\]]{0,500})\]")


@dataclass(frozen=True)
class _Macro:
    body: str
    count: int
    default: str | None


def written_out(source: str) -> tuple[str, bool]:
    """The source with its own commands replaced by what they stand for, and whether all of them could be."""
    macros, rest = _defined(source)
    if not macros:
        return rest, True
    spender = _Spender(macros)
    return spender.expand(rest, ()), spender.left > 0


def _defined(source: str) -> tuple[dict[str, _Macro], str]:
    macros: dict[str, _Macro] = {}
    kept, at = [], 0
    starts = [(match.start(), match) for form in (_NEW, _DEF, _OPERATOR) for match in form.finditer(source)]
    for start, match in sorted(starts, key=lambda pair: pair[0]):
        if start < at:
            continue
        number = _COUNT.match(source, match.end()) if match.re is _NEW else None
        body, end = argument(source, number.end() if number else match.end())
        count = int(number["count"]) if number else match["arguments"].count("#") if match.re is _DEF else 0
        macros[match["name"]] = _Macro(body, count, number["default"] if number else None)
        kept.append(source[at:start])
        at = end
    return macros, "".join([*kept, source[at:]])


class _Spender:
    """Expands until its uses are spent: a macro of macros could grow without end."""

    def __init__(self, macros: dict[str, _Macro]) -> None:
        self._macros = macros
        self.left = MOST_USES
        self._room = 20_000_000

    def expand(self, text: str, inside: tuple[str, ...]) -> str:
        """The text written out; a command inside its own definition stays as it is."""
        out, at = [], 0
        for use in _USE.finditer(text):
            macro = self._macros.get(use["name"])
            if macro is None or use.start() < at or use["name"] in inside:
                continue
            out.append(text[at : use.start()])
            given, at = self._arguments(text, use.end(), macro)
            self.left -= 1
            body = _filled(macro.body, given)
            self._room -= len(body)
            if self.left > 0 and self._room > 0 and len(inside) < MOST_DEPTH:
                out.append(self.expand(body, (*inside, use["name"])))
            else:
                self.left = min(self.left, 0)
        return "".join([*out, text[at:]])

    def _arguments(self, text: str, at: int, macro: _Macro) -> tuple[list[str], int]:
        given = []
        if macro.default is not None:
            option = _OPTION.match(text, at)
            given, at = [option[1] if option else macro.default], option.end() if option else at
        while len(given) < macro.count:
            value, at = argument(text, at)
            given.append(value)
        return given, at


def _filled(body: str, given: list[str]) -> str:
    return _PARAMETER.sub(lambda one: given[int(one[1]) - 1] if 0 < int(one[1]) <= len(given) else "", body)
