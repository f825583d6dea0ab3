"""``prepare``: read one portion of a task and turn it into model inputs, or train a vocabulary."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from xstilts import sources
from xstilts.disk import write_sorted_json
from xstilts.errors import DataError
from xstilts.runners import noisy
from xstilts.runners.loading import EXAMPLES, FEATURES, META, encoder_of, source_of, task_of
from xstilts.sources import views
from xstilts.sources.records.rows import ReadCounts
from xstilts.store.payloads import (
    ConvertedVocabularyPayload,
    CutSet,
    ExamplesPayload,
    Form,
    LimitPayload,
    NoisyPayload,
    Viewed,
    VocabularyPayload,
)
from xstilts.store.roles import LIMIT, VOCABULARY
from xstilts.tasks import TASKS
from xstilts.tasks.base import Kind
from xstilts.training.language_mixture import items_taken, largest_limit, taken_under

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from datasets import Dataset

    from xstilts.runners.context import Context
    from xstilts.sources import Loaded, Source
    from xstilts.store.node import Node
    from xstilts.store.payloads import Augmented
    from xstilts.tasks.base import Task

OVER = "over the limit"
"""Why examples are left out that are fit for use."""
UNKNOWN = "nearly all of it unknown to the tokenizer"
"""What is odd about examples in a script that the tokenizer has no pieces of."""


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
    asked = node.asked(Form)
    if isinstance(asked, ExamplesPayload):
        _examples(asked, node, context)
    elif isinstance(asked, NoisyPayload):
        noisy.write(asked, node, context)
    elif isinstance(asked, VocabularyPayload):
        _vocabulary(asked, node, context)
    elif isinstance(asked, ConvertedVocabularyPayload):
        _converted_vocabulary(asked, context)
    else:
        _limit(node.asked(LimitPayload), node, context)


def _examples(asked: ExamplesPayload, node: Node, context: Context) -> None:
    from xstilts.encoding import ENCODINGS, EncodingOptions, span_qa
    from xstilts.encoding.unknown import NEARLY_ALL, unknown_examples

    source = source_of(node)
    task = task_of(asked.task, node.places.inline)
    loaded = sources.load(task, asked.language, asked.split, source, asked.limit)
    found = _read(loaded, task, source, asked.view)
    if asked.view is None and asked.split != "train":
        sources.refuse_unscorable(task, found.examples, f"{task.name} {asked.language} {asked.split}")
    told: dict[str, int] = {}
    if LIMIT in node.parents:
        told = {"limit": json.loads((context.parent(LIMIT) / META).read_text(encoding="utf-8"))["limit"]}
        found = found.limited(told["limit"])
    if asked.augment is not None:
        found = replace(found, examples=_augmented(found, asked.augment, node))
    tokenizer = encoder_of(context, node.places.tokenizer)
    options = EncodingOptions(**asked.options.to_json())
    features = ENCODINGS.get(found.task.kind).encode(found.examples, tokenizer, options, asked.labels)
    unknown = unknown_examples(features, tokenizer)
    if asked.split == "train" and unknown and unknown >= NEARLY_ALL * len(found.examples):
        raise _nothing_to_learn(asked, unknown, len(found.examples), _tokenizer_name(node, context))
    found.examples.to_parquet(context.work / EXAMPLES)
    features.save(context.work / FEATURES)
    truncated = features.column("truncated")
    examples_cut = len({int(row) for row in features.column("example")[truncated]})
    meta = {
        "kind": str(found.task.kind),
        "labels": list(asked.labels),
        "metric": found.task.metrics[0],
        "rule": found.task.rule,
        "options": asked.options.to_json(),
        "read": found.read,
        "used": found.used,
        "rejected": dict(found.rejected),
        "noted": dict(found.noted) | ({UNKNOWN: unknown} if unknown else {}),
        "truncated": examples_cut,
        "items": len(features),
        "tokens": int(features.lengths.sum()),
    }
    if found.task.kind is Kind.SPAN_QA:
        meta["unreachable_answers"] = span_qa.unreachable(found.examples, features)
    write_sorted_json(context.work / META, meta | told)


def _augmented(found: _Read, asked: Augmented, node: Node) -> Dataset:
    """The examples, a share of them with noise."""
    noised = noisy.noised_of(asked.variant, node.places.dictionaries)
    languages = asked.languages
    return sources.noisy.augmented(found.task.kind, found.examples, noised, languages, asked.seed, asked.share)


def _nothing_to_learn(asked: ExamplesPayload, unknown: int, examples: int, tokenizer: str) -> DataError:
    return DataError(
        f"{unknown:,} of {examples:,} training examples are in a script that the tokenizer does not know, or in none:"
        f" nearly all their pieces are <unk>, so nothing can be learnt from them. The tokenizer is {tokenizer}.",
        field=f"{asked.task} {asked.language} {asked.split}",
        hint="Take a base that knows the script, or do not train on this language. Testing on it is no error.",
    )


def _tokenizer_name(node: Node, context: Context) -> str:
    """What to call the tokenizer, for people: its base's name, or what the node that made it is called."""
    if node.places.tokenizer is not None:
        return f"that of {node.places.tokenizer.name}"
    return str(context.store.provenance(node.parents[VOCABULARY], "prepare")["node"]["label"])


