"""The printed reports and our verdicts on their claims, from the YAML files beside this module."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from xstilts.claims import CLAIMS
from xstilts.errors import InputError
from xstilts.evidence.seed_report import PrintedClaim, PrintedReference, SeedReport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xstilts.claims import Claim
    from xstilts.evidence.checks.check import Verdict

VERDICTS = ("yes", "no", "undecided", "not found")


@dataclass(frozen=True)
class SourceVerdict:
    """What the source of a printed claim says of it.

    Attributes:
        claim: Id of the claim.
        paper: ``arxiv:2005.13013``.
        version: Its version that was read.
        read: What of it was read.
        verdict: ``yes``: stated there. ``no``: the printed words go further. ``undecided``: they assert nothing.
        reason: Why, in a sentence.
    """

    claim: str
    paper: str
    version: str
    read: str
    verdict: Verdict
    reason: str


@dataclass(frozen=True)
class SeedRow:
    """One printed row of one report.

    Attributes:
        report: Name of the report.
        printed: What it printed.
        claim: The published claim that the row is.
        source: What the source says of it.
    """

    report: str
    printed: PrintedClaim
    claim: Claim
    source: SourceVerdict


def seed_reports() -> tuple[SeedReport, ...]:
    """The five printed reports, in the order of their names."""
    folder = files("xstilts") / "evidence" / "seeds" / "reports"
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".yaml")), key=lambda path: path.name)
    return tuple(
        _report(yaml.safe_load(path.read_text(encoding="utf-8")), path.name.removesuffix(".yaml")) for path in paths
    )


def _report(root: Mapping[str, Any], name: str) -> SeedReport:
    claims = tuple(
        PrintedClaim(
            place, (known := CLAIMS.get(row["claim"], f"{name}: claims.{place}")).text, row["verified"],
            row["confidence"], known.id, f"arxiv:{known.paper.arxiv}",
        )
        for place, row in enumerate(root["claims"], 1)
    )  # fmt: skip
    references = tuple(PrintedReference(row["title"], row["arxiv"], row["version"]) for row in root["references"])
    return SeedReport(
        name, root["question"].strip(), claims, references, root["papers"], float(root["score"]), root["printed"]
    )


def source_verdicts() -> dict[str, SourceVerdict]:
    """Claim id to what its source says of it.

    Raises:
        InputError: If a claim has two verdicts, or a verdict is no word of ``VERDICTS``.
    """
    root = yaml.safe_load((files("xstilts") / "evidence" / "seeds" / "verdicts.yaml").read_text(encoding="utf-8"))
    found: dict[str, SourceVerdict] = {}
    for row in root["verdicts"]:
        claim = CLAIMS.get(row["claim"], "seeds: verdicts.yaml").id
        if claim in found or row["verdict"] not in VERDICTS or not row["reason"]:
            raise InputError("A claim has one verdict, with its reason.", field=f"seeds: {claim}", allowed=VERDICTS)
        found[claim] = SourceVerdict(
            claim, f"arxiv:{root['paper']}", root["version"], root["read"], row["verdict"], row["reason"]
        )
    return found


def seed_rows() -> tuple[SeedRow, ...]:
    """All printed rows with our verdict each: report by report, as printed."""
    known = source_verdicts()
    return tuple(
        SeedRow(report.name, row, CLAIMS.get(row.claim), known[row.claim])
        for report in seed_reports()
        for row in report.claims
    )
