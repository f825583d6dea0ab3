"""The one training loop: rate, micro-steps, clip once, step, check, evaluate, snapshot, report.

Nothing is drawn from a running generator: which items a step sees is a function of the step (``mixture``), masks are
functions of item and epoch (``encoding.masked_lm``), and dropout is re-seeded in a fork for every micro-step. So a
snapshot needs the step number and no generator's state, and a killed run ends with an uninterrupted run's weights.
"""

from __future__ import annotations

import math
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING

import numpy as np

from xstilts.errors import NonFiniteLossError, PausedError, RunError
from xstilts.models.adaptation import adapted
from xstilts.models.heads import Head, attach_head
from xstilts.models.used_rows import used_rows
from xstilts.tasks.base import Kind
from xstilts.training.backward import backward_of
from xstilts.training.inputs import MicroBatch, prepare
from xstilts.training.mixture import evaluation_steps, learning_rate, schedule, total_steps
from xstilts.training.optimizer import adamw, named_parameters, set_rate
from xstilts.training.run import Execution, Progress, TaskData, TrainResult, reads_items_alone
from xstilts.training.state import identity, load_weights, resume, save_snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    import torch
    from transformers import PreTrainedModel

    from xstilts.encoding.base import TokenizerFacts
    from xstilts.encoding.features import Features
    from xstilts.training.phase import PhaseSpec
    from xstilts.training.processes import LossPart

__all__ = ["Execution", "Progress", "TaskData", "TrainResult", "train"]


def train(
    spec: PhaseSpec,
    encoder: PreTrainedModel,
    data: Mapping[str, TaskData],
    tokenizer: TokenizerFacts,
    scratch: Path,
    execution: Execution = Execution(),
) -> TrainResult:
    """Run one phase, from its newest snapshot where there is one.

    Args:
        spec: The phase.
        encoder: The shared encoder in float32; trained in place.
        data: Task name to its data, for each task of the phase.
        tokenizer: Padding and mask ids of the tokenizer that made the features.
        scratch: Folder for snapshots of this very phase; may be missing, and may be removed afterwards.
        execution: Device, how often snapshots are written, and who is told of every step.

    Raises:
        NonFiniteLossError: If a loss or gradient becomes NaN or infinite; names step and items.
        RunError: If a snapshot cannot be written.
        PausedError: If the machine is taken away before the end; a snapshot is kept.
        DataError: If a task has no training items.
        InputError: If the encoder has fewer layers than the phase freezes.
        ModelError: If the phase trains low-rank updates and peft is not installed.
    """
    part = adapted(
        encoder,
        spec.seed,
        lora_rank=spec.lora_rank,
        lora_alpha=spec.lora_alpha,
        freeze_embeddings=spec.freeze_embeddings,
        freeze_layers=spec.freeze_layers,
    )
    with part, _rows(spec, encoder, data, tokenizer):
        return _train(spec, encoder, data, tokenizer, scratch, execution)


def _rows(
    spec: PhaseSpec, encoder: PreTrainedModel, data: Mapping[str, TaskData], tokenizer: TokenizerFacts
) -> AbstractContextManager[None]:
    """Only the embeddings of tokens that are read are trained, where nothing else is read or predicted."""
    if not reads_items_alone(spec, (given.kind for given in data.values())):
        return nullcontext()
    total = total_steps(spec, {task: len(data[task].features) for task in spec.tasks})
    decay = math.prod(1 - learning_rate(spec, step, total) * spec.weight_decay for step in range(total))
    read = [part.token_ids() for given in data.values() for part in (given.features, given.noisy) if part is not None]
    return used_rows(encoder, np.unique(np.concatenate([*read, [tokenizer.pad_id]])), decay)


