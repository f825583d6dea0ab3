"""A benchmark's whole folder of predictions, scored against one of gold files: every task, language and average."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from xstilts.errors import InputError
from xstilts.official import score_files
from xstilts.official.submission import file_of
from xstilts.statistics.tables.aggregates import Average, aggregate, plain_language
from xstilts.tasks import TASKS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xstilts.protocols import Protocol


class FolderScores(NamedTuple):
    """What a folder of predictions scores.

    Attributes:
        scores: ``{"task", "language", "metric", "value", "n"}`` for everything that could be scored.
        averages: Tasks, groups and overall, in every form; without value where a file is missing.
        missing: Files that the protocol asks for and that are not there, as ``predictions/xnli/test-de.tsv``.
        notes: What a person should know of single files, each with its name; no value is changed by it.
    """

    scores: list[dict[str, Any]]
    averages: list[Average]
    missing: list[str]
    notes: list[str]


def score_folder(protocol: Protocol, gold: Path, predictions: Path) -> FolderScores:
    """Score every task and language of ``protocol``.

    Args:
        protocol: One with groups (``xtreme``, ``xtreme-r``, ``phang2020``).
        gold: Folder of gold files, ``TASK/test-LANGUAGE.EXTENSION``.
        predictions: Folder of predictions in the same layout.

    Raises:
        InputError: If the protocol averages nothing, a folder is missing, or not one pair of files is there.
        DataError: If a file cannot be read; names file and line.
    """
    benchmark = protocol.benchmark()
    if benchmark is None:
        raise InputError("This protocol has no overall score.", field="--protocol", value=protocol.name)
    for kind, folder in _kinds(gold, predictions):
        if not folder.is_dir():
            message = "is no folder." if folder.exists() else "There is no such folder."
            raise InputError(message, field=f"--{kind}", value=str(folder), hint=f"Looked for: {folder}.")
    scores: list[dict[str, Any]] = []
    missing: list[str] = []
    notes: list[str] = []
    for task in (TASKS.get(name) for name in benchmark.tasks):
        for language in map(plain_language, protocol.languages[task.name]):
            name = file_of(task, language)
            lost = [f"{kind}/{name}" for kind, folder in _kinds(gold, predictions) if not (folder / name).is_file()]
            missing += lost
            if not lost:
                found = score_files(task, gold / name, predictions / name, language)
                where = {"task": task.name, "language": language, "n": found["n"]}
                scores += [{**where, "metric": metric, "value": value} for metric, value in found["metrics"].items()]
                notes += found["notes"]
    if not scores:
        raise _nothing(missing, gold, predictions)
    measured = {(row["task"], row["language"], row["metric"]): row["value"] for row in scores}
    return FolderScores(scores, aggregate(measured, benchmark), missing, notes)


def _nothing(missing: Sequence[str], gold: Path, predictions: Path) -> InputError:
    """The error that says which folder lacks files: the one that lacks more, or both where no file is in both."""
    lost = {kind: sum(name.startswith(f"{kind}/") for name in missing) for kind, _ in _kinds(gold, predictions)}
    emptier = max(_kinds(gold, predictions), key=lambda kind: lost[kind[0]])
    first = next(name.split("/", 1)[1] for name in missing if name.startswith(f"{emptier[0]}/"))
    return InputError(
        f"holds none of the {emptier[0]} files that could be scored.",
        field=str(emptier[1]),
        hint=f"The first file looked for is {emptier[1] / first}.",
    )


def _kinds(gold: Path, predictions: Path) -> tuple[tuple[str, Path], tuple[str, Path]]:
    return ("gold", gold), ("predictions", predictions)
