"""``overlap``: how much of an evaluated data set lies in a training set, by id, whole text and n-grams of tokens."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.disk import write_sorted_json
from xstilts.runners.loading import EXAMPLES, FEATURES, META, report, tokenizer_of
from xstilts.statistics.shared_text import Hashes, Held, id_hashes, ngram_hashes, text_hashes
from xstilts.store.payloads import OverlapPayload
from xstilts.store.roles import PortionRole
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from xstilts.encoding.features import Features
    from xstilts.runners.context import Context
    from xstilts.store.node import Node

ROWS = "overlaps.json"
"""The measured shares, one row per language of the training set and evaluated language."""

_AT_ONCE = 20_000
"""Examples, or model inputs, hashed at a time; what bounds the memory beside the evaluated set's hashes."""

_FIELDS: Mapping[str, tuple[str, ...]] = {
    Kind.CLASSIFICATION: ("text", "text_pair"),
    Kind.MULTIPLE_CHOICE: ("context", "question", "choices"),
    Kind.TAGGING: ("tokens",),
    Kind.SPAN_QA: ("context", "question"),
    Kind.MASKED_LM: ("text", "text_pair"),
    Kind.VISUAL_CLASSIFICATION: ("caption", "text", "text_pair"),
}
"""The columns that hold the text of an example; never its labels or answers. (A search has pairs: see ``_pairs``.)"""

_MEASURES = ("same_id", "same_text", "shared_ngram")


@dataclass(frozen=True)
class _Part:
    """One prepared portion: where it lies, how many examples it has, and what its text is made of."""

    language: str
    folder: Path
    kind: str
    size: int

    def hashes(self, measure: str, breaks: Sequence[int], asked: OverlapPayload) -> Iterator[Hashes]:
        """The hashes that a measure compares, in pieces."""
        if measure == "shared_ngram":
            return _ngrams(self, breaks, asked.ngram, asked.shortest)
        return _ids(self) if measure == "same_id" else _texts(self)


def run(node: Node, context: Context) -> None:
    """Write ``overlaps.json``: ``{train_task, train_language, target, language, n_train, n, same_id, …}``, in percent.

    The n-grams are those of the prepared model inputs, so text beyond the maximum length takes no part in them; ids and
    whole texts are compared in full.
    """
    asked = node.asked(OverlapPayload)
    breaks = _breaks(node, context)
    learned = [_part(context, role) for role in asked.train]
    evaluated = [_part(context, role) for role in asked.evaluated]
    rows = [_row(asked, own, other) for own in learned for other in evaluated]
    for done, measure in enumerate(_MEASURES):
        report(context, done, len(_MEASURES), note=measure)
        held = [_held(part, measure, breaks, asked) for part in evaluated]
        for place, own in enumerate(learned):
            for piece in own.hashes(measure, breaks, asked):
                for one in held:
                    one.meet(piece.values)
            for number, one in enumerate(held):
                rows[place * len(held) + number][measure] = one.share()
                one.forget()
    write_sorted_json(context.work / ROWS, rows)


def _part(context: Context, role: str) -> _Part:
    folder = context.parent(role)
    meta = json.loads((folder / META).read_text(encoding="utf-8"))
    return _Part(PortionRole.parse(role).language, folder, meta["kind"], meta["used"])


def _row(asked: OverlapPayload, own: _Part, other: _Part) -> dict[str, Any]:
    named = {"train_task": asked.train_task, "train_language": own.language, "target": asked.target}
    return {**named, "language": other.language, "n_train": own.size, "n": other.size}


def _held(part: _Part, measure: str, breaks: Sequence[int], asked: OverlapPayload) -> Held:
    pieces = list(part.hashes(measure, breaks, asked))
    values = [piece.values for piece in pieces] or [np.empty(0, np.uint64)]
    owners = [piece.owners for piece in pieces] or [np.empty(0, np.int64)]
    return Held(Hashes(np.concatenate(values), np.concatenate(owners)), part.size)


def _breaks(node: Node, context: Context) -> tuple[int, ...]:
    """Tokens that end a text: the special ones, and the unknown one, which stands for anything."""
    from xstilts.encoding import TokenizerFacts

    tokenizer = tokenizer_of(context, node.places.tokenizer)
    unknown = [] if tokenizer.unk_token_id is None else [int(tokenizer.unk_token_id)]
    return (*TokenizerFacts.of(tokenizer).special_ids, *unknown)


def _ids(part: _Part) -> Iterator[Hashes]:
    for first, rows in _examples(part, ("id",)):
        yield id_hashes([row["id"] for row in rows], first)


def _texts(part: _Part) -> Iterator[Hashes]:
    if part.kind == Kind.RETRIEVAL:
        yield text_hashes(_pairs(part))
        return
    names = _FIELDS[part.kind]
    for first, rows in _examples(part, names):
        yield text_hashes(([text for name in names for text in _listed(row[name])] for row in rows), first)


def _pairs(part: _Part) -> list[list[str]]:
    """For each row the text of the item it is: right candidates, then the query, as context and question; else nothing.

    A query alone is no item: short questions are equal by chance, and ask for another passage.
    """
    rows = [row for _, some in _examples(part, ("id", "role", "text", "gold")) for row in some]
    told = {row["id"]: row["text"] for row in rows if row["role"] == "candidate"}
    return [
        [*(told[name] for name in row["gold"] if name in told), row["text"]] if row["role"] == "query" else []
        for row in rows
    ]


def _items(part: _Part) -> Any:  # noqa: ANN401 - int64 array, shape (rows,)
    """For each row of a search the query that it belongs to: itself, or the first it answers; -1 for the others."""
    rows = [row for _, some in _examples(part, ("id", "role", "gold")) for row in some]
    asked = {
        name: place for place, row in reversed(list(enumerate(rows))) if row["role"] == "query" for name in row["gold"]
    }
    return np.array(
        [place if row["role"] == "query" else asked.get(row["id"], -1) for place, row in enumerate(rows)], np.int64
    )


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _examples(part: _Part, columns: Sequence[str]) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    from pyarrow import parquet

    first = 0
    for batch in parquet.ParquetFile(part.folder / EXAMPLES).iter_batches(_AT_ONCE, columns=list(columns)):
        yield first, batch.to_pylist()
        first += batch.num_rows


def _ngrams(part: _Part, breaks: Sequence[int], size: int, shortest: int) -> Iterator[Hashes]:
    """N-grams of all model inputs: windows of one text, and the choices of one question, belong to one example.

    Of a search, what answers a query belongs to it, and what answers none to nobody.
    """
    from xstilts.encoding.features import Features

    features = Features.load(part.folder / FEATURES)
    lists = features.ragged("input_ids")
    owners = _owners(features, len(lists))
    if part.kind == Kind.RETRIEVAL:
        owners = _items(part)[owners]
    for first in range(0, len(lists), _AT_ONCE):
        starts = lists.offsets[first : first + _AT_ONCE + 1]
        found = ngram_hashes(lists.values, starts, owners[first : first + _AT_ONCE], breaks, size, shortest)
        yield Hashes(found.values[found.owners >= 0], found.owners[found.owners >= 0])


def _owners(features: Features, lists: int) -> Any:  # noqa: ANN401 - int64 array, shape (lists,)
    examples = features.column("example").astype(np.int64)
    if len(examples) == lists:
        return examples
    return np.repeat(examples, np.diff(features.groups("input_ids")))
