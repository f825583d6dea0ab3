"""Notes on ids: which questions have no prediction, which predictions no question, and what nearly matches."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from xstilts.official.reading import repeated_keys, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path


def on_ids(wanted: Sequence[str], said: object, gold: Path, predictions: Path) -> list[str]:
    """What a person should know of the ids of two files; they are compared as they are written.

    Args:
        wanted: The ids of the gold file, in order.
        said: The predictions, an object by id.
        gold: The gold file.
        predictions: The file of the predictions.

    Returns:
        Notes with counts: ids twice, without a prediction, without a question, and such as differ only in how their
        characters are composed, in case, or in white space around them.
    """
    names = set(map(str, said)) if isinstance(said, dict) else set()
    missing, unknown = [name for name in wanted if name not in names], sorted(names.difference(wanted))
    notes = []
    if twice := len(wanted) - len(set(wanted)):
        notes.append(f"{gold}: {twice} ids occur again.")
    if again := repeated_keys(predictions):
        notes.append(f"{predictions}: {again} ids are predicted again; the last prediction counts.")
    if missing and len(missing) == len(wanted):
        notes.append(f"{predictions}: no prediction has an id of the gold file; the first there is {shown(wanted[0])}.")
    elif missing:
        few = f"{len(missing)} of {len(wanted)} ids of the gold file have no prediction and score 0"
        notes.append(f"{predictions}: {few}; the first is {shown(missing[0])}.")
    if unknown:
        count = f"{len(unknown)} of {len(names)} predictions have an id that the gold file lacks"
        notes.append(f"{predictions}: {count}; the first is {shown(unknown[0])}.")
    if near := _near(missing, unknown):
        notes.append(
            f"{predictions}: {near} of these ids are in the gold file but for Unicode form (NFC, NFD), case or white "
            "space around them."
        )
    return notes


def _near(missing: Collection[str], unknown: Collection[str]) -> int:
    plain = {_plain(name) for name in missing}
    return sum(_plain(name) in plain for name in unknown)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().casefold()
