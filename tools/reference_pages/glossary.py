"""docs/glossary.md: every word of our own, as the page of a report explains it."""

from __future__ import annotations

import textwrap

from xstilts.reports.words import WORDS

_HEAD = """# Glossary

The words of xstilts, in alphabetical order. Each has an example, most of them from the study `demo`
(`xstilts show study demo`). The page of a report explains those that it uses in the same words.
"""


def written() -> str:
    """The page."""
    parts = [_HEAD]
    for word in WORDS:
        meaning = textwrap.fill(word.meaning, 118, break_long_words=False, break_on_hyphens=False)
        parts.append(f"## {word.name}\n\n{meaning}\nExample: {word.example}\n")
    return "\n".join(parts)
