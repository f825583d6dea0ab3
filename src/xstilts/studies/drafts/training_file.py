"""A user's training file as records, read with the reader that a run will take."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError
from xstilts.sources.formats import FORMATS
from xstilts.sources.formats.opening import text_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

SAMPLE = 1000
"""Records by which format and columns are told."""
DELIMITERS = ("\t", ",", ";", "|")
PACKED = (".gz", ".bz2", ".xz")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
_MANY_WORDS = 6
_KINDS_OF_FILE = "Give a table (CSV, TSV), JSON lines, or SQuAD's JSON; docs/how-to/adding_a_task.md has other formats."


@dataclass(frozen=True)
class TrainingFile:
    """A file and how it is read.

    Attributes:
        path: The file.
        format: Name of its format, as a study says it.
        options: The reader's options that are not the default.
    """

    path: Path
    format: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def fields(self, path: Path | None = None) -> Iterator[Mapping[Any, Any]]:
        """What each record of the file, or of another one like it, holds by name; by position without a header.

        Raises:
            DataError: If the file cannot be read as declared; names file and line.
        """
        reader = FORMATS.get(self.format)
        for record in reader.read([path or self.path], reader.resolve(self.options, self.format)):
            yield record.fields if isinstance(record.fields, dict) else dict(enumerate(record.fields))

    def sample(self) -> list[Mapping[Any, Any]]:
        """The first records.

        Raises:
            DataError: If the file has none, or cannot be read.
        """
        found = list(islice(self.fields(), SAMPLE))
        if not found:
            raise DataError("has no records; expected training data.", field=str(self.path), hint=_KINDS_OF_FILE)
        return found


def training_file(path: Path) -> TrainingFile:
    """The file with its format, told from its name and its first lines.

    Raises:
        DataError: If there is no such file, it is empty, or of no format that is known here.
    """
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise DataError(f"{what}; expected the training file.", field=str(path), hint=_KINDS_OF_FILE)
    head = [line for _, line in islice(text_lines(path), SAMPLE) if line.strip()]
    if not head:
        raise DataError("is empty; expected training data.", field=str(path), hint=_KINDS_OF_FILE)
    if head[0].lstrip().startswith(("{", "[")):
        squad = '"paragraphs"' in "\n".join(head)
        return TrainingFile(path, "squad_json" if squad else "jsonl")
    return _with_header(TrainingFile(path, "delimited", _delimiter(path, head[0])))


def _delimiter(path: Path, first: str) -> dict[str, Any]:
    """The delimiter, as the reader's options say it; that of the file's name goes first."""
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() not in PACKED]
    named = {".tsv": "\t"}.get(suffixes[-1] if suffixes else "")
    counted = max(DELIMITERS, key=first.count)
    chosen = named if named and named in first else counted
    if chosen not in first:
        message = f"begins with {first[:60]!r}, which is no table of columns and no JSON."
        raise DataError(message, field=f"{path}:1", hint=_KINDS_OF_FILE)
    return {} if chosen == "\t" else {"delimiter": chosen}


def _with_header(file: TrainingFile) -> TrainingFile:
    """The table, with the option that says so where its first row is a record and names no columns."""
    bare = TrainingFile(file.path, file.format, {**file.options, "header": False})
    first, *others = [list(fields.values()) for fields in islice(bare.fields(), SAMPLE)]
    return file if _names_columns(first, others) else bare


def _names_columns(first: Sequence[str], others: Sequence[Sequence[str]]) -> bool:
    """Whether a table's first row holds names: no cell reads like data, and none stands again in its column."""
    if any(_is_data(cell) for cell in first):
        return False
    return not any(cell in {row[place] for row in others if place < len(row)} for place, cell in enumerate(first))


def _is_data(cell: str) -> bool:
    return not cell.strip() or len(cell.split()) > _MANY_WORDS or _NUMBER.fullmatch(cell.strip()) is not None
