"""Everything in the folder given by ``--out``."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from xstilts.reports.collected import pictures_of, pixels_of, tables_of
from xstilts.reports.entries import Page
from xstilts.reports.figures.svg import standalone
from xstilts.reports.files import csv_files, file_name, text_files
from xstilts.reports.folder import put
from xstilts.reports.page.page import render
from xstilts.reports.places import without_places
from xstilts.reports.tables.findings import findings
from xstilts.reports.text.paper import paper, paper_latex, paper_markdown

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from xstilts.reports.report import Report

ANSWER = "answer.json"
"""What the page says first, for programs."""


def write(out: Path, report: Report) -> Path:
    """Write the report of a study into ``out`` and return the path of its page.

    Equal input gives equal bytes, so a second run over a full store changes nothing in the tables.

    Args:
        out: Folder, made if it is missing; files of an earlier report are replaced or removed, others left alone.
        report: What to say.

    Raises:
        OSError: If the folder cannot be written.
    """
    report = replace(report, study=without_places(report.study))
    tables, pictures = tables_of(report), pictures_of(report)
    written = csv_files(report) | text_files(tables)
    text = paper(report, tables)
    files = {f"tables/{name}": content for name, content in written.items()}
    files |= {"claims.json": _json(list(report.claims)), "manifest.json": _json(report.manifest)}
    files |= {ANSWER: _json(_answer(report))}
    files |= {"paper.md": paper_markdown(text), "paper.tex": paper_latex(text)}
    key = sha256(files["manifest.json"].encode()).hexdigest()
    page = render(Page(report, tables, pictures, list(files), key))
    files |= {f"figures/{file_name(name)}.svg": standalone(svg) for name, svg in pictures.items()}
    pixels = {f"figures/{file_name(name)}.png": png for name, png in pixels_of(report).items()}
    put(out, {**files, **pixels, "index.html": page})
    return out / "index.html"


def _answer(report: Report) -> dict[str, Any]:
    """The question, what must be known before any number, and for each base the answers with their sentences."""
    notes = [report.lab.strip()] if report.lab else []
    robust = report.rows("under_noise")
    return {
        "question": report.study.get("question") or report.facts.question,
        "notes": notes,
        "findings": findings(report),
        "bases": report.rows("bases"),
        **({"under_noise": robust} if robust else {}),
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n"
