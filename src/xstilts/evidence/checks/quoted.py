"""Are the words of a statement in the source, byte for byte?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xstilts.evidence.checks.check import Check
from xstilts.literature.text import Passage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.literature.text import Text

METHOD = "substring 1"
_LOOSE = {
    "'": "['’‘ʼ]",
    "’": "['’‘ʼ]",
    '"': '["“”]',
    "“": '["“”]',
    "”": '["“”]',
    "-": "[-‐‑–—−]",
    "–": "[-‐‑–—−]",
    "—": "[-‐‑–—−]",
}


def quoted(statement: str, texts: Sequence[Text]) -> Check:
    """Whether a source has the statement's characters in a row.

    White space, quotation marks and dashes may be others: then the verdict is ``yes`` with a reason that says so, and
    the evidence is the source's own characters.

    Returns:
        ``yes`` with every place; ``no`` where a full text lacks it; ``not found`` where only an abstract could be read.
    """
    wanted = statement.strip()
    exact = (
        [_passage(text, match) for text in texts for match in re.finditer(re.escape(wanted), text.body)]
        if wanted
        else []
    )
    if exact:
        return Check("quoted", "yes", "The source has these words, byte for byte.", tuple(exact), method=METHOD)
    loose = re.compile(
        "".join(_LOOSE.get(sign, re.escape(sign)) if sign != " " else r"\s+" for sign in " ".join(wanted.split()))
    )
    near = [_passage(text, match) for text in texts for match in loose.finditer(text.body)] if wanted else []
    if near:
        reason = "The source has these words; white space, quotation marks or dashes are others."
        return Check("quoted", "yes", reason, tuple(near), method=METHOD)
    if any(text.availability == "full text" for text in texts):
        return Check("quoted", "no", "The full text does not have these words in a row.", method=METHOD)
    return Check("quoted", "not found", f"Not in the text available ({available(texts)}).", method=METHOD)


def available(texts: Sequence[Text]) -> str:
    """What could be read, in words."""
    return " and ".join(sorted({text.availability for text in texts})) or "none"


def _passage(text: Text, match: re.Match[str]) -> Passage:
    section = next((one.title for one in text.sections if one.start <= match.start() < one.end), "")
    return Passage(text.work, text.version, section, match.start(), match.end(), match[0])
