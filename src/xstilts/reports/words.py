"""Words that mean something of their own in xstilts, from ``words.yaml``: the one place of their meanings, for people.

The page links them in its headings and captions and explains those that it uses at its end; docs/glossary.md has all.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import yaml


class Word(NamedTuple):
    """One word.

    Attributes:
        name: The word; in lower case and with hyphens it is its anchor.
        meaning: What it means: one or two plain sentences. Backticks mark what one types.
        example: One example, without "for example" before it.
        forms: How it stands in the text of a page; none: it is not linked there.
    """

    name: str
    meaning: str
    example: str
    forms: tuple[str, ...]

    @property
    def anchor(self) -> str:
        """The name as an anchor: ``hidden-stage``."""
        return self.name.lower().replace(" ", "-")


def _read() -> tuple[Word, ...]:
    entries = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return tuple(Word(said["word"], said["meaning"], said["example"], tuple(said["forms"])) for said in entries)


WORDS = _read()
"""Every word, in alphabetical order."""
