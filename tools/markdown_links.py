"""The links and anchors of a Markdown text, as the site and the hosts of repositories understand them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_CODE = re.compile(r"^(```+).*?^\1`*\s*$|(`+)(?!`).+?(?<!`)\2(?!`)", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^()\s]+)(?:\s+\"[^\"]*\")?\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
_FENCE = re.compile(r"^(```+).*?^\1`*\s*$", re.DOTALL | re.MULTILINE)
_NAMED = re.compile(r"<a (?:id|name)=\"([^\"]+)\"")


def links(text: str) -> list[str]:
    """The targets of all links and images, in order; those in code are none."""
    return [found[1] for found in _LINK.finditer(_blanked(text))]


def relinked(text: str, place: Callable[[str], str]) -> str:
    """The text with each target put through a function."""
    parts, end = [], 0
    for found in _LINK.finditer(_blanked(text)):
        parts += [text[end : found.start(1)], place(found[1])]
        end = found.end(1)
    return "".join([*parts, text[end:]])


def is_relative(target: str) -> bool:
    """Whether a target is a file beside the text: no address of the web, and no place in the text itself."""
    return not re.match(r"[a-z][a-z0-9+.-]*:|//|#", target)


def anchors(text: str) -> set[str]:
    """What may follow a ``#``: the headings in lower case, without punctuation, with hyphens for spaces.

    Of headings that are alike only the first can be told: sites number the others in different ways.
    """
    told = _FENCE.sub("", text)
    return {_slug(heading) for heading in _HEADING.findall(told)} | set(_NAMED.findall(told))


def title(text: str) -> str:
    """The first heading; "" where there is none."""
    found = _HEADING.search(_FENCE.sub("", text))
    return found[1] if found else ""


def _slug(heading: str) -> str:
    shown = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", shown.lower()).strip().replace(" ", "-")


def _blanked(text: str) -> str:
    """The text with blanks in the place of all code, so that positions stay."""
    return _CODE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
