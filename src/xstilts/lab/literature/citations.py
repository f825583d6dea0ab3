"""A manuscript that cites the invented papers: rightly, wrongly, and papers that nobody wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from xstilts.lab.draws import Draws
from xstilts.lab.literature.layout import bib_entry
from xstilts.lab.literature.wording import phrases, said, turned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.lab.literature.paper import Paper, Sentence

Wrong = Literal["", "metadata wrong", "fabricated", "does not say that", "retracted", "superseded"]
_SPECIAL = str.maketrans({"%": r"\%", "&": r"\&"})


@dataclass(frozen=True)
class Citation:
    """An entry of the manuscript's list, with the sentence that it stands in.

    Attributes:
        key: As in the list.
        fields: Of the entry.
        sentence: Without the citation.
        wrong: What is wrong with it; "" for nothing.
        paper: Id of the paper that it is; "" for none.
    """

    key: str
    fields: tuple[tuple[str, str], ...]
    sentence: str
    wrong: Wrong
    paper: str


def citations(papers: Sequence[Paper], seed: int) -> tuple[Citation, ...]:
    """One citation of each relevant paper, most of them right, and some of papers that do not exist."""
    cited = [one for one in papers if one.relevant]
    found = [_of(one, cited, Draws("literature-citation", seed, one.id)) for one in cited]
    many = max(1, len(cited) // 6)
    found += [_invented(place, cited, Draws("literature-invented", seed, place)) for place in range(many)]
    return tuple(found)


def _of(paper: Paper, papers: Sequence[Paper], draws: Draws) -> Citation:
    told = [one for one in paper.last.abstract if one.fact is not None and one.change != "exaggerated"]
    sentence = draws.pick(told) if told else None
    text = sentence.text if sentence else paper.last.abstract[-1].text
    if sentence is not None and draws.chance(0.5):
        text = _again(sentence, paper, draws)
    fields = _fields(paper)
    wrong = _wrong(paper, draws)
    if wrong == "metadata wrong":
        fields = _misdescribed(fields, draws)
    elif wrong == "does not say that":
        turned_fact = turned(sentence.fact) if sentence and sentence.fact else None
        if turned_fact is None or turned_fact.form == "unclear":
            wrong = ""
        else:
            text = said(turned_fact, draws, paper.style).text
    elif wrong == "superseded":
        fields |= {"eprint": f"{paper.arxiv}v1", "archiveprefix": "arXiv"}
    return Citation(f"c{paper.id}", tuple(fields.items()), text, wrong, paper.id)


def _wrong(paper: Paper, draws: Draws) -> Wrong:
    if paper.retracted:
        return "retracted"
    if paper.kind == "outdated" and draws.chance(0.6):
        return "superseded"
    return draws.weighted({"": 0.6, "metadata wrong": 0.2, "does not say that": 0.2})


def _again(sentence: Sentence, paper: Paper, draws: Draws) -> str:
    if sentence.fact is None:
        return sentence.text
    return said(sentence.fact, draws, paper.style, hedged=sentence.hedged, avoid=sentence.text).text


def _fields(paper: Paper) -> dict[str, str]:
    people = " and ".join(f"{name.rpartition(' ')[2]}, {name.rpartition(' ')[0]}" for name in paper.authors)
    ids = {"doi": paper.doi} if paper.doi else {"eprint": paper.arxiv, "archiveprefix": "arXiv"}
    return {"title": paper.title, "author": people, "year": str(paper.year), "booktitle": paper.venue, **ids}


def _misdescribed(fields: dict[str, str], draws: Draws) -> dict[str, str]:
    """Another year, another first author, or a title of which words were dropped."""
    slip = draws.pick(("year", "author", "title"))
    if slip == "year":
        return fields | {"year": str(int(fields["year"]) + 3)}
    if slip == "author":
        return fields | {"author": f"{draws.pick(phrases()['people']['family'])}ski, Anna"}
    return fields | {"title": " ".join(fields["title"].split()[:4])}


def _invented(place: int, papers: Sequence[Paper], draws: Draws) -> Citation:
    """An entry that sounds right; a third of them bear the id of another paper."""
    words = phrases()
    like = draws.pick(papers)
    title = (
        f"{draws.pick(('Towards', 'Rethinking', 'Scaling', 'Unifying'))} {draws.pick(('Staged', 'Chained', 'Nested'))} "
        f"Transfer with {draws.pick(('Latent', 'Sparse', 'Elastic'))} Intermediate Objectives"
    )
    people = " and ".join(f"{one}, {draws.pick(words['people']['given'])}" for one in ("Quillmere", "Tarnowel"))
    eprint = like.arxiv if place % 3 == 2 else f"{like.year % 100:02d}00.{9000 + place:05d}"
    fields = {"title": title, "author": people, "year": str(like.year), "eprint": eprint, "archiveprefix": "arXiv"}
    text = draws.pick([one.text for one in like.last.abstract if one.fact is not None])
    return Citation(f"x{place:02d}", tuple(fields.items()), text, "fabricated", "")


def bibliography(cited: Sequence[Citation]) -> str:
    """The list of references as BibTeX."""
    return "\n".join(bib_entry(one.key, dict(one.fields)) for one in cited)


def manuscript(cited: Sequence[Citation]) -> str:
    """The LaTeX source that cites them, a sentence each."""
    lines = [f"{one.sentence[:-1].translate(_SPECIAL)} \\citep{{{one.key}}}." for one in cited]
    body = "\n\n".join(lines)
    return f"\\documentclass{{article}}\n\\begin{{document}}\n\\section{{Related work}}\n{body}\n\\end{{document}}\n"
