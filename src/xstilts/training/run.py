"""What a training run is given, how it is executed, what it tells while it runs, and what it leaves. No torch here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xstilts.tasks.base import Kind
from xstilts.training.processes import ALONE, Processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import torch
    from transformers import PreTrainedModel

    from xstilts.encoding.features import Features
    from xstilts.models.heads import Head
    from xstilts.training.phase import PhaseSpec


@dataclass(frozen=True)
class TaskData:
    """One task of a phase.

    Attributes:
        kind: Its kind.
        labels: Label names in the order of the logits; empty for kinds without labels.
        features: The training items.
        dev: Scores the task's model, higher is better; called with the model in evaluation mode. It reads
            pivot-language dev data, or target-language dev data where the phase's selection is ``oracle``.
        head_state: Tensors of an earlier head to go on from; None draws a new head.
        noisy: The training items once more, row by row, as noise left them; None without.
    """

    kind: Kind
    labels: tuple[str, ...]
    features: Features
    dev: Callable[[PreTrainedModel], float] | None = None
    head_state: Mapping[str, torch.Tensor] | None = None
    noisy: Features | None = None

    @property
    def mean_tokens(self) -> float:
        """Tokens of an item, its noisy copy included, in the mean."""
        read = [part for part in (self.features, self.noisy) if part is not None]
        return sum(float(part.lengths.mean()) for part in read)


@dataclass(frozen=True)
class Progress:
    """What is told after every optimizer step: finished steps of ``total``, the step's task and its mean loss."""

    step: int
    total: int
    task: str
    loss: float


@dataclass(frozen=True)
class Execution:
    """How a phase is run; nothing here changes the weights on one machine.

    Attributes:
        cpu: Use the CPU even where there is an accelerator.
        snapshot_seconds: Write a snapshot when so much time has passed since the last one.
        snapshot_steps: Write one every so many steps as well; None for by time alone.
        progress: Called after every optimizer step.
        until: When the machine is taken away, in seconds since 1970; the phase stops then, with a snapshot. None:
            never.
        processes: Those that train the phase, and which of them this one is.
    """

    cpu: bool = False
    snapshot_seconds: float = 600.0
    snapshot_steps: int | None = None
    progress: Callable[[Progress], None] | None = None
    until: float | None = None
    processes: Processes = ALONE


@dataclass(frozen=True)
class TrainResult:
    """What a phase leaves behind.

    Attributes:
        encoder: The encoder object that was given, trained (the chosen weights), on the CPU, in evaluation mode.
        heads: Task name to its head around that encoder.
        history: For each step ``step`` (from 1), ``task``, ``loss``, ``lr``, and ``dev`` where it was read, or
            ``averaged`` where the weights joined the average.
        best_step: Finished steps of the chosen weights; of an average, those of its last.
        steps: Optimizer steps done.
        examples: Items seen.
        tokens: Tokens seen, without padding.
    """

    encoder: PreTrainedModel
    heads: dict[str, Head]
    history: list[dict[str, Any]]
    best_step: int
    steps: int
    examples: int
    tokens: int


def reads_items_alone(spec: PhaseSpec, kinds: Iterable[Kind]) -> bool:
    """Whether a phase on tasks of these kinds needs no embeddings but those of the tokens in its items.

    A dev set has tokens of its own, and masked LM predicts every token of the vocabulary.
    """
    return spec.selection == "last" and Kind.MASKED_LM not in kinds
