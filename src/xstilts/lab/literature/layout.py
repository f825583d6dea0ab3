"""Invented papers as files: LaTeX and web pages for full texts, JSONL and BibTeX for lists."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xstilts.lab.draws import Draws
    from xstilts.lab.literature.paper import Edition, Grid, Paper, Sentence

_SPECIAL = re.compile(r"([%&$#_{}])")
_HIDING = ("display:none", "color:white", "font-size:0px", "visibility:hidden")


def tex(paper: Paper) -> str:
    """The source of the last edition."""
    last = paper.last
    people = r" \and ".join(paper.authors)
    lines = [
        r"\documentclass{article}",
        r"\usepackage{booktabs,xcolor}",
        rf"\title{{{_tex(paper.title)}}}",
        rf"\author{{{people}}}",
        r"\begin{document}",
        r"\maketitle",
        r"\begin{abstract}",
        _tex(_joined(last.abstract)),
        r"\end{abstract}",
    ]
    for title, paragraphs in last.sections:
        lines.append(rf"\section{{{title}}}")
        for paragraph in paragraphs:
            lines += [_tex(_joined(paragraph)), ""]
        lines += [_tex_grid(grid) for grid in last.grids if title == "Results"]
    lines += [rf"{{\color{{white}} {_tex(text)}}}" for text in last.unseen]
    return "\n".join([*lines, r"\end{document}", ""])


def _tex(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _tex_grid(grid: Grid) -> str:
    rows = [" & ".join(map(_tex, row)) + r" \\" for row in (grid.header, *grid.rows)]
    inside = "\n".join([r"\toprule", rows[0], r"\midrule", *rows[1:], r"\bottomrule"])
    columns = "l" + "r" * (len(grid.header) - 1)
    return (
        f"\\begin{{table}}\n\\caption{{{_tex(grid.caption)}}}\n\\begin{{tabular}}{{{columns}}}\n{inside}\n"
        "\\end{tabular}\n\\end{table}\n"
    )


def page(paper: Paper, draws: Draws) -> str:
    """A web page of the last edition."""
    last = paper.last
    meta = [
        ("citation_title", paper.title),
        ("citation_arxiv_id", f"{paper.arxiv}{last.label}"),
        ("citation_date", str(paper.year)),
        *(("citation_author", _turned(name)) for name in paper.authors),
    ]
    head = "".join(f'<meta name="{name}" content="{html.escape(value)}">' for name, value in meta)
    parts = [f"<h1>{html.escape(paper.title)}</h1><section><h2>Abstract</h2>{_paragraph(last.abstract)}</section>"]
    for title, paragraphs in last.sections:
        grids = "".join(map(_page_grid, last.grids)) if title == "Results" else ""
        inside = "".join(map(_paragraph, paragraphs))
        parts.append(f"<section><h2>{title}</h2>{inside}{grids}</section>")
    parts += [f'<p style="{draws.pick(_HIDING)}">{html.escape(text)}</p>' for text in last.unseen]
    return f"<!DOCTYPE html><html><head>{head}</head><body>{''.join(parts)}</body></html>\n"


def _paragraph(sentences: Iterable[Sentence]) -> str:
    return f"<p>{html.escape(_joined(sentences))}</p>"


def _page_grid(grid: Grid) -> str:
    head = "".join(f"<th>{html.escape(cell)}</th>" for cell in grid.header)
    rows = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in grid.rows)
    return (
        f"<figure><figcaption>{html.escape(grid.caption)}</figcaption>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></figure>"
    )


def line(paper: Paper, edition: Edition) -> str:
    """The paper in a list of preprints: one line of JSON."""
    row = {
        "id": f"{paper.id}{edition.label}",
        "title": paper.title,
        "abstract": _joined(edition.abstract),
        "authors": list(paper.authors),
        "year": paper.year,
        "arxiv_id": paper.arxiv,
        "version": edition.label,
        "retracted": paper.retracted,
    }
    return json.dumps(row, ensure_ascii=False)


def entry(paper: Paper, draws: Draws) -> str:
    """The published paper in a list of references, written as others write it: initials, capitals, a year later."""
    short = draws.chance(0.4)
    people = [_turned(f"{name[0]}. {name.partition(' ')[2]}" if short else name) for name in paper.authors]
    title = paper.title.title() if draws.chance(0.3) else paper.title
    fields = {
        "title": f"{{{title}}}",
        "author": " and ".join(people),
        "booktitle": paper.venue,
        "doi": paper.doi,
        "year": str(paper.year + draws.chance(0.3)),
    }
    return bib_entry(f"{paper.id}pub", fields)


def bib_entry(key: str, fields: dict[str, str]) -> str:
    """One entry of a .bib file."""
    told = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@inproceedings{{{key},\n{told}}}\n"


def _turned(name: str) -> str:
    given, _, family = name.rpartition(" ")
    return f"{family}, {given}"


def _joined(sentences: Iterable[Sentence]) -> str:
    return " ".join(one.text for one in sentences)
