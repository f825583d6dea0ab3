"""SQuAD v2: answers, and how sure the model is of each that there is none.

Source: rajpurkar/SQuAD-explorer:evaluate-v2.0.py. Besides EM and F1 over all questions it prints them over those with
and those without an answer, and, with a file of probabilities, at the threshold that is best on these very questions.
Its ties go in the order of that file, so the questions are read in that order.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from xstilts.errors import DataError
from xstilts.metrics import answer_words, no_answer
from xstilts.official.answers import answers_by_id, read_questions
from xstilts.official.ids import on_ids
from xstilts.official.reading import Read, whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from xstilts.official.answers import GoldQuestion
    from xstilts.tasks.base import Task

_PAIRS = {"best_f1": no_answer.pair_f1, "best_exact_match": answer_words.exact}


def read_replies(task: Task, gold: Path, predictions: Path, probabilities: Path | None = None) -> Read:
    """Every question's answers and what was said to it; with ``probabilities`` also how sure that was.

    Args:
        task: A task with the rule ``squad2``.
        gold: SQuAD's JSON; of several questions with one id the last counts, as in the script.
        predictions: JSON object from question id to answer; "" says that there is none, a missing one scores 0.
        probabilities: JSON object from question id to the probability that the question has no answer.

    Raises:
        DataError: If a file is not laid out so, or a question has no probability.
    """
    read = read_questions(gold)
    questions = {question.name: question for question in read}
    everything = whole(predictions)
    said = answers_by_id(everything, list(questions), predictions)
    names = ("f1", "exact_match", *_parts(list(questions.values())))
    notes = tuple(on_ids([question.name for question in read], everything, gold, predictions))
    if probabilities is None:
        golds = [question.answers for question in questions.values()]
        return Read(golds, [said.get(name) for name in questions], (), len(golds), names, notes)
    sure = _probabilities(probabilities, questions)
    replies = [no_answer.Reply(said.get(name), probability) for name, probability in sure.items()]
    return Read([questions[name].answers for name in sure], replies, (), len(replies), (*names, *_PAIRS), notes)


def thresholds(read: Read) -> dict[str, float]:
    """The thresholds behind ``best_f1`` and ``best_exact_match``, where the files tell them."""
    return {
        f"{name}.threshold": no_answer.best_threshold(read.gold, read.predictions, pair).threshold
        for name, pair in _PAIRS.items()
        if name in read.metrics
    }


def _parts(questions: Sequence[GoldQuestion]) -> list[str]:
    """The scores over questions with and without an answer, where there are any."""
    found = {"no_answer" if not question.answers else "has_answer" for question in questions}
    return [f"{name}.{part}" for part in ("has_answer", "no_answer") if part in found for name in ("f1", "exact_match")]


def _probabilities(file: Path, wanted: Mapping[str, GoldQuestion]) -> dict[str, float]:
    """The probabilities of the questions in the order of the file."""
    given = whole(file)
    if not isinstance(given, dict):
        raise DataError("Expected one JSON object from question id to probability.", field=str(file))
    missing = [name for name in wanted if name not in given]
    if missing:
        raise DataError(f"Question {missing[0]!r} has no probability.", field=str(file))
    found = {name: value for name, value in given.items() if name in wanted}
    for name, value in found.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
            raise DataError(f"The probability of {name!r} is no number.", field=str(file), value=value)
        if isinstance(value, int) and abs(value) > sys.float_info.max:
            raise DataError(f"The probability of {name!r} is too large a number.", field=str(file))
    return {name: float(value) for name, value in found.items()}
