"""Findings and checks for tests, in one call each."""

from __future__ import annotations

import hashlib

from xstilts.evidence import question
from xstilts.evidence.checked import Checked
from xstilts.evidence.checks.check import Check
from xstilts.evidence.finding import Finding, Number, Scope
from xstilts.literature.text import Passage


def passage(text: str, work: str = "arxiv:2101.00001", version: str = "v1") -> Passage:
    return Passage(work, version, "Abstract", 0, len(text), text)


def number(value: float, unit: str = "points", role: str = "gain", metric: str = "f1") -> Number:
    return Number(value, unit, role, metric, str(value), 0, 1)  # type: ignore[arg-type]


def finding(text: str = "Mixing helps.", factors: tuple[str, ...] = ("intermediate", "mix"), **rest: object) -> Finding:
    work, version = str(rest.pop("work", "arxiv:2101.00001")), str(rest.pop("version", "v1"))
    facets = {name: rest.pop(name) for name in ("data", "metrics", "languages", "models", "split") if name in rest}
    said = {"availability": "abstract", "kind": "direction", "direction": "up", **rest}
    known = hashlib.sha256(f"{work} {version} {text}".encode()).hexdigest()[:10]
    return Finding(known, passage(text, work, version), scope=Scope(factors, **facets), **said)  # type: ignore[arg-type]


def checked(one: Finding | None = None, **verdicts: str) -> Checked:
    """Quoted from its own passage and bearing on the question, unless told otherwise; other checks as named."""
    one = one or finding()
    said = {"quoted": "yes", "scope": "yes", **verdicts}
    checks = [
        Check(name, verdict, "said", (one.passage,) if verdict == "yes" else ())  # type: ignore[arg-type]
        for name, verdict in said.items()
    ]
    return Checked(one, tuple(checks))


MIX = question.read("Does intermediate training on a mix of languages help, by F1?")
ABSENT = question.read("Does intermediate training help multimodal models on XTREME-M?")
