"""Everything in the folder given by ``--out``."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.reports.bars import curves_svg, languages_svg
from xstilts.reports.grid import grids
from xstilts.reports.manifest import manifest
from xstilts.reports.matrix import gain_matrix_svg
from xstilts.reports.page import render, selection
from xstilts.reports.sections import curves
from xstilts.reports.svg import standalone
from xstilts.reports.tables import claims_markdown, csv_tables, markdown_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from xstilts.reports.grid import Grid
    from xstilts.reports.shapes import Outcome, Plan
    from xstilts.statistics import Analysis


def write(
    out: Path,
    study: Mapping[str, Any],
    plan: Plan,
    outcome: Outcome,
    analysis: Analysis | Path,
    provenance: Callable[[str], Mapping[str, Any] | None],
    history: Callable[[str], Sequence[Mapping[str, Any]]] | None = None,
    commands: Sequence[str] = (),
    claims: Sequence[Mapping[str, Any]] = (),
) -> Path:
    """Write the report of a study into ``out`` and return the path of its page.

    Equal input gives equal bytes, so a second run over a full store changes nothing in the tables.

    Args:
        out: Folder, made if it is missing; files of an earlier report are replaced, others left alone.
        study: The validated study as JSON (its root keys); shown whole, ``name``, ``question``, ``source`` and
            ``selection`` also in the page's head.
        plan: See ``shapes.Plan``.
        outcome: See ``shapes.Outcome``.
        analysis: The ``analyse`` node's folder, or what ``statistics.analyse`` returns over the scores that exist
            (after a failure).
        provenance: Key to the node's provenance.json, or None where the store has none. Read where present:
            ``seconds, steps, versions, hardware, revisions, files`` (name to sha256); the rest is copied.
        history: Key of a train node to its learning curve: dicts with ``step``, ``loss``, optionally ``lr``, ``dev``.
        commands: The commands that give this report again, in order.
        claims: Verdicts on published claims (``claims.judge``), as written to claims.json.

    Raises:
        StoreError: If the analyse node's tables cannot be read.
        OSError: If the folder cannot be written.
    """
    from xstilts.statistics import load

    known_analysis = load(analysis) if isinstance(analysis, Path) else analysis
    known = {node["key"]: found for node in plan["nodes"] if (found := provenance(node["key"])) is not None}
    matrices = grids(known_analysis)
    pictures = _pictures(known_analysis, matrices, plan, history)
    made = manifest(study, plan, outcome, known, commands)
    page = render(known_analysis, matrices, pictures, study, plan, outcome, known, made, claims)
    tables = csv_tables(known_analysis) | markdown_tables(known_analysis, matrices, selection(known_analysis, study))
    if claims:
        tables["claims.md"] = claims_markdown(claims)
    files = {f"tables/{name}": text for name, text in tables.items()}
    files |= {f"figures/{file_name(name)}.svg": standalone(svg) for name, svg in pictures.items()}
    files |= {"claims.json": _json(list(claims)), "manifest.json": _json(made), "index.html": page}
    for name, text in files.items():
        _put(out / name, text)
    return out / "index.html"


def file_name(name: str) -> str:
    """A figure's name as a file name: nothing that a path or a shell would read as more than letters."""
    return re.sub(r"[^\w.+-]+", "_", name).strip("._") or "figure"


def _pictures(
    analysis: Analysis,
    matrices: Sequence[Grid],
    plan: Plan,
    history: Callable[[str], Sequence[Mapping[str, Any]]] | None,
) -> dict[str, str]:
    drawn: dict[str, str | None] = {}
    for grid in matrices:
        drawn[f"gains-{grid.base}"] = gain_matrix_svg(grid, f"gains-{grid.base}")
        for target in grid.targets:
            drawn[f"languages-{grid.base}-{target}"] = languages_svg(analysis, grid.base, target)
    if history is not None:
        drawn["curves"] = curves_svg(curves(plan, history))
    return {name: svg for name, svg in drawn.items() if svg is not None}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n"


def _put(path: Path, text: str) -> None:
    """Write a file whole or not at all, so that a kill leaves the report of before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.part")
    half.write_text(text, encoding="utf-8", newline="\n")
    half.replace(path)
