"""Data maps: task → language → split → where the file lies and how it is read.

A split is ``{path, format, options…}``, or a list of these that are read one after the other. A language key may name
several languages (``"de es fr"``); ``{language}`` in a path, and in the values of ``where``, stands for each of them,
or for what ``codes`` says instead; of a pair ``de+en``, ``{context}`` and ``{question}`` stand for the two. ``origin``
says how the text was made (``TextOrigin``). Beside the task's splits, a language may have ``translated-test``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import yaml

from xstilts.errors import DataError, nearest
from xstilts.sources import safe_yaml
from xstilts.sources.formats import FORMATS, Format
from xstilts.sources.paths import check_written
from xstilts.sources.records.options import ROW_OPTIONS, RowOptions, parse
from xstilts.sources.records.placeholders import code_of, filled
from xstilts.sources.records.retyped import refuse_retyped
from xstilts.tasks.base import TRANSLATED_TEST, TextOrigin

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from xstilts.tasks.base import FileSpec, Task

MAP_FILE = "xstilts-data.yaml"
OWN_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "path": "A path below the data folder, or a list of them; `{language}` and `*` are filled in.",
        "format": "How the file is read: one of the formats below.",
        "codes": "What `{language}` stands for where that is not the code itself.",
        "origin": "How the text was made, where that is not as with the rest of the data set.",
    }
)
"""What an entry says with every format, beside the options of rows, with what it means."""
_NOT_YAML = "expected a mapping task → language → split → {path, format}"


@dataclass(frozen=True)
class FilePart:
    """One resolved entry: the files of a split (or of a part of it) and all options, defaults written out."""

    paths: tuple[str, ...]
    format: Format
    reader_options: Mapping[str, Any]
    row_options: RowOptions
    where: str
    origin: TextOrigin | None = None  # None where the entry does not say
    said: frozenset[str] = frozenset()  # the options that the entry itself names


def read_map(path: Path) -> Mapping[str, Any]:
    """A data map from a YAML file.

    Raises:
        DataError: If it is missing, not YAML, says a key twice, or is not a mapping of tasks.
    """
    try:
        # time and size are in the cache's key, so a changed map is read again
        state = path.stat()
        return _read_map(path, state.st_mtime_ns, state.st_size)
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror or error}).", field=str(path)) from error


@lru_cache(maxsize=16)
def _read_map(path: Path, changed: int, size: int) -> Mapping[str, Any]:
    try:
        document = safe_yaml.load_file(path)
    except UnicodeDecodeError as error:
        raise DataError("is not UTF-8; expected a YAML file in UTF-8.", field=str(path)) from error
    except yaml.YAMLError as error:
        said, line = safe_yaml.problem(error)
        message = f"is not YAML as it should be ({said}); {_NOT_YAML}."
        raise DataError(message, field=str(path) if line is None else f"{path}:{line}") from error
    return _mapping(document, str(path))


def _mapping(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict | MappingProxyType):
        raise DataError(f"is {value!r}; {_NOT_YAML}.", field=where, value=value)
    return value


def by_language(entry: object, where: str) -> dict[str, Mapping[str, Any]]:
    """One task's part of a map, with a key for each language.

    Raises:
        DataError: If a key is not text (YAML reads an unquoted ``no`` as false), or a language comes twice.
    """
    found: dict[str, Mapping[str, Any]] = {}
    for key, splits in _mapping(entry, where).items():
        if not isinstance(key, str):
            hint = 'Quote it: "no".' if isinstance(key, bool) else "Quote it."
            raise DataError(f"has the language {key!r}; expected a code.", field=where, value=key, hint=hint)
        for language in key.split():
            if language in found:
                raise DataError(f"names the language {language!r} twice.", field=where, value=language)
            found[language] = _mapping(splits, f"{where}.{key}")
    return found


def parts(entry: object, language: str, where: str) -> list[FilePart]:
    """The parts of one split of one language.

    Args:
        entry: ``{path, format, options…}`` or a list of these.
        language: What ``{language}`` stands for, unless the entry has ``codes``.
        where: Path in the map, for messages.

    Raises:
        DataError: If a key, format or option is unknown (with the nearest), or has the wrong shape.
    """
    if isinstance(entry, list):
        if not entry:
            raise DataError("is an empty list; expected at least one {path, format}.", field=where)
        return [_own_part(item, language, f"{where}.{index}") for index, item in enumerate(entry)]
    return [_own_part(entry, language, where)]


def _own_part(entry: object, language: str, where: str) -> FilePart:
    """A part that the user described, whose options are the user's too."""
    part = _part(entry, language, where)
    return replace(part, row_options=replace(part.row_options, own=True))


