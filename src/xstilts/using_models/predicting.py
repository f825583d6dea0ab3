"""``predict``: a user's own file, answered by a model directory."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from xstilts.errors import InputError
from xstilts.tasks.base import Kind
from xstilts.using_models.like_the_task import like_the_task
from xstilts.using_models.loading import load_model
from xstilts.using_models.named_task import named_task
from xstilts.using_models.plain_files import read_unlabelled
from xstilts.using_models.sight import looked_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xstilts.studies.spec import Study


def predict_file(model: str, task_name: str | None, file: Path, study: Study | None = None) -> Iterator[dict[str, Any]]:
    """Label a user's own file; texts are encoded, and in retrieval compared, as the export says.

    Args:
        model: A directory that plain transformers loads, with its head.
        task_name: The task the model was trained on; its kind says how the file is read. None: as the model tells.
        file: Lines of text (``text`` or ``text<TAB>text_pair``), one sentence of space-separated words a line for
            tagging, JSON lines with the kind's columns for multiple choice, SQuAD JSON or JSON lines for QA, JSON lines
            with ``text`` and ``images`` (paths from the file's own folder) for visual classification; or a file
            like those of the task, without what is right (``like_the_task``), which a search must be.
        study: A study whose own tasks are known.

    Yields:
        ``{"id", "prediction"}``, with ``tokens`` for tagging and ``score`` where the kind has one; a model of a task
        that knows questions without an answer may predict "". Of a search, the ids of candidates, nearest first.

    Raises:
        DataError: Naming file and line.
        InputError: If the task is not known, or its kind has no head to predict with.
    """
    from xstilts import evaluation
    from xstilts.models.heads import labels_of

    task, files = named_task(task_name, study, model)
    if task.kind is Kind.MASKED_LM or task.rule == evaluation.MINING_RULE:
        why = "has nothing to label" if task.kind is Kind.MASKED_LM else "mines pairs by a threshold from another split"
        raise InputError(f"{task.name} {why}.", field="--task", hint="`xstilts evaluate` scores such a model.")
    found = like_the_task(task, files, file)
    examples = read_unlabelled(task.kind, file) if found is None else found
    loaded = load_model(model, task)
    labels, told = labels_of(loaded.model), loaded.encoded.vectors
    search = evaluation.SearchOptions(told if len(told) == 1 else ({},))  # a sweep does not say which of them is best
    request = evaluation.Request(task.kind, labels, task.rule, search)
    part = loaded.part(task.kind, examples, labels)
    if task.kind is Kind.VISUAL_CLASSIFICATION:
        part = looked_at(part, loaded.vision, file.resolve().parent, model)
    table = evaluation.predict(loaded.model, request, part, loaded.facts)
    for row in table.to_pylist():
        yield {name: _finite(value) for name, value in row.items() if name not in {"gold", "lost"}}


def _finite(value: object) -> object:
    """None for a score that JSON cannot say: where a context holds no word, no span has one."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