def _train(
    spec: PhaseSpec,
    encoder: PreTrainedModel,
    data: Mapping[str, TaskData],
    tokenizer: TokenizerFacts,
    scratch: Path,
    how: Execution,
) -> TrainResult:
    """Train what of the encoder is not frozen."""
    from accelerate import Accelerator

    accelerator = Accelerator(cpu=how.cpu, mixed_precision="no")  # precision is ours: see backward.py
    if accelerator.num_processes > 1:
        raise RunError("A phase starts its own processes.", hint="Use --processes instead of a distributed launcher.")
    device = accelerator.device
    plan = schedule(spec, {task: len(data[task].features) for task in spec.tasks})
    total, evaluations = plan.total_steps, evaluation_steps(spec, plan.sizes)
    heads = {
        task: attach_head(encoder, given.kind, given.labels, spec.seed, given.head_state, task).to(device)
        for task, given in sorted(data.items())
        if task in spec.tasks and given.kind != Kind.RETRIEVAL
    }
    models = {task: heads.get(task, encoder.to(device)) for task in sorted(spec.tasks)}
    if spec.gradient_checkpointing:
        encoder.activation_checkpointing_enable({"use_reentrant": False})
    backwards = {
        task: backward_of(spec, data[task].kind, model, tokenizer, accelerator, how.processes)
        for task, model in models.items()
    }
    parameters = named_parameters(encoder, heads)
    optimizer = adamw(spec, parameters)
    belongs_to = identity(spec, data, encoder)
    state = resume(scratch, belongs_to, parameters, optimizer)
    saved_at = time.monotonic()

    def micro_batches(step: int) -> tuple[str, list[MicroBatch]]:
        task = plan.task(step)
        items = plan.rows(step, data[task].features.item_hashes)
        return task, prepare(spec, data[task].kind, data[task].features, items, tokenizer, data[task].noisy)

    upcoming = micro_batches(state.step) if state.step < total else None
    while upcoming is not None:
        step, (task, batches) = state.step, upcoming
        rate = learning_rate(spec, step, total)
        set_rate(optimizer, rate)
        models[task].train()
        parts = how.processes.add_up(parameters, backwards[task](step, batches))
        norm = accelerator.clip_grad_norm_(list(parameters.values()), spec.max_grad_norm)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        upcoming = micro_batches(step + 1) if step + 1 < total else None  # while an accelerator is still busy
        mean = _finite_loss(step, task, data[task].features, parts, norm)

        state.step += 1
        state.tokens += sum(batch.tokens for batch in batches)
        state.history.append({"step": state.step, "task": task, "loss": mean, "lr": rate})
        if state.step in evaluations:
            if spec.selection == "average":
                state.add(parameters)
            else:
                state.offer(_dev_score(data, models), parameters)
        due_by_step = how.snapshot_steps is not None and state.step % how.snapshot_steps == 0
        ending = how.until is not None and time.time() >= how.until
        due = due_by_step or ending or time.monotonic() - saved_at >= how.snapshot_seconds
        if upcoming is not None and due and how.processes.rank == 0:
            save_snapshot(scratch, belongs_to, state, parameters, optimizer)
            saved_at = time.monotonic()
        if how.progress is not None:
            how.progress(Progress(state.step, total, task, mean))
        if ending and upcoming is not None and how.processes.rank == 0:  # which ends the others
            raise PausedError(f"The phase stopped after step {state.step} of {total}: its machine is taken away.",
                              hint="Its snapshot is kept; run it again and it goes on.")  # fmt: skip

    kept = state.kept()
    if kept is not None:
        load_weights(parameters, kept)
    if spec.gradient_checkpointing:
        encoder.activation_checkpointing_disable()
    made = {task: Head(data[task].kind, data[task].labels, model.cpu().eval()) for task, model in heads.items()}
    chosen = state.best_step if state.best else state.step
    return TrainResult(
        encoder.cpu().eval(), made, state.history, chosen, state.step, state.step * spec.batch_size, state.tokens
    )


def _finite_loss(step: int, task: str, features: Features, parts: list[LossPart], norm: torch.Tensor | None) -> float:
    """The step's mean loss: one transfer from the device, checked.

    Raises:
        NonFiniteLossError: If it, or the gradient's norm, is NaN or infinite.
    """
    import torch

    rows, sums = zip(*parts, strict=True)
    *values, length = torch.stack([*sums, torch.zeros(()).to(sums[0]) if norm is None else norm.to(sums[0])]).tolist()
    bad = [own for own, value in zip(rows, values, strict=True) if not math.isfinite(value)]
    if not bad and math.isfinite(length):
        return math.fsum(values)
    what = "loss" if bad else "gradient"
    items = [features.table.column("item")[int(row)].as_py() for own in bad or rows for row in own]
    raise NonFiniteLossError(
        f"The {what} became NaN or infinite in step {step + 1} of {task}; its items: {', '.join(items)}.",
        field=task,
        value={"step": step + 1, "items": items},
        hint="Try a lower learning rate or precision fp32, and look at these items.",
    )


def _dev_score(data: Mapping[str, TaskData], models: Mapping[str, PreTrainedModel]) -> float:
    """Mean dev score of the tasks that have one, in evaluation mode and without touching any generator."""
    import torch

    scores = []
    for task, model in models.items():
        dev = data[task].dev
        if dev is not None:
            model.eval()
            with torch.no_grad(), torch.random.fork_rng():
                scores.append(float(dev(model)))
    if not scores:
        raise RunError("The selection reads dev scores, and no task of the phase has a dev set.",
                       field="selection", hint="Use selection: last.")  # fmt: skip
    return math.fsum(scores) / len(scores)
