"""Tagged sentences: CoNLL-U and token/tag columns."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError
from xstilts.sources.formats.base import FORMATS, Format, Option, Record
from xstilts.sources.formats.opening import text_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_CONLLU_COLUMNS = 10


def _sentences(path: Path) -> Iterator[list[tuple[int, str]]]:
    """Blocks of numbered lines between blank lines."""
    block: list[tuple[int, str]] = []
    for number, line in text_lines(path):
        if line.strip():
            block.append((number, line))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _read_conllu(paths: Sequence[Path], options: Mapping[str, Any]) -> Iterator[Record]:
    del options
    for path in paths:
        for block in _sentences(path):
            yield _conllu_sentence(path, block)


def _conllu_sentence(path: Path, block: Sequence[tuple[int, str]]) -> Record:
    comments: dict[str, str] = {}
    tokens: list[str] = []
    tags: list[str] = []
    for number, line in block:
        if line.startswith("#"):
            key, _, value = line[1:].partition("=")
            comments[key.strip()] = value.strip()
            continue
        cells = line.split("\t")
        if len(cells) != _CONLLU_COLUMNS:
            message = f"has {len(cells)} columns; expected the {_CONLLU_COLUMNS} tab-separated columns of CoNLL-U."
            raise DataError(message, field=f"{path}:{number}")
        if "-" in cells[0] or "." in cells[0]:
            continue  # 1-2 repeats the words below it, 1.1 is not in the text
        if not cells[0].isdecimal():
            raise DataError(f"has the word id {cells[0]!r}; expected a number.", field=f"{path}:{number}")
        tokens.append(cells[1])
        tags.append(cells[3])
    return Record(f"{path}:{block[0][0]}", comments | {"tokens": tokens, "tags": tags}, _withheld(tokens))


def _withheld(tokens: Sequence[str]) -> str | None:
    """Why a sentence cannot be used: some treebanks may not publish their words and write ``_`` for them.

    XTREME's rule (google-research/xtreme, utils_preprocess.py): at most one other word in the sentence.
    """
    hidden = tokens.count("_")
    return "words withheld" if hidden and hidden >= len(tokens) - 1 else None


def _read_columns(paths: Sequence[Path], options: Mapping[str, Any]) -> Iterator[Record]:
    for path in paths:
        width = 0
        for block in _sentences(path):
            rows = [_cells(path, number, line, options["separator"]) for number, line in block]
            width = width or len(rows[0])
            for (number, _), cells in zip(block, rows, strict=True):
                if len(cells) != width:
                    message = f"has {len(cells)} columns; expected {width}, as in the first line."
                    raise DataError(message, field=f"{path}:{number}")
            tokens = [cells[options["token"]] for cells in rows]
            yield Record(f"{path}:{block[0][0]}", {"tokens": tokens, "tags": [cells[options["tag"]] for cells in rows]})


def _cells(path: Path, number: int, line: str, separator: str) -> list[str]:
    cells = line.split(separator)
    if len(cells) < 2:
        message = f"has no {separator!r} between token and tag; expected token{separator!r}tag."
        raise DataError(message, field=f"{path}:{number}")
    return cells


FORMATS.register(
    "conllu",
    Format(
        "conllu",
        "CoNLL-U; multiword ranges and empty nodes are skipped. Fields: tokens, tags (UPOS), comments (sent_id)",
        _read_conllu,
        marker=b"\n\n",
    ),
)
FORMATS.register(
    "columns",
    Format(
        "columns",
        "one token and tag per line, a blank line between sentences. Fields: tokens, tags",
        _read_columns,
        MappingProxyType(
            {
                "separator": Option("\t", "the string between columns"),
                "token": Option(0, "which column is the token"),
                "tag": Option(-1, "which column is the tag; -1 for the last"),
            }
        ),
        marker=b"\n\n",
    ),
)
