"""A short literature report of the seeds' form, read from text or markdown.

Such a report has the sections Abstract, Introduction, Methodology, Results, Limitations, Extracted Claims (a table of
Claim, Verified, Confidence) and References. What its text says is data; nothing in it is followed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from xstilts.errors import DataError, shortened

SECTIONS = ("Abstract", "Introduction", "Methodology", "Results", "Limitations", "Extracted Claims", "References")
MOST_CHARACTERS = 2_000_000
"""A longer file is no report of this form."""
MOST_CLAIMS = 5_000

_NAMES = {name.lower(): name for name in (*SECTIONS, "Methods", "Method", "Claims", "Bibliography", "Question")}
_SAME = {"Methods": "Methodology", "Method": "Methodology", "Claims": "Extracted Claims", "Bibliography": "References"}
_HEADING = re.compile(
    r"^\s{0,3}(?:#{1,6}\s+)?(?:\*\*)?(?:[0-9]{1,2}[.)]?\s+)?([A-Za-z][A-Za-z ]{2,40}?)(?:\*\*)?:?\s*#*\s*$"
)
_YES = frozenset({"yes", "true", "verified", "y", "1", "✓", "✔", "✅", "☑"})
_NO = frozenset({"no", "false", "unverified", "not verified", "n", "0", "✗", "✘", "❌", "×", "x", "☐"})
_ARXIV = re.compile(r"\b([0-9]{4}\.[0-9]{4,5})(v[0-9]{1,3})?\b")
_SCORE = re.compile(r"\b([0-9]{1,2}(?:\.[0-9]{1,2})?)\s*/\s*10\b")
_PAPERS = re.compile(r"\byield(?:ed|s)\s+([0-9]{1,7})\s+(?:unique\s+|relevant\s+)?papers\b", re.IGNORECASE)
_ENTRY = re.compile(r"^\s*(?:[-*•]|\[[0-9]{1,4}\]|[0-9]{1,4}[.)])\s+")
_DIVIDER = re.compile(r"^[\s|:+-]+$")


@dataclass(frozen=True)
class PrintedClaim:
    """One row of the table of claims.

    Attributes:
        place: Number of the row, from 1.
        text: As printed; it may be cut.
        verified: What the report says of it.
        confidence: What the report says of it, 0 to 1; None where it prints none.
        claim: Id of the published claim that it is; "" where that is not known.
        paper: Paper that the row names, or that the published claim is of; "" where neither says so.
    """

    place: int
    text: str
    verified: bool
    confidence: float | None
    claim: str = ""
    paper: str = ""


@dataclass(frozen=True)
class PrintedReference:
    """One entry of the references.

    Attributes:
        text: As printed.
        arxiv: Without its version; "" where none is printed.
        version: ``v2``; "" where none is printed.
    """

    text: str
    arxiv: str = ""
    version: str = ""


@dataclass(frozen=True)
class SeedReport:
    """A report of the seeds' form.

    Attributes:
        name: What it is called here.
        question: What it asks.
        claims: Rows of its table.
        references: Its references.
        papers: How many its search found; None where it does not say.
        score: Of its reviewers, out of 10; None where it does not say.
        date: As printed; "" where it is not.
        sections: Title to text, for those that it has.
    """

    name: str
    question: str
    claims: tuple[PrintedClaim, ...]
    references: tuple[PrintedReference, ...]
    papers: int | None = None
    score: float | None = None
    date: str = ""
    sections: tuple[tuple[str, str], ...] = ()


def parse_report(text: str, name: str) -> SeedReport:
    """Read a report.

    Args:
        text: Text or markdown.
        name: What it is called in messages.

    Raises:
        DataError: If it is too long, has no table of claims, or a row of it cannot be read.
    """
    if len(text) > MOST_CHARACTERS:
        raise DataError(f"has {len(text):,} characters; at most {MOST_CHARACTERS:,} are read.", field=name)
    head, sections = _sections(text.replace("\r\n", "\n").replace("\r", "\n"))
    if "Extracted Claims" not in sections:
        raise DataError(
            "has no section Extracted Claims.", field=name, allowed=SECTIONS,
            hint="`xstilts audit` reads reports with a table of Claim, Verified and Confidence under that heading.",
        )  # fmt: skip
    said = "\n".join([head, *(body for title, body in sections.items() if title != "References")])
    score, papers = _SCORE.search(said), _PAPERS.search(said)
    date = re.search(r"\b20[0-9]{2}-[01][0-9]-[0-3][0-9]\b", head)
    return SeedReport(
        name, _question(head, sections), _claims(sections["Extracted Claims"], name),
        _references(sections.get("References", "")), int(papers[1]) if papers else None,
        float(score[1]) if score and float(score[1]) <= 10 else None, date[0] if date else "",
        tuple(sections.items()),
    )  # fmt: skip


def _sections(text: str) -> tuple[str, dict[str, str]]:
    """What stands before the first known heading, and section to text; a second heading of one name adds to it."""
    head: list[str] = []
    found: dict[str, list[str]] = {}
    lines = head
    for line in text.split("\n"):
        heading = _HEADING.match(line)
        title = _NAMES.get(heading[1].strip().lower()) if heading else None
        if title:
            lines = found.setdefault(_SAME.get(title, title), [])
        else:
            lines.append(line)
    return "\n".join(head).strip(), {title: "\n".join(own).strip() for title, own in found.items()}


def _question(head: str, sections: dict[str, str]) -> str:
    """The section Question, a line that begins so, the first line that ends in a question mark, or the title."""
    if sections.get("Question"):
        return " ".join(sections["Question"].split())
    lines = [re.sub(r"^[#>*\s]+|[*\s]+$", "", line) for line in head.split("\n")]
    for line in lines:
        if line.lower().startswith(("question:", "research question:")):
            return line.partition(":")[2].strip(" *")
    return next((line for line in lines if line.endswith("?")), next((line for line in lines if line), ""))


def _claims(section: str, name: str) -> tuple[PrintedClaim, ...]:
    rows = [_cells(line) for line in section.split("\n") if ("|" in line or "\t" in line) and not _DIVIDER.match(line)]
    places: dict[str, int] = {}
    found: list[PrintedClaim] = []
    for row in rows:
        if not places:
            places = {cell.lower().strip("* ?"): index for index, cell in enumerate(row)}
            if not {"claim", "verified", "confidence"} <= places.keys():
                raise DataError("has a table of claims with other columns.", field=f"{name}: Extracted Claims",
                                value=row, allowed=("Claim", "Verified", "Confidence"))  # fmt: skip
            continue
        found.append(_claim(row, places, len(found) + 1, name))
        if len(found) > MOST_CLAIMS:
            raise DataError(f"has more than {MOST_CLAIMS:,} claims.", field=f"{name}: Extracted Claims")
    if not found:
        raise DataError("has no row in its table of claims.", field=f"{name}: Extracted Claims")
    return tuple(found)


def _cells(line: str) -> list[str]:
    if "|" not in line:
        return [cell.strip() for cell in line.split("\t")]
    return [
        cell.strip().replace("\\|", "|")
        for cell in re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))
    ]


def _claim(row: list[str], places: dict[str, int], place: int, name: str) -> PrintedClaim:
    where = f"{name}: Extracted Claims, row {place}"
    if len(row) <= max(places["claim"], places["verified"], places["confidence"]):
        raise DataError("has fewer cells than the header.", field=where, value=shortened(" | ".join(row), 200))
    said = row[places["verified"]].lower().strip("* ")
    if said not in _YES | _NO:
        raise DataError("says neither yes nor no under Verified.", field=where, value=said, allowed=("yes", "no"))
    paper = next((row[places[key]] for key in ("paper", "source") if places.get(key, len(row)) < len(row)), "")
    return PrintedClaim(
        place, row[places["claim"]], said in _YES, _confidence(row[places["confidence"]], where), paper=paper
    )


def _confidence(cell: str, where: str) -> float | None:
    """0.27, .27, 27% or nothing."""
    text = cell.strip("* ")
    if text in ("", "-", "–", "—", "n/a"):
        return None
    number = re.fullmatch(r"([0-9]*\.?[0-9]+)\s*(%?)", text)
    value = float(number[1]) / (100 if number[2] else 1) if number else 2.0
    if not 0 <= value <= 1:
        raise DataError("has a confidence outside 0 to 1.", field=where, value=text)
    return value


def _references(section: str) -> tuple[PrintedReference, ...]:
    """One entry a line; a line without a mark goes on the entry before it where entries have marks."""
    lines = [line for line in section.split("\n") if line.strip()]
    marked = any(_ENTRY.match(line) for line in lines)
    entries: list[str] = []
    for line in lines:
        if entries and marked and not _ENTRY.match(line):
            entries[-1] += f" {line.strip()}"
        else:
            entries.append(_ENTRY.sub("", line).strip())
    found = []
    for entry in entries:
        number = _ARXIV.search(entry)
        found.append(PrintedReference(entry, number[1] if number else "", (number[2] or "") if number else ""))
    return tuple(found)
