"""A benchmark's whole folder of predictions, scored against one of gold files: every task, language and average."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from xstilts.errors import InputError
from xstilts.evaluation.official import score_files
from xstilts.evaluation.submission import file_of
from xstilts.statistics.aggregates import Average, aggregate, plain_language
from xstilts.tasks import TASKS

if TYPE_CHECKING:
    from pathlib import Path

    from xstilts.protocols import Protocol


class FolderScores(NamedTuple):
    """What a folder of predictions scores.

    Attributes:
        scores: ``{"task", "language", "metric", "value", "n"}`` for everything that could be scored.
        averages: Tasks, groups and overall, in every form; without value where a file is missing.
        missing: Files that the protocol asks for and that are not there, as ``predictions/xnli/test-de.tsv``.
    """

    scores: list[dict[str, Any]]
    averages: list[Average]
    missing: list[str]


def score_folder(protocol: Protocol, gold: Path, predictions: Path) -> FolderScores:
    """Score every task and language of ``protocol``.

    Args:
        protocol: One with groups (``xtreme``, ``xtreme-r``, ``phang2020``).
        gold: Folder of gold files, ``TASK/test-LANGUAGE.EXTENSION``.
        predictions: Folder of predictions in the same layout.

    Raises:
        InputError: If the protocol averages nothing, or not one pair of files is there.
        DataError: If a file cannot be read; names file and line.
    """
    benchmark = protocol.benchmark()
    if benchmark is None:
        raise InputError("This protocol has no overall score.", field="--protocol", value=protocol.name)
    scores: list[dict[str, Any]] = []
    missing: list[str] = []
    for task in (TASKS.get(name) for name in benchmark.tasks):
        for language in map(plain_language, protocol.languages[task.name]):
            name = file_of(task, language)
            lost = [f"{kind}/{name}" for kind, folder in _kinds(gold, predictions) if not (folder / name).is_file()]
            missing += lost
            if not lost:
                found = score_files(task, gold / name, predictions / name, language)
                where = {"task": task.name, "language": language, "n": found["n"]}
                scores += [{**where, "metric": metric, "value": value} for metric, value in found["metrics"].items()]
    if not scores:
        hint = f"The first file looked for is {predictions / missing[0].split('/', 1)[1]}."
        raise InputError("holds no file that could be scored.", field=str(predictions), hint=hint)
    measured = {(row["task"], row["language"], row["metric"]): row["value"] for row in scores}
    return FolderScores(scores, aggregate(measured, benchmark), missing)


def _kinds(gold: Path, predictions: Path) -> tuple[tuple[str, Path], tuple[str, Path]]:
    return ("gold", gold), ("predictions", predictions)
