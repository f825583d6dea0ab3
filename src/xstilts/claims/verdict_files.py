"""Verdicts on disk: claims.json in the folder of a study's ``analyse`` node."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from xstilts.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FILE = "claims.json"


def save(folder: Path, entries: Sequence[dict[str, Any]]) -> None:
    """Write what ``judge`` returned."""
    (folder / FILE).write_text(json.dumps(entries, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load(folder: Path) -> list[dict[str, Any]]:
    """Read what ``save`` wrote.

    Raises:
        StoreError: If the file is missing or no JSON.
    """
    try:
        entries: list[dict[str, Any]] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StoreError(f"The verdicts of a study cannot be read: {error}.", field=str(folder)) from error
    return entries
