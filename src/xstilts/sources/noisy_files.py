"""A noisy copy of a data file in the file's own format: what is text is corrupted, everything else stays.

Each format says where its texts are, as slots: a text, what may not change in it, and how the noisy one is put back.
Labels stay true: the answers of a question stand in the noisy passage, words with tags stay as many.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError, InputError
from xstilts.noise import Corrupted, Stream, corrupt, moved, rate_of, way_of
from xstilts.sources.formats.opening import text_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from xstilts.noise import Dictionary, Noise
    from xstilts.noise.clusters import Span

TEXT_FIELDS = frozenset(
    {"text", "text_pair", "sentence", "sentence1", "sentence2", "premise", "hypothesis", "question", "question1",
     "question2", "context", "passage", "query", "title", "choice1", "choice2", "choices", "tokens"}
)  # fmt: skip
"""Names of columns and fields that hold text, where the user names none."""


@dataclass
class Slot:
    """One text of a file.

    Attributes:
        id: What its draws are called.
        text: The text.
        put: Takes the noisy one.
        kept: Spans that stay.
        words: Whether it is words with tags, which stay as many.
    """

    id: str
    text: str
    put: Callable[[Corrupted], None]
    kept: list[Span] = field(default_factory=list)
    words: bool = False


Written = Callable[[], str]
"""Gives the text of the whole file, once all slots were filled."""


@dataclass(frozen=True)
class Wanted:
    """What becomes of a file.

    Attributes:
        noise: The noise.
        severity: 1 to 5; 0 is clean.
        language: Of the texts.
        dictionary: Of noises that take one.
        seed: Of the draws.
        fields: Names (or numbers, from 1) of the columns or fields to corrupt; empty: those that usually hold text.
    """

    noise: Noise
    severity: int
    language: str
    dictionary: Dictionary
    seed: int = 0
    fields: tuple[str, ...] = ()


def noisy_file(path: Path, wanted: Wanted) -> str:
    """The text of a noisy copy of a file.

    Args:
        path: Lines of text (``.txt``), columns (``.tsv``, ``.csv``), SQuAD's JSON or a list of objects (``.json``), an
            object a line (``.jsonl``), or words with tags (``.conll``, ``.conllu``, ``.iob``, ``.bio``).
        wanted: What becomes of it.

    Raises:
        InputError: If the format is unknown, or the noise cannot be in this language or file.
        DataError: If the file cannot be read, or no text is found in it.
    """
    kinds = {".txt": _lines, ".tsv": _columns, ".csv": _columns, ".json": _json, ".jsonl": _json_lines}
    kinds |= dict.fromkeys((".conll", ".conllu", ".iob", ".bio"), _tagged)
    kind = kinds.get(path.suffix.lower())
    if kind is None:
        said = "has an ending that names no format."
        raise InputError(said, field=str(path), value=path.suffix, allowed=kinds, hint="Give it one of these endings.")
    way = way_of(wanted.noise, wanted.language, wanted.dictionary, "--noise")
    rate = rate_of(wanted.severity, "--noise")
    try:
        slots, written = kind(path, frozenset(wanted.fields))
    except (KeyError, TypeError, AttributeError) as error:
        said = f"is not of the form that its ending says ({type(error).__name__}: {error})."
        raise DataError(said, field=str(path)) from error
    if not wanted.noise.keeps_words and any(slot.words for slot in slots):
        said = f"{wanted.noise.name} changes how many words there are, and the words of {path.name} have tags."
        raise InputError(said, field="--noise", hint="Take a noise inside words, such as typo.")
    if not slots:
        names = ", ".join(sorted(TEXT_FIELDS))
        raise DataError(
            "has no text to corrupt.", field=str(path), hint=f"Name fields by --fields. Usual ones: {names}."
        )
    stream = Stream(wanted.seed, wanted.noise.name, wanted.language)
    kept = [slot.kept for slot in slots]
    found = corrupt([slot.text for slot in slots], [slot.id for slot in slots], way, rate, stream, kept)
    for slot, noisy in zip(slots, found, strict=True):
        slot.put(noisy)
    return written()


def _lines(path: Path, fields: frozenset[str]) -> tuple[list[Slot], Written]:
    if fields:
        raise InputError("Lines of text have no fields.", field="--fields", value=", ".join(sorted(fields)))
    lines = [line for _, line in text_lines(path)]
    return [_item(str(n), lines, n) for n in range(len(lines))], lambda: "".join(f"{line}\n" for line in lines)


def _item(name: str, holder: Any, key: Any) -> Slot:  # noqa: ANN401 - a list or an object of JSON
    def put(noisy: Corrupted) -> None:
        holder[key] = noisy.text

    return Slot(name, holder[key], put)


def _columns(path: Path, fields: frozenset[str]) -> tuple[list[Slot], Written]:
    """Columns by tabs, taken as they are, or by commas, with quotation marks."""
    tabs, lines = path.suffix.lower() == ".tsv", [line for _, line in text_lines(path)]
    rows = [line.split("\t") for line in lines] if tabs else list(csv.reader(lines, strict=True))
    names = [name.strip().lower() for name in rows[0]] if rows else []
    wanted = fields or (TEXT_FIELDS & {*names})
    by_name = {place for place, name in enumerate(names) if name in {one.lower() for one in wanted}}
    by_number = {int(one) - 1 for one in wanted if one.isdecimal()}
    unknown = [one for one in fields if not one.isdecimal() and one.lower() not in names]
    if unknown:
        raise InputError("There is no such column.", field="--fields", value=unknown[0], allowed=rows[0])
    first = 1 if by_name else 0  # a first line of names is no text
    slots = [
        _item(f"{n}:{place}", row, place)
        for n, row in enumerate(rows)
        if n >= first
        for place in sorted(by_name | by_number)
        if place < len(row)
    ]
    return slots, lambda: _joined(rows, tabs)


def _joined(rows: Sequence[Sequence[str]], tabs: bool) -> str:
    if tabs:
        return "".join("\t".join(row) + "\n" for row in rows)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _json_lines(path: Path, fields: frozenset[str]) -> tuple[list[Slot], Written]:
    rows = []
    for number, line in text_lines(path):
        if line.strip():
            rows.append(_object(line, f"{path}:{number}"))
    slots = [slot for n, row in enumerate(rows) for slot in _of_object(str(n), row, fields)]
    return slots, lambda: "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _object(text: str, where: str) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(text)
    except ValueError as error:
        raise DataError(f"is not JSON ({error}).", field=where) from error


def _json(path: Path, fields: frozenset[str]) -> tuple[list[Slot], Written]:
    document = _object("\n".join(line for _, line in text_lines(path)), str(path))
    found = document["data"] if isinstance(document, dict) and isinstance(document.get("data"), list) else document
    if isinstance(found, dict):
        raise DataError("is one object; expected a list of examples.", field=str(path), hint="Write a list, or .jsonl.")
    slots = [slot for n, row in enumerate(found) for slot in _articles(str(n), row, fields)]
    return slots, lambda: json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _articles(name: str, row: Any, fields: frozenset[str]) -> Iterator[Slot]:  # noqa: ANN401 - JSON
    """The texts of an object; of an article of SQuAD's form those of its paragraphs and questions."""
    if not isinstance(row, dict) or "paragraphs" not in row:
        yield from _of_object(name, row, fields)
        return
    wanted = fields or {"context", "question"}
    for place, paragraph in enumerate(row["paragraphs"]):
        if "context" in wanted:
            yield _context(f"{name}:{place}", paragraph)
        for question in paragraph["qas"] if "question" in wanted else ():
            yield _item(str(question["id"]), question, "question")


