"""index.html: one file without any network access."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.reports import sections
from xstilts.reports.averages import benchmark_tables
from xstilts.reports.claims_table import claims_section
from xstilts.reports.numbers import interval, p_value, points
from xstilts.reports.svg import DARK, LIGHT, css_variables
from xstilts.statistics.facts import Facts
from xstilts.statistics.pairing import parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.reports.grid import Grid
    from xstilts.reports.shapes import Outcome, Plan
    from xstilts.statistics import Analysis

TEMPLATES = Path(__file__).parent / "templates"


def render(
    analysis: Analysis,
    grids: Sequence[Grid],
    pictures: Mapping[str, str],
    study: Mapping[str, Any],
    plan: Plan,
    outcome: Outcome,
    known: Mapping[str, Mapping[str, Any]],
    manifest: Mapping[str, Any],
    claims: Sequence[Mapping[str, Any]] = (),
) -> str:
    """The page.

    Args:
        analysis: The study's tables.
        grids: One gain matrix per base.
        pictures: Name to ``<svg>`` element: ``gains-BASE``, ``languages-BASE-TARGET``, ``curves``.
        study: The validated study.
        plan: Its plan.
        outcome: What became of the nodes.
        known: Key to provenance.
        manifest: The content of manifest.json.
        claims: The content of claims.json.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters.update(points=points, p=p_value, json=_pretty)
    environment.globals.update(interval=interval)
    facts = Facts.parse(analysis["facts"])
    drawn = {name: Markup(svg) for name, svg in pictures.items()}  # noqa: S704 (our own drawing, its text escaped)
    content = environment.get_template("page.html.j2").render(
        facts=facts,
        study=study,
        question=study.get("question") or facts.question,
        colours={"light": css_variables(LIGHT), "dark": css_variables(DARK)},
        selection=selection(analysis, study),
        protocols=sorted({row["protocol"] for row in analysis["scores"] if row["protocol"]}),
        n_languages=len({one for target in facts.targets.values() for code in target.languages for one in parts(code)}),
        bases=[_base(grid, answer, analysis, drawn) for grid, answer in _answered(grids, analysis)],
        curves=drawn.get("curves"),
        runs=sections.runs(plan, outcome),
        costs=sections.costs(plan, known),
        cuts=sections.cuts(analysis),
        benchmarks=benchmark_tables(analysis),
        claims=claims_section(claims),
        warnings=sections.warning_rows(plan),
        limits=sections.limits(analysis),
        manifest=manifest,
    )
    return f"{content}\n"


def selection(analysis: Analysis, study: Mapping[str, Any]) -> str:
    """How checkpoints were chosen, for every table."""
    measured = sorted({row["selection"] for row in analysis["scores"] if row["selection"]})
    return ", ".join(measured) or str(study.get("selection", "last"))


def _answered(grids: Sequence[Grid], analysis: Analysis) -> list[tuple[Grid, Mapping[str, Any]]]:
    answers = {answer["base"]: answer for answer in analysis["answer"]["bases"]}
    return [(grid, answers[grid.base]) for grid in grids]


def _base(grid: Grid, answer: Mapping[str, Any], analysis: Analysis, drawn: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": grid.base,
        "answer": answer,
        "grid": grid,
        "matrix": drawn[f"gains-{grid.base}"],
        "scores": sections.score_table(analysis, grid.base),
        "clusters": sections.cluster_tables(analysis, grid.base),
        "languages": [
            (target, drawn[name]) for target in grid.targets if (name := f"languages-{grid.base}-{target}") in drawn
        ],
    }


def _pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)
