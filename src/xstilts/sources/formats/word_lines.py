"""A sentence a line: words and their tags, separated by spaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.errors import DataError
from xstilts.languages.blanks import spaced_words
from xstilts.sources.formats.base import FORMATS, Format, Record
from xstilts.sources.formats.lines import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from xstilts.sources.formats.base import Options


def _read(paths: Sequence[Path], options: Options) -> Iterator[Record]:
    """Words and tags of each line (as in nyu-mll/jiant:jiant/tasks/lib/ccg.py), or of two files side by side."""
    del options
    for record in side_by_side(paths):
        parts = "\t".join(record.fields).split("\t")
        if len(parts) != 2:
            message = f"has {len(parts)} parts separated by tabs; expected the words and the tags."
            raise DataError(message, field=record.where)
        tokens, tags = (spaced_words(part) for part in parts)
        if len(tokens) != len(tags):
            message = f"has {len(tokens)} words and {len(tags)} tags; expected one tag each."
            raise DataError(message, field=record.where)
        yield Record(record.where, {"tokens": tokens, "tags": tags}, None if tokens else "blank")


FORMATS.register(
    "word_lines",
    Format(
        "word_lines",
        "a sentence a line: words, a tab, tags; or words in one file and tags in a second. Fields: tokens, tags",
        _read,
        parallel=True,
    ),
)
