"""``pretrain`` and ``train``: one training phase, from the parent's encoder (or fresh weights) to the next."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xstilts.disk import write_sorted_json
from xstilts.runners.items import training_items
from xstilts.runners.loading import Prepared, base_of, head_labels, prepared, report, tokenizer_of
from xstilts.runners.together import together
from xstilts.store.payloads import PretrainPayload, TrainPayload
from xstilts.store.roles import COPY, ENCODER, AsLongRole, PortionRole
from xstilts.training.contrast import Contrast, searched_as

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from transformers import PreTrainedModel

    from xstilts.encoding import TokenizerFacts
    from xstilts.models.heads import Head
    from xstilts.models.transfer import TransferReport
    from xstilts.runners.context import Context
    from xstilts.store.node import Node
    from xstilts.training.phase import PhaseSpec
    from xstilts.training.processes import Processes
    from xstilts.training.run import TaskData, TrainResult

HISTORY = "history.json"
"""Loss and learning rate by step."""
TRANSFER = "transfer.json"
"""Which tensors were kept from the parent, drawn anew, or left behind."""


def run(node: Node, context: Context) -> None:
    """Write encoder with tokenizer, heads, the transfer report and the history of the phase."""
    from xstilts.models.stored import ENCODER, save_model

    with together(node, context) as processes:
        result, transfer, tokenizer = trained(node, context, processes)
    save_model(context.work, result.encoder, result.heads)
    tokenizer.save_pretrained(context.work / ENCODER)
    _with_heads(transfer, result.heads).write(context.work / TRANSFER)
    kept = {"best_step": result.best_step, "steps": result.steps, "examples": result.examples, "tokens": result.tokens}
    write_sorted_json(context.work / HISTORY, {"history": result.history, **kept})


def trained(node: Node, context: Context, processes: Processes) -> tuple[TrainResult, TransferReport, Any]:
    """What the phase leaves, what its encoder came from, and its tokenizer; the same in each of its processes."""
    from xstilts.encoding import TokenizerFacts
    from xstilts.training.loop import Execution, train

    spec = node.asked(TrainPayload).phase
    tokenizer = tokenizer_of(context, node.places.tokenizer)
    facts = TokenizerFacts.of(tokenizer)
    encoder, transfer = _encoder(node, context, facts, spec.seed)
    data = {task: _task_data(node, context, spec, task, facts) for task in spec.tasks}
    encoder, transfer = _with_sight(encoder, transfer, data, spec.seed)
    spec = _as_long(node, context, spec, data)
    how = Execution(
        progress=lambda p: report(context, p.step, p.total, p.loss), until=context.means.until, processes=processes
    )
    return train(spec, encoder, data, facts, context.scratch, how), transfer, tokenizer


def _as_long(node: Node, context: Context, spec: PhaseSpec, data: Mapping[str, Any]) -> PhaseSpec:
    """The phase with as many tokens as its ``as_long`` parents were trained on, instead of or on top of its own.

    A step is taken for its mean: ``batch_size`` items of the mean length of the phase's own tasks, as often as each is
    drawn. What is trained beside them comes on top, as always.
    """
    from xstilts.training.mixture import total_steps
    from xstilts.training.shares import expected_counts

    roles = AsLongRole.among(node.parents)
    if not roles:
        return spec
    tokens = sum(
        json.loads((context.parent(str(role)) / HISTORY).read_text(encoding="utf-8"))["tokens"] for role in roles
    )
    alone = replace(spec, tasks=spec.main_tasks, beside=None)
    sizes = {task: len(data[task].features) for task in alone.tasks}
    own = total_steps(alone, sizes)
    counts = expected_counts(alone, sizes, own)
    mean = sum(counts[task] * data[task].mean_tokens for task in alone.tasks) / sum(counts.values())
    more = max(1, math.ceil(tokens / (mean * spec.batch_size)))
    return replace(spec, epochs=None, steps=more + (own if node.asked(TrainPayload).as_long == "longer" else 0))


def _encoder(node: Node, context: Context, facts: TokenizerFacts, seed: int) -> tuple[PreTrainedModel, TransferReport]:
    """The encoder that the phase starts from, and what was taken over from where it came from."""
    from xstilts.models.load import load_encoder, new_encoder
    from xstilts.models.transfer import TransferReport

    if ENCODER in node.parents:
        return load_encoder(context.parent(ENCODER) / "encoder", seed=seed)
    if node.kind == "pretrain":
        encoder = new_encoder(node.asked(PretrainPayload).architecture, facts, seed)
        return encoder, TransferReport((), tuple(encoder.state_dict()))
    return load_encoder(*base_of(node), seed)


def _with_sight(
    encoder: PreTrainedModel, transfer: TransferReport, data: Mapping[str, TaskData], seed: int
) -> tuple[PreTrainedModel, TransferReport]:
    """The encoder as one that reads images too, where a task has some; what images alone go through is drawn anew."""
    from xstilts.encoding.visual.grids import SeenFeatures
    from xstilts.models.vision.fused import NEW, sees, with_images

    widths = [own.features.grids.width for own in data.values() if isinstance(own.features, SeenFeatures)]
    if not widths:
        return encoder, transfer
    knew = sees(encoder)
    seeing = with_images(encoder, widths[0], seed)
    drawn = () if knew else tuple(f"encoder: {name}" for name in seeing.state_dict() if name.startswith(NEW))
    return seeing, replace(transfer, new=(*transfer.new, *drawn))


def _with_heads(transfer: TransferReport, heads: Mapping[str, Head]) -> TransferReport:
    """The report with the tensors of this phase's new heads."""
    from xstilts.models.heads import head_tensors

    drawn = tuple(f"{task}: {name}" for task, head in heads.items() for name in head_tensors(head.model))
    return replace(transfer, new=(*transfer.new, *drawn))


def _task_data(node: Node, context: Context, spec: PhaseSpec, task: str, facts: TokenizerFacts) -> Any:  # noqa: ANN401
    """The training items of one task, all its languages together, and its dev score if the phase selects by one."""
    from xstilts.training.run import TaskData

    parts = [prepared(context, role) for role in PortionRole.among(node.parents, "train") if role.task == task]
    dev = [prepared(context, role) for role in PortionRole.among(node.parents, "dev")]
    chosen = [part for part in dev if part.task == task or spec.selection == "oracle"]
    kind, labels = parts[0].meta["kind"], tuple(parts[0].meta["labels"])
    mixture = node.asked(TrainPayload).language_mix.get(task)
    features = training_items(parts, spec, mixture)
    copies = [prepared(context, role) for role in PortionRole.among(node.parents, COPY) if role.task == task]
    noisy = training_items(copies, spec, mixture) if copies else None
    return TaskData(kind, labels, features, _dev_score(chosen, spec, facts) if chosen else None, noisy=noisy)


def _dev_score(parts: Sequence[Prepared], spec: PhaseSpec, facts: TokenizerFacts) -> Callable[[PreTrainedModel], float]:
    """The mean headline score over dev sets; the higher the better. Dual encoders search with what they are trained."""

    def score(model: PreTrainedModel) -> float:
        from xstilts import evaluation

        trained = spec.contrast or Contrast()
        search = evaluation.SearchOptions([searched_as(trained.pooling, trained.similarity)])
        values = []
        for part in parts:
            scoring = part.scoring
            names = head_labels(model, scoring.kind, scoring.labels)
            request = evaluation.Request(scoring.kind, names, scoring.rule, search)
            table = evaluation.predict(model, request, part.part, facts)
            values.append(evaluation.headline(table, scoring, part.language))
        return sum(values) / len(values)

    return score