def _read(loaded: Loaded, task: Task, source: Source, view: Viewed | None) -> _Read:
    """The examples of a portion as the view sees them; as they are without one."""
    if view is None:
        return _Read(task, loaded.dataset, loaded.read, loaded.rejected, loaded.noted)
    labelled = sources.with_labels(task, source)  # of some tasks they are in a file of the user's
    left_out = ReadCounts()
    examples = views.apply(view.name, labelled, loaded.dataset, view.seed, left_out)
    rejected = dict(Counter(loaded.rejected) + left_out.rejected)
    return _Read(views.viewed(labelled, view.name), examples, loaded.read, rejected, loaded.noted)


def _limit(asked: LimitPayload, node: Node, context: Context) -> None:
    """Write the largest limit under which an arm takes at most as many items in all as another one prepared."""

    def used(role: str) -> int:
        return int(json.loads((context.parent(role) / META).read_text(encoding="utf-8"))["used"])

    wanted = sum(
        items_taken(own.mixture, {code: used(role) for code, role in own.parts.items()}) for own in asked.measure
    )
    cut = [(own.mixture, _sizes(node, own)) for own in asked.cut]
    found = largest_limit(cut, wanted)
    write_sorted_json(context.work / META, {"limit": found, "wanted": wanted, "taken": taken_under(cut, found)})


def _sizes(node: Node, own: CutSet) -> dict[str, int]:
    """All that a training set has, by language."""
    source, task = source_of(node), task_of(own.task, node.places.inline)
    view = Viewed(own.view, seed=0) if own.view else None
    return {code: _read(sources.load(task, code, "train", source), task, source, view).used for code in own.parts}


def _converted_vocabulary(asked: ConvertedVocabularyPayload, context: Context) -> None:
    from xstilts.models.converted import folder, recorded
    from xstilts.models.converted.installed import known

    found = known(asked.base, asked.weights, asked.version)
    recorded.check_tokens(folder.write_tokenizer(found.read(), context.work), found.records)


def _vocabulary(asked: VocabularyPayload, node: Node, context: Context) -> None:
    from xstilts.models.vocabulary import train_vocabulary

    train_vocabulary(_lines(asked, node), asked.size).save_pretrained(context.work)


def _lines(asked: VocabularyPayload, node: Node) -> Iterator[str]:
    source = source_of(node)
    for task, language, split in node.places.portions:
        dataset = sources.load(TASKS.get(task), language, split, source, asked.lines).dataset
        yield from islice(dataset["text"], asked.lines)
