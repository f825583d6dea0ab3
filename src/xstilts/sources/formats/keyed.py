"""One JSON object whose keys name the records: the questions of GQA and xGQA."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from xstilts.errors import DataError
from xstilts.sources.formats.base import FORMATS, Format, Record
from xstilts.sources.formats.json_files import parsed
from xstilts.sources.formats.opening import whole_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from xstilts.sources.formats.base import Options

_EXPECTED = "expected one JSON object of records by id."


def _read(paths: Sequence[Path], options: Options) -> Iterator[Record]:
    del options
    for path in paths:
        document = parsed(whole_text(path), str(path), 1, _EXPECTED)
        if not isinstance(document, dict):
            raise DataError(f"is a list or a single value; {_EXPECTED}", field=f"{path}:document")
        for name, fields in document.items():
            where = f"{path}:[{json.dumps(name, ensure_ascii=False)}]"
            if not isinstance(fields, dict):
                raise DataError(f"is {fields!r}; expected an object.", field=where, value=fields)
            yield Record(where, {"id": name, **fields})


FORMATS.register(
    "json_by_id",
    Format("json_by_id", "One JSON object: id to record; the id is the field `id`", _read, marker=b'"question"'),
)
