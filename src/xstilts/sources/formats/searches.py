"""Whole searches: queries and candidates with ids of their own, and which candidate answers which query.

The records of these formats have the fields ``id``, ``role`` (query or candidate), ``text`` and ``gold``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError
from xstilts.randomness import hash_ids, uniforms
from xstilts.sources.formats.base import FORMATS, Format, Option, Record
from xstilts.sources.formats.json_files import member, objects, squad_document
from xstilts.sources.formats.opening import text_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from xstilts.sources.formats.base import Options

Numbered = dict[str, tuple[int, str]]
"""Id to line number and text."""


def query(where: str, identity: str, text: str, gold: Sequence[str], **more: str) -> Record:
    """A query and the ids of the candidates that answer it."""
    return Record(where, {"id": identity, "role": "query", "text": text, "gold": list(gold), **more})


def candidate(where: str, identity: str, text: str, **more: str) -> Record:
    """A candidate."""
    return Record(where, {"id": identity, "role": "candidate", "text": text, "gold": [], **more})


# --- two files of numbered sentences and one of pairs -----------------------------------------------------------------


def _read_mining(paths: Sequence[Path], options: Options) -> Iterator[Record]:
    if len(paths) != 3:
        message = f"needs three paths (queries, candidates, pairs of their ids), here are {len(paths)}."
        raise DataError(message, field="path", value=[str(path) for path in paths])
    queries, candidates = (_sentences(path) for path in paths[:2])
    gold = _pairs(paths, queries, candidates)
    asked, offered = _half(queries, candidates, gold, options["half"])
    for identity in asked:
        number, text = queries[identity]
        yield query(f"{paths[0]}:{number}", identity, text, gold.get(identity, ()))
    for identity in offered:
        number, text = candidates[identity]
        yield candidate(f"{paths[1]}:{number}", identity, text)


def _half(
    queries: Numbered, candidates: Numbered, gold: Mapping[str, Sequence[str]], half: str
) -> tuple[list[str], list[str]]:
    """Ids of the queries and candidates in one half, drawn by id; a candidate goes with the first query it answers."""
    if not half:
        return list(queries), list(candidates)
    partner: dict[str, str] = {}
    for asked, answers in gold.items():
        for answer in answers:
            partner.setdefault(answer, asked)
    sides = []
    for side in (queries, candidates):
        drawn_by = [partner.get(identity, identity) for identity in side] if side is candidates else list(side)
        first = uniforms(0, "half of pairs", hash_ids(drawn_by), 0)[:, 0] < 0.5
        sides.append([identity for identity, own in zip(side, first, strict=True) if own == (half == "a")])
    return sides[0], sides[1]


def _sentences(path: Path) -> Numbered:
    found: Numbered = {}
    for number, identity, text in _two_columns(path, "an id, a tab and a sentence"):
        if identity in found:
            message = f"has the id {identity!r}, which line {found[identity][0]} has too; ids must be unique in a file."
            raise DataError(message, field=f"{path}:{number}", value=identity)
        found[identity] = number, text
    return found


def _pairs(paths: Sequence[Path], queries: Numbered, candidates: Numbered) -> dict[str, list[str]]:
    """Query id to candidate ids; a pair that comes twice counts once."""
    gold: dict[str, list[str]] = {}
    for number, asked, given in _two_columns(paths[2], "a query's id, a tab and a candidate's id"):
        answer = given.strip()
        for identity, known, path in ((asked, queries, paths[0]), (answer, candidates, paths[1])):
            if identity not in known:
                message = f"names {identity!r}, which is no id of {path}."
                raise DataError(message, field=f"{paths[2]}:{number}", value=identity)
        answers = gold.setdefault(asked, [])
        if answer not in answers:
            answers.append(answer)
    return gold


def _two_columns(path: Path, expected: str) -> Iterator[tuple[int, str, str]]:
    blank = None
    for number, line in text_lines(path):
        if not line:
            blank = blank or number  # fine at the very end only
            continue
        if blank is not None:
            raise DataError(f"is a blank line; expected {expected}.", field=f"{path}:{blank}")
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != 2 or not all(cells):
            raise DataError(
                f"has {len([c for c in cells if c])} columns; expected {expected}.", field=f"{path}:{number}"
            )
        yield number, cells[0], line.split("\t")[1]


# --- SQuAD: which paragraph, or which of its sentences ----------------------------------------------------------------


def _paragraphs(path: Path) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    """Place, number and content of every paragraph of a document; they count from 1 through all articles."""
    number = 0
    for i, article in objects(squad_document(path), "data", str(path), ""):
        for j, paragraph in objects(article, "paragraphs", str(path), i):
            number += 1
            yield f"{path}:{j}", number, paragraph


def _read_paragraphs(paths: Sequence[Path], options: Options) -> Iterator[Record]:
    """Each question finds its paragraph; equal paragraphs of a file are one candidate. Answers are not looked at."""
    del options
    for path in paths:
        name = path.name.removesuffix(".gz").removesuffix(".json")  # xquad.de: the same paragraph has another id there
        known: dict[str, str] = {}
        for where, number, paragraph in _paragraphs(path):
            context = member(paragraph, "context", str, where)
            first = f"{name}_{number}"
            asked = list(_asked(where, known.get(context, first), paragraph))
            yield from asked
            if asked and context not in known:  # a paragraph without questions is no candidate either
                known[context] = first
                yield candidate(where, first, context)


def _asked(where: str, identity: str, paragraph: Mapping[str, Any]) -> Iterator[Record]:
    file, _, place = where.rpartition(":")
    for k, question in objects(paragraph, "qas", file, place):
        at = f"{file}:{k}"
        yield query(at, _name(question, at), member(question, "question", str, at), [identity])


def _read_xquad_r(paths: Sequence[Path], options: Options) -> Iterator[Record]:
    """As google-research/xtreme:third_party/utils_lareqa.py reads it: paragraphs count from 1, sentences from 0."""
    del options
    for path in paths:
        name = path.name.split(".")[0]
        for where, number, paragraph in _paragraphs(path):
            yield from _paragraph(where, f"{name}_{number}", paragraph)


def _paragraph(where: str, identity: str, paragraph: Mapping[str, Any]) -> Iterator[Record]:
    context = member(paragraph, "context", str, where)
    spans = _breaks(paragraph, context, where)
    sentences = [context[start:end] for start, end in spans]
    asked = False
    file, _, place = where.rpartition(":")
    for k, question in objects(paragraph, "qas", file, place):
        record = _question(f"{file}:{k}", identity, question, spans, sentences)
        asked = asked or record.rejected is None
        yield record
    if asked:  # a paragraph without questions has no candidates either
        for number, sentence in enumerate(sentences):
            text = f"{sentence}\n{context}"
            yield candidate(f"{where}.sentence_breaks[{number}]", f"{identity}_{number}", text)


def _breaks(paragraph: Mapping[str, Any], context: str, where: str) -> list[tuple[int, int]]:
    spans = member(paragraph, "sentence_breaks", list, where)
    for number, span in enumerate(spans):
        pair = isinstance(span, list) and len(span) == 2 and all(type(offset) is int for offset in span)
        if not pair or not 0 <= span[0] < span[1] <= len(context):
            message = (
                f"is {span!r}; expected [start, end] of a sentence within the {len(context)} characters of context."
            )
            raise DataError(message, field=f"{where}.sentence_breaks[{number}]", value=span)
    return [(start, end) for start, end in spans]


def _question(
    where: str, identity: str, question: Mapping[str, Any], spans: Sequence[tuple[int, int]], sentences: Sequence[str]
) -> Record:
    """The question with the sentence in which its answer starts, and sentences of the paragraph with the same text."""
    answers = member(question, "answers", list, where)
    if len(answers) != 1:
        raise DataError(f"has {len(answers)} answers; expected one.", field=where, value=len(answers))
    start = member(answers[0], "answer_start", int, where)
    inside = next((number for number, span in enumerate(spans) if span[0] <= start < span[1]), None)
    if inside is None:
        return Record(where, {}, "answer in no sentence")
    gold = [f"{identity}_{number}" for number, sentence in enumerate(sentences) if sentence == sentences[inside]]
    return query(where, _name(question, where), member(question, "question", str, where), gold)


def _name(question: Mapping[str, Any], where: str) -> str:
    return str(member(question, "id", (str, int), where))


FORMATS.register(
    "mining",
    Format(
        "mining",
        "three files: id<TAB>sentence of the queries, of the candidates, and pairs of ids. "
        "Fields: id, role, text, gold",
        _read_mining,
        options={
            "half": Option(
                "",
                "a or b: one half of both sides, pairs kept together, to find a threshold on the other.",
                choices=("", "a", "b"),
            ),
        },
        parallel=True,
    ),
)
FORMATS.register(
    "paragraphs",
    Format(
        "paragraphs",
        "SQuAD: find the paragraph on which a question is asked. Fields: id, role, text, gold",
        _read_paragraphs,
        marker=b'"question"',
    ),
)
FORMATS.register(
    "xquad_r",
    Format(
        "xquad_r",
        "SQuAD with sentence_breaks: find the sentence that answers. Fields: id, role, text, gold",
        _read_xquad_r,
        marker=b'"question"',
    ),
)
