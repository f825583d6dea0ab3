"""What a node will cost: seconds, floating-point operations, memory and disk, before anything runs.

Operations follow Kaplan et al. 2020 (arXiv 2001.08361, section 2.1): 2 per parameter and token forward, 6 with the
backward pass, embeddings left out; scores and sums of attention come on top, and masked LM predicts the vocabulary at
the tokens that are masked. Of the 4 backward, 2 are the gradient of what a layer read, which must reach the lowest
trained layer, and 2 that of its weights, which frozen ones do not need. Seconds assume one CPU thread, faster in wide
layers, plus a fixed time per node, per micro-batch and layer, and per step and trained parameter, embeddings included:
however few rows a step reads, clipping and AdamW go over all that are trained. They order the work and feed the
progress bar's first guess, and are labelled as estimates wherever they are shown. Numbers of examples, tokens and steps
are guesses too; no result rests on them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xstilts.models.used_rows import WORTH
from xstilts.store.node import Cost
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

RATE = 1.4e11
"""Floating-point operations per second that one thread is assumed to sustain in fp32 in very wide layers."""
HALF_RATE_WIDTH = 400
"""The width at which it does half of them: small matrices are fetched more often than they are multiplied."""
STEP_SECONDS = 0.001
"""Assumed fixed time of one micro-batch."""
LAYER_SECONDS = 0.0002
"""And of each layer in it, forward and backward: what is done beside matrix products."""
UPDATE_SECONDS = 8e-9
"""Assumed time of one trained parameter in one step, for its gradient, clipping and AdamW: ten passes over four bytes
at 5 GB/s."""
NODE_SECONDS = 0.3
"""Assumed fixed time of one node: locks, files, provenance."""
TOKENS: Mapping[Kind, int] = {
    Kind.CLASSIFICATION: 40, Kind.MULTIPLE_CHOICE: 70, Kind.TAGGING: 30, Kind.SPAN_QA: 190, Kind.RETRIEVAL: 60,
    Kind.MASKED_LM: 128, Kind.VISUAL_CLASSIFICATION: 60,
}  # fmt: skip
"""Assumed mean tokens of an input, by its kind."""
LAB_TOKENS: Mapping[Kind, int] = {
    Kind.CLASSIFICATION: 18, Kind.MULTIPLE_CHOICE: 16, Kind.TAGGING: 13, Kind.SPAN_QA: 33, Kind.RETRIEVAL: 12,
    Kind.MASKED_LM: 18, Kind.VISUAL_CLASSIFICATION: 18,
}  # fmt: skip
"""The same of the lab's texts, counted."""
PADDED = 1.1
"""Assumed tokens of a micro-batch with its padding, over those without; it is filled with inputs of like length."""
LONG = 1.5
"""How many times the mean the longest inputs of a phase are taken to be, for its memory."""
BYTES_PER_EXAMPLE = 600
"""Assumed bytes of one prepared example on disk."""
BYTES_PER_PIECE = 70
"""Bytes of one piece of a vocabulary on disk, as long as it is being written."""
ACTIVATION_BYTES = 160
"""Assumed bytes that the backward pass keeps of one token in one layer, over the layer's width: about 34 numbers of 4
bytes (Korthikanti et al. 2022, arXiv 2205.05198, section 4), and its attention to 128 tokens."""
LOGIT_BYTES = 12
"""Bytes of one token's score for one piece of the vocabulary: the score, its logarithm and its gradient."""
PROCESS_BYTES = 500_000_000
"""Assumed bytes of a process that trains or predicts, without its model."""
READ = 0.05
"""Assumed share of a vocabulary's pieces that are in the items of a phase."""
OVERLAP_RATE = 2.5e7
"""Assumed bytes of prepared examples that are hashed and compared in a second."""
GPU_RATE = 312e12 * 0.4
"""Floating-point operations per second of the GPU that GPU-hours are counted in."""
GPU_MODEL = "A100, bf16: 312 TFLOP/s (NVIDIA's data sheet) at an assumed 40 %"
"""What ``GPU_RATE`` stands for, for people."""

CHOICES = 4
"""Assumed inputs of one item of multiple choice, each choice with the context; other kinds have one."""


def inputs_of(kinds: Iterable[Kind]) -> float:
    """Assumed inputs of an item, as a mean over the kinds that a phase trains."""
    counts = [CHOICES if kind is Kind.MULTIPLE_CHOICE else 1 for kind in kinds]
    return sum(counts) / max(1, len(counts))


