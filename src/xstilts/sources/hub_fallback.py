"""Files beside the hub: a task, language or split that the hub's copy lacks is read from the study's data folder.

These are licensed data sets, running text, and translations. A map or the official layout says where a file lies; while
it is not there, a study can still be planned: what it needs stands in the fingerprint, under ``needs``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError
from xstilts.sources import files, hub
from xstilts.sources.data_map import MAP_FILE
from xstilts.tasks.base import TRANSLATED_TEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xstilts.sources.arrow import Example
    from xstilts.sources.data_map import FilePart
    from xstilts.sources.records import rows
    from xstilts.sources.source import Source
    from xstilts.tasks.base import Task


def is_beside(task: Task, language: str, split: str, source: Source) -> bool:
    """Whether a study on the hub reads this from files; what the hub has is always read from the hub."""
    return source.kind == "hub" and not hub.has(task, language, split)


def languages(task: Task, source: Source, split: str) -> tuple[str, ...]:
    """The languages of the hub's copy, then those that a map names or whose official files are in the folder.

    A split that the copy lacks altogether, and that has official files, can be given in every language of the copy.
    """
    found = [*hub.languages(task, split), *files.languages(task, source, split)]
    if task.hub is not None and split not in task.hub.splits and split in task.files:
        found += hub.copied(task)
    return tuple(dict.fromkeys(found))


def resolve(task: Task, language: str, split: str, source: Source) -> Sequence[FilePart]:
    """Where the files lie, or would lie, and how they are read.

    Raises:
        DataError: If the hub lacks this and neither a map nor the official layout says where it lies, or a map is
            wrong.
    """
    if files.is_named(task, language, split, source):
        return files.resolve(task, language, split, source)
    hub.spec(task, split)  # says why the hub has no such task or split
    hint = f"Name a file in {MAP_FILE} in the data folder, or in the study's data_map."
    said = f"{task.name} has no {split} data in {language!r} on the hub."
    raise DataError(said, field=task.name, value=language, allowed=hub.languages(task, split), hint=hint)


def lacking(task: Task, language: str, split: str, source: Source) -> list[str]:
    """The files that are needed and not there, relative to the data folder; of a task with a label file that too.

    Raises:
        DataError: As :func:`resolve`.
    """
    needed = [path for part in resolve(task, language, split, source) for path in part.paths]
    needed += [task.label_file] if task.label_file else []
    return [path for path in needed if source.data is None or not files.is_there(path, source)]


def fingerprint(task: Task, language: str, split: str, source: Source) -> dict[str, Any]:
    """That of the files; while some are not there, ``needs``: ``task, language, split, paths``.

    Raises:
        DataError: As :func:`resolve`.
    """
    missing = lacking(task, language, split, source)
    if missing:
        needed = {"task": task.name, "language": language, "split": split, "paths": missing}
        return {"source": "files", "needs": needed}
    return files.fingerprint(task, language, split, source)


def needs(fingerprint: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What a fingerprint says is needed and not there, in its parts too (a union's, those of code-switched items)."""
    if "needs" in fingerprint:
        yield fingerprint["needs"]
    for parts in (fingerprint.get("union", {}), fingerprint.get("switched", {})):
        for part in parts.values():
            yield from needs(part)


def expected_size(task: Task, language: str, split: str, source: Source) -> int:
    """That of the files; while some are not there the published one, as many as what a translation is made of.

    Raises:
        DataError: As :func:`resolve`.
    """
    if lacking(task, language, split, source):
        return hub.expected_size(task, "test" if split == TRANSLATED_TEST else split)
    return files.expected_size(task, language, split, source)


def examples(task: Task, language: str, split: str, source: Source, tally: rows.ReadCounts) -> Iterator[Example]:
    """The checked examples of one split, from the data folder.

    Raises:
        DataError: If there is no folder, or not this file in it.
    """
    found = resolve(task, language, split, source)
    if source.data is None:
        hint = task.access or f"Name the folder that has {found[0].paths[0]}: --set data=DIR."
        said = f"{task.name} has no {split} data in {language!r} on the hub, and no data folder is named."
        raise DataError(said, field="data", value=found[0].paths[0], hint=hint)
    return files.examples(task, language, split, source, tally)
