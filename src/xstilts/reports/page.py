"""index.html: one file without any network access."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.reports import sections
from xstilts.reports.arms_table import arms_table, cut_table
from xstilts.reports.averages import benchmark_tables
from xstilts.reports.check_tables import check_table, collapse_tables, multiverse_table
from xstilts.reports.claims_table import claims_section
from xstilts.reports.contrast_tables import chosen_table, contrast_table, mix_sentences, mix_tables
from xstilts.reports.data_tables import data_tables, non_commercial
from xstilts.reports.doses import dose_name
from xstilts.reports.findings import finding_tables, findings
from xstilts.reports.item_tables import gain_item_table, item_notes
from xstilts.reports.limits import interval_note, limits
from xstilts.reports.numbers import interval, p_value, points
from xstilts.reports.overlap_table import HOW, overlap_tables
from xstilts.reports.published_table import published_section
from xstilts.reports.result_tables import LAB
from xstilts.reports.retrieval import retrieval_section
from xstilts.reports.svg import DARK, LIGHT, css_variables
from xstilts.statistics.inference.crossed import COVERS_FROM
from xstilts.statistics.score_rows import parts
from xstilts.statistics.study_facts import Facts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jinja2 import Environment
    from markupsafe import Markup

    from xstilts.reports.grid import Grid
    from xstilts.reports.shapes import Outcome, Plan
    from xstilts.statistics import Analysis

TEMPLATES = Path(__file__).parent / "templates"
LARGEST = 2_900_000
"""Bytes that the page may have; whoever has more in a study finds the rest in the files beside the page."""


def render(
    analysis: Analysis,
    grids: Sequence[Grid],
    pictures: Mapping[str, str],
    study: Mapping[str, Any],
    plan: Plan,
    outcome: Outcome,
    known: Mapping[str, Mapping[str, Any]],
    manifest: Mapping[str, Any],
    manifest_hash: str = "",
    files: Sequence[str] = (),
    claims: Sequence[Mapping[str, Any]] = (),
) -> str:
    """The page, of at most ``LARGEST`` bytes.

    In a large study first the pictures by cluster and the largest by language, then the list of nodes, learning curves,
    all pictures by language, and last the tables of clusters stay in the files beside it, and the page says so.

    Args:
        analysis: The study's tables.
        grids: One gain matrix per base.
        pictures: Name to ``<svg>`` element, see ``pictures.draw``.
        study: The validated study.
        plan: Its plan.
        outcome: What became of the nodes.
        known: Key to provenance.
        manifest: The content of manifest.json.
        manifest_hash: sha256 of that file.
        files: Paths of the files beside the page, to link to.
        claims: The content of claims.json.
    """
    environment = _environment()
    facts = Facts.parse(analysis["facts"])
    script = (TEMPLATES / "page.js").read_text(encoding="utf-8")
    drawn = {name: _ours(svg) for name, svg in pictures.items()}
    lab = LAB if facts.source == "lab" else ""
    content: dict[str, Any] = {
        "facts": facts,
        "study": study,
        "question": study.get("question") or facts.question,
        "colours": {"light": css_variables(LIGHT), "dark": css_variables(DARK)},
        "script": _ours(script),
        "script_hash": b64encode(sha256(script.encode()).digest()).decode(),
        "selection": selection(analysis, study),
        "protocols": sorted({row["protocol"] for row in analysis["scores"] if row["protocol"]}),
        "n_languages": len({one for t in facts.targets.values() for code in t.languages for one in parts(code)}),
        "lab": lab,
        "interval_note": interval_note(analysis),
        "covers_from": COVERS_FROM,
        "bases": [_base(grid, answer, analysis, drawn) for grid, answer in _answered(grids, analysis)],
        "doses": _doses(grids, facts, drawn),
        "mixes": mix_tables(analysis),
        "mix_said": mix_sentences(analysis),
        "findings": findings(analysis),
        "learned": finding_tables(analysis),
        "item_notes": item_notes(analysis),
        "gain_items": gain_item_table(analysis),
        "contrasts": contrast_table(analysis),
        "chosen": chosen_table(analysis),
        "retrieval": retrieval_section(analysis, drawn),
        "arms": arms_table(analysis),
        "cut": cut_table(analysis),
        "checks": check_table(analysis),
        "multiverse": multiverse_table(analysis),
        "collapsed": collapse_tables(analysis),
        "curves": drawn.get("curves"),
        "runs": sections.runs(plan, outcome),
        "costs": sections.costs(plan, known),
        "data": data_tables(analysis, manifest["data"]),
        "non_commercial": non_commercial(analysis),
        "cuts": sections.cuts(analysis),
        "benchmarks": benchmark_tables(analysis),
        "claims": claims_section(claims),
        "published": published_section(analysis),
        "warnings": sections.warning_rows(plan),
        "overlaps": overlap_tables(analysis),
        "overlap_how": HOW,
        "limits": limits(analysis, grids, plan, outcome),
        "manifest": manifest,
        "manifest_hash": manifest_hash,
        "nodes": [_node(node) for node in manifest["nodes"]],
        "files": files,
        "too_large": False,
        "curves_apart": False,
    }
    template = environment.get_template("page.html.j2")
    ways = (_whole, _with_small_pictures, _without_nodes, _without_curves, _without_languages, _without_clusters)
    for smaller in ways:
        smaller(content)
        page = f"{template.render(content)}\n"
        if len(page.encode()) <= LARGEST:
            break
    return page


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters.update(points=points, p=p_value, json=_pretty)
    environment.globals.update(interval=interval)
    return environment


def _ours(text: str) -> Markup:
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 (our own drawing with its text escaped, or our own script)


def _whole(content: dict[str, Any]) -> None:
    """The page with everything."""


def _with_small_pictures(content: dict[str, Any]) -> None:
    """Without pictures by cluster, and with the smallest by language, in a third of the page at most."""
    content["too_large"] = True
    sizes = [
        (len(picture), base["name"], target) for base in content["bases"] for target, picture, _ in base["languages"]
    ]
    room, kept = LARGEST // 3, set()
    for size, name, target in sorted(sizes):
        room -= size
        if room >= 0:
            kept.add((name, target))
    for base in content["bases"]:
        base["apart"] = [target for target, *_ in base["languages"] if (base["name"], target) not in kept]
        shown = [(target, picture) for target, picture, _ in base["languages"] if (base["name"], target) in kept]
        base["languages"] = [(target, picture, None) for target, picture in shown]


def _without_curves(content: dict[str, Any]) -> None:
    content["curves_apart"] = bool(content["curves"])
    content["curves"] = None


def _without_languages(content: dict[str, Any]) -> None:
    for base in content["bases"]:
        base["apart"] += [target for target, *_ in base["languages"]]
        base["languages"] = []


def _without_nodes(content: dict[str, Any]) -> None:
    content["nodes"] = []


def _without_clusters(content: dict[str, Any]) -> None:
    for base in content["bases"]:
        base["clusters"] = []


def _node(node: Mapping[str, Any]) -> dict[str, Any]:
    """A node as its table shows it; hashes of files where weights or tables were made."""
    files = node["files"] if node["kind"] in ("pretrain", "train", "analyse") else None
    hashes = [(name, entry["sha256"]) for name, entry in sorted((files or {}).items()) if isinstance(entry, dict)]
    return {**{name: node[name] for name in ("kind", "label", "state", "key")}, "hashes": hashes}


def selection(analysis: Analysis, study: Mapping[str, Any]) -> str:
    """How checkpoints were chosen, for every table."""
    measured = sorted({row["selection"] for row in analysis["scores"] if row["selection"]})
    return ", ".join(measured) or str(study.get("selection", {}).get("checkpoint", "last"))


def _answered(grids: Sequence[Grid], analysis: Analysis) -> list[tuple[Grid, Mapping[str, Any]]]:
    answers = {answer["base"]: answer for answer in analysis["answer"]["bases"]}
    return [(grid, answers[grid.base]) for grid in grids]


def _base(grid: Grid, answer: Mapping[str, Any], analysis: Analysis, drawn: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": grid.base,
        "answer": answer,
        "grid": grid,
        "matrix": drawn[f"gains-{grid.base}"],
        "seeds": drawn.get(f"seeds-{grid.base}"),
        "scores": sections.score_table(analysis, grid.base),
        "clusters": sections.cluster_tables(analysis, grid.base),
        "apart": [],
        "languages": [
            (target, drawn[name], drawn.get(f"clusters-{grid.base}-{target}"))
            for target in grid.targets
            if (name := f"languages-{grid.base}-{target}") in drawn
        ],
    }


def _doses(grids: Sequence[Grid], facts: Facts, drawn: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any], Any]]:
    """Base, series and picture of every dose-response figure."""
    return [
        (grid.base, series, drawn[name])
        for grid in grids
        for series in facts.series
        if (name := dose_name(grid.base, series["name"])) in drawn
    ]


def _pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)
