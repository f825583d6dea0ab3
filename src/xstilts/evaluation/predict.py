"""One model on one data set: forward passes in a fixed order, answers in the order of the examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.encoding import ENCODINGS, IGNORED
from xstilts.encoding.masked_lm import mask
from xstilts.encoding.span_qa import with_null
from xstilts.errors import InputError, RunError
from xstilts.evaluation.batches import TOKEN_BUDGET, batches, vocabulary_budget
from xstilts.evaluation.bitext import MINING_RULE
from xstilts.evaluation.retrieval import retrieve
from xstilts.evaluation.running import running
from xstilts.metrics import no_answer
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pyarrow as pa
    import torch
    from datasets import Dataset
    from numpy.typing import NDArray
    from transformers import PreTrainedModel

    from xstilts.encoding import EncodingOptions, Features, TokenizerFacts
    from xstilts.evaluation.running import Progress

_LABELS = ("labels", "start_positions", "end_positions")
_MASK_SEED, _MASK_EPOCH = 0, 0
"""Masks of evaluation are the same for every model and every run."""


def predict(
    model: PreTrainedModel,
    kind: str,
    examples: Dataset,
    features: Features,
    facts: TokenizerFacts,
    options: EncodingOptions,
    labels: tuple[str, ...],
    device: str | None = None,
    progress: Progress | None = None,
    rule: str = "",
) -> pa.Table:
    """Predictions on all examples of one language.

    Args:
        model: The task's model; for retrieval the encoder (its last layer, mean pooling; see
            :func:`xstilts.evaluation.retrieve` for others). Its mode is restored afterwards.
        kind: The task's kind.
        examples: The examples the features were made from.
        features: The model inputs.
        facts: The tokenizer's facts.
        options: The options the features were made with.
        labels: Label names in the order of the logits.
        device: Where to run; None: where the model is.
        progress: Called after each forward pass with the items done and their number.
        rule: The task's scoring rule; SQuAD v2's lets a model say that there is no answer.

    Returns:
        The kind's predictions table (see its file in ``xstilts.encoding``), one row per example; for retrieval one row
        per query.

    Raises:
        InputError: If features and examples do not belong together, or the rule is mining's, which is not ranking.
        RunError: If the model's output is not finite; names the first example.
    """
    if len(features) and int(features.column("example").max()) >= len(examples):
        raise InputError(f"The features were made from other examples: there are only {len(examples)}.")
    if rule == MINING_RULE:
        raise InputError("Pairs are mined with a threshold from another split.", hint="Use mine_pairs.")
    decode = ENCODINGS.get(kind).decode
    if decode is None:
        return retrieve(model, examples, features, facts, ({},), device, progress)[0]
    outputs = forward(model, kind, features, facts, device, progress)
    table = decode(examples, features, outputs, options, labels)
    return with_null(table, features, outputs) if kind == Kind.SPAN_QA and rule == no_answer.RULE else table


def forward(
    model: PreTrainedModel,
    kind: str,
    features: Features,
    facts: TokenizerFacts,
    device: str | None = None,
    progress: Progress | None = None,
) -> list[NDArray[Any]]:
    """What ``ENCODINGS[kind].decode`` reads: one float32 array per item, in row order, without padding.

    Raises:
        InputError: If the kind has no head to predict with.
        RunError: If an output is not finite.
    """
    if kind not in _READERS:
        raise InputError(f"Tasks of the kind {kind} have no head to predict with.", value=kind, allowed=_READERS)
    read, lengths, results = _READERS[kind], features.lengths, {}
    budget = vocabulary_budget(facts.vocab_size) if kind == Kind.MASKED_LM else TOKEN_BUDGET
    done = 0
    with running(model, device) as target:
        for rows in batches(lengths, budget):
            batch = ENCODINGS.get(kind).collate(features, rows, facts.pad_id)
            if kind == Kind.MASKED_LM:
                batch = mask(batch, features, rows, _MASK_SEED, _MASK_EPOCH, facts)
            said = {name: tensor.to(target) for name, tensor in batch.items() if name not in _LABELS}
            arrays = read(model(**said), batch, lengths[rows])
            for row, array in zip(rows.tolist(), arrays, strict=True):
                results[row] = array
            _check_finite(features, rows, arrays)
            done += len(rows)
            if progress:
                progress(done, len(features))
    return [results[row] for row in range(len(features))]


def _check_finite(features: Features, rows: NDArray[np.int64], arrays: list[NDArray[Any]]) -> None:
    for row, array in zip(rows, arrays, strict=True):
        if not np.isfinite(array).all():
            raise RunError(
                f"The model's output for {features.items[row]!r} is not finite.",
                hint="Its weights may have diverged in training: try a smaller learning rate or fp32.",
            )


def _numpy(tensor: torch.Tensor) -> NDArray[Any]:
    array: NDArray[Any] = tensor.float().cpu().numpy()
    return array


def _logits(outputs: Any, batch: Mapping[str, torch.Tensor], lengths: NDArray[Any]) -> list[NDArray[Any]]:  # noqa: ANN401
    return list(_numpy(outputs.logits))


def _token_logits(outputs: Any, batch: Mapping[str, torch.Tensor], lengths: NDArray[Any]) -> list[NDArray[Any]]:  # noqa: ANN401
    return [logits[:length] for logits, length in zip(_numpy(outputs.logits), lengths, strict=True)]


def _span_logits(outputs: Any, batch: Mapping[str, torch.Tensor], lengths: NDArray[Any]) -> list[NDArray[Any]]:  # noqa: ANN401
    both = np.stack([_numpy(outputs.start_logits), _numpy(outputs.end_logits)], axis=1)
    return [logits[:, :length] for logits, length in zip(both, lengths, strict=True)]


def _masked_loss(outputs: Any, batch: Mapping[str, torch.Tensor], lengths: NDArray[Any]) -> list[NDArray[Any]]:  # noqa: ANN401
    """Summed loss and number of the masked tokens of each item."""
    import torch

    labels = batch["labels"].to(outputs.logits.device)
    chosen = labels != IGNORED
    losses = torch.zeros(labels.shape, dtype=torch.float64, device=labels.device)
    logits = outputs.logits[chosen].float()
    losses[chosen] = torch.nn.functional.cross_entropy(logits, labels[chosen], reduction="none").double()
    return list(torch.stack([losses.sum(dim=1), chosen.sum(dim=1).double()], dim=1).cpu().numpy())


_READERS: Mapping[str, Callable[[Any, Mapping[str, torch.Tensor], NDArray[Any]], list[NDArray[Any]]]] = {
    Kind.CLASSIFICATION: _logits,
    Kind.MULTIPLE_CHOICE: _logits,
    Kind.TAGGING: _token_logits,
    Kind.SPAN_QA: _span_logits,
    Kind.MASKED_LM: _masked_loss,
}
