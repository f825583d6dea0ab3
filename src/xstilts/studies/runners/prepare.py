"""``prepare``: read one portion of a task and turn it into model inputs, or train a vocabulary."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from xstilts import sources
from xstilts.sources import views
from xstilts.sources.rows import Tally
from xstilts.studies.runners.loading import EXAMPLES, FEATURES, META, source_of, task_of, tokenizer_of, write_json
from xstilts.tasks import TASKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xstilts.studies.execute.context import Context
    from xstilts.studies.node import Node


def run(node: Node, context: Context) -> None:
    """Write examples, features and counts; or, for a vocabulary, the files of a tokenizer."""
    {"examples": _examples, "vocabulary": _vocabulary}[node.payload["what"]](node, context)


def _examples(node: Node, context: Context) -> None:
    from xstilts.encoding import ENCODINGS, EncodingOptions

    said = node.payload
    task = task_of(said["task"], node.runtime["inline"])
    loaded = sources.load(task, said["language"], said["split"], source_of(node.runtime), said["limit"])
    examples, left_out = loaded.dataset, Tally()
    if "view" not in said and said["split"] != "train":
        sources.refuse_unscorable(task, examples, f"{task.name} {said['language']} {said['split']}")
    if "view" in said:
        task = sources.with_labels(task, source_of(node.runtime))  # of some tasks they are in a file of the user's
        examples = views.apply(said["view"]["name"], task, examples, said["view"]["seed"], left_out)
        task = views.viewed(task, said["view"]["name"])
    tokenizer = tokenizer_of(context, node.runtime["tokenizer"])
    options = EncodingOptions(**said["options"])
    features = ENCODINGS.get(task.kind).encode(examples, tokenizer, options, tuple(said["labels"]))
    examples.to_parquet(context.work / EXAMPLES)
    features.save(context.work / FEATURES)
    truncated = features.column("truncated")
    examples_cut = len({int(row) for row in features.column("example")[truncated]})
    meta = {
        "kind": str(task.kind),
        "labels": said["labels"],
        "metric": task.metrics[0],
        "rule": task.rule,
        "options": said["options"],
        "read": loaded.read,
        "used": loaded.used - sum(left_out.rejected.values()),
        "rejected": dict(loaded.rejected) | dict(left_out.rejected),
        "noted": dict(loaded.noted),
        "truncated": examples_cut,
        "items": len(features),
        "tokens": int(features.lengths.sum()),
    }
    write_json(context.work / META, meta)


def _vocabulary(node: Node, context: Context) -> None:
    from xstilts.models.vocabulary import train_vocabulary

    said = node.payload
    train_vocabulary(_lines(node), said["size"]).save_pretrained(context.work)


def _lines(node: Node) -> Iterator[str]:
    source = source_of(node.runtime)
    for task, language, split in node.runtime["portions"]:
        dataset = sources.load(TASKS.get(task), language, split, source, node.payload["lines"]).dataset
        yield from islice(dataset["text"], node.payload["lines"])
