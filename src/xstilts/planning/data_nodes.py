"""Nodes that prepare data: one per task, language, split and tokenizer, and one per trained vocabulary."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from xstilts import sources
from xstilts.planning import cost
from xstilts.sources.views import viewed
from xstilts.store.node import Node
from xstilts.store.payloads import ExamplesPayload, Form
from xstilts.store.roles import LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from xstilts.planning.resolved import Setting
    from xstilts.sources import Source
    from xstilts.studies.spec import Vocabulary
    from xstilts.tasks.base import Task
    from xstilts.training.language_mixture import LanguageMixture


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
        told: Key of the node that tells the limit once the data are there; ``limit`` is then the plan's guess.
    """

    task: Task
    language: str
    split: str
    limit: int | None
    view: str = ""
    view_seed: int = 0
    told: str = ""

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
    payload = {
        "what": "examples",
        "task": task.name,
        "kind": str(shown.kind),
        "labels": list(shown.labels),
        "language": portion.language,
        "split": portion.split,
        "limit": None if portion.told else portion.limit,
        "data": sources.fingerprint(task, portion.language, portion.split, setting.source),
        "options": dict(options),
        "tokenizer": tokenizer.fingerprint,
    }
    if task.rule and task.name in setting.inline:  # an own task may get its rule after its data were prepared
        payload["rule"] = task.rule
    if portion.view:
        payload["view"] = {"name": portion.view, "seed": portion.view_seed}
    runtime = {
        "source": source_runtime(setting.source) | {"data_map": _named(setting, [task])},
        "inline": _described(setting, [task]),
        "tokenizer": tokenizer.place,
    }
    parents = {} if tokenizer.node is None else {"vocabulary": tokenizer.node}
    if portion.told:
        parents[LIMIT] = portion.told
    n = expected_examples(setting.source, portion)
    label = f"prepare {shown.name} {portion.language} {portion.split}"
    return Node("prepare", label, payload, parents, cost.prepare(n, options["max_length"]), runtime)


def _named(setting: Setting, tasks: Sequence[Task]) -> dict[str, Any]:
    """The part of the study's data map that names these tasks."""
    data_map = setting.source.data_map
    return {name: data_map[name] for task in tasks for name in (task.name, *task.union) if name in data_map}


def _described(setting: Setting, tasks: Sequence[Task]) -> dict[str, Any]:
    """The study's descriptions of those of these tasks that are its own."""
    return {task.name: setting.study.tasks[task.name] for task in tasks if task.name in setting.study.tasks}


@dataclass(frozen=True)
class TrainingSet:
    """The portions of one task in a phase, one a language, and how they are mixed; without a mixture all of all."""

    portions: Sequence[Portion]
    mixture: LanguageMixture | None

    def to_json(self, parts: Mapping[str, Any]) -> dict[str, Any]:
        """The set for a payload; ``parts``: language to what there is to say of it."""
        first = self.portions[0]
        mixture = None if self.mixture is None else self.mixture.to_json()
        return {"task": first.task.name, "view": first.view, "mixture": mixture, "parts": dict(parts)}


def limit(
    setting: Setting, cut: Sequence[TrainingSet], measure: Sequence[tuple[TrainingSet, Mapping[str, str]]], label: str
) -> Node:
    """The node that tells how many items each training set of an arm may have, to take as many in all as another arm.

    Args:
        setting: The study.
        cut: The training sets that get the limit; the node counts all that they have.
        measure: Those of the other arm, each with the keys of the nodes that prepare it by language.
        label: What the node is, for people.
    """
    roles = [{code: f"measure/{index}/{code}" for code in keys} for index, (_, keys) in enumerate(measure)]
    parents = {role[code]: keys[code] for role, (_, keys) in zip(roles, measure, strict=True) for code in keys}
    tasks = {own.portions[0].task.name: own.portions[0].task for own in cut}
    whole = [
        own.to_json({
            part.language: sources.fingerprint(part.task, part.language, part.split, setting.source)
            for part in own.portions
        })
        for own in cut
    ]  # fmt: skip
    payload = {
        "what": LIMIT,
        "cut": whole,
        "measure": [own.to_json(role) for role, (own, _) in zip(roles, measure, strict=True)],
    }
    runtime = {
        "source": source_runtime(setting.source) | {"data_map": _named(setting, list(tasks.values()))},
        "inline": _described(setting, list(tasks.values())),
    }
    n = sum(expected_examples(setting.source, replace(part, limit=None)) for own in cut for part in own.portions)
    return Node("prepare", label, payload, parents, cost.count(n), runtime)


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
    """A guess at how many examples a portion will give, without reading it: for the plan's cost, and nothing else."""
    n = sources.expected_size(portion.task, portion.language, portion.split, source)
    return n if portion.limit is None else min(n, portion.limit)


def asked_examples(nodes: Iterable[Node]) -> Iterator[ExamplesPayload]:
    """What those of the nodes that prepare examples are asked for."""
    asked = (node.asked(Form) for node in nodes if node.kind == "prepare")
    return (found for found in asked if isinstance(found, ExamplesPayload))
