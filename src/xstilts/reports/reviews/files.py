"""The files of a review for programs: claims, papers, checks, screening, references and the manifest."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from xstilts.evidence.confidence import packaged
from xstilts.reports.files import csv_text
from xstilts.reports.reviews.claims import claim_rows, title_of, used_works

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xstilts.literature.work import Work
    from xstilts.reports.reviews.claims import ClaimRow
    from xstilts.reports.reviews.report import ReviewReport

PAPERS = (
    "work", "title", "authors", "year", "venue", "doi", "arxiv", "acl", "kept", "read", "version", "versions",
    "retracted", "records", "merged_because", "dropped",
)  # fmt: skip
CHECKS = (
    "id",
    "claim",
    "check",
    "verdict",
    "score",
    "reason",
    "method",
    "evidence_work",
    "evidence_start",
    "evidence_end",
)
MOST_REFUSALS = 100
"""Refused proposals of a language model that the manifest has in full; it counts all."""
SCREENING = ("work", "title", "rank", "kept", "score", "likeness", "shared", "lacking", "reasons")


def files(report: ReviewReport) -> dict[str, str]:
    """File name to content."""
    rows = claim_rows(report)
    study = {"study.yaml": report.answer.study.text} if report.answer.study else {}
    return {
        "claims.json": _json([row.to_json() for row in rows]),
        "papers.csv": csv_text(_papers(report), PAPERS),
        "checks.csv": csv_text(_checks(rows), CHECKS),
        "screening.csv": csv_text(_screening(report), SCREENING),
        "references.bib": "\n".join(_entry(work, version) for work, version in used_works(rows)),
        "manifest.json": _json(manifest(report)),
        **study,
    }


def _papers(report: ReviewReport) -> Iterator[dict[str, Any]]:
    for one in report.screened:
        work, text = report.works[one.work], report.texts.get(one.work)
        records = work.records
        yield {
            "work": work.id,
            "title": title_of(work),
            "authors": "; ".join(next((record.authors for record in records if record.authors), ())),
            "year": next((record.year for record in records if record.year is not None), None),
            "venue": next((record.venue for record in records if record.venue), ""),
            **{sort: _first(work, sort) for sort in ("doi", "arxiv", "acl")},
            "kept": one.kept,
            "read": text.read if text else "",
            "version": text.version if text else work.preferred,
            "versions": "; ".join(version.label for version in work.versions),
            "retracted": next((record.retracted for record in records if record.retracted), ""),
            "records": "; ".join(f"{record.source}:{record.source_id}" for record in records),
            "merged_because": "; ".join(f"{merge.reason} ({merge.value})" for merge in work.merges),
            "dropped": "; ".join(text.dropped) if text else "",
        }


def _first(work: Work, sort: str) -> str:
    return next((value for record in work.records if (value := str(getattr(record.ids, sort)))), "")


def _checks(rows: list[ClaimRow]) -> Iterator[dict[str, Any]]:
    for row in rows:
        for check in row.checked.checks:
            first = check.evidence[0] if check.evidence else None
            yield {
                "id": row.checked.finding.id,
                "claim": row.claim,
                "check": check.name,
                "verdict": check.verdict,
                "score": check.score,
                "reason": check.reason,
                "method": check.method,
                "evidence_work": first.work if first else "",
                "evidence_start": first.start if first else None,
                "evidence_end": first.end if first else None,
            }


def _screening(report: ReviewReport) -> Iterator[dict[str, Any]]:
    for one in report.screened:
        yield {
            "work": one.work,
            "title": title_of(report.works[one.work]),
            "rank": one.rank,
            "kept": one.kept,
            "score": one.score,
            "likeness": one.likeness,
            "shared": "; ".join(f"{axis}: {', '.join(names)}" for axis, names in one.shared.items()),
            "lacking": "; ".join(one.lacking),
            "reasons": "; ".join(one.reasons),
        }


def _entry(work: Work, version: str) -> str:
    """A work as BibTeX; what BibTeX or LaTeX would act on is taken out or escaped."""
    record = next((one for one in work.records if one.authors and one.title), work.records[0])
    fields = {
        "title": title_of(work),
        "author": " and ".join(record.authors),
        "year": str(record.year or ""),
        "howpublished": record.venue,
        "doi": _first(work, "doi"),
        "eprint": _first(work, "arxiv"),
        "note": f"read: {version}",
    }
    told = [f"  {name} = {{{_bib(value)}}}," for name, value in fields.items() if value]
    key = re.sub(r"[^A-Za-z0-9:.-]+", "-", work.id).strip("-")
    return "\n".join([f"@misc{{{key},", *told, "}", ""])


def _bib(text: str) -> str:
    plain = "".join(letter for letter in " ".join(text.split()) if letter not in "{}\\" and letter.isprintable())
    return re.sub(r"([%#&$_~^])", r"\\\1", plain)


def manifest(report: ReviewReport) -> dict[str, Any]:
    """What made the report, so that someone else can make it again."""
    review = json.loads(report.review.model_dump_json())
    review["corpus"] = [path.name for path in report.review.corpus]
    search = report.nodes["search"]["node"]["payload"]
    return {
        "review": review,
        "commands": list(report.commands),
        "databases": [dict(vars(asked)) for asked in report.log],
        "corpus": list(search.get("corpus", ())),
        "cassette": search.get("cassette", ""),
        "dollars": sum(asked.cost for asked in report.log),
        "dollars_of_this_run": report.spent,
        "confidence": {"fitted_on": packaged().fitted_on, "kind": packaged().kind, "note": packaged().note},
        **_language_model(report),
        "versions": report.nodes["search"]["versions"],
        "nodes": [
            {name: known[name] for name in ("key", "files", "seconds", "started")} | {"kind": kind}
            for kind, known in report.nodes.items()
        ],
        "summary": report.summary(),
    }


def _language_model(report: ReviewReport) -> dict[str, Any]:
    """Who proposed claims, and what became of its proposals; nothing where nobody did."""
    told = report.proposed
    if told is None:
        return {}
    return {
        "language_model": {
            "method": report.language_model,
            "proposed": len(told.findings),
            "checked": sum(bool(one.finding.proposed_by) for one in report.checked),
            "refused": len(told.refused),
            "refused_because": told.reasons,
            "refusals": list(told.refused[:MOST_REFUSALS]),
            "tokens": told.tokens,
        }
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n"
