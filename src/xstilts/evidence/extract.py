"""What a text asserts: its sentences and table cells as findings, with verbatim spans and parsed parts.

The same text gives the same findings, whatever else is read.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from xstilts.evidence import numbers
from xstilts.evidence.finding import Finding, Number, Scope
from xstilts.evidence.lexicon import WORD, lexicon
from xstilts.literature import sentences
from xstilts.literature.text import Passage, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xstilts.evidence.finding import Direction, FindingKind
    from xstilts.literature.text import Table

_SKIP = re.compile(
    r"\?\s*$|^\W*(?:code|data|models?|our (?:code|data|models?)|the (?:code|data))\b.{0,80}"
    r"\b(?:available|released?|found)\b|"
    r"https?://\S+\W*$|\bwe (?:will|plan to|hope)\b|^\W*(?:table|figure|fig\.|section|appendix)\s*\d+\s*[:.]",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"\b(?:ignore|disregard|forget)\s+(?:all\s+|any\s+)?(?:the\s+|your\s+)?(?:previous|prior|above|earlier)\b.{0,20}\b"
    r"(?:instructions?|prompts?)\b|\bif you(?:'re| are) an?\s+(?:ai|llm|(?:large )?language model)\b|^\W*system\s*:|"
    r"\b(?:ai|automated|automatic|llm|language model)\W+(?:reviewers?|readers?|assistants?|graders?)\b.{0,40}\b"
    r"(?:mark|score|rate|accept|recommend|report|give|must|should)\b",
    re.IGNORECASE,
)
"""Sentences that speak to a machine that reads: they assert nothing, whatever they claim."""
_PROCEDURE = re.compile(
    r"\b(?:we|this (?:paper|work|study))\s+(?:\w+ly\s+|also\s+|first\s+|then\s+|further\s+)*(?:use|train|fine-?tune|"
    r"propose|introduce|present|evaluate|experiment|follow|study|investigate|compare|build|construct|collect|annotate|adopt|apply|"
    r"employ|develop|explore|release|design|test|examine|create|extend|conduct|perform|select|translate|sample)\w*\b",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(
    r"^\W*(?:(?:while|although|though|whereas|however)\W+)?(?:many|most|several|few|existing|previous|prior|recent|current|"
    r"traditional)\s+(?:works?|studies|methods?|approach(?:es)?|research|efforts|have|focus)\b|"
    r"\b(?:few|little) (?:works?|studies|research|focus)\b|"
    r"\b(?:has|have) (?:not|rarely|hardly) (?:yet )?been (?:\w+ly )?(?:explored|studied|examined|addressed)\b|"
    r"\bremains? (?:un\w+|an? (?:open|challeng)|challenging|difficult|limited)|\blittle is known\b|"
    r"\bit is (?:unclear|unknown|an open)\b",
    re.IGNORECASE,
)
"""Sentences on what others do, or nobody did: a paper's reason to exist, and no result of it."""
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|does|do|did|may|might|will|be)\b|\b\w+(?:s|ed|es)\b", re.IGNORECASE
)
_AGAINST = re.compile(
    r"\b(?:outperform\w*|surpass\w*|exceed\w*|beat\w*|underperform\w*|compared (?:to|with)|"
    r"in comparison (?:to|with)|over|than|relative to|versus|vs\.|against|improv\w+ (?:up)?on)\s+(?P<rival>[^,;:().]+)",
    re.IGNORECASE,
)
_RIVAL_ENDS = re.compile(r"\s+(?:by|on|in|across|for|with|while|and achieves?|when|at|to)\b.*$", re.IGNORECASE)
_CELL = re.compile(r"^\W*[+−-]?\d+(?:\.\d+)?\s?%?\W*(?:±\s?\d+(?:\.\d+)?)?\W*$")
_SEVERAL = re.compile(r"\b(?:not only|no doubt|not just|no longer than)\b", re.IGNORECASE)


def findings(text: Text) -> tuple[Finding, ...]:
    """Everything that a text asserts, in its order: sentences, then cells of tables.

    Questions, headings, announcements of code and plans assert nothing.
    """
    told = [found for passage in sentences.passages(text) if (found := _of_sentence(text, passage))]
    cells = [found for table in text.tables for found in _of_table(text, table)]
    return (*told, *cells)


def statement(said: str, work: str, version: str) -> Finding:
    """Words that somebody says a version of a work says, parsed as a finding; not looked at is whether it does."""
    return parsed(Text(work, version, "none", said), Passage(work, version, "", 0, len(said), said))


def identify(passage: Passage) -> str:
    """Id of a finding: first ten hexadecimal digits of the sha256 of work, version, start, end and text."""
    parts = (passage.work, passage.version, str(passage.start), str(passage.end), passage.text)
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:10]


