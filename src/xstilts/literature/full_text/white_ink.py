"""What a LaTeX source prints so that nobody sees it: white, tiny or empty boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from xstilts.literature.full_text.unseen import is_pale
from xstilts.literature.latex_words import argument

if TYPE_CHECKING:
    from xstilts.literature.full_text.draft import Draft

_USE = regex.compile(
    r"\\(?P<name>textcolor|color|fontsize|phantom|hphantom|vphantom|scalebox|resizebox|transparent|texttransparent)\s*"
    r"(?:\[(?P<model>\w+)\]\s*)?(?=\{)"
)
_SMALLEST = 2.0
_STOP = regex.compile(r"\\(?:[{}\\]|color\b|normalcolor\b|fontsize\b|normalsize\b|end\s*\{[^}]*\})|[{}]")


def without_hidden(source: str, draft: Draft) -> str:
    """The source without what its readers do not see; how much that is, is told to the draft."""
    out, at = [], 0
    for use in _USE.finditer(source):
        if use.start() < at:
            continue
        why, start = _reason(source, use)
        if why:
            end = (
                _end(source, start)
                if use["name"] in ("color", "fontsize", "transparent")
                else argument(source, start)[1]
            )
            draft.hidden(why, source[start:end])
            out.append(source[at : use.start()])
            at = end
    return "".join([*out, source[at:]])


def _reason(source: str, use: regex.Match[str]) -> tuple[str, int]:
    """Why what follows is not seen ("" if it is), and where it begins."""
    name = use["name"]
    if name.endswith("phantom"):
        return "phantom", use.end()
    value, at = argument(source, use.end())
    if name in ("color", "textcolor"):
        return ("white on white" if _is_white(value, use["model"] or "") else ""), at
    if name.endswith("transparent"):
        return ("transparent" if 0 <= _number(value) < 0.05 else ""), at
    limit = {"fontsize": _SMALLEST, "scalebox": 0.2, "resizebox": _SMALLEST}[name]
    if name in ("fontsize", "resizebox"):
        _, at = argument(source, at)
    return ("tiny font" if 0 <= _number(value) < limit else ""), at


def _is_white(value: str, model: str) -> bool:
    name = value.strip().casefold()
    if not model:
        return is_pale(name)
    parts = [_number(part) for part in name.split(",")]
    if model == "HTML":
        return is_pale(f"#{name}")
    if model == "cmyk":
        return len(parts) == 4 and all(0 <= part < 0.06 for part in parts)
    return bool(parts) and all(part >= (240 if model == "RGB" else 0.94) for part in parts)


def _number(text: str) -> float:
    found = regex.match(r"\s*(\d*\.?\d+)\s*(?:pt|px|em|)\s*$", text)
    return float(found[1]) if found else -1.0


def _end(source: str, at: int) -> int:
    """Where a switch ends: with its group or environment, or with the next switch."""
    depth = 0
    for stop in _STOP.finditer(source, at):
        if stop[0] == "{":
            depth += 1
        elif stop[0] == "}":
            if depth == 0:
                return stop.start()
            depth -= 1
        elif len(stop[0]) > 2 and depth == 0 and stop.start() != at:
            return stop.start()
    return len(source)
