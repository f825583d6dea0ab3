"""Tagging: one tag a line, an empty line after each sentence.

Source: google-research/xtreme:evaluate.py, ``read_tag`` and ``f1``. The whole stripped line is the tag, so the files
hold no words; two empty lines in a row make a sentence without words; the last sentence needs no empty line. Sentences
of different lengths would shift every following chunk, so here they are an error (as in seqeval >= 0.0.13).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xstilts.errors import DataError
from xstilts.evaluation.official.labels import none_known
from xstilts.evaluation.official.reading import Read, same_number, stripped_lines

if TYPE_CHECKING:
    from pathlib import Path

    from xstilts.tasks.base import Task


class Sentence(NamedTuple):
    """The tags of a sentence and the line where it begins."""

    first: int
    tags: list[str]


def read_tags(task: Task, gold: Path, predictions: Path) -> Read:
    """The tags of both files, sentence by sentence.

    Raises:
        DataError: If the files differ in sentences or in the length of one.
    """
    right, said = _sentences(gold), _sentences(predictions)
    same_number(len(right), len(said), predictions, "sentences")
    for number, (sentence, guess) in enumerate(zip(right, said, strict=True), start=1):
        if len(sentence.tags) != len(guess.tags):
            message = f"Sentence {number} begins here and has {len(guess.tags)} tags, in gold {len(sentence.tags)}."
            raise DataError(message, field=f"{predictions}:{guess.first}")
    known = {*task.labels, "O"}.union(*(sentence.tags for sentence in right))
    note = none_known([tag for guess in said for tag in guess.tags], known, predictions, "tag")
    golds, guesses = [item.tags for item in right], [item.tags for item in said]
    names = ("f1", "precision", "recall", "accuracy", "f1.seqeval1", *task.metrics)
    return Read(golds, guesses, task.labels, len(right), names, note)


def _sentences(file: Path) -> list[Sentence]:
    sentences: list[Sentence] = []
    tags: list[str] = []
    lines = stripped_lines(file)
    for number, line in enumerate(lines, start=1):
        if line:
            tags.append(line)
        else:
            sentences.append(Sentence(number - len(tags), tags))
            tags = []
    if tags:
        sentences.append(Sentence(len(lines) + 1 - len(tags), tags))
    return sentences