@dataclass(frozen=True)
class Size:
    """Size of a model.

    Attributes:
        parameters: All of its parameters.
        without_embeddings: Those of its layers.
        layers: How many layers they are in.
    """

    parameters: int
    without_embeddings: int
    layers: int = 12

    @property
    def width(self) -> float:
        """The width of a layer, of whose square it has twelve times as many parameters."""
        return math.sqrt(self.without_embeddings / (12 * max(1, self.layers)))

    @property
    def rate(self) -> float:
        """Floating-point operations per second of one thread."""
        return RATE * self.width / (self.width + HALF_RATE_WIDTH)

    @property
    def embeddings(self) -> int:
        """Parameters of the embeddings."""
        return self.parameters - self.without_embeddings


def size_of(config: dict[str, int]) -> Size:
    """Parameters of a transformer encoder from its config (hidden size, layers, intermediate size, vocabulary)."""
    hidden = config.get("hidden_size", 768)
    layers = config.get("num_hidden_layers", 12)
    inner = config.get("intermediate_size", 4 * hidden)
    body = layers * (4 * hidden * hidden + 2 * hidden * inner + 9 * hidden + inner)
    return Size(body + hidden * config.get("vocab_size", 30_000), body, layers)


@dataclass(frozen=True)
class Work:
    """What a training phase goes over.

    Attributes:
        steps: Its optimizer steps.
        batch_size: Inputs of one step.
        tokens: Mean tokens of an input.
        longest: The most that an input may have.
        token_budget: Padded tokens of one micro-batch.
        masked: Share of the tokens at which the vocabulary is predicted; 0 without masked LM.
        slim: Share of the activations that is kept: half in bf16, and few where they are computed again.
    """

    steps: int
    batch_size: float
    tokens: float
    longest: int
    token_budget: int
    masked: float = 0.0
    slim: float = 1.0

    @property
    def micro_steps(self) -> int:
        """Micro-batches of the phase."""
        return self.steps * max(1, math.ceil(PADDED * self.batch_size * self.tokens / self.token_budget))

    @property
    def at_once(self) -> float:
        """Tokens of the largest micro-batch."""
        return min(self.token_budget, self.batch_size * min(self.longest, LONG * self.tokens))


def tokens_of(kinds: Iterable[Kind], longest: int, lab: bool) -> float:
    """Assumed mean tokens of an input, as a mean over kinds, at most ``longest``."""
    counts = [min(longest, (LAB_TOKENS if lab else TOKENS)[kind]) for kind in kinds]
    return sum(counts) / max(1, len(counts)) or float(longest)


def cut(size: Size, share: float) -> Size:
    """The size of the encoder with so large a share of its layers."""
    body = round(size.without_embeddings * share)
    return Size(size.embeddings + body, body, round(size.layers * share))


@dataclass(frozen=True)
class Trained:
    """The part of an encoder that a phase trains.

    Attributes:
        layers: Share of its layers, from the top down.
        embeddings: Whether its embeddings are trained.
        low_rank: Whether updates of a low rank are trained instead of the weights.
        read_rows: Whether of large embeddings only the rows are trained that are read (``models.used_rows``).
    """

    layers: float = 1.0
    embeddings: bool = True
    low_rank: bool = False
    read_rows: bool = False

    @property
    def reached(self) -> float:
        """Share of the layers that a gradient goes through, and whose activations are kept for it."""
        return 1.0 if self.embeddings and not self.low_rank else self.layers

    @property
    def operations(self) -> float:
        """Operations per parameter of the layers and token, forward and backward."""
        return 2 + 2 * self.reached + (0 if self.low_rank else 2 * self.layers)

    def parameters(self, size: Size) -> float:
        """Parameters that have a gradient and Adam's two moments; those of updates of a low rank are few."""
        if self.low_rank:
            return 0.0
        embeddings: float = size.embeddings if self.embeddings else 0
        if self.read_rows and (1 - READ) * embeddings >= WORTH:
            embeddings *= READ
        return size.without_embeddings * self.layers + embeddings


WHOLE = Trained()


def prepare(n: int, max_length: int) -> Cost:
    """Cost of reading and tokenising ``n`` examples."""
    disk = n * (BYTES_PER_EXAMPLE + 4 * max_length)
    return Cost(seconds=NODE_SECONDS + n / 5_000, flops=0.0, memory_bytes=4 * disk + 200_000_000, disk_bytes=disk)


