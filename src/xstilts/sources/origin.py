"""How the text of a split was made: provenance, kept beside every result that rests on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.sources import files, hub_fallback, lab, union
from xstilts.sources.dataset import languages
from xstilts.sources.source import pivot
from xstilts.tasks.base import TRANSLATED_TEST, Kind, TextOrigin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xstilts.sources.source import Source
    from xstilts.tasks.base import Task


def origin(task: Task, language: str, split: str, source: Source) -> TextOrigin:
    """How the text of one split of one language was made; reads no example and needs no network.

    A data map's ``origin`` wins; then what the lab's translator made; then what the task's entry says of its data. A
    language that the data set itself does not have can only be a translation: unless the map says by whom, it counts
    as a machine's, so that nothing is called native that nobody has called so. Parts of different origin (of a union,
    of a split, of code-switched text) make a mixed one.

    Args:
        task: Which data set.
        language: BCP-47 code, or a pair such as ``de+en``.
        split: ``train``, ``dev``, ``test``, or ``TRANSLATED_TEST``.
        source: Where from.

    Raises:
        DataError: If the source does not have the split in the language.
    """
    gathered = union.parts(task, source)
    if gathered:
        return _together(origin(part, language, split, source) for part in gathered)
    if _is_switched(task, language, split, source):
        return _together(origin(task, code, split, source) for code in language.split("+"))
    if source.kind == "files" or hub_fallback.is_beside(task, language, split, source):
        resolve = files.resolve if source.kind == "files" else hub_fallback.resolve
        parts = resolve(task, language, split, source)
        return _together(part.origin or _own(task, language, split, source) for part in parts)
    if source.kind == "lab" and lab.is_translated(task, language, split):
        return TextOrigin.MACHINE_TRANSLATED
    return _own(task, language, split, source)


def _is_switched(task: Task, language: str, split: str, source: Source) -> bool:
    """Whether two languages are mixed in each text; a pair of MLQA's, or of translations for masked LM, is not."""
    own_pair = task.kind is Kind.MASKED_LM or language in task.languages
    return "+" in language and not own_pair and language not in languages(task, source, split)


def _own(task: Task, language: str, split: str, source: Source) -> TextOrigin:
    """What the task's entry says."""
    if split == TRANSLATED_TEST:
        return TextOrigin.MACHINE_TRANSLATED
    if split == "train" and language != pivot(source) and task.train_origin is not None:
        return task.train_origin
    foreign = source.kind != "lab" and bool(task.languages) and language not in task.languages
    return TextOrigin.MACHINE_TRANSLATED if foreign else task.origin


def _together(origins: Iterable[TextOrigin]) -> TextOrigin:
    found = set(origins)
    return found.pop() if len(found) == 1 else TextOrigin.MIXED
