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
from xstilts.official.checking import Wanted, check_gold, check_no_table, empty_lines, from_one, is_number, oddities
from xstilts.official.ids import on_ids
from xstilts.official.reading import Read, document, lines_of, same_number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xstilts.tasks.base import Task


def read_indices(task: Task, gold: Path, predictions: Path) -> Read:
    """One candidate's number a line, for the query of that line.

    Raises:
        DataError: If gold holds no numbers, a file is a table, or the files differ in length.
    """
    right, said = lines_of(gold), lines_of(predictions)
    numbers = {text for lines in (right, said) for _, text in lines.spoken if is_number(text)}
    wanted = Wanted("candidate's number", numbers or {"0"}, lambda line: False)
    check_gold(right, wanted)
    check_no_table(said, wanted)
    same_number(len(right.texts), len(said.texts), predictions, "lines")
    spoken = wanted._replace(known=numbers.union(right.texts[1:]) - {""})
    notes = [*right.notes, *said.notes, *oddities(right, wanted), *oddities(said, spoken)]
    notes += [*empty_lines(right), *empty_lines(said), *from_one(said, right.texts, None)]
    sides = [[[text] for text in lines.texts] for lines in (right, said)]
    return Read(sides[0], sides[1], (), len(right.texts), ("accuracy",), tuple(notes))


def read_entities(task: Task, gold: Path, predictions: Path) -> Read:
    """Mewsli-X: the first, stripped id of every gold list, and the ranked ids that were said.

    Raises:
        DataError: If a file is no object of lists of texts, or most lists of gold have several ids, as predictions do.
    """
    lists = _gold_lists(gold)
    longer = sum(len(found) > 1 for found in lists.values())
    if longer > len(lists) / 2:
        message = f"{longer} of {len(lists)} mentions have several right entities; a gold file has one of each."
        raise DataError(message, field=str(gold), hint="Are these predictions?")
    notes = [f"{gold}: {longer} mentions have several right entities; the first counts."] if longer else []
    right = {name: [found[0].strip()] for name, found in lists.items()}
    return _ranked(right, gold, predictions, ("map@20", "mrr@20", "hit@10"), notes)


def read_candidates(task: Task, gold: Path, predictions: Path) -> Read:
    """LAReQA: all right candidates of every question, and the ranked ones that were said.

    Raises:
        DataError: As :func:`read_entities`.
    """
    additions = ("mrr@20", "hit@10", "recall@10", "capped_recall@10", "ndcg@10")
    return _ranked(_gold_lists(gold), gold, predictions, ("map@20", *additions))


def _ranked(
    right: dict[str, list[str]], gold: Path, predictions: Path, names: tuple[str, ...], notes: Sequence[str] = ()
) -> Read:
    whole = document(predictions)
    said = _lists(whole, predictions, right)
    guesses = [said.get(name, []) for name in right]
    noted = (*notes, *on_ids(list(right), whole, gold, predictions))
    return Read(list(right.values()), guesses, (), len(right), names, noted)


def _gold_lists(file: Path) -> dict[str, list[str]]:
    lists = _lists(document(file), file, None)
    for name, found in lists.items():
        if not found:
            raise DataError(f"{name!r} has no right answer.", field=str(file))
    return lists


def _lists(lists: object, file: Path, wanted: dict[str, list[str]] | None) -> dict[str, list[str]]:
    """Those lists of a file's JSON object that are ``wanted``; all of them for None."""
    if not isinstance(lists, dict):
        raise DataError("Expected one JSON object from id to a list of ids.", field=str(file))
    found: dict[str, Any] = {name: ids for name, ids in lists.items() if wanted is None or name in wanted}
    for name, ids in found.items():
        if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
            raise DataError(f"The ids of {name!r} are no list of texts.", field=str(file), value=ids)
    return found