def pictures(n: int, side: int) -> Cost:
    """Cost of decoding ``n`` images and keeping them as squares."""
    return Cost(seconds=NODE_SECONDS + n / 100, memory_bytes=600_000_000, disk_bytes=n * side * side * 3)


def grids(n: int, cells: int, width: int, *, weights: bool = False) -> Cost:
    """Cost of looking at ``n`` pictures, with an encoder that has weights or none."""
    seconds = NODE_SECONDS + n / (10 if weights else 2_000)
    return Cost(seconds=seconds, memory_bytes=600_000_000, disk_bytes=2 * n * cells * width)


def count(n: int) -> Cost:
    """Cost of reading ``n`` examples to count them."""
    return Cost(seconds=NODE_SECONDS + n / 20_000, flops=0.0, memory_bytes=n * 4_000 + 200_000_000, disk_bytes=1_000)


def vocabulary(languages: int, lines: int) -> Cost:
    """Cost of training a vocabulary."""
    n = languages * lines
    return Cost(seconds=NODE_SECONDS + n / 8_000, flops=0.0, memory_bytes=n * 2_000 + 200_000_000, disk_bytes=2_000_000)


def converted_vocabulary(size: Size, pieces: int) -> Cost:
    """Making the tokenizer of so many pieces from the same file, which is read whole."""
    return replace(convert(size), disk_bytes=BYTES_PER_PIECE * pieces)


def convert(size: Size) -> Cost:
    """Making an encoder of a size from a package's file."""
    return Cost(
        seconds=NODE_SECONDS + size.parameters / 1e7, memory_bytes=9 * size.parameters, disk_bytes=4 * size.parameters
    )


def train(size: Size, work: Work, part: Trained = WHOLE) -> Cost:
    """Cost of a training phase, its memory told by what it is for."""
    tokens = work.steps * work.batch_size * work.tokens
    attention = 2 * size.layers * size.width * work.tokens
    predicted = 6 * (size.embeddings + size.width**2) * work.masked
    flops = (part.operations * (size.without_embeddings + attention) + predicted) * tokens
    trained = part.parameters(size)
    memory = {
        "weights": 4 * size.parameters,
        "gradients": round(4 * trained),
        "optimizer": round(8 * trained),
        "activations": round(ACTIVATION_BYTES * size.width * size.layers * part.reached * work.at_once * work.slim),
        "logits": round(LOGIT_BYTES * size.embeddings / max(1.0, size.width) * work.masked * work.at_once),
    }
    return Cost(
        seconds=NODE_SECONDS
        + flops / size.rate
        + work.micro_steps * (STEP_SECONDS + size.layers * LAYER_SECONDS)
        + work.steps * trained * UPDATE_SECONDS,
        flops=flops,
        memory_bytes=sum(memory.values()) + PROCESS_BYTES,
        disk_bytes=4 * size.parameters,
        steps=work.steps,
        memory=memory,
    )


def predict(size: Size, n: int, tokens: float) -> Cost:
    """Cost of predicting ``n`` inputs of so many tokens in the mean."""
    flops = 2.0 * (size.without_embeddings + 2 * size.layers * size.width * tokens) * n * tokens
    seconds = NODE_SECONDS + flops / size.rate + n / 64 * (STEP_SECONDS + size.layers * LAYER_SECONDS / 3)
    weights = 4 * size.parameters
    return Cost(
        seconds=seconds, flops=flops, memory_bytes=weights + PROCESS_BYTES, disk_bytes=n * 200,
        memory={"weights": weights},
    )  # fmt: skip


def baseline(n: int) -> Cost:
    """Cost of answering ``n`` inputs by their n-grams."""
    return Cost(seconds=NODE_SECONDS + n / 3_000, flops=0.0, memory_bytes=700_000_000, disk_bytes=n * 200)


def overlap(size: int) -> Cost:
    """Cost of comparing prepared data of ``size`` bytes in all."""
    return Cost(seconds=NODE_SECONDS + size / OVERLAP_RATE, flops=0.0, memory_bytes=600_000_000, disk_bytes=5_000)


def gpu_hours(flops: float) -> float:
    """Hours that so many operations take on one GPU of ``GPU_MODEL``; reading and tokenising are not counted."""
    return flops / GPU_RATE / 3600


def small() -> Cost:
    """Cost of a node that only reads tables."""
    return Cost(seconds=0.05, flops=0.0, memory_bytes=100_000_000, disk_bytes=10_000)
