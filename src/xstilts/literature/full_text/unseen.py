"""Which parts of a web page its readers do not see: by an attribute, a style, or a rule of its style sheet."""

from __future__ import annotations

import re

_RULE = re.compile(r"([^{}]{1,500})\{([^{}]{0,2000})\}")
_CONDITION = re.compile(r"@[\w-]+[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}|/\*.*?\*/|@[^;{}]*;", re.DOTALL)
_SELECTOR = re.compile(r"(\w+)?([.#][\w-]+)?")
_SMALL = re.compile(r"(?:^|;)(?:font-size|fontsize):(0*\.?\d*)(px|pt|em|rem|%|)(?:;|$)")
_SMALLEST = {"px": 3.0, "pt": 2.0, "em": 0.2, "rem": 0.2, "%": 20.0, "": 1.0}
_AWAY = re.compile(r"(?:^|;)(?:left|top|right|text-indent|margin-left):-\d{3,}")
_COLOUR = re.compile(r"(?:^|;)color:([^;]+)")
_BACKGROUND = re.compile(r"(?:^|;)background(?:-color)?:([^;]+)")
_TRIPLE = re.compile(r"rgba?\((\d+)[, ]+(\d+)[, ]+(\d+)(?:[,/ ]+([\d.]+))?\)")
_PALE = 240
_WHITE = {"white", "snow", "ivory", "ghostwhite", "floralwhite", "whitesmoke", "transparent"}


def flat(style: str) -> str:
    """A style without spaces and capitals, so that its parts can be looked for."""
    return re.sub(r"\s*([:;,])\s*", r"\1", style.replace("!important", "").strip().casefold())


def reason(style: str, *, on_white: bool) -> str:
    """Why a reader does not see what has this style; "" if they do.

    Args:
        style: Declarations, as :func:`flat` writes them.
        on_white: Whether no other background was set around it.
    """
    if re.search(r"(?:^|;)display:none", style):
        return "display:none"
    if re.search(r"(?:^|;)visibility:(?:hidden|collapse)", style):
        return "visibility:hidden"
    if re.search(r"(?:^|;)opacity:0*(?:\.0+\d*)?%?(?:;|$)", style):
        return "opacity 0"
    small = _SMALL.search(style)
    if small and _number(small[1]) < _SMALLEST[small[2]]:
        return "tiny font"
    if _AWAY.search(style) or re.search(r"(?:^|;)clip(?:-path)?:(?:rect\(0|inset\((?:50|100)%)", style):
        return "set outside the page"
    colour = _COLOUR.search(style)
    return "white on white" if colour and on_white and is_pale(colour[1]) and not sets_background(style) else ""


def sets_background(style: str) -> bool:
    """Whether a style sets a background that is not white."""
    found = _BACKGROUND.search(style)
    return found is not None and not is_pale(found[1]) and found[1] not in ("none", "inherit", "initial")


def is_pale(colour: str) -> bool:
    """Whether a colour cannot be read on white: ``white``, ``#fff``, ``rgb(250, 250, 250)``, or nothing of any."""
    name = colour.strip()
    if re.fullmatch(r"#[0-9a-f]{3,8}", name):
        digits = name[1:]
        whole = [digits[i] * 2 for i in range(3)] if len(digits) < 6 else [digits[i : i + 2] for i in (0, 2, 4)]
        return all(int(part, 16) >= _PALE for part in whole)
    triple = _TRIPLE.match(name)
    if triple:
        return all(int(part) >= _PALE for part in triple.groups()[:3]) or (
            triple[4] is not None and _number(triple[4]) == 0
        )
    return name in _WHITE


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("inf")


def rules(sheet: str) -> dict[str, str]:
    """Declarations by simple selector (``p``, ``.note``, ``p.note``); others, and those under conditions, are left."""
    found: dict[str, str] = {}
    for names, style in _RULE.findall(_CONDITION.sub(" ", sheet)):
        for name in names.split(","):
            if _SELECTOR.fullmatch(name.strip()) and name.strip():
                found[name.strip()] = f"{found.get(name.strip(), '')};{flat(style)}"
    return found


def selectors(tag: str, identifier: str, classes: list[str]) -> list[str]:
    """The simple selectors that an element answers to."""
    ends = [*(f".{name}" for name in classes), *([f"#{identifier}"] if identifier else [])]
    return [tag, *ends, *(f"{tag}{end}" for end in ends)]
