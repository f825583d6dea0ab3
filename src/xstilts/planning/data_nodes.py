"""Nodes that prepare data: one per task, language, split and tokenizer, and one per trained vocabulary."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from xstilts.planning import cost
from xstilts.protocols import Windows
from xstilts.store.node import Node
from xstilts.store.roles import LIMIT, VOCABULARY, MeasureRole
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.planning.portions import Portion, TrainingSet
    from xstilts.planning.resolved import ResolvedNames
    from xstilts.sources import Source
    from xstilts.studies.spec import Vocabulary
    from xstilts.tasks.base import Task

MAX_QA_ANSWER_TOKENS = 30
"""Longest answer looked for, in tokens, as in the XTREME scripts (google-research/xtreme: max_answer_length)."""


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

    def parents(self) -> dict[str, str]:
        """The parent role of this tokenizer, if a node trains it."""
        return {} if self.node is None else {VOCABULARY: self.node}


def encoding_options(values: Mapping[str, Any]) -> dict[str, Any]:
    """The part of the hyper-parameters that decides how text is tokenised; see :func:`options_of` for one portion's."""
    stride = min(values["stride"], values["max_length"] // 3)
    options = {"max_length": values["max_length"], "stride": stride, "max_answer_tokens": MAX_QA_ANSWER_TOKENS}
    return options | ({"windows": values["windows"]} if "windows" in values else {})


def options_of(portion: Portion, options: Mapping[str, Any], source: str) -> dict[str, Any]:
    """The encoding options of one portion, as they enter keys.

    Only question answering says how it reads through windows. The lab's texts have nothing that xstilts' own rule
    treats otherwise than its first form, which had no name: there the rule is left out, and stored nodes keep their
    keys.

    Args:
        portion: The portion.
        options: From :func:`encoding_options`.
        source: Kind of the study's source.
    """
    common = {name: value for name, value in options.items() if name != "windows"}
    if portion.seen.kind is not Kind.SPAN_QA:
        return common
    windows = options.get("windows", {}).get(portion.task.name, Windows())
    if windows == Windows():
        return common if source == "lab" else {**common, "windows": windows.rule}
    said = {**asdict(windows), "token_answers": portion.language.partition("+")[0] in windows.token_answers}
    return {**common, "windows": said.pop("rule"), **said}


def source_runtime(source: Source) -> dict[str, Any]:
    """A source as JSON, for the runner; it never reaches a key."""
    return {
        "kind": source.kind,
        "data": None if source.data is None else str(source.data.absolute()),
        "revisions": dict(source.revisions),
    }


def prepare(resolved: ResolvedNames, portion: Portion, tokenizer: Tokenizer, options: Mapping[str, Any]) -> Node:
    """The node that reads one portion and turns it into model inputs, once."""
    task = portion.task
    seen = portion.seen
    payload = {
        "what": "examples",
        "task": task.name,
        "kind": str(seen.kind),
        "labels": list(seen.labels),
        "language": portion.language,
        "split": portion.split,
        "limit": None if portion.told else portion.limit,
        "data": portion.fingerprint(resolved.source),
        "options": dict(options),
        "tokenizer": tokenizer.fingerprint,
    }
    if task.rule and task.name in resolved.inline:  # an own task may get its rule after its data were prepared
        payload["rule"] = task.rule
    if portion.view:
        payload["view"] = {"name": portion.view, "seed": portion.view_seed}
    runtime = {
        "source": source_runtime(resolved.source) | {"data_map": _named(resolved, [task])},
        "inline": _described(resolved, [task]),
        "tokenizer": tokenizer.place,
    }
    parents = tokenizer.parents()
    if portion.told:
        parents[LIMIT] = portion.told
    n = portion.expected_examples(resolved.source)
    label = f"prepare {seen.name} {portion.language} {portion.split}"
    return Node("prepare", label, payload, parents, cost.prepare(n, options["max_length"]), runtime)


def _named(resolved: ResolvedNames, tasks: Sequence[Task]) -> dict[str, Any]:
    """The part of the study's data map that names these tasks."""
    data_map = resolved.source.data_map
    return {name: data_map[name] for task in tasks for name in (task.name, *task.union) if name in data_map}


def _described(resolved: ResolvedNames, tasks: Sequence[Task]) -> dict[str, Any]:
    """The study's descriptions of those of these tasks that are its own."""
    return {task.name: resolved.study.tasks[task.name] for task in tasks if task.name in resolved.study.tasks}


def limit(
    resolved: ResolvedNames,
    cut: Sequence[TrainingSet],
    measure: Sequence[tuple[TrainingSet, Mapping[str, str]]],
    label: str,
) -> Node:
    """The node that tells how many items each training set of an arm may have, to take as many in all as another arm.

    Args:
        resolved: The study.
        cut: The training sets that get the limit; the node counts all that they have.
        measure: Those of the other arm, each with the keys of the nodes that prepare it by language.
        label: What the node is, for people.
    """
    roles = [{code: str(MeasureRole(index, code)) for code in keys} for index, (_, keys) in enumerate(measure)]
    parents = {role[code]: keys[code] for role, (_, keys) in zip(roles, measure, strict=True) for code in keys}
    tasks = {own.portions[0].task.name: own.portions[0].task for own in cut}
    whole = [
        own.to_json({
            part.language: part.fingerprint(resolved.source)
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
        "source": source_runtime(resolved.source) | {"data_map": _named(resolved, list(tasks.values()))},
        "inline": _described(resolved, list(tasks.values())),
    }
    n = sum(replace(part, limit=None).expected_examples(resolved.source) for own in cut for part in own.portions)
    return Node("prepare", label, payload, parents, cost.count(n), runtime)


def vocabulary(resolved: ResolvedNames, recipe: Vocabulary, portions: Sequence[Portion]) -> Node:
    """The node that trains a vocabulary on masked-LM text."""
    payload = {
        "what": VOCABULARY,
        **recipe.model_dump(mode="json"),
        "data": {portion.role: portion.fingerprint(resolved.source) for portion in portions},
    }
    runtime = {
        "source": source_runtime(resolved.source) | {"data_map": dict(resolved.source.data_map)},
        "portions": [[portion.task.name, portion.language, portion.split] for portion in portions],
    }
    return Node("prepare", "train vocabulary", payload, {}, cost.vocabulary(len(portions), recipe.lines), runtime)
