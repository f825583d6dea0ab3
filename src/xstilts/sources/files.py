"""The source ``files``: data sets in their original formats, in a folder of the user's."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError, UnknownNameError, nearest
from xstilts.sources import paths
from xstilts.sources.data_map import MAP_FILE, by_language, from_spec, no_translations, parts, read_map
from xstilts.sources.formats.counting import count
from xstilts.sources.formats.opening import sha256
from xstilts.sources.records import check, odd_tables, rows
from xstilts.sources.records.options import as_json
from xstilts.sources.records.placeholders import code_of
from xstilts.tasks.base import TRANSLATED_TEST
from xstilts.tasks.inline import is_own

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from xstilts.sources.arrow import Example
    from xstilts.sources.data_map import FilePart
    from xstilts.sources.source import Source
    from xstilts.tasks.base import Task


def folder(source: Source) -> Path:
    """The data folder.

    Raises:
        DataError: If none was named, or it does not exist.
    """
    if source.data is None:
        raise DataError("The source files needs a folder.", field="data", hint="Use files:DIR, or --set data=DIR.")
    if not source.data.is_dir():
        hint = "Name the folder that has the data: --set data=DIR (evaluate: --source files:DIR)."
        raise DataError(f"There is no folder {str(source.data)!r}.", field="data", value=source.data, hint=hint)
    return source.data


def languages(task: Task, source: Source, split: str) -> tuple[str, ...]:
    """The languages that have this split: all of a map's, or those whose official files are there."""
    entry = _entry(task, source)
    if entry is not None:
        found, _ = entry
        return tuple(language for language, splits in found.items() if split in splits)
    if split not in task.files or _is_without_folder(source):
        return ()
    return tuple(code for code in task.languages if _are_there(task, code, split, source))


def _is_without_folder(source: Source) -> bool:
    """Whether nothing can be looked up in a folder: a study on the hub need not have one."""
    return source.kind == "hub" and source.data is None


def _are_there(task: Task, language: str, split: str, source: Source) -> bool:
    named = [path for part in resolve(task, language, split, source) for path in part.paths]
    return all(is_there(path, source) for path in named)


def is_there(path: str, source: Source) -> bool:
    """Whether the data folder has a file; with ``*`` in the path, any file that it matches."""
    return paths.exists(folder(source), path)


def _entry(task: Task, source: Source) -> tuple[Mapping[str, Mapping[str, Any]], str] | None:
    """The task's languages and splits in the study's map, else in the folder's, with the map's name; None: in none."""
    if task.name in source.data_map:
        where = f"tasks.{task.name}.files" if is_own(task) else f"data_map.{task.name}"
        return by_language(source.data_map[task.name], where), where
    if _is_without_folder(source):
        return None
    path = folder(source) / MAP_FILE
    document = read_map(path) if path.is_file() else {}
    if task.name not in document:
        return None
    where = f"{path}:{task.name}"
    return by_language(document[task.name], where), where


def is_mapped(task: Task, source: Source) -> bool:
    """Whether the study's map or the folder's names the task.

    Raises:
        DataError: If there is no data folder, or its map cannot be read.
    """
    return _entry(task, source) is not None


def is_named(task: Task, language: str, split: str, source: Source) -> bool:
    """Whether a map, or the official layout of a language that the data set has, says where the split lies."""
    entry = _entry(task, source)
    if entry is not None:
        return split in entry[0].get(language, {})
    return split in task.files and language in task.languages


def resolve(task: Task, language: str, split: str, source: Source) -> list[FilePart]:
    """Where the split lies and how it is read.

    Raises:
        DataError: If neither a map nor the task's official layout has it.
    """
    entry = _entry(task, source)
    if entry is None:
        if split == TRANSLATED_TEST:
            raise no_translations(task, task.name)
        if split not in task.files:
            hint = f"Name the file in {MAP_FILE} or in the study's data_map."
            message = f"{task.name} has no official file for the split {split!r}."
            raise DataError(message, field=task.name, value=split, allowed=task.files, hint=hint)
        return from_spec(task.files[split], code_of(language, task.codes), f"{task.name}.{split}")
    found, where = entry
    for name, known in ((language, found), (split, found.get(language, {}))):
        if name not in known:
            message = f"has no {name!r} (language {language}, split {split})."
            raise DataError(message, field=where, value=name, allowed=known, hint=nearest(name, list(known)))
    return parts(found[language][split], language, f"{where}.{language}.{split}")


def located(part: FilePart, source: Source, task: Task) -> list[Path]:
    """The files of a part of a task's data; a path with ``*`` stands for all that it matches, in the order of names.

    Raises:
        DataError: If a path leaves the data folder (also through a link), a file is missing, or one is named twice;
            says where to get what is missing.
    """
    if is_own(task):
        where = "Check the path in the study, and the data folder: --set data=DIR."
    else:
        where = (
            f"{task.access} `xstilts show task {task.name}` says where its files come from and how they lie.".strip()
        )
    return paths.find(folder(source), part.paths, part.where, where)


def examples(task: Task, language: str, split: str, source: Source, tally: rows.ReadCounts) -> Iterator[Example]:
    """The checked examples of one split, read lazily; ``tally`` counts."""
    found = resolve(task, language, split, source)
    # translations have the names of the test items that they translate
    called = "test" if split == TRANSLATED_TEST else split
    built = []
    for part in found:
        rows.check_columns(task, part.row_options, part.where)
        paths = located(part, source, task)
        tally.files += map(str, paths)
        # looked at before options apply: they would hide what is odd about the table
        records = odd_tables.read(task, part, _records(part, paths))
        built.append(rows.build(task, called, records, part.row_options, tally))
    return check.checked(task, chain.from_iterable(built), f"{task.name} {language} {split}", tally)


def _records(part: FilePart, files: list[Path]) -> Iterator[Any]:
    try:
        yield from part.format.read(files, part.reader_options)
    except UnknownNameError as error:
        raise DataError(error.message, field=part.where, allowed=error.allowed, hint=error.hint) from error


def fingerprint(task: Task, language: str, split: str, source: Source) -> dict[str, Any]:
    """Everything about the files that can change an example: hashes, relative paths, options with their defaults.

    Raises:
        DataError: If a file is missing or the map is wrong.
    """
    described = []
    for part in resolve(task, language, split, source):
        rows.check_columns(task, part.row_options, part.where)
        root, files = folder(source), located(part, source, task)
        found = [{"path": path.relative_to(root).as_posix(), "sha256": sha256(path)} for path in files]
        described.append(
            {
                "format": part.format.name,
                "files": found,
                "reader": part.format.keyed(part.reader_options),
                "rows": as_json(part.row_options),
            }
        )
    return {"source": "files", "language": language, "split": split, "parts": described}


def expected_size(task: Task, language: str, split: str, source: Source) -> int:
    """About how many examples the split will give, from counting line ends (or what stands for a record) in it."""
    total = 0
    for part in resolve(task, language, split, source):
        files = located(part, source, task)
        total += sum(count(path, part.format.marker) for path in (files[:1] if part.format.parallel else files))
    return total
