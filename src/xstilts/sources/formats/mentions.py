"""Mentions of entities in text, and the entities they may mean, as JSON Lines (Mewsli-X).

The layout and the texts are those of google-research/google-research, dense_representations_for_entity_retrieval/mel
(mewsli-x.md), and of google-research/xtreme:third_party/utils_mewslix.py, ``preprocess_mention`` and
``preprocess_entity_description``.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError
from xstilts.sources.formats import json_files
from xstilts.sources.formats.base import FORMATS, Format, Record
from xstilts.sources.formats.searches import candidate, query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from xstilts.sources.formats.base import Options

_LAYOUT = "the layout of Mewsli-X"
_BRACES = re.compile(r"\{(.*?)\}")

_member = partial(json_files.member, layout=_LAYOUT)
_objects = partial(json_files.objects, layout=_LAYOUT)

Spans = list[tuple[int, int]]


def _read(paths: Sequence[Path], options: Options) -> Iterator[Record]:
    del options
    for record in FORMATS.get("jsonl").read(paths, {}):
        fields = record.fields
        if "mentions" in fields:
            yield from _mentions(record.where, fields)
        elif "entity_id" in fields:
            yield _entity(record.where, fields)
        else:
            message = "is neither an article with mentions nor an entity; expected a key of one of them."
            raise DataError(message, field=record.where, allowed=("mentions", "entity_id"))


def _mentions(where: str, article: Any) -> Iterator[Record]:  # noqa: ANN401 - a JSON object
    context = _member(article, "context", dict, where)
    text, language = (_member(context, key, str, where) for key in ("text", "language"))
    if not text:
        hint = "The released files leave the text out: get-mewsli-x.sh of google-research restores it."
        raise DataError("has an empty text; expected the article.", field=where, hint=hint)
    spans = _spans(context, text, where)
    for _, mention in _objects(article, "mentions", where, ""):
        start, end = _mention_span(mention, text, where)
        inside = next((span for span in spans if span[0] <= start and end <= span[1]), None)
        if inside is None:
            yield Record(where, {"language": language}, "mention in no sentence")
            continue
        asked = _marked(text[inside[0] : start], text[start:end], text[end : inside[1]])
        identity, entity = (_member(mention, key, str, where) for key in ("example_id", "entity_id"))
        yield query(where, identity, asked, [entity], language=language)


def _mention_span(mention: Mapping[str, Any], text: str, where: str) -> tuple[int, int]:
    span = _member(mention, "mention_span", dict, where)
    start, end, said = _member(span, "start", int, where), _member(span, "end", int, where), span.get("text")
    if not 0 <= start < end or text[start:end] != said:
        message = f"has the mention {said!r} at {start} to {end}, but the text does not hold it there."
        raise DataError(message, field=where, value=said, hint="Offsets count characters from 0.")
    return start, end


def _spans(parent: Mapping[str, Any], text: str, where: str) -> Spans:
    """Start and end of each sentence."""
    found = []
    for place, span in _objects(parent, "sentence_spans", where, ""):
        start, end = _member(span, "start", int, where), _member(span, "end", int, where)
        if not 0 <= start < end <= len(text):
            message = f"has {place} from {start} to {end}; expected a sentence within {len(text)} characters."
            raise DataError(message, field=where, value=[start, end])
        found.append((start, end))
    return found


def _marked(left: str, mention: str, right: str) -> str:
    """The mention, then its sentence with the mention in braces; other braces become round."""
    left, right = (_BRACES.sub(r"(\1)", side) for side in (left, right))
    return _one_line(f"{mention}: {left} {{ {mention} }} {right}")


def _one_line(text: str) -> str:
    return " ".join(text.splitlines()).replace("  ", " ").strip()


def _entity(where: str, entity: Any) -> Record:  # noqa: ANN401 - a JSON object
    description = _member(entity, "description", str, where)
    sentences = [description[start:end] for start, end in _spans(entity, description, where)]
    return candidate(where, _member(entity, "entity_id", str, where), _one_line(" ".join(sentences)), language="")


FORMATS.register(
    "mentions",
    Format(
        "mentions",
        "JSON Lines of articles with mentions, and of entities (Mewsli-X). Fields: id, role, text, gold, language "
        "(empty for entities)",
        _read,
        marker=b'"example_id"',
    ),
)
