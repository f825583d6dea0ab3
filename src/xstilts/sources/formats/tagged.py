"""Tagged sentences: CoNLL-U and token/tag columns."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from xstilts.errors import DataError
from xstilts.sources.formats.base import FORMATS, Format, Option, Record
from xstilts.sources.formats.opening import text_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from xstilts.sources.formats.base import Options

_CONLLU_COLUMNS = 10
_TAG_COLUMNS: Mapping[str, int] = MappingProxyType({"upos": 3, "xpos": 4, "deprel": 7})
_DEPREL = _TAG_COLUMNS["deprel"]
_DOCUMENT = "-DOCSTART-"
_KEY_VALUE = re.compile(r"\s*\w[^\s=]*\s+=\s")
_NO_WORD = re.compile(r"[0-9]+[-.][0-9]+")


Block = list[tuple[int, str]]
"""Numbered lines between blank lines."""


def _sentences(path: Path) -> Iterator[Block]:
    block: Block = []
    for number, line in text_lines(path):
        if line.strip():
            block.append((number, line))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _read_conllu(paths: Sequence[Path], options: Options) -> Iterator[Record]:
    made_of = [_TAG_COLUMNS[name] for name in options["tag"].split("/")]
    for path in paths:
        for block in _sentences(path):
            if not all(line.startswith("#") for _, line in block):
                yield _conllu_sentence(path, block, made_of)


def _conllu_sentence(path: Path, block: Block, made_of: Sequence[int]) -> Record:
    comments: dict[str, str] = {}
    tokens: list[str] = []
    tags: list[str] = []
    lines: list[int] = []
    for number, line in block:
        if line.startswith("#"):
            key, _, value = line[1:].partition("=")
            comments[key.strip()] = value.strip()
            continue
        cells = line.split("\t")
        if len(cells) != _CONLLU_COLUMNS:
            message = f"has {len(cells)} columns; expected the {_CONLLU_COLUMNS} tab-separated columns of CoNLL-U."
            raise DataError(message, field=f"{path}:{number}")
        if _NO_WORD.fullmatch(cells[0]):
            continue  # 1-2 repeats the words below it, 1.1 is not in the text
        if cells[0] != str(len(tokens) + 1):
            message = f"has the word id {cells[0]!r}; expected the number {len(tokens) + 1}."
            hint = "Sentences are divided by a blank line, and words numbered from 1 in each."
            raise DataError(message, field=f"{path}:{number}", hint=hint)
        tokens.append(cells[1])
        lines.append(number)
        tags.append("/".join(cells[column].split(":")[0] if column == _DEPREL else cells[column] for column in made_of))
    return Record(f"{path}:{block[0][0]}", comments | {"tokens": tokens, "tags": tags}, _withheld(tokens), lines)


def _withheld(tokens: Sequence[str]) -> str | None:
    """Why a sentence cannot be used: some treebanks may not publish their words and write ``_`` for them.

    XTREME's rule (google-research/xtreme, utils_preprocess.py): at most one other word in the sentence.
    """
    hidden = tokens.count("_")
    return "words withheld" if hidden and hidden >= len(tokens) - 1 else None


def _read_columns(paths: Sequence[Path], options: Options) -> Iterator[Record]:
    for path in paths:
        width = 0
        for block in _sentences(path):
            comments, marks, lines = _sorted(block, options, width)
            for number in marks:
                yield Record(f"{path}:{number}", {}, f"{_DOCUMENT} line")
            if not lines:
                continue
            rows = [_cells(path, number, line, options) for number, line in lines]
            width = width or len(rows[0])
            for (number, _), cells in zip(lines, rows, strict=True):
                if len(cells) != width:
                    message = f"has {len(cells)} columns; expected {width}, as in the first line."
                    hint = _comment_hint(rows[0][0], options) or _comment_hint(cells[0], options)
                    raise DataError(message, field=f"{path}:{number}", hint=hint)
            for name in ("token", "tag"):
                if not -width <= options[name] < width:
                    message = f"has no column {options[name]} for the {name}; it has {width} columns."
                    raise DataError(message, field=f"{path}:{lines[0][0]}", value=options[name])
            tokens = [
                _without_prefix(cells[options["token"]], options["cut"], f"{path}:{number}")
                for (number, _), cells in zip(lines, rows, strict=True)
            ]
            fields = comments | {"tokens": tokens, "tags": [cells[options["tag"]] for cells in rows]}
            yield Record(f"{path}:{lines[0][0]}", fields, lines=[number for number, _ in lines])


def _sorted(block: Block, options: Options, width: int) -> tuple[dict[str, str], list[int], Block]:
    """The fields of a block's comments, the numbers of its document marks, and its lines of a token and tag."""
    sign, separator = options["comment"], options["separator"]
    comments: dict[str, str] = {}
    marks: list[int] = []
    lines: Block = []
    for number, line in block:
        if _DOCUMENT in line and _DOCUMENT in line.split():
            marks.append(number)
        elif sign and line.startswith(sign) and not _is_token(line, sign, separator, width or _width(block, options)):
            comments |= _fields(line.removeprefix(sign))
        else:
            lines.append((number, line))
    return comments, marks, lines


