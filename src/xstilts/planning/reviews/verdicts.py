"""What the studies of a store say of published claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts import claims
from xstilts.claims.verdicts import NOT_RUN
from xstilts.errors import StoreError
from xstilts.evidence.checks.rerun import Rerun
from xstilts.statistics import analysis_files
from xstilts.store.roles import StudyRole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xstilts.store.store import Store


def studies_that_speak(store: Store) -> dict[str, str]:
    """Role to key of the stored tables of studies that judge a published claim, for the checks of a review."""
    return {str(StudyRole(key)): key for key, _ in _speaking(store)}


def stored_verdicts(store: Store) -> tuple[Rerun, ...]:
    """Every verdict of a stored study on a published claim."""
    return tuple(verdict for _, folder in _speaking(store) for verdict in verdicts_in(folder))


def verdicts_in(folder: Path) -> Iterator[Rerun]:
    """The verdicts of one study, from the folder of its tables."""
    study = str(analysis_files.load(folder)["facts"]["study"])
    return (Rerun(one["id"], study, one["verdict"], one["evidence"], one["reason"]) for one in _judged(folder))


def _judged(folder: Path) -> list[dict[str, Any]]:
    return [one for one in claims.load(folder) if one["verdict"] != NOT_RUN]


def _speaking(store: Store) -> Iterator[tuple[str, Path]]:
    for entry in store.nodes():
        if entry.kind == "analyse":
            try:
                folder = store.read(entry.key, entry.kind)
                speaks = bool(_judged(folder))
            except StoreError:  # `xstilts verify` names it; a review can do without
                continue
            if speaks:
                yield entry.key, folder
