"""Nodes that prepare data: one per task, language, split and tokenizer, and one per trained vocabulary."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from xstilts import sources
from xstilts.sources.views import viewed
from xstilts.studies import cost
from xstilts.studies.node import Node

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.sources import Source
    from xstilts.studies.setting import Setting
    from xstilts.studies.spec import Vocabulary
    from xstilts.tasks.base import Task


@dataclass(frozen=True)
class Tokenizer:
    """What turns text into tokens, and how it is known.

    Attributes:
        fingerprint: Hashes of its files, or repository and revision; None when a node trains it.
        place: Folder or repository and revision to load it from; None when a node trains it.
        node: Key of the node that trains it; None for an existing one.
    """

    fingerprint: Mapping[str, Any] | None
    place: Mapping[str, Any] | None
    node: str | None = None


@dataclass(frozen=True)
class Portion:
    """The part of a task that one prepare node reads.

    Attributes:
        task, language, split, limit: Which examples.
        view: Another use of their text (``sources.views``); "" for the task itself.
        view_seed: Seed of the view's draws.
    """

    task: Task
    language: str
    split: str
    limit: int | None
    view: str = ""
    view_seed: int = 0

    @property
    def name(self) -> str:
        """The task's name, as it is trained."""
        return viewed(self.task, self.view).name if self.view else self.task.name

    @property
    def role(self) -> str:
        """How consumers name this parent: split/task/language."""
        return f"{self.split}/{self.name}/{self.language}"


def source_runtime(source: Source) -> dict[str, Any]:
    """A source as JSON, for the runner; it never reaches a key."""
    return {
        "kind": source.kind,
        "data": None if source.data is None else str(source.data.absolute()),
        "revisions": dict(source.revisions),
    }


def prepare(setting: Setting, portion: Portion, tokenizer: Tokenizer, options: Mapping[str, Any]) -> Node:
    """The node that reads one portion and turns it into model inputs, once."""
    task = portion.task
    shown = viewed(task, portion.view) if portion.view else task
    data_map = setting.source.data_map
    named = [name for name in (task.name, *task.union) if name in data_map]
    narrowed = replace(setting.source, data_map={name: data_map[name] for name in named})
    payload = {
        "what": "examples",
        "task": task.name,
        "kind": str(shown.kind),
        "labels": list(shown.labels),
        "language": portion.language,
        "split": portion.split,
        "limit": portion.limit,
        "data": sources.fingerprint(task, portion.language, portion.split, setting.source),
        "options": dict(options),
        "tokenizer": tokenizer.fingerprint,
    }
    if task.rule and task.name in setting.inline:  # an own task may get its rule after its data were prepared
        payload["rule"] = task.rule
    if portion.view:
        payload["view"] = {"name": portion.view, "seed": portion.view_seed}
    runtime = {
        "source": source_runtime(setting.source) | {"data_map": dict(narrowed.data_map)},
        "inline": setting.study.tasks.get(task.name),
        "tokenizer": tokenizer.place,
    }
    parents = {} if tokenizer.node is None else {"vocabulary": tokenizer.node}
    n = expected_examples(setting.source, portion)
    label = f"prepare {shown.name} {portion.language} {portion.split}"
    return Node("prepare", label, payload, parents, cost.prepare(n, options["max_length"]), runtime)


def vocabulary(setting: Setting, recipe: Vocabulary, portions: Sequence[Portion]) -> Node:
    """The node that trains a vocabulary on masked-LM text."""
    payload = {
        "what": "vocabulary",
        **recipe.model_dump(mode="json"),
        "data": {
            portion.role: sources.fingerprint(portion.task, portion.language, portion.split, setting.source)
            for portion in portions
        },
    }
    runtime = {
        "source": source_runtime(setting.source) | {"data_map": dict(setting.source.data_map)},
        "portions": [[portion.task.name, portion.language, portion.split] for portion in portions],
    }
    return Node("prepare", "train vocabulary", payload, {}, cost.vocabulary(len(portions), recipe.lines), runtime)


def expected_examples(source: Source, portion: Portion) -> int:
    """How many examples a portion will give, as far as the plan can know without reading it."""
    n = sources.expected_size(portion.task, portion.language, portion.split, source)
    return n if portion.limit is None else min(n, portion.limit)
