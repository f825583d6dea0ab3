"""A study as a short paper: what was asked, done, found and not found, from its analysis alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xstilts.reports.collected import in_paper
from xstilts.reports.entries import Place
from xstilts.reports.numbers import counted, interval, p_value, points
from xstilts.reports.tables.claims import extracted_claims, judged
from xstilts.reports.tables.contrasts import mix_sentences
from xstilts.reports.tables.data import non_commercial
from xstilts.reports.tables.findings import findings
from xstilts.reports.tables.items import item_notes
from xstilts.reports.tables.latex import PREAMBLE, escape, latex
from xstilts.reports.tables.table import escaped, markdown
from xstilts.reports.tables.under_noise.robustness import robust_sentences
from xstilts.reports.text.limits import limits
from xstilts.reports.text.methods import arms_in_words, methodology
from xstilts.reports.text.references import references
from xstilts.statistics.inference.correction import ALPHA

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Table
    from xstilts.statistics.score_rows import Row
    from xstilts.statistics.study_facts import Facts

LAB = (
    "All numbers are lab numbers: they come from an invented world with invented languages and say nothing about any "
    "real language."
)


@dataclass(frozen=True)
class PaperSection:
    """One section of the paper: its paragraphs, then a list, then its tables, then a text as it is, line by line."""

    title: str
    paragraphs: Sequence[str]
    items: Sequence[str] = ()
    tables: Sequence[Table] = ()
    listing: str = ""


@dataclass(frozen=True)
class Paper:
    """A paper: title, by-line and sections in order, the abstract first."""

    title: str
    byline: str
    sections: Sequence[PaperSection]


def paper(report: Report, tables: Mapping[str, Sequence[Table]]) -> Paper:
    """Write the paper.

    Args:
        report: What to say.
        tables: Its tables, by the names of their entries.
    """
    facts = report.facts
    methods = [*methodology(report), non_commercial(report), "The arms:"]
    results = in_paper(tables, *(place for place in Place if place > Place.LEFT_OUT))
    return Paper(
        facts.question or f"The study {facts.study}",
        f"Study “{facts.study}”, written by xstilts from its tables",
        [
            PaperSection("Abstract", [_abstract(report)]),
            PaperSection("Introduction", _introduction(facts)),
            PaperSection("Methodology", methods, arms_in_words(facts), in_paper(tables, Place.DATA, Place.LEFT_OUT)),
            PaperSection("Results", _results(report), (), results),
            PaperSection("Limitations", (), limits(report)),
            _claims(report),
            PaperSection("References", (), references(report)),
        ],
    )


def _abstract(report: Report) -> str:
    facts = report.facts
    arms = len([arm for arm in facts.arms if arm != "none"])
    asked = (
        f"We compare {counted(arms, 'intermediate arm')} with training on the target alone, from "
        f"{counted(len(facts.bases), 'pretrained encoder')}, on {counted(len(facts.targets), 'target task')} in "
        f"{counted(len(report.languages), 'language')}, over {counted(len(facts.seeds), 'seed')}."
    )
    found = [sentence for answer in report.rows("bases") for sentence in answer["sentences"]]
    lab = [LAB] if report.lab else []
    under_noise = robust_sentences(report)
    return " ".join([*under_noise, *findings(report), facts.question, asked, *found, *item_notes(report), *lab]).strip()


def _introduction(facts: Facts) -> list[str]:
    return [
        "Labels often exist in one language only, and users write others. Supplementary training on intermediate "
        "labelled-data tasks (Phang, Févry and Bowman 2018) puts training on another labelled task between pretraining "
        "and the target task; Phang et al. (2020) asked whether doing so in English helps zero-shot transfer to other "
        "languages. A gain of such training is only known beside a control that skips it, over several seeds.",
        f"This study asks: {facts.question}" if facts.question else "",
    ]


def _results(report: Report) -> list[str]:
    said = [" ".join([*one["sentences"], _certain(one["ranking"])]) for one in report.rows("bases")]
    return [
        " ".join(robust_sentences(report)),
        *mix_sentences(report),
        *said,
        *(one["sentence"] for one in report.rows("must_show")),
        *item_notes(report),
        _checks(report.rows("checks")),
        *_groupings(report),
        *_collapse(report),
    ]


def _certain(ranking: Sequence[Row]) -> str:
    """The arms whose mean is told from zero, the best and the worst alike."""
    sure = [row for row in ranking if row["p_corrected"] is not None and row["p_corrected"] <= ALPHA]
    named = [
        f"{row['arm']} {points(row['gain'])} ({interval(row['low'], row['high'])}, p {p_value(row['p_corrected'])})"
        for row in sure
    ]
    return f"After Holm correction over arms these means differ from zero: {'; '.join(named)}." if sure else ""


def _checks(checks: Sequence[Row]) -> str:
    ran = [row for row in checks if row["sign_flip_p"] is not None]
    equal = sum(row["equivalent"] is True for row in ran)
    found = sum(row["p_fdr"] is not None and row["p_fdr"] <= ALPHA for row in ran)
    differ = sum(bool(row["signs_differ"]) for row in ran)
    margin = f"{checks[0]['margin']:g}" if checks else "1"
    return (
        f"Of {counted(len(checks), 'cell')} of arm and target, {len(ran)} could be measured. At a false discovery rate "
        f"of 5 %, {found} of them differ from none; in {equal} the mean gain is shown to lie within ±{margin} point. "
        "For the others, neither an effect nor its absence is shown. The sign of the gain depends on the scale "
        f"(points, error, log-odds) in {differ}."
    )


def _groupings(report: Report) -> list[str]:
    found = [row for row in report.rows("multiverse") if row["depends"] is not None]
    if not found:
        return []
    depends = [row["arm"] for row in found if row["depends"]]
    if not depends:
        return ["No arm's verdict depends on how languages are grouped."]
    return [f"How languages are grouped decides the verdict on {', '.join(dict.fromkeys(depends))}."]


def _collapse(report: Report) -> list[str]:
    runs = report.rows("collapsed")
    if not runs and (report.rows("at_floor") or report.rows("silent")):
        return ["No run stands out from the other seeds of its cell; where all of them fail alike, none does."]
    if not runs:
        return ["No run collapsed."]
    again = " ".join(sentence for one in report.rows("without_collapsed") for sentence in one["sentences"])
    return [f"{counted(len(runs), 'run')} collapsed (at chance, or far below the other seeds). Without them: {again}"]


def _claims(report: Report) -> PaperSection:
    if not report.claims:
        return PaperSection("Extracted Claims", ["No published claim was asked about."])
    said = judged(report.claims)
    return PaperSection("Extracted Claims", [said.bearing, said.meaning], (), [extracted_claims(report)])


def paper_markdown(made: Paper) -> str:
    """The paper as Markdown."""
    blocks = [f"# {escaped(made.title)}", f"*{escaped(made.byline)}*"]
    for section in made.sections:
        blocks.append(f"## {section.title}")
        blocks += [escaped(text) for text in section.paragraphs if text]
        if section.items:
            blocks.append("\n".join(f"- {escaped(item)}" for item in section.items))
        blocks += [markdown(table).rstrip() for table in section.tables]
        if section.listing:  # indented: no line of it can end a fence
            blocks.append("\n".join(f"    {line}" for line in section.listing.rstrip().split("\n")))
    return "\n\n".join(blocks) + "\n"


def paper_latex(made: Paper) -> str:
    """The paper as an article that LaTeX compiles with booktabs alone."""
    head = [
        r"\documentclass[11pt]{article}", PREAMBLE, r"\usepackage[margin=2.5cm]{geometry}",
        rf"\title{{{escape(made.title)}}}", rf"\author{{{escape(made.byline)}}}", r"\date{}",
        r"\begin{document}", r"\maketitle",
    ]  # fmt: skip
    return "\n".join([*head, *(_latex_section(section) for section in made.sections), r"\end{document}", ""])


def _latex_section(section: PaperSection) -> str:
    if section.title == "Abstract":
        return "\n".join([r"\begin{abstract}", *map(escape, section.paragraphs), r"\end{abstract}"])
    star = "*" if section.title == "References" else ""
    lines = [
        rf"\section{star}{{{escape(section.title)}}}",
        *(f"{escape(text)}\n" for text in section.paragraphs if text),
    ]
    if section.items:
        lines += [r"\begin{itemize}", *(rf"\item {escape(item)}" for item in section.items), r"\end{itemize}"]
    lines += map(latex, section.tables)
    if section.listing:
        told = [_indented(line) for line in section.listing.rstrip().split("\n")]
        lines += [r"{\raggedright\ttfamily\footnotesize\setlength{\parindent}{0pt}", *told, "}"]
    return "\n".join(lines)


def _indented(line: str) -> str:
    """A line of a listing; braces keep its spaces, and the end of the paragraph ends it."""
    spaces = len(line) - len(line.lstrip(" "))
    return "{}" + "~" * spaces + escape(line) + r"\par"
