"""Scores of predictions, by the code that scores the benchmarks' own files."""

from __future__ import annotations

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from xstilts import languages
from xstilts.errors import XstiltsError
from xstilts.official import score_files
from xstilts.official.values import gold_text, predictions_text
from xstilts.statistics.score_rows import parts
from xstilts.tasks import TASKS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.tasks.base import Task


def score(
    task: str,
    gold: str | Path | Sequence[Any] | Mapping[str, Any],
    predictions: str | Path | Sequence[Any] | Mapping[str, Any],
    *,
    language: str | None = None,
) -> dict[str, float]:
    """Score predictions against gold: the numbers of ``xstilts score``, which are those of the official script.

    Args:
        task: A name of ``xstilts list tasks``.
        gold: The path of a file in the official format, or values in the order of the examples. Of classification and
            multiple choice labels; of tagging lists of tags; of question answering lists of the accepted answers, or
            a mapping from id to such a list; of searches a mapping from id to a list of ids (Tatoeba: one number per
            query; BUCC: pairs of ids).
        predictions: Likewise. To a question there is one answer, "" where it is said to have none.
        language: BCP-47 code, or ``context+question``; only MLQA's rule needs it.

    Returns:
        Metric to value, in percent: the official ones first. What is odd about gold or predictions and changes no
        value is said by a ``UserWarning``.

    Raises:
        UnknownNameError: If there is no such task or language.
        DataError: If something cannot be read as the official script would; names the place.
        InputError: If the task has no official format, or its rule needs the language.

    Example:
        >>> import xstilts as xs
        >>> xs.score("xquad", [["in 1905", "1905"], ["Ada"]], ["1905", "Ada Lovelace"], language="de")["exact_match"]
        50.0
    """
    known = TASKS.get(task, "task")
    for code in parts(language or ""):
        if code:
            languages.get(code, "language")
    with TemporaryDirectory() as folder:
        try:
            found = _scored(known, (gold, predictions), Path(folder), language)
        except XstiltsError as error:
            raise _without(error, f"{folder}/") from None
        notes = [note.replace(f"{folder}/", "") for note in found["notes"]]
    for note in notes:
        warnings.warn(note, stacklevel=2)
    return dict(found["metrics"])


def _scored(task: Task, given: tuple[Any, Any], folder: Path, language: str | None) -> dict[str, Any]:
    """The result of two files, which are written first where values were given."""
    gold, predictions = (
        Path(value) if isinstance(value, str | Path) else _written(folder / name, text_of(task, value))
        for value, name, text_of in zip(given, ("gold", "predictions"), (gold_text, predictions_text), strict=True)
    )
    return score_files(task, gold, predictions, language)


def _written(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8", newline="\n")
    return file


def _without(error: XstiltsError, folder: str) -> XstiltsError:
    """The error, without the folder of files that the user never saw."""
    message, field, hint = (text and text.replace(folder, "") for text in (error.message, error.field, error.hint))
    return type(error)(str(message), field=field, value=error.value, allowed=error.allowed, hint=hint)
