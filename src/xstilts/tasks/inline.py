"""A user's own data set, from the ``tasks:`` of a study, without Python.

    tasks:
      reviews:
        kind: classification
        labels: [bad, good]
        files:
          en: {train: {path: train.tsv, format: delimited, columns: {text: review, label: stars}}}
          de: {test: {path: test.de.tsv, format: delimited, columns: {text: review, label: stars}}}

``files`` has the shape of a data map: language → split → ``{path, format, options…}``; a language key may name several
languages (``de es fr``), for which ``{language}`` in a path then stands.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xstilts import metrics
from xstilts.errors import StudyError, UnknownNameError, nearest
from xstilts.languages import get
from xstilts.metrics.no_answer import RULE as NO_ANSWER
from xstilts.tasks.base import Kind, Task

if TYPE_CHECKING:
    from collections.abc import Mapping

KEYS: Mapping[str, str] = MappingProxyType(
    {
        "kind": "The shape of the task.",
        "labels": "The label names, two at least; of classification and tagging, which need them.",
        "files": "Where its examples are: language → split → entry.",
        "metrics": "How it is scored, the headline first; left out: the usual ones of the kind.",
        "rule": "The scoring rule; of `span_qa` whose questions may have no answer: `squad2`.",
        "title": "One line for people.",
    }
)
"""What a study may say of a task of its own, with what it means."""
KINDS = tuple(str(kind) for kind in Kind)
LABELLED = (Kind.CLASSIFICATION, Kind.TAGGING, Kind.VISUAL_CLASSIFICATION)
HEADLINES: Mapping[Kind, tuple[str, ...]] = {
    Kind.CLASSIFICATION: ("accuracy", "macro_f1"),
    Kind.VISUAL_CLASSIFICATION: ("accuracy", "macro_f1"),
    Kind.MULTIPLE_CHOICE: ("accuracy",),
    Kind.TAGGING: ("accuracy", "f1"),
    Kind.SPAN_QA: ("f1", "exact_match"),
    Kind.RETRIEVAL: ("accuracy", "hit@10", "mrr@20"),
    Kind.MASKED_LM: ("perplexity", "loss"),
}
"""The metrics of a task that names none."""
RULES: Mapping[Kind, tuple[str, ...]] = {Kind.SPAN_QA: (NO_ANSWER,)}
"""The scoring rules that a study's own task may have; left out: its kind's usual one."""


_OWN = "the study itself names the files"


def is_own(task: Task) -> bool:
    """Whether a study describes the task itself, under ``tasks``."""
    return task.no_source.get("hub") == _OWN


def from_inline(name: str, mapping: object) -> tuple[Task, dict[str, Any]]:
    """The task that a study describes under ``tasks.NAME``, and its part of the data map.

    Args:
        name: The name under which the study uses the task.
        mapping: ``kind`` and ``files``; ``labels`` for classification and tagging; optionally ``metrics``, ``title``,
            and ``rule`` (``squad2``: questions may have no answer; so it is too where a file's ``empty_answer`` says).

    Returns:
        The task, and language → split → file entry for ``Source.data_map[name]``. Paths, formats and reader options
        are checked when the files are read.

    Raises:
        StudyError: If a key is unknown or missing, or a value is not allowed; the field is its path in the study.
        UnknownNameError: If a language or metric is unknown.
    """
    where = f"tasks.{name}"
    given = _mapping(mapping, where, "a mapping with kind, files and, where the kind has them, labels")
    return _task(name, given, _files(given.get("files"), f"{where}.files"))


def from_model(name: str, mapping: object) -> tuple[Task, dict[str, Any]]:
    """The task that an exported model was trained on, told as in :func:`from_inline`; it need not tell any files.

    Raises:
        StudyError, UnknownNameError: As :func:`from_inline`.
    """
    where = f"tasks.{name}"
    given = _mapping(mapping, where, "a mapping with kind and, where the kind has them, labels")
    return _task(name, given, _files(given["files"], f"{where}.files") if given.get("files") else {})


def _task(name: str, given: Mapping[Any, Any], files: dict[str, Any]) -> tuple[Task, dict[str, Any]]:
    where = f"tasks.{name}"
    for key in given:
        if key not in KEYS:
            hint = nearest(str(key), list(KEYS))
            raise StudyError(f"There is no key {key!r}.", field=where, value=key, allowed=KEYS, hint=hint)
    kind = _kind(given.get("kind"), where)
    task = Task(
        name=name,
        kind=kind,
        title=str(given.get("title", f"{name}: data of this study")),
        languages=tuple(code for key in files for code in _codes(key, f"{where}.files")),
        splits=dict.fromkeys(split for splits in files.values() for split in splits),
        labels=_labels(given.get("labels"), kind, f"{where}.labels"),
        metrics=_metrics(given.get("metrics"), kind, f"{where}.metrics"),
        rule=_rule(given.get("rule"), kind, files, f"{where}.rule"),
        no_source=dict.fromkeys(("hub", "lab"), _OWN),
        citation="data of this study",
    )
    return task, files


def _mapping(value: object, where: str, expected: str) -> dict[Any, Any]:
    if not isinstance(value, dict) or not value:
        raise StudyError(f"is {value!r}; expected {expected}.", field=where, value=value)
    return value


def _kind(value: object, where: str) -> Kind:
    if value not in KINDS:
        said = "The kind is missing." if value is None else f"There is no kind {value!r}."
        raise StudyError(said, field=f"{where}.kind", value=value, allowed=KINDS, hint=nearest(str(value), KINDS))
    return Kind(str(value))


def _labels(value: object, kind: Kind, where: str) -> tuple[str, ...]:
    if kind not in LABELLED:
        if value is not None:
            raise StudyError(f"A {kind} task has no labels.", field=where, value=value, hint="Leave the key out.")
        return ()
    if not isinstance(value, list) or len(value) < 2:
        raise StudyError(f"is {value!r}; expected a list of at least two labels.", field=where, value=value)
    for label in value:
        if type(label) not in (str, int) or label == "":  # a subclass of int: 010, 0x1F
            hint = 'Quote words that YAML reads as booleans, null, dates or other numbers: ["yes", "no"].'
            raise StudyError(f"holds {label!r}; expected label names.", field=where, value=label, hint=hint)
    labels = tuple(str(label) for label in value)
    twice = next((label for label in labels if labels.count(label) > 1), None)
    if twice is not None:
        raise StudyError(f"names {twice!r} twice.", field=where, value=twice)
    return labels


def _rule(value: object, kind: Kind, files: Mapping[str, Any], where: str) -> str:
    """The scoring rule: the one that is said, or that of questions without an answer where a file is read so."""
    if value is None:
        entries = [entry for splits in files.values() for entry in splits.values()]
        parts = [part for entry in entries for part in (entry if isinstance(entry, list) else [entry])]
        says_none = any(part.get("empty_answer") == "none" or part.get("impossible") == "none" for part in parts)
        return NO_ANSWER if kind is Kind.SPAN_QA and says_none else ""
    if value not in RULES.get(kind, ()):
        message = f"A {kind} task has no rule {value!r}."
        raise StudyError(message, field=where, value=value, allowed=RULES.get(kind, ()), hint="Leave it out if unsure.")
    return str(value)


def _metrics(value: object, kind: Kind, where: str) -> tuple[str, ...]:
    if value is None:
        return HEADLINES[kind]
    if not isinstance(value, list) or not value:
        raise StudyError(f"is {value!r}; expected a list of metrics, the headline first.", field=where, value=value)
    known = sorted(metrics.for_kind(kind))
    for index, name in enumerate(value):
        if name not in known:
            raise UnknownNameError(
                f"A {kind} task has no metric {name!r}.",
                field=f"{where}.{index}",
                value=name,
                allowed=known,
                hint=nearest(str(name), known),
            )
    return tuple(value)


def _files(value: object, where: str) -> dict[str, Any]:
    expected = "language → split → {path, format, …}"
    by_language = _mapping(value, where, expected)
    for key, splits in by_language.items():
        _codes(key, where)
        for split, entry in _mapping(splits, f"{where}.{key}", expected).items():
            for part in entry if isinstance(entry, list) else [entry]:
                _mapping(part, f"{where}.{key}.{split}", "{path: FILE, format: FORMAT, …}, or a list of these")
    return by_language


def _codes(key: object, where: str) -> tuple[str, ...]:
    """The languages of one key of ``files``: ``de``, ``de es fr``, or the pair ``de+en`` (parallel text)."""
    if not isinstance(key, str):
        return (get(key, field=where).code,)
    for code in key.replace("+", " ").split():
        get(code, field=where)
    return tuple(key.split())