def _width(block: Block, options: Options) -> int:
    """The number of columns in the first line that can't be a comment; 2 where there is none."""
    sign, separator = options["comment"], options["separator"]
    return next((len(line.split(separator)) for _, line in block if not line.startswith(sign)), 2)


def _is_token(line: str, sign: str, separator: str, width: int) -> bool:
    """Whether a line that begins as comments do holds the token ``#``: it has all columns, and no ``key = value``."""
    cells = line.split(separator)
    blank = any(space in cell for cell in (cells[0], cells[-1]) for space in " \t")
    return len(cells) == width and not blank and _KEY_VALUE.match(line.removeprefix(sign)) is None


def _fields(comment: str) -> dict[str, str]:
    """``key = value``, as in CoNLL-U; or MultiCoNER's ``id NAME<TAB>key=value``, where the name is the ``sent_id``."""
    if _KEY_VALUE.match(comment):
        key, _, value = comment.partition("=")
        return {key.strip(): value.strip()}
    fields = {}
    for part in comment.split("\t"):
        key, sign, value = part.partition("=")
        if not sign and part.split()[:1] == ["id"]:
            key, value = "sent_id", part.strip()[len("id") :]
        fields[key.strip()] = value.strip()
    return {key: value for key, value in fields.items() if key}


def _comment_hint(cell: str, options: Options) -> str | None:
    asked = cell.startswith("#") and not options["comment"]
    return 'If lines with # are comments, set comment: "#".' if asked else None


def _without_prefix(token: str, end: str, line: str) -> str:
    if not end:
        return token
    _, found, rest = token.partition(end)
    if not found:
        raise DataError(f"has the token {token!r}; expected a prefix that ends in {end!r}.", field=line, value=token)
    return rest


def _cells(path: Path, number: int, line: str, options: Options) -> list[str]:
    separator = options["separator"]
    cells = line.split(separator)
    if len(cells) < 2:
        message = f"has no {separator!r} between token and tag; expected token{separator!r}tag."
        raise DataError(message, field=f"{path}:{number}", hint=_comment_hint(line, options))
    return cells


FORMATS.register(
    "conllu",
    Format(
        "conllu",
        "CoNLL-U; multiword ranges and empty nodes are skipped. Fields: tokens, tags, comments (sent_id)",
        _read_conllu,
        MappingProxyType(
            {
                "tag": Option(
                    "upos",
                    "what the tag is; deprel is without its subtype (nsubj for nsubj:pass)",
                    ("upos", "xpos", "deprel", "upos/deprel"),
                )
            }
        ),
        marker=b"\n\n",
    ),
)
FORMATS.register(
    "columns",
    Format(
        "columns",
        "one token and tag per line, a blank line between sentences; -DOCSTART- lines are left out and counted. "
        "Fields: tokens, tags, those of comments",
        _read_columns,
        MappingProxyType(
            {
                "separator": Option("\t", "the string between columns", fits=bool, expected="at least one character"),
                "token": Option(0, "which column is the token"),
                "tag": Option(-1, "which column is the tag; -1 for the last"),
                "cut": Option("", "the string that ends a prefix of every token, which is cut (WikiANN's en:cat)"),
                "comment": Option("", "how comment lines begin; # for MultiCoNER and Universal NER", keyed=False),
            }
        ),
        marker=b"\n\n",
    ),
)
