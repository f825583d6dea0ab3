"""docs/reference/report_files.md, from the registry of the report's sections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.reports.registry import SECTIONS

if TYPE_CHECKING:
    from xstilts.reports.entries import Tables

HEAD = """\
# The files of a report

`xstilts run`, `xstilts demo` and `xstilts report` write these into the folder of `--out`. A file is there only where
the study has something to say in it. BASE, TARGET and SERIES stand for names of the study. CSV is for machines and has
every number in full precision; Markdown and LaTeX are for people and round.

| file | what it holds |
| --- | --- |
| `index.html` | the page: every section below, in one file that needs no network |
| `paper.md`, `paper.tex` | the study as a short paper |
| `answer.json` | the question, and for each base the answer with its interval and its sentences |
| `claims.json` | verdicts on published claims |
| `manifest.json` | what made the numbers: study, commands, versions, hardware, data, every node with its hashes |

| section of the page | file | what it holds |
| --- | --- | --- |
"""


def written() -> str:
    """The page as it should be."""
    lines = []
    for section in SECTIONS:
        files = [(f"`tables/{entry.name}{_forms(entry)}", entry.says) for entry in section.tables]
        files += [
            (f"`figures/{entry.name}.svg`{', `.png`' if entry.pixels else ''}", entry.says)
            for entry in section.pictures
        ]
        titles = [section.title, *[""] * len(files)]
        lines += [f"| {title} | {file} | {says} |" for title, (file, says) in zip(titles, files, strict=False)]
    return HEAD + "\n".join(lines) + "\n"


def _forms(entry: Tables) -> str:
    forms = [form for form, there in ((".csv`", entry.columns), (".md`", entry.make), (".tex`", entry.make)) if there]
    return ", `".join(forms)