def _context(name: str, paragraph: dict[str, Any]) -> Slot:
    """A passage: its answers stay as they are, and are found again where they are now."""
    answers = [
        answer
        for question in paragraph["qas"]
        for answer in (*question.get("answers", ()), *question.get("plausible_answers", ()))
    ]
    spans = [(answer["answer_start"], answer["answer_start"] + len(answer["text"])) for answer in answers]

    def put(noisy: Corrupted) -> None:
        paragraph["context"] = noisy.text
        for answer, span in zip(answers, spans, strict=True):
            answer["answer_start"] = moved(span, noisy.edits)[0]

    return Slot(name, paragraph["context"], put, spans)


def _of_object(name: str, row: Any, fields: frozenset[str]) -> Iterator[Slot]:  # noqa: ANN401 - JSON
    if not isinstance(row, dict):
        raise DataError("is no object; expected one for each example.", field=name)
    called = str(row.get("id", name))
    for key in sorted((fields or TEXT_FIELDS) & row.keys()):
        if isinstance(row[key], str):
            yield _item(f"{called}:{key}", row, key)
        elif isinstance(row[key], list):
            yield _words(f"{called}:{key}", row[key], tagged=key == "tokens")


def _words(name: str, words: list[str], *, tagged: bool) -> Slot:
    """Words, or choices, that stay as many: the blanks between them are kept, and none becomes empty."""
    ends, place = [], 0
    for word in words:
        ends.append((place, place + len(word)))
        place += len(word) + 1

    def put(noisy: Corrupted) -> None:
        for number, span in enumerate(ends):
            start, end = moved(span, noisy.edits)
            words[number] = noisy.text[start:end].strip() or words[number]

    return Slot(name, " ".join(words), put, [(end, end + 1) for _, end in ends[:-1]], tagged)


def _tagged(path: Path, fields: frozenset[str]) -> tuple[list[Slot], Written]:
    """Words with tags: the first column, or the second of CoNLL-U, whose comments and ranges stay."""
    column = 1 if path.suffix.lower() == ".conllu" else 0
    if fields:
        raise InputError("The words of tagged sentences are one column.", field="--fields")
    lines = [line for _, line in text_lines(path)]
    slots = []
    for is_blank, numbered in groupby(enumerate(lines), key=lambda line: not line[1].strip()):
        rows = [(n, line.split("\t") if "\t" in line else line.split(" ")) for n, line in numbered]
        own = [(n, row) for n, row in rows if len(row) > column and (column == 0 or row[0].isdecimal())]
        if not is_blank and own:
            slots.append(_sentence(own, column, lines))
    return slots, lambda: "".join(f"{line}\n" for line in lines)


def _sentence(rows: Sequence[tuple[int, list[str]]], column: int, lines: list[str]) -> Slot:
    words = [row[column] for _, row in rows]
    inner = _words(str(rows[0][0]), words, tagged=True)
    fill = inner.put

    def put(noisy: Corrupted) -> None:
        fill(noisy)
        for (n, row), word in zip(rows, words, strict=True):
            sign = "\t" if "\t" in lines[n] else " "
            lines[n] = sign.join([*row[:column], word, *row[column + 1 :]])

    return replace(inner, put=put)
