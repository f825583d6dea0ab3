"""Tagging: one tag a line, an empty line after each sentence.

Source: google-research/xtreme:evaluate.py, ``read_tag`` and ``f1``. The whole stripped line is the tag, so the files
hold no words; two empty lines in a row make a sentence without words; the last sentence needs no empty line. Sentences
of different lengths would shift every following chunk, so here they are an error (as in seqeval >= 0.0.13), and so is
a file of words with their tags.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xstilts.errors import DataError
from xstilts.metrics.chunks import OUTSIDE
from xstilts.official.checking import Wanted, check_gold, check_no_table, in_other_case, oddities
from xstilts.official.reading import Lines, Read, lines_of, same_number, shown

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
        DataError: If gold holds no tags of the task, a file is a table, or the files differ in sentences or in the
            length of one.
    """
    lines, guesses = lines_of(gold), lines_of(predictions)
    wanted = _wanted(task)
    check_gold(lines, wanted)
    check_no_table(guesses, wanted)
    right, said = _sentences(lines), _sentences(guesses)
    same_number(len(right), len(said), predictions, "sentences", _why(lines, guesses, wanted))
    for number, (sentence, guess) in enumerate(zip(right, said, strict=True), start=1):
        if len(sentence.tags) != len(guess.tags):
            message = f"Sentence {number} begins here and has {len(guess.tags)} tags, in gold {len(sentence.tags)}."
            raise DataError(message, field=f"{predictions}:{guess.first}")
    spoken = wanted._replace(known={OUTSIDE, *wanted.known, *lines.texts[1:]} - {""} if wanted.known else ())
    notes = [*lines.notes, *guesses.notes, *oddities(lines, wanted), *oddities(guesses, spoken), *_empty(right, lines)]
    names = ("f1", "precision", "recall", "accuracy", "f1.seqeval1", *task.metrics)
    sides = [[item.tags for item in side] for side in (right, said)]
    return Read(sides[0], sides[1], task.labels, len(right), names, tuple(notes))


def _wanted(task: Task) -> Wanted:
    """The task's tags; in other case, or as types without ``B-`` and ``I-``, they are meant all the same."""
    bare = {tag.partition("-")[2] for tag in task.labels} - {""}
    return Wanted("tag", task.labels, in_other_case([*task.labels, *bare]), _columns)


def _columns(line: str) -> list[str]:
    """Word and tag: no tag has white space in it, whatever the columns are parted by."""
    return line.split("\t") if "\t" in line else line.split()


def _why(right: Lines, said: Lines, wanted: Wanted) -> str | None:
    """What makes the files differ in their sentences, where that can be seen."""
    for lines in (right, said):
        if "" not in lines.texts[:-1] and len(lines.texts) > 1:
            return f"{lines.file} has no empty line, which ends a sentence."
        if lines.texts and lines.texts[0] and lines.texts[0] not in wanted.known:
            return f"The first line of {lines.file} is {shown(lines.texts[0])}: is it a header?"
    return None


def _empty(sentences: list[Sentence], lines: Lines) -> list[str]:
    count = sum(not sentence.tags for sentence in sentences)
    return [f"{lines.file}: {count} sentences have no word: empty lines in a row."] if count else []


def _sentences(lines: Lines) -> list[Sentence]:
    sentences: list[Sentence] = []
    tags: list[str] = []
    for number, line in enumerate(lines.texts, start=1):
        if line:
            tags.append(line)
        else:
            sentences.append(Sentence(number - len(tags), tags))
            tags = []
    if tags:
        sentences.append(Sentence(len(lines.texts) + 1 - len(tags), tags))
    return sentences
