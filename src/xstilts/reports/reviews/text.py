"""A review as a short report of the usual form, written from its claims and counts alone; nothing is copied uncited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.evidence import question
from xstilts.evidence.confidence import packaged
from xstilts.reports.numbers import counted, level
from xstilts.reports.reviews import tables, truth
from xstilts.reports.reviews.claims import claim_rows, reference, used_works
from xstilts.reports.reviews.flow import flow_of
from xstilts.reports.text.paper import Paper, PaperSection
from xstilts.studies.review_spec import ONLINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.reports.reviews.claims import ClaimRow
    from xstilts.reports.reviews.report import ReviewReport
    from xstilts.reports.tables.table import Table

MOST_QUOTED = 5
"""Claims that the text quotes; the table has all."""


def paper(report: ReviewReport) -> Paper:
    """The report's sections in order, the abstract first."""
    rows = claim_rows(report)
    answer = report.answer
    study = [PaperSection("The Study That Would Answer It", _study(report), answer.study.gaps if answer.study else (),
                          (), answer.study.text if answer.study else "")]  # fmt: skip
    return Paper(
        report.review.question,
        f"Review “{report.review.name}”, written by xstilts from {counted(len(rows), 'checked claim')}",
        [
            PaperSection("Abstract", [" ".join([*report.sentences(), counts(report)])]),
            PaperSection("Introduction", introduction(report)),
            PaperSection("Methodology", methodology(report), flow_items(report), [tables.searches(report)]),
            PaperSection("Results", results(report, rows), quoted_items(rows), _filled(tables.effects(report))),
            PaperSection("What Is Missing", [answer.sentence.capitalize()], answer.missing),
            *(study if answer.study else []),
            PaperSection("Assessment", assessment(report), (),
                         [tables.scores(report), tables.certainty(report), *_filled(tables.remarks(report))]),
            *([_truth(report)] if report.stages else []),
            PaperSection("Limitations", (), limits(report)),
            PaperSection("Extracted Claims", [meaning()], (), _filled(tables.claims(report))),
            PaperSection("References", (), [reference(*pair) for pair in used_works(rows)]),
        ],
    )  # fmt: skip


def _truth(report: ReviewReport) -> PaperSection:
    said = "The papers are the lab's own, so it is known what is true in them."
    return PaperSection("Against the Truth", [said], (), [truth.stages(report), truth.calibration(report)])


def _filled(*found: Table) -> list[Table]:
    return [table for table in found if table.rows]


def counts(report: ReviewReport) -> str:
    """What was searched, read and checked, in one sentence."""
    flow = flow_of(report)
    verified = sum(one.verified for one in report.checked)
    asked = sum(one.finding.availability == "none" for one in report.checked)
    brought = sum(bool(one.finding.proposed_by) for one in report.checked)
    beside = "".join(
        f" and {counted(number, said)}"
        for number, said in ((asked, "published claim"), (brought, "proposal of a language model"))
        if number
    )
    return (
        f"A systematic search in {counted(len(flow.found), 'source')} yielded {flow.works} papers "
        f"({flow.records:,} records); {flow.kept:,} were kept, {len(report.texts):,} read. They assert "
        f"{report.n_findings:,} things; the {len(report.checked) - asked - brought:,} nearest to the question{beside} "
        "were checked, "
        f"{verified:,} are verified."
    )


def introduction(report: ReviewReport) -> list[str]:
    """What is asked, facet by facet."""
    asks = question.read(report.review.question)
    facets = "; ".join(f"{axis}: {', '.join(names)}" for axis, names in asks.facets().items())
    said = [f"This review asks: {asks.text}", f"Read by facets, the question is about {facets}."]
    if asks.against:
        said.append(f"It compares with: {asks.against}.")
    if report.answer.absent:
        said.append(f"Nothing that is known is called {', '.join(report.answer.absent)}.")
    return said


def methodology(report: ReviewReport) -> list[str]:
    """How papers were found, kept, read and checked."""
    stop = report.stop
    return [
        "Records of one paper are merged by DOI, arXiv id, ACL id, or title with first author and year; versions of "
        "it are kept apart. A paper is kept by the facets that its title and abstract share with the question; "
        "BM25 and the share of facets rank them. Every sentence or table cell that asserts something is a claim, with "
        "its characters and their place in one version. A paper is read in full from one's own file, or from an open "
        "copy of the version that is preferred (arXiv's page, then its source, then a PDF), or else of another "
        "version, which is then named; where there is none, its abstract is read.",
        "Each check has its own column. Quoted: the characters stand in the source. Entailed: a model says that a "
        "passage entails it. Numbers: value and unit stand there, and add up. Bears: it speaks of what is asked. "
        "Corroborated: other papers agree. Stands: neither the paper nor the sentence was withdrawn. Re-run: a study "
        "that was run here found the same.",
        f"Was enough read? {stop.reason} Recall below {report.review.thresholds.recall:.0%} is "
        f"{'rejected' if stop.stop else 'not rejected'} (p {level(stop.p, 3)}).",
        *proposals(report),
    ]


