"""Everything in the folder given by ``--out``."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.reports.folder import put
from xstilts.reports.grid import grids
from xstilts.reports.limits import limits
from xstilts.reports.manifest import manifest
from xstilts.reports.page import render, selection
from xstilts.reports.paper import paper, paper_latex, paper_markdown
from xstilts.reports.pictures import draw
from xstilts.reports.places import without_places
from xstilts.reports.svg import standalone
from xstilts.reports.tables import csv_tables, text_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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
        out: Folder, made if it is missing; files of an earlier report are replaced or removed, others left alone.
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

    study = without_places(study)
    known_analysis = load(analysis) if isinstance(analysis, Path) else analysis
    known = {node["key"]: found for node in plan["nodes"] if (found := provenance(node["key"])) is not None}
    matrices = grids(known_analysis)
    pictures = draw(known_analysis, matrices, plan, history)
    made = manifest(study, plan, outcome, known, commands)
    chosen = selection(known_analysis, study)
    tables = csv_tables(known_analysis) | text_tables(known_analysis, matrices, chosen, claims, made["data"])
    said = limits(known_analysis, matrices, plan, outcome)
    text = paper(known_analysis, matrices, chosen, said, claims, made["data"])
    files = {f"tables/{name}": content for name, content in tables.items()}
    files |= {"claims.json": _json(list(claims)), "manifest.json": _json(made)}
    files |= {"paper.md": paper_markdown(text), "paper.tex": paper_latex(text)}
    key = sha256(files["manifest.json"].encode()).hexdigest()
    page = render(known_analysis, matrices, pictures, study, plan, outcome, known, made, key, list(files), claims)
    files |= {f"figures/{file_name(name)}.svg": standalone(svg) for name, svg in pictures.items()}
    put(out, files | {"index.html": page})
    return out / "index.html"


def file_name(name: str) -> str:
    """A figure's name as a file name: nothing that a path or a shell would read as more than letters."""
    return re.sub(r"[^\w.+-]+", "_", name).strip("._") or "figure"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n"
