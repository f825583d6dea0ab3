"""How runners read what a node's parents left, and find what its runtime names."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.errors import StoreError
from xstilts.sources import views
from xstilts.store.node import Progress
from xstilts.store.roles import VOCABULARY, GridRole, PortionRole
from xstilts.tasks import TASKS, from_inline
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from datasets import Dataset
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from xstilts.encoding.features import Features
    from xstilts.evaluation import EncodedSplit, Scoring
    from xstilts.runners.context import Context
    from xstilts.sources import Source
    from xstilts.store.node import Node
    from xstilts.store.payloads import Json, Place
    from xstilts.tasks.base import Task

EXAMPLES, FEATURES, META = "examples.parquet", "features.arrow", "meta.json"
"""The files of a node that prepared examples."""
_NAMED = (Kind.CLASSIFICATION, Kind.TAGGING, Kind.VISUAL_CLASSIFICATION)
"""Kinds whose heads name their labels."""


@dataclass(frozen=True)
class Prepared:
    """One prepared portion of a task.

    Attributes:
        task, language, split: Which portion.
        examples: The canonical examples, in the order of the source.
        features: The model inputs.
        meta: Counts of read, used, rejected and truncated examples.
    """

    task: str
    language: str
    split: str
    examples: Dataset
    features: Features
    meta: Mapping[str, Any]

    @property
    def part(self) -> EncodedSplit:
        """The portion as evaluation takes it."""
        from xstilts.encoding import EncodingOptions
        from xstilts.evaluation import EncodedSplit

        return EncodedSplit(self.examples, self.features, EncodingOptions(**self.meta["options"]))

    @property
    def scoring(self) -> Scoring:
        """How the portion's headline is scored."""
        from xstilts.evaluation import Scoring

        meta = self.meta
        return Scoring(meta["kind"], (meta["metric"],), tuple(meta["labels"]), meta.get("rule", ""))


def source_of(node: Node) -> Source:
    """The source that a node reads.

    Raises:
        StoreError: If it has none.
    """
    if node.places.source is None:
        raise StoreError("names no source.", field=node.label)
    return node.places.source


def base_of(node: Node) -> tuple[str | Path, str | None]:
    """Where the base that a node starts from is loaded from, and its revision.

    Raises:
        StoreError: If it names none.
    """
    from xstilts.models import bases

    place = node.places.base
    if place is None:
        raise StoreError("names no base.", field=node.label)
    base = bases.resolve(place.name)
    return base.location, place.revision or base.revision


def task_of(name: str, inline: Mapping[str, Json]) -> Task:
    """The task called ``name``: the study's own, or else a registered one."""
    return from_inline(name, inline[name])[0] if name in inline else TASKS.get(name)


def head_labels(model: PreTrainedModel, kind: str, labels: Sequence[str]) -> tuple[str, ...]:
    """Label names in the order of the model's logits.

    A head trained on another task than the target has its own: PAN-X's cannot say MasakhaNER's dates.

    Args:
        model: The model with its head.
        kind: The target's kind.
        labels: The target's labels, for kinds whose heads name none.
    """
    from xstilts.models.heads import labels_of

    return labels_of(model) if kind in _NAMED else tuple(labels)


def prepared(context: Context, role: PortionRole | str) -> Prepared:
    """The portion under one parent role, with the grids of its images where it has such."""
    return seeing(context, read_prepared(context.parent(str(role)), PortionRole.parse(str(role))))


def seeing(context: Context, found: Prepared) -> Prepared:
    """A portion with the grids of its images; as it is where the node has none for it."""
    role = str(GridRole(found.split, views.parsed(found.task)[0]))
    if role not in context.node.parents or found.meta["kind"] != Kind.VISUAL_CLASSIFICATION:
        return found
    from xstilts.encoding.visual.grids import Grids, SeenFeatures

    return replace(found, features=SeenFeatures(found.features.table, Grids.load(context.parent(role))))


def read_prepared(folder: Path, said: PortionRole) -> Prepared:
    """The portion that lies in a folder."""
    from datasets import Dataset
    from datasets.table import InMemoryTable
    from pyarrow import parquet

    from xstilts.encoding.features import Features

    examples = Dataset(InMemoryTable(parquet.read_table(folder / EXAMPLES)))
    meta = json.loads((folder / META).read_text(encoding="utf-8"))
    return Prepared(said.task, said.language, said.split, examples, Features.load(folder / FEATURES), meta)


def tokenizer_of(context: Context, place: Place | None) -> PreTrainedTokenizerFast:
    """The tokenizer of a chain: of an existing base, or the one a parent node trained.

    It is loaded once for all nodes of a process, so it may be asked and saved but must encode nothing: that changes
    its settings, which are saved with it. :func:`encoder_of` gives one to encode with.
    """
    return _loaded(*_place(context, place))


def encoder_of(context: Context, place: Place | None) -> PreTrainedTokenizerFast:
    """The tokenizer of a chain to encode with, made once for all nodes of a process."""
    return _to_encode_with(*_place(context, place))


def _place(context: Context, place: Place | None) -> tuple[str, str | None, tuple[object, ...]]:
    """Where the tokenizer lies, its revision, and a stamp by which changed files are loaded anew."""
    from xstilts.models import bases

    if place is None:
        location, revision = str(context.parent(VOCABULARY)), None
    else:
        base = bases.resolve_tokenizer(place.name)
        location, revision = str(base.location), place.revision or base.revision
    files = sorted(path for path in Path(location).glob("*") if path.suffix in (".json", ".txt", ".model"))
    return location, revision, tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files)


@lru_cache(maxsize=2)
def _loaded(location: str, revision: str | None, stamp: tuple[object, ...]) -> PreTrainedTokenizerFast:
    from xstilts.models.load import load_tokenizer

    return load_tokenizer(location, revision)


@lru_cache(maxsize=2)
def _to_encode_with(location: str, revision: str | None, stamp: tuple[object, ...]) -> PreTrainedTokenizerFast:
    return copy.deepcopy(_loaded(location, revision, stamp))


def report(context: Context, step: int, total: int, loss: float | None = None, note: str = "") -> None:
    """Tell how far the node is."""
    context.report(Progress(context.node.key, context.node.label, step, total, loss, note))