def _of_sentence(text: Text, passage: Passage) -> Finding | None:
    return parsed(text, passage) if asserts(passage.text) else None


def asserts(said: str) -> bool:
    """Whether a sentence asserts something: no heading, question, announcement or plan, nor a word to whoever reads."""
    return len(WORD.findall(said)) >= 4 and bool(_VERB.search(said)) and not (_SKIP.search(said) or _ORDER.search(said))


def parsed(text: Text, passage: Passage) -> Finding:
    """A passage of a text with its parts, whatever it says."""
    said = passage.text
    found = tuple(numbers.read(text.body, passage.start, passage.end))
    subject, against = _sides(said)
    direction = direction_of(said)
    return Finding(
        id=identify(passage),
        passage=passage,
        availability=text.availability,
        kind=_kind(said, found, direction),
        subject=subject,
        against=against,
        direction=direction,
        numbers=found,
        scope=lexicon().scope(said),
        hedged=_any(said, "hedges"),
        negated=_any(_SEVERAL.sub("", said), "negations"),
    )


def _any(said: str, kind: str) -> bool:
    listed = lexicon().lists[kind]
    return any(match[0].casefold() in listed or match[0].casefold().endswith("n't") for match in WORD.finditer(said))


def _kind(said: str, found: tuple[Number, ...], direction: Direction) -> FindingKind:
    if any(number.role != "other" for number in found):
        return "number"
    if _PROCEDURE.search(said):
        return "procedure"
    if _BACKGROUND.search(said):
        return "description"
    return "direction" if direction else "description"


def direction_of(said: str) -> Direction:
    """Which way the effect goes: by the first word of change, turned round by a negation shortly before it."""
    lists = lexicon().lists
    folded = [match[0].casefold() for match in WORD.finditer(said)]
    for place, word in enumerate(folded):
        way = "up" if word in lists["up"] else "down" if word in lists["down"] else ""
        if way:
            denied = any(one in lists["negations"] for one in folded[max(0, place - 4) : place])
            return "same" if denied else "up" if way == "up" else "down"
    return "same" if any(phrase in said.casefold() for phrase in lists["same"]) else ""


def _sides(said: str) -> tuple[str, str]:
    """What does something, and against what, as printed."""
    match = _AGAINST.search(said)
    against = _RIVAL_ENDS.sub("", match["rival"]).strip() if match else ""
    lists = lexicon().lists
    for word in WORD.finditer(said):
        if word[0].casefold() in lists["up"] | lists["down"]:
            before = re.split(r"\bthat\b|[;:]", said[: word.start()])[-1].strip(" ,")
            return re.sub(r"\s+(?:can|may|does|do|not|significantly|also|consistently)$", "", before), against
    return "", against


def _of_table(text: Text, table: Table) -> Iterator[Finding]:
    """Cells that hold a number and nothing else; what they are of is said by caption, row and column."""
    headers = table.rows[: table.headers]
    of_caption = lexicon().scope(table.caption)
    for row, cells in enumerate(table.rows[table.headers :], table.headers):
        label = next((cell for cell in cells if cell.strip() and not _CELL.match(cell)), "")
        for column, cell in enumerate(cells):
            if not _CELL.match(cell):
                continue
            start, end = sentences.cell_span(table, row, column)
            if text.body[start:end] != cell:
                continue  # a reader that keeps tables apart from the body: nothing there can be quoted
            above = " ".join(line[column] for line in headers)
            passage = Passage(text.work, text.version, table.section, start, end, cell)
            yield _of_cell(text, passage, label, _joined(of_caption, lexicon().scope(f"{above} {label}")))


def _of_cell(text: Text, passage: Passage, label: str, scope: Scope) -> Finding:
    metric = scope.metrics[-1] if scope.metrics else ""
    found = tuple(
        Number(one.value, one.unit, "other" if place else "score", one.metric or metric, one.raw, one.start, one.end)
        for place, one in enumerate(numbers.read(text.body, passage.start, passage.end))
    )
    return Finding(identify(passage), passage, text.availability, "number", label.strip(), "", "", found, scope)


def _joined(one: Scope, other: Scope) -> Scope:
    """Both scopes; what the second says of languages, models or split goes before what the first says."""
    return Scope(
        factors=tuple(dict.fromkeys((*one.factors, *other.factors))),
        data=other.data or one.data,
        metrics=tuple(dict.fromkeys((*one.metrics, *other.metrics))),
        languages=other.languages or one.languages,
        models=other.models or one.models,
        split=other.split or one.split,
    )
