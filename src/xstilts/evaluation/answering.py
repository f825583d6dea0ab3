"""One model on one task: forward passes in a fixed order, answers in the order of the examples.

Whoever wants answers comes this way, a node of a study as well as somebody with a model directory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.encoding import ENCODINGS, IGNORED
from xstilts.encoding.masked_lm import Masking, mask
from xstilts.encoding.span_qa import with_null
from xstilts.errors import InputError, RunError
from xstilts.evaluation.batches import TOKEN_BUDGET, batches, vocabulary_budget
from xstilts.evaluation.bitext import MINING_RULE, mine_pairs
from xstilts.evaluation.request import Answers, EncodedSplit, Request, Resources
from xstilts.evaluation.retrieval import retrieve, retrieve_all
from xstilts.evaluation.running import running
from xstilts.metrics import no_answer
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pyarrow as pa
    import torch
    from numpy.typing import NDArray
    from transformers import PreTrainedModel

    from xstilts.encoding import Features, TokenizerFacts
    from xstilts.evaluation.running import Progress

_LABELS = ("labels", "start_positions", "end_positions")
_MASKING = Masking(seed=0, epoch=0)
"""Masks of evaluation are the same for every model and every run."""


def answers(
    model: PreTrainedModel,
    request: Request,
    languages: Sequence[str],
    read: Callable[[str], EncodedSplit],
    facts: TokenizerFacts,
    resources: Resources = Resources(),
) -> Iterator[Answers]:
    """The answers to a task in every language.

    Args:
        model: The task's model; for retrieval the bare encoder.
        request: What is asked.
        languages: Which languages, in order.
        read: Language to its part. Called once for each, right before the language is answered; of a search that
            ranks candidates, for all languages before the first is. It may change the model's weights.
        facts: The tokenizer's facts.
        resources: Device and progress. The progress of searches counts texts, of others the items of a language.

    Yields:
        Languages in their order, in each the settings; of a search that ranks candidates as :func:`retrieve_all`.

    Raises:
        InputError: As :func:`predict`, or a setting is none of retrieval's.
        DataError: If a search has no queries or no candidates, or ids do not belong together.
        RunError: If the model's output is not finite; names the first example.
    """
    settings = request.search.settings
    if request.kind == Kind.RETRIEVAL and request.rule != MINING_RULE:
        parts = {language: read(language) for language in languages}
        yield from retrieve_all(model, parts, facts, request.search, resources)
        return
    for language in languages:
        part = read(language)
        if request.rule != MINING_RULE:
            yield Answers(language, {}, predict(model, request, part, facts, resources))
        elif part.tuned_on is None:
            raise InputError("Pairs are mined with a threshold from another split, and there is none.", field=language)
        else:
            n_candidates = list(part.examples["role"]).count("candidate")
            for setting, table in zip(
                settings, mine_pairs(model, part, part.tuned_on, facts, settings, resources), strict=True
            ):
                yield Answers(language, setting, table, n_candidates)


def predict(
    model: PreTrainedModel,
    request: Request,
    part: EncodedSplit,
    facts: TokenizerFacts,
    resources: Resources = Resources(),
) -> pa.Table:
    """Predictions on all examples of one language.

    Args:
        model: The task's model; for retrieval the encoder. Its mode is restored afterwards.
        request: What is asked; of a search the first setting counts.
        part: The examples and what they were encoded to.
        facts: The tokenizer's facts.
        resources: Device and progress.

    Returns:
        The kind's predictions table (see its file in ``xstilts.encoding``), one row per example; for retrieval one row
        per query.

    Raises:
        InputError: If features and examples do not belong together, or the rule is mining's, which is not ranking.
        RunError: If the model's output is not finite; names the first example.
    """
    examples, features = part.examples, part.features
    if len(features) and int(features.column("example").max()) >= len(examples):
        raise InputError(f"The features were made from other examples: there are only {len(examples)}.")
    if request.rule == MINING_RULE:
        raise InputError("Pairs are mined with a threshold from another split.", hint="Use mine_pairs.")
    if request.kind == Kind.RETRIEVAL:
        return retrieve(model, part, facts, request.search.settings[:1], resources)[0]
    outputs = forward(model, request.kind, features, facts, resources.device, resources.progress)
    return decoded(request, part, outputs)


def decoded(request: Request, part: EncodedSplit, outputs: Sequence[NDArray[Any]]) -> pa.Table:
    """What the model's outputs on a part answer; ``outputs`` as :func:`forward` gives them.

    Raises:
        InputError: If the kind is answered by a search.
    """
    decode = ENCODINGS.get(request.kind).decode
    if decode is None:
        raise InputError("Searches have no outputs of a head.", value=request.kind)
    table = decode(part.examples, part.features, outputs, part.options, request.labels)
    may_refuse = request.kind == Kind.SPAN_QA and request.rule == no_answer.RULE
    return with_null(table, part.features, outputs) if may_refuse else table


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
                batch = mask(batch, features, rows, facts, _MASKING)
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
    Kind.VISUAL_CLASSIFICATION: _logits,
    Kind.MULTIPLE_CHOICE: _logits,
    Kind.TAGGING: _token_logits,
    Kind.SPAN_QA: _span_logits,
    Kind.MASKED_LM: _masked_loss,
}
