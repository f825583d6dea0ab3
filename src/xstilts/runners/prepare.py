"""``prepare``: read one portion of a task and turn it into model inputs, or train a vocabulary."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from xstilts import sources
from xstilts.runners.loading import EXAMPLES, FEATURES, META, encoder_of, source_of, task_of, write_json
from xstilts.sources import views
from xstilts.sources.records.rows import ReadCounts
from xstilts.store.roles import LIMIT, VOCABULARY
from xstilts.tasks import TASKS
from xstilts.tasks.base import Kind
from xstilts.training.language_mixture import LanguageMixture, items_taken, largest_limit, taken_under

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from datasets import Dataset

    from xstilts.runners.context import Context
    from xstilts.sources import Loaded, Source
    from xstilts.store.node import Node
    from xstilts.tasks.base import Task

OVER = "over the limit"
"""Why examples are left out that are fit for use."""


@dataclass(frozen=True)
class _Read:
    """The examples of a portion, as it is trained or tested, and what was left out of it.

    Attributes:
        task: The task, or the view of it that the examples have.
        examples: The examples.
        read: How many the source has.
        rejected: Why some were left out, with counts.
        noted: What is odd about examples that were kept, with counts.
    """

    task: Task
    examples: Dataset
    read: int
    rejected: Mapping[str, int]
    noted: Mapping[str, int]

    @property
    def used(self) -> int:
        """How many examples there are, of searches queries; ``read`` is the sum of these and the rejected ones."""
        return self.read - sum(self.rejected.values())

    def limited(self, limit: int) -> _Read:
        """At most so many of them."""
        examples, over = sources.limited(self.task.kind, self.examples, limit)
        return replace(self, examples=examples, rejected=dict(self.rejected) | ({OVER: over} if over else {}))


def run(node: Node, context: Context) -> None:
    """Write examples, features and counts; for a vocabulary the files of a tokenizer; for a limit that number."""
    {"examples": _examples, VOCABULARY: _vocabulary, LIMIT: _limit}[node.payload["what"]](node, context)


def _examples(node: Node, context: Context) -> None:
    from xstilts.encoding import ENCODINGS, EncodingOptions, span_qa

    said, source = node.payload, source_of(node.runtime)
    task = task_of(said["task"], node.runtime["inline"].get(said["task"]))
    found = _read(sources.load(task, said["language"], said["split"], source, said["limit"]), task, source,
                  said.get("view"))  # fmt: skip
    if "view" not in said and said["split"] != "train":
        sources.refuse_unscorable(task, found.examples, f"{task.name} {said['language']} {said['split']}")
    told: dict[str, int] = {}
    if LIMIT in node.parents:
        told = {"limit": json.loads((context.parent(LIMIT) / META).read_text(encoding="utf-8"))["limit"]}
        found = found.limited(told["limit"])
    tokenizer = encoder_of(context, node.runtime["tokenizer"])
    options = EncodingOptions(**said["options"])
    features = ENCODINGS.get(found.task.kind).encode(found.examples, tokenizer, options, tuple(said["labels"]))
    found.examples.to_parquet(context.work / EXAMPLES)
    features.save(context.work / FEATURES)
    truncated = features.column("truncated")
    examples_cut = len({int(row) for row in features.column("example")[truncated]})
    meta = {
        "kind": str(found.task.kind),
        "labels": said["labels"],
        "metric": found.task.metrics[0],
        "rule": found.task.rule,
        "options": said["options"],
        "read": found.read,
        "used": found.used,
        "rejected": dict(found.rejected),
        "noted": dict(found.noted),
        "truncated": examples_cut,
        "items": len(features),
        "tokens": int(features.lengths.sum()),
    }
    if found.task.kind is Kind.SPAN_QA:
        meta["unreachable_answers"] = span_qa.unreachable(found.examples, features)
    write_json(context.work / META, meta | told)


def _read(loaded: Loaded, task: Task, source: Source, view: Mapping[str, Any] | None) -> _Read:
    """The examples of a portion as the view sees them; as they are without one."""
    if view is None:
        return _Read(task, loaded.dataset, loaded.read, loaded.rejected, loaded.noted)
    labelled = sources.with_labels(task, source)  # of some tasks they are in a file of the user's
    left_out = ReadCounts()
    examples = views.apply(view["name"], labelled, loaded.dataset, view["seed"], left_out)
    rejected = dict(Counter(loaded.rejected) + left_out.rejected)
    return _Read(views.viewed(labelled, view["name"]), examples, loaded.read, rejected, loaded.noted)


def _limit(node: Node, context: Context) -> None:
    """Write the largest limit under which an arm takes at most as many items in all as another one prepared."""

    def used(role: str) -> int:
        return int(json.loads((context.parent(role) / META).read_text(encoding="utf-8"))["used"])

    wanted = sum(
        items_taken(_mixture(own), {code: used(role) for code, role in own["parts"].items()})
        for own in node.payload["measure"]
    )
    cut = [(_mixture(own), _sizes(node.runtime, own)) for own in node.payload["cut"]]
    found = largest_limit(cut, wanted)
    write_json(context.work / META, {"limit": found, "wanted": wanted, "taken": taken_under(cut, found)})


def _mixture(own: Mapping[str, Any]) -> LanguageMixture | None:
    return None if own["mixture"] is None else LanguageMixture.from_json(own["mixture"])


def _sizes(runtime: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, int]:
    """All that a training set has, by language."""
    source, task = source_of(runtime), task_of(own["task"], runtime["inline"].get(own["task"]))
    view = {"name": own["view"], "seed": 0} if own["view"] else None
    return {code: _read(sources.load(task, code, "train", source), task, source, view).used for code in own["parts"]}


def _vocabulary(node: Node, context: Context) -> None:
    from xstilts.models.vocabulary import train_vocabulary

    said = node.payload
    train_vocabulary(_lines(node), said["size"]).save_pretrained(context.work)


def _lines(node: Node) -> Iterator[str]:
    source = source_of(node.runtime)
    for task, language, split in node.runtime["portions"]:
        dataset = sources.load(TASKS.get(task), language, split, source, node.payload["lines"]).dataset
        yield from islice(dataset["text"], node.payload["lines"])
