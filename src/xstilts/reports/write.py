"""Everything in the folder given by ``--out``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

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
        claims: Verdicts on published claims, as written to claims.json.

    Raises:
        StoreError: If the analyse node's tables cannot be read.
        OSError: If the folder cannot be written.
    """
    raise NotImplementedError
