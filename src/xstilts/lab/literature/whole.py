"""The whole invented literature: papers, what is printed about them, a manuscript that cites them, and questions."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xstilts.lab.draws import Draws
from xstilts.lab.literature import citations as citing
from xstilts.lab.literature import claims, layout, others
from xstilts.lab.literature import questions as asking
from xstilts.lab.literature.results import Results, packaged
from xstilts.lab.literature.wording import phrases
from xstilts.lab.literature.writing import described, relevant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from xstilts.lab.literature.citations import Citation
    from xstilts.lab.literature.claims import PrintedClaim
    from xstilts.lab.literature.paper import Kind, Paper, Sentence
    from xstilts.lab.literature.questions import Asked

VERSION = "1"
"""Raised when the same seed gives other papers."""
SIZES: dict[Kind, int] = {
    "true": 24, "false": 10, "exaggerated": 8, "outdated": 7, "retracted": 5, "out of scope": 14, "irrelevant": 14,
}  # fmt: skip
"""How many papers of each kind."""
_INSTRUCTED = 0.2
_SAME_TITLE = 3


@dataclass(frozen=True)
class Literature:
    """Papers with the truth about them.

    Attributes:
        papers: All of them.
        claims: What is printed about them.
        citations: Of the manuscript.
        questions: Each with the answer that the papers allow.
        records: File and place (``source_id`` of the reader of folders) to the id of the paper.
        files: Path below the folder to the text of the file.
    """

    papers: tuple[Paper, ...]
    claims: tuple[PrintedClaim, ...]
    citations: tuple[Citation, ...]
    questions: tuple[tuple[Asked, asking.Answer], ...]
    records: Mapping[str, str]
    files: Mapping[str, str]

    def paper(self, name: str) -> Paper:
        """The paper with this id."""
        return next(one for one in self.papers if one.id == name)

    def sentences(self, name: str) -> dict[str, Sentence]:
        """Every sentence of a paper, in any of its editions, by its text."""
        return {one.text: one for edition in self.paper(name).editions for one in edition.sentences()}

    def write(self, folder: Path) -> Path:
        """Write the files, and return the folder that a review reads.

        ``corpus/`` holds the papers; papers of another literature that lie there are removed. ``manuscript.tex`` and
        ``manuscript.bib`` cite them, ``truth.json`` is for people.
        """
        for path in (folder / "corpus").glob("p[0-9][0-9][0-9].*"):
            if f"corpus/{path.name}" not in self.files:
                path.unlink()
        for name, text in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return folder / "corpus"


def literature(seed: int = 1, results: Results | None = None, sizes: Mapping[Kind, int] | None = None) -> Literature:
    """The invented literature of one seed; every paper is a function of seed, id, kind and results.

    Args:
        seed: Of all draws.
        results: Of a lab study; the packaged ones if None.
        sizes: Papers of each kind; ``SIZES`` if None.
    """
    found = results or packaged()
    papers: list[Paper] = []
    for kind, many in (sizes or SIZES).items():
        for _ in range(many):
            papers.append(_paper(kind, f"p{len(papers) + 1:03d}", found, seed))
    return of_papers([*papers, *_namesakes(papers, seed)], seed)


def of_papers(papers: Sequence[Paper], seed: int) -> Literature:
    """The literature of these papers: their files, what is printed about them, and what they answer."""
    asked = tuple((one, asking.answer(one, papers)) for one in asking.questions(phrases()))
    cited = citing.citations(papers, seed)
    printed = tuple(claim for paper in papers for claim in claims.about(paper, seed))
    files, records = _files(papers, seed)
    files |= {"manuscript.bib": citing.bibliography(cited), "manuscript.tex": citing.manuscript(cited),
              "truth.json": _truth(papers)}  # fmt: skip
    return Literature(tuple(papers), printed, cited, asked, records, files)


def _paper(kind: Kind, name: str, results: Results, seed: int) -> Paper:
    draws = Draws("literature-paper", seed, name)
    if kind in ("out of scope", "irrelevant"):
        return others.beside(kind, name, draws)
    paper = relevant(kind, name, results, draws)
    return others.with_instruction(paper, draws) if draws.chance(_INSTRUCTED) else paper


def _namesakes(papers: list[Paper], seed: int) -> list[Paper]:
    """Papers by other people with the title of a paper: not the same work."""
    found = []
    for place, paper in enumerate(papers[:_SAME_TITLE]):
        name = f"p{len(papers) + 1 + place:03d}"
        other = replace(papers[-1 - place], id=name, title=paper.title, relevant=False)
        found.append(described(other, Draws("literature-namesake", seed, name)))
    return found


def _files(papers: Sequence[Paper], seed: int) -> tuple[dict[str, str], dict[str, str]]:
    """Files of the corpus, and which paper each record in them is."""
    files: dict[str, str] = {}
    records: dict[str, str] = {}
    lines, entries = [], []
    for paper in papers:
        draws = Draws("literature-file", seed, paper.id)
        listed = not paper.last.sections or draws.chance(0.8) or len(paper.editions) > 1
        for edition in paper.editions if listed else ():
            lines.append(layout.line(paper, edition))
            records[f"{paper.id}{edition.label}"] = paper.id
        if paper.doi and draws.chance(0.8):
            entries.append(layout.entry(paper, draws))
            records[f"published.bib:{paper.id}pub"] = paper.id
        if paper.last.sections:
            name = f"{paper.id}.tex" if draws.chance(0.5) else f"{paper.id}.html"
            files[f"corpus/{name}"] = layout.tex(paper) if name.endswith(".tex") else layout.page(paper, draws)
            records[name] = paper.id
    files["corpus/preprints.jsonl"] = "\n".join(lines) + "\n"
    files["corpus/published.bib"] = "\n".join(entries)
    return files, records


def _truth(papers: Sequence[Paper]) -> str:
    """For people: each paper's kind, and each of its sentences that the lab does not bear out."""
    told = [
        {
            "id": one.id, "kind": one.kind, "title": one.title, "relevant": one.relevant, "retracted": one.retracted,
            "false": [[s.change, s.text] for edition in one.editions for s in edition.sentences() if s.change],
        }
        for one in papers
    ]  # fmt: skip
    counted = dict(Counter(one.kind for one in papers))
    return json.dumps({"papers": counted, "truth": told}, indent=1, ensure_ascii=False) + "\n"