def from_spec(spec: FileSpec, code: str, where: str) -> list[FilePart]:
    """The part that a task's own ``FileSpec`` describes; ``code`` is what the data set calls the language."""
    paths = [spec.path] if isinstance(spec.path, str) else list(spec.path)
    return [_part({"path": paths, "format": spec.format, **spec.options}, code, where)]


def _part(entry: object, language: str, where: str) -> FilePart:
    given = _mapping(entry, where)
    format_ = _format(given, where)
    known = sorted({*OWN_KEYS, *ROW_OPTIONS, *format_.options})
    for key in given:
        if key not in known:
            message = f"There is no option {key!r} for the format {format_.name!r}."
            raise DataError(message, field=where, value=key, allowed=known, hint=nearest(str(key), known))
    codes = _mapping(given.get("codes", {}), f"{where}.codes")
    refuse_retyped([*codes, *codes.values()], f"{where}.codes")
    code = code_of(language, codes)
    rows = {key: given[key] for key in given if key in ROW_OPTIONS}
    if "where" in rows:
        rows["where"] = _substituted(rows["where"], code)
    reader = format_.resolve({key: given[key] for key in given if key in format_.options}, where)
    return FilePart(
        _paths(given, code, where),
        format_,
        reader,
        parse(rows, where),
        where,
        _origin(given, where),
        frozenset(given),
    )


def _origin(given: Mapping[str, Any], where: str) -> TextOrigin | None:
    if "origin" not in given:
        return None
    value, known = given["origin"], [item.value for item in TextOrigin]
    if value not in known:
        message = f"There is no origin of text {value!r}."
        raise DataError(message, field=f"{where}.origin", value=value, allowed=known, hint=nearest(str(value), known))
    return TextOrigin(value)


def no_translations(task: Task, where: str) -> DataError:
    """The error for a translated test set that nobody has given: no data set comes with one."""
    hint = f"Translate its test set, and name the file in a data map: {{{task.name}: {{LANGUAGE: {{{TRANSLATED_TEST}: "
    return DataError(
        f"{task.name} has no test set translated into the pivot; translations must be given by a data map.",
        field=where, value=TRANSLATED_TEST, hint=hint + "{path, format}}}}.",
    )  # fmt: skip


def _format(given: Mapping[str, Any], where: str) -> Format:
    for key in ("path", "format"):
        if key not in given:
            raise DataError(f"lacks {key!r}; expected {{path, format, options}}.", field=where, allowed=sorted(given))
    return FORMATS.get(given["format"], f"{where}.format")


def _paths(given: Mapping[str, Any], code: str, where: str) -> tuple[str, ...]:
    paths = given["path"]
    paths = list(paths) if isinstance(paths, list | tuple) else [paths]
    if not paths or not all(isinstance(path, str) and path for path in paths):
        message = f"is {given['path']!r}; expected a path or a list of paths."
        raise DataError(message, field=f"{where}.path", value=given["path"])
    named = tuple(filled(path, code) for path in paths)
    for path in named:
        check_written(path, f"{where}.path")
    return named


def _substituted(where: object, code: str) -> object:
    if not isinstance(where, dict | MappingProxyType):
        return where
    return {key: _with_code(value, code) for key, value in where.items()}


def _with_code(value: object, code: str) -> object:
    if isinstance(value, list | tuple):
        return [_with_code(item, code) for item in value]
    return filled(value, code) if isinstance(value, str) else value
