"""A study as a short paper: what was asked, done, found and not found, from its analysis alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xstilts.reports.arms_table import arms_table, cut_table
from xstilts.reports.check_tables import collapse_tables, multiverse_table
from xstilts.reports.claims_table import claims_section
from xstilts.reports.contrast_tables import chosen_table, contrast_table, mix_sentences, mix_tables
from xstilts.reports.data_tables import data_tables, non_commercial
from xstilts.reports.findings import finding_tables, findings
from xstilts.reports.item_tables import gain_item_table, item_notes
from xstilts.reports.latex import PREAMBLE, escape, latex
from xstilts.reports.methods import arms_in_words, methodology
from xstilts.reports.numbers import interval, p_value, points
from xstilts.reports.references import references
from xstilts.reports.result_tables import average_tables, gain_tables, labelled
from xstilts.reports.search_tables import arm_tables
from xstilts.reports.table import Table, escaped, markdown
from xstilts.reports.vector_tables import vectors_table
from xstilts.statistics.inference.correction import ALPHA
from xstilts.statistics.score_rows import parts
from xstilts.statistics.study_facts import Facts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.reports.grid import Grid
    from xstilts.statistics import Analysis

LAB = (
    "All numbers are lab numbers: they come from an invented world with invented languages and say nothing about any "
    "real language."
)


@dataclass(frozen=True)
class Section:
    """One section: its paragraphs, then a list, then its tables."""

    title: str
    paragraphs: Sequence[str]
    items: Sequence[str] = ()
    tables: Sequence[Table] = ()


@dataclass(frozen=True)
class Paper:
    """A paper: title, by-line and sections in order, the abstract first."""

    title: str
    byline: str
    sections: Sequence[Section]


def paper(
    analysis: Analysis,
    grids: Sequence[Grid],
    selection: str,
    limits: Sequence[str],
    claims: Sequence[Mapping[str, Any]] = (),
    data: Sequence[Mapping[str, Any]] = (),
) -> Paper:
    """Write the paper.

    Args:
        analysis: The study's tables.
        grids: One gain matrix per base.
        selection: How checkpoints were chosen.
        limits: What the numbers cannot say.
        claims: Verdicts on published claims, as written to claims.json.
        data: What was read, see ``data_read``.
    """
    facts = Facts.parse(analysis["facts"])
    methods = [*methodology(analysis, selection), non_commercial(analysis), "The arms:"]
    return Paper(
        facts.question or f"The study {facts.study}",
        f"Study “{facts.study}”, written by xstilts from its tables",
        [
            Section("Abstract", _abstract(analysis, facts)),
            Section("Introduction", _introduction(facts)),
            Section("Methodology", methods, arms_in_words(facts), _method_tables(analysis, data)),
            Section("Results", _results(analysis), (), _result_tables(analysis, grids, selection)),
            Section("Limitations", (), limits),
            _claims(analysis, claims),
            Section("References", (), references(analysis, claims)),
        ],
    )


def _abstract(analysis: Analysis, facts: Facts) -> list[str]:
    arms = len([arm for arm in facts.arms if arm != "none"])
    languages = len({one for target in facts.targets.values() for code in target.languages for one in parts(code)})
    asked = (
        f"We compare {_count(arms, 'intermediate arm')} with training on the target alone, from "
        f"{_count(len(facts.bases), 'pretrained encoder')}, on {_count(len(facts.targets), 'target task')} in "
        f"{_count(languages, 'language')}, over {_count(len(facts.seeds), 'seed')}."
    )
    found = [sentence for answer in analysis["answer"]["bases"] for sentence in answer["sentences"]]
    first, items = findings(analysis), item_notes(analysis)
    return [
        " ".join([*first, facts.question, asked, *found, *items, *([LAB] if facts.source == "lab" else [])]).strip()
    ]


def _count(number: int, one: str) -> str:
    return f"{number} {one if number == 1 else one + 's'}"


def _introduction(facts: Facts) -> list[str]:
    return [
        "Labels often exist in one language only, and users write others. Supplementary training on intermediate "
        "labelled-data tasks (Phang, Févry and Bowman 2018) puts training on another labelled task between pretraining "
        "and the target task; Phang et al. (2020) asked whether doing so in English helps zero-shot transfer to other "
        "languages. A gain of such training is only known beside a control that skips it, over several seeds.",
        f"This study asks: {facts.question}" if facts.question else "",
    ]


def _results(analysis: Analysis) -> list[str]:
    answer = analysis["answer"]
    said = [" ".join([*one["sentences"], _certain(one["ranking"])]) for one in answer["bases"]]
    return [
        *mix_sentences(analysis),
        *said,
        *item_notes(analysis),
        _checks(answer.get("checks", [])),
        *_groupings(answer),
        *_collapse(answer),
    ]


def _certain(ranking: Sequence[Mapping[str, Any]]) -> str:
    """The arms whose mean is told from zero, the best and the worst alike."""
    sure = [row for row in ranking if row["p_corrected"] is not None and row["p_corrected"] <= ALPHA]
    named = [
        f"{row['arm']} {points(row['gain'])} ({interval(row['low'], row['high'])}, p {p_value(row['p_corrected'])})"
        for row in sure
    ]
    return f"After Holm correction over arms these means differ from zero: {'; '.join(named)}." if sure else ""


def _checks(checks: Sequence[Mapping[str, Any]]) -> str:
    ran = [row for row in checks if row["sign_flip_p"] is not None]
    equal = sum(row["equivalent"] is True for row in ran)
    found = sum(row["p_fdr"] is not None and row["p_fdr"] <= ALPHA for row in ran)
    differ = sum(bool(row["signs_differ"]) for row in ran)
    margin = f"{checks[0]['margin']:g}" if checks else "1"
    return (
        f"Of {_count(len(checks), 'cell')} of arm and target, {len(ran)} could be measured. At a false discovery rate "
        f"of 5 %, {found} of them differ from none; in {equal} the mean gain is shown to lie within ±{margin} point. "
        "Where neither holds, neither an effect nor its absence is shown. The sign of the gain depends on the scale "
        f"(points, error, log-odds) in {differ}."
    )


def _groupings(answer: Mapping[str, Any]) -> list[str]:
    judged = [row for row in answer.get("multiverse", []) if row["depends"] is not None]
    if not judged:
        return []
    depends = [row["arm"] for row in judged if row["depends"]]
    if not depends:
        return ["No arm's verdict depends on how languages are grouped."]
    return [f"How languages are grouped decides the verdict on {', '.join(dict.fromkeys(depends))}."]


def _collapse(answer: Mapping[str, Any]) -> list[str]:
    runs = answer.get("collapsed", [])
    if not runs and (answer.get("at_floor") or answer.get("silent")):
        return ["No run stands out from the other seeds of its cell; where all of them fail alike, none does."]
    if not runs:
        return ["No run collapsed."]
    again = " ".join(sentence for one in answer["without_collapsed"] for sentence in one["sentences"])
    return [f"{_count(len(runs), 'run')} collapsed (at chance, or far below the other seeds). Without them: {again}"]


def _result_tables(analysis: Analysis, grids: Sequence[Grid], selection: str) -> list[Table]:
    groupings, by_items = multiverse_table(analysis), gain_item_table(analysis)
    asked = [contrast_table(analysis), chosen_table(analysis), vectors_table(analysis)]
    return [
        *finding_tables(analysis),
        *mix_tables(analysis),
        *(table for table in asked if table is not None),
        *gain_tables(analysis, grids, selection),
        *([by_items] if by_items else []),
        *arm_tables(analysis),
        *average_tables(analysis),
        *([groupings] if groupings else []),
        *collapse_tables(analysis),
    ]


def _method_tables(analysis: Analysis, data: Sequence[Mapping[str, Any]]) -> list[Table]:
    asked = [*data_tables(analysis, data), arms_table(analysis), cut_table(analysis)]
    return [table for table in asked if table is not None]


def _claims(analysis: Analysis, claims: Sequence[Mapping[str, Any]]) -> Section:
    if not claims:
        return Section("Extracted Claims", ["No published claim was asked about."])
    said = claims_section(claims)
    judged = [(row, _verified(row)) for row in said["rows"]]
    described = [(row, row["reason"]) for row in said["described"]]
    rows = [
        [f"{row['id']}: {row['text']}{' […]' if row['cut'] else ''}", verified, row["confidence"]]
        for row, verified in [*judged, *described]
    ]
    caption = labelled(analysis, "Published claims beside this study.")
    table = Table("claims", caption, ("Claim", "Verified", "Confidence"), rows, frozenset({2}), frozenset({0, 1}))
    return Section("Extracted Claims", [said["bearing"], said["meaning"]], (), [table])


def _verified(row: Mapping[str, Any]) -> str:
    by = f" by {row['speaks']}" if row["speaks"] != "–" else ""
    return f"direction: {row['verdict']}{by}; numbers: {row['numbers']}"


def paper_markdown(made: Paper) -> str:
    """The paper as Markdown."""
    blocks = [f"# {escaped(made.title)}", f"*{escaped(made.byline)}*"]
    for section in made.sections:
        blocks.append(f"## {section.title}")
        blocks += [escaped(text) for text in section.paragraphs if text]
        if section.items:
            blocks.append("\n".join(f"- {escaped(item)}" for item in section.items))
        blocks += [markdown(table).rstrip() for table in section.tables]
    return "\n\n".join(blocks) + "\n"


def paper_latex(made: Paper) -> str:
    """The paper as an article that LaTeX compiles with booktabs alone."""
    head = [
        r"\documentclass[11pt]{article}", PREAMBLE, r"\usepackage[margin=2.5cm]{geometry}",
        rf"\title{{{escape(made.title)}}}", rf"\author{{{escape(made.byline)}}}", r"\date{}",
        r"\begin{document}", r"\maketitle",
    ]  # fmt: skip
    return "\n".join([*head, *(_latex_section(section) for section in made.sections), r"\end{document}", ""])


def _latex_section(section: Section) -> str:
    if section.title == "Abstract":
        return "\n".join([r"\begin{abstract}", *map(escape, section.paragraphs), r"\end{abstract}"])
    star = "*" if section.title == "References" else ""
    lines = [
        rf"\section{star}{{{escape(section.title)}}}",
        *(f"{escape(text)}\n" for text in section.paragraphs if text),
    ]
    if section.items:
        lines += [r"\begin{itemize}", *(rf"\item {escape(item)}" for item in section.items), r"\end{itemize}"]
    return "\n".join([*lines, *map(latex, section.tables)])
