"""Words of our own on the page, linked to where the page explains them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xstilts.reports.words import WORDS

if TYPE_CHECKING:
    from markupsafe import Markup

    from xstilts.reports.words import Word

_OF = {spelling.lower(): word for word in WORDS for spelling in word.forms}
_ANY = "|".join(sorted(map(re.escape, _OF), key=len, reverse=True))
_WORD = re.compile(rf"(?<![\w/.-])(?:{_ANY})(?![\w/-]|\.\w)", re.IGNORECASE)  # no part of a name or of a path
_TAG = re.compile(r"(<[^>]*>)")
_KEPT = re.compile(r"<(/?)(?:a|code|button)\b")


def coded(text: str) -> Markup:
    """A text escaped, with what stands between backticks as code."""
    from markupsafe import Markup, escape

    parts = [str(escape(part)) for part in text.split("`")]
    return Markup("".join(f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(parts)))  # noqa: S704


class LinkedWords:
    """Links the words of texts, each once in every section, and remembers which the page has to explain."""

    def __init__(self) -> None:
        self._known: dict[str, Word] = {}
        self._here: set[str] = set()

    @property
    def used(self) -> list[Word]:
        """The words that were linked, in alphabetical order."""
        return [word for word in WORDS if word.name in self._known]

    def start(self) -> str:
        """Begin a section, in which every word is linked once more; says nothing."""
        self._here = set()
        return ""

    def __call__(self, text: object) -> Markup:
        """A text with its words linked: markup stays as it is, and anything else is escaped."""
        from markupsafe import Markup, escape

        inside, parts = 0, []
        for part in _TAG.split(str(escape(text))):
            if kept := _KEPT.match(part):
                inside += -1 if kept[1] else 1
            parts.append(part if inside or part.startswith("<") else _WORD.sub(self._link, part))
        return Markup("".join(parts))  # noqa: S704 (escaped above, or markup before)

    def _link(self, found: re.Match[str]) -> str:
        from markupsafe import escape

        word = _OF[found[0].lower()]
        if word.name in self._here:
            return found[0]
        self._here.add(word.name)
        self._known[word.name] = word
        return (
            f'<a class="word" href="#word-{word.anchor}" title="{escape(word.meaning.replace("`", ""))}">{found[0]}</a>'
        )