def proposals(report: ReviewReport) -> list[str]:
    """What a language model proposed, and what became of it; empty where none was asked."""
    told = report.proposed
    if told is None:
        return []
    brought = sum(bool(one.finding.proposed_by) for one in report.checked)
    why = "; ".join(f"{count:,} × {reason[:1].lower()}{reason[1:]}" for reason, count in told.reasons.items())
    refused = f"{len(told.refused):,} were refused ({why})" if told.refused else "none was refused"
    return [
        f"A language model ({report.language_model}) read the same texts. {len(told.findings):,} of its proposals "
        f"stand in their source, byte for byte, as a sentence that asserts something; {refused}. {brought:,} of them, "
        "which the rules had not chosen, were checked beside the others, and each is marked as proposed by it. It "
        f"decides nothing: checks, numbers and scope are those of the rules. It read and wrote {told.tokens:,} tokens."
    ]


def flow_items(report: ReviewReport) -> list[str]:
    """The counts of PRISMA 2020."""
    flow = flow_of(report)
    left_out = [f"{count:,} papers were left out, each because {reason}" for reason, count in flow.left_out.items()]
    unread = [f"{flow.unread:,} kept papers lie beyond the limit and were not read"] if flow.unread else []
    return [
        *(f"{name}: {count:,} records" for name, count in flow.found.items()),
        f"{flow.duplicates:,} duplicates were merged; {flow.works:,} papers were screened",
        *left_out,
        *unread,
        f"{flow.full_texts:,} papers were read in full{flow.sources}, {flow.abstracts:,} by their abstract, "
        f"{flow.without_text:,} had no text",
        *(f"{count:,} papers were not read in full: {why}" for count, why in flow.short if count),
        f"{flow.included:,} papers have a claim that was checked, {flow.bearing:,} one that bears on the question",
    ]


def results(report: ReviewReport, rows: Sequence[ClaimRow]) -> list[str]:
    """The answer, and how much rests on what."""
    bearing = [row for row in rows if row.checked.verified and row.checked.bears != "none"]
    works = {row.passage.work for row in bearing}
    again = [row for row in rows if row.checked.verdict("rerun") in ("yes", "no", "undecided")]
    said = [report.answer.sentence.capitalize()]
    if bearing:
        said.append(f"What bears on it comes from {counted(len(works), 'paper')}:")
    if again:
        found = ", ".join(f"{row.claim}: {row.verdict('rerun')}" for row in again)
        said.insert(1, f"Stored studies speak of {counted(len(again), 'claim')} ({found}).")
    return said


def quoted_items(rows: Sequence[ClaimRow]) -> list[str]:
    """The first claims that bear on the question, in their own words."""
    bearing = [row for row in rows if row.checked.verified and row.checked.bears != "none"]
    return [f"“{row.text}” ({row.source}; bears: {row.verdict('scope')})" for row in bearing[:MOST_QUOTED]]


def assessment(report: ReviewReport) -> list[str]:
    """What the reviewers say together."""
    told = report.assessment
    who = ", ".join(report.review.reviewers)
    return [
        f"Reviewers with different mandates ({who}) and an integrator read the claims. They made "
        f"{counted(len(told.remarks), 'remark')}; agreement on the worst remark of each claim is Krippendorff's alpha "
        f"{level(told.agreement, 2)}, and they share {level(told.overlap, 2)} of the claims that they remark on. They "
        "compute different things, so they need not agree.",
        f"Score {told.total:.1f}/10: the mean over dimensions is {told.uncapped:.1f}, and the cap {told.cap:g}. "
        "The cap is 10 where the question is answered, 6 where it is in part, 4 where it is not.",
    ]


def _study(report: ReviewReport) -> list[str]:
    based = report.answer.study.based_on if report.answer.study else ""
    from_catalog = f"It is the catalog's study {based}. " if based else ""
    return [
        f"{from_catalog}Saved as study.yaml beside this report; `xstilts plan study.yaml` prints its cost and the gain "
        "that it could detect."
    ]


def meaning() -> str:
    """What the confidence is, and is not."""
    note = packaged().note
    return (
        "Confidence is the probability that a second careful reader would mark the claim as stated in its source. It "
        f"says nothing of whether the claim is true. {note}"
    ).strip()


def limits(report: ReviewReport) -> list[str]:
    """What this review cannot say."""
    flow = flow_of(report)
    silent = [one.note for one in report.log if one.note]
    dropped = sum(bool(text.dropped) for text in report.texts.values())
    said = [
        f"{flow.abstracts:,} of {len(report.texts):,} papers were read by their abstract alone: what stands in their "
        "body was not seen, and “not found” says no more than that.",
        "Papers and claims are matched to the question by a lexicon; what is said in other words may be missed.",
    ]
    said += ["No model of entailment was given: that check was not run."] if _not_entailed(report) else []
    said += [f"{flow.unread:,} kept papers were not read."] if flow.unread else []
    far = {one.database for one in report.log} & set(ONLINE)
    said += [] if far else ["No database on the net was asked: only the corpus at hand was searched."]
    said += [f"Of {counted(dropped, 'paper')} something was left out that is not printed or could not be read."
             ] if dropped else []  # fmt: skip
    return [*said, *silent]


def _not_entailed(report: ReviewReport) -> bool:
    return all(one.verdict("entailed") == "not checked" for one in report.checked)
