"""A claim that a review found → the study that would judge it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.disk import read_json
from xstilts.errors import InputError
from xstilts.evidence import question
from xstilts.evidence.study_draft import study_draft

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def reviewed_claim_study(name: str, claims: Path) -> str:
    """The study of one claim of a review, as YAML that `xstilts plan` accepts.

    Its arms, targets and factor are those that the claim's own sentence names; what the study does not vary is said in
    its first lines. The sentence is a comment and the question of the study, nothing else of it.

    Args:
        name: The claim's ``id``, or the name under which an earlier report printed it (``C3``).
        claims: ``claims.json`` of a review.

    Raises:
        InputError: If it is no such file, or holds no such claim, or the claim names nothing that a study varies.
    """
    row = _claim(name, claims)
    asked = question.read(str(row["text"]))
    draft = study_draft(asked)
    if draft is None:
        names = [name for names in asked.facets().values() for name in names]
        said = f"The claim names {', '.join(names)}, but nothing that a study varies."
        hint = "A study varies the intermediate training, its languages, noise, model size, images, or the search."
        raise InputError(said, field=name, value=row["text"], hint=hint)
    source = " ".join(f"{row.get('paper', '')}, {row.get('version', '')}".split()).strip(", ")
    return f"# Asks what a claim of {source or 'a review'} states.\n{draft.text}"


def _claim(name: str, claims: Path) -> Mapping[str, object]:
    rows = _rows(claims)
    found = [row for row in rows if name and name in (row.get("id"), row.get("claim"))]
    if found:
        return found[0]
    told = "The review has no claim of this id."
    raise InputError(told, field=str(claims), value=name, allowed=[str(row.get("id")) for row in rows])


def _rows(claims: Path) -> Sequence[Mapping[str, object]]:
    try:
        rows = read_json(claims)
    except (OSError, ValueError):
        rows = None
    if isinstance(rows, list) and all(isinstance(row, dict) and row.get("text") for row in rows):
        return rows
    said = "This is no claims.json of a review."
    raise InputError(said, field=str(claims), hint="`xstilts review QUESTION --out DIR` writes DIR/claims.json.")
