"""Submission files of the XTREME and XTREME-R leaderboards: ``TASK/test-LANGUAGE.EXTENSION``, written from predictions.

Layout and contents by google-research/xtreme:README.md, evaluate.py and mock_test_data at 838c13b. XNLI has label
names, PAWS-X 0 and 1, XCOPA JSON lines, tagging one tag a line, QA an object from id to answer, BUCC pairs of ids,
Tatoeba the number of the found sentence (from 0, in the order of the foreign file) for each English sentence in the
order of their texts, Mewsli-X and LAReQA an object from id to 20 ranked ids.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.disk import json_text
from xstilts.errors import InputError
from xstilts.statistics.tables.aggregates import plain_language
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from xstilts.tasks.base import Task

    Rows = Sequence[Mapping[str, Any]]

DEPTH = 20
"""Candidates of a ranked list that count."""
LOST = "O"
"""What stands for a word that the model never saw: outside of any chunk, so the F1 is that of the run."""


def file_of(task: Task, language: str) -> Path:
    """The file of one task and language inside a submission's folder.

    Args:
        task: The task.
        language: Its language as tables name it (``de``, ``de>en``).
    """
    return Path(task.name) / f"test-{plain_language(language)}.{_extension(task)}"


def predictions_text(task: Task, rows: Rows, examples: Rows = ()) -> str:
    """The content of a predictions file.

    Args:
        task: The task.
        rows: Rows of its predictions table (``id``, ``prediction``), in order.
        examples: Its examples (``id``, ``role``, ``text``), which Tatoeba's numbers refer to.

    Raises:
        InputError: If the leaderboards have no such file, or the examples are needed and missing.
    """
    return _text(task, rows, "prediction", examples)


def gold_text(task: Task, rows: Rows, examples: Rows = ()) -> str:
    """The content of a gold file in the same layout, from the column ``gold``; for one's own use.

    Raises:
        InputError: As :func:`predictions_text`.
    """
    if task.kind == Kind.SPAN_QA:
        questions = [{"id": row["id"], "answers": [{"text": text} for text in row["gold"]]} for row in rows]
        return json_text({"data": [{"paragraphs": [{"qas": questions}]}]})
    return _text(task, rows, "gold", examples)


def _text(task: Task, rows: Rows, column: str, examples: Rows) -> str:
    writer = _BY_TASK.get(task.name) or _BY_KIND.get(task.kind)
    if writer is None:
        raise InputError("The leaderboards have no file for this task.", field="task", value=task.name)
    return writer(task, rows, column, examples)


def _extension(task: Task) -> str:
    if task.kind == Kind.MULTIPLE_CHOICE:
        return "jsonl"
    return "json" if task.kind == Kind.SPAN_QA or task.name in ("mewslix", "lareqa") else "tsv"


def _labels(task: Task, rows: Rows, column: str, examples: Rows) -> str:
    return _lines(row[column] for row in rows)


def _numbers(task: Task, rows: Rows, column: str, examples: Rows) -> str:
    return _lines(task.labels.index(row[column]) for row in rows)


def _choices(task: Task, rows: Rows, column: str, examples: Rows) -> str:
    return _lines(json.dumps({"label": row[column]}) for row in rows)


def _tags(task: Task, rows: Rows, column: str, examples: Rows) -> str:
    return _lines(line for row in rows for line in (*(tag or LOST for tag in row[column]), ""))


def _answers(task: Task, rows: Rows, column: str, examples: Rows) -> str:
    return json_text({row["id"]: row[column] for row in rows if row[column] is not None})


def _pairs(task: Task, rows: Rows, column: str, examples: Rows) -> str:
    return _lines(f"{row['id']}\t{candidate}" for row in rows for candidate in row[column] or ())


def _ranks(task: Task, rows: Rows, column: str, examples: Rows) -> str:
    return json_text({row["id"]: list(row[column] or ())[:DEPTH] for row in rows})


def _indices(task: Task, rows: Rows, column: str, examples: Rows) -> str:
    """One number per query, in the order of the queries' texts, as the benchmark's prepared files have them."""
    texts = {row["id"]: row["text"].strip() for row in examples if row["role"] == "query"}
    candidates = [row["id"] for row in examples if row["role"] == "candidate"]
    places = {name: place for place, name in enumerate(candidates)}
    if not set(texts) >= {row["id"] for row in rows}:
        hint = "Run the study again with this store: prepared examples were removed."
        raise InputError("The order of Tatoeba's sentences is not known.", field="examples", hint=hint)
    return _lines(places[row[column][0]] for row in sorted(rows, key=lambda row: texts[row["id"]]))


def _lines(values: Iterable[object]) -> str:
    return "".join(f"{value}\n" for value in values)


_BY_TASK: Mapping[str, Callable[[Task, Rows, str, Rows], str]] = {
    "pawsx": _numbers,
    "bucc2018": _pairs,
    "tatoeba": _indices,
    "mewslix": _ranks,
    "lareqa": _ranks,
}
_BY_KIND: Mapping[str, Callable[[Task, Rows, str, Rows], str]] = {
    Kind.CLASSIFICATION: _labels,
    Kind.MULTIPLE_CHOICE: _choices,
    Kind.TAGGING: _tags,
    Kind.SPAN_QA: _answers,
}
