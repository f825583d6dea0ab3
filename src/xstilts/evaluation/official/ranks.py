"""Retrieval: Tatoeba's one number a line, and ranked candidates as JSON (Mewsli-X, LAReQA).

Sources: google-research/xtreme:evaluate.py (``read_label``, ``accuracy``, ``mewslix_map20``) and
third_party/utils_mewslix.py (``evaluate``). Tatoeba's lines are compared as text: ``07`` is not ``7``. Mewsli-X gives
an object from mention id to a list with the entity's id, of which the first counts, stripped; predictions are lists,
best first, and a missing one scores 0. LAReQA has no published file of predictions: here it is the same object with all
right candidates in the gold list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError
from xstilts.evaluation.official.answers import none_matches
from xstilts.evaluation.official.labels import none_known
from xstilts.evaluation.official.reading import Read, document, same_number, stripped_lines

if TYPE_CHECKING:
    from pathlib import Path

    from xstilts.tasks.base import Task


def read_indices(task: Task, gold: Path, predictions: Path) -> Read:
    """One candidate's number a line, for the query of that line.

    Raises:
        DataError: If the files differ in length.
    """
    right, said = stripped_lines(gold), stripped_lines(predictions)
    same_number(len(right), len(said), predictions, "lines")
    note = none_known(said, {*right, *(line for line in said if line.isdecimal())}, predictions, "candidate's number")
    return Read([[line] for line in right], [[line] for line in said], (), len(right), ("accuracy",), note)


def read_entities(task: Task, gold: Path, predictions: Path) -> Read:
    """Mewsli-X: the first, stripped id of every gold list, and the ranked ids that were said.

    Raises:
        DataError: If a file is no object of lists of texts.
    """
    right = {name: [found[0].strip()] for name, found in _gold_lists(gold).items()}
    return _ranked(right, predictions, ("map@20", "mrr@20", "hit@10"))


def read_candidates(task: Task, gold: Path, predictions: Path) -> Read:
    """LAReQA: all right candidates of every question, and the ranked ones that were said.

    Raises:
        DataError: As :func:`read_entities`.
    """
    additions = ("mrr@20", "hit@10", "recall@10", "capped_recall@10", "ndcg@10")
    return _ranked(_gold_lists(gold), predictions, ("map@20", *additions))


def _ranked(right: dict[str, list[str]], file: Path, names: tuple[str, ...]) -> Read:
    said = _lists(file, right)
    guesses = [said.get(name, []) for name in right]
    return Read(list(right.values()), guesses, (), len(right), names, none_matches(said, right, file))


def _gold_lists(file: Path) -> dict[str, list[str]]:
    lists = _lists(file, None)
    for name, found in lists.items():
        if not found:
            raise DataError(f"{name!r} has no right answer.", field=str(file))
    return lists


def _lists(file: Path, wanted: dict[str, list[str]] | None) -> dict[str, list[str]]:
    """Those lists of a JSON object that are ``wanted``; all of them for None."""
    lists = document(file)
    if not isinstance(lists, dict):
        raise DataError("Expected one JSON object from id to a list of ids.", field=str(file))
    found: dict[str, Any] = {name: ids for name, ids in lists.items() if wanted is None or name in wanted}
    for name, ids in found.items():
        if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
            raise DataError(f"The ids of {name!r} are no list of texts.", field=str(file), value=ids)
    return found
