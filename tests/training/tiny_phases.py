"""Phases small enough for a test: made-up token ids, an XLM-R of 16 dimensions, and a script that dies on request.

Run as a script: ``python tiny_phases.py PHASE SCRATCH OUT KILL_AT`` trains, and with KILL_AT > 0 kills itself with
SIGKILL after that many steps of this process; every step prints a line. OUT gets the weights of a finished run.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa

from xstilts.encoding import Features, TokenizerFacts
from xstilts.randomness import generator
from xstilts.tasks.base import Kind
from xstilts.training import Mix, PhaseSpec

VOCABULARY = TokenizerFacts(pad_id=1, vocab_size=40, mask_id=4, special_ids=(0, 1, 2, 3, 4))
ARCHITECTURE = {
    "model_type": "xlm-roberta",
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 40,
}
BERT = ARCHITECTURE | {"model_type": "bert"}
LABELS = {Kind.CLASSIFICATION: ("no", "yes", "maybe"), Kind.TAGGING: ("NOUN", "VERB")}


def features(kind: Kind, n: int = 24, name: str = "item") -> Features:
    """Made-up items of a kind; a label depends on the first content token, so that it can be learnt."""
    draw = generator(7, "tiny", kind, name)
    texts = [[0, *draw.integers(5, 40, draw.integers(2, 8)).tolist(), 2] for _ in range(n)]
    columns = {
        "item": [f"{name}-{row}" for row in range(n)],
        "example": pa.array(range(n), pa.int32()),
        "length": pa.array([len(text) for text in texts], pa.int32()),
        "truncated": [False] * n,
        "input_ids": pa.array(texts, pa.list_(pa.int32())),
    }
    if kind == Kind.CLASSIFICATION:
        columns["label"] = pa.array([text[1] % 3 for text in texts], pa.int64())
    elif kind == Kind.MASKED_LM:
        columns["special"] = pa.array([[token < 5 for token in text] for text in texts], pa.list_(pa.bool_()))
    elif kind == Kind.TAGGING:
        tags = [[token % 2 if token >= 5 else -100 for token in text] for text in texts]
        columns["labels"] = pa.array(tags, pa.list_(pa.int64()))
        columns["word"] = pa.array([[-1] * len(text) for text in texts], pa.list_(pa.int32()))
    elif kind == Kind.SPAN_QA:
        columns["start"] = pa.array([1] * n, pa.int64())
        columns["end"] = pa.array([len(text) - 2 for text in texts], pa.int64())
    elif kind == Kind.MULTIPLE_CHOICE:
        choices = [[text, text[::-1]] for text in texts]
        columns["length"] = pa.array([2 * len(text) for text in texts], pa.int32())
        columns["input_ids"] = pa.array(choices, pa.list_(pa.list_(pa.int32())))
        columns["label"] = pa.array([text[1] % 2 for text in texts], pa.int64())
    return Features(pa.table(columns))


COMMON = {"batch_size": 5, "learning_rate": 5e-3, "token_budget": 24, "warmup": 0.2, "seed": 3}
PHASES = {
    "classification": (PhaseSpec(("nli",), steps=9, **COMMON), {"nli": Kind.CLASSIFICATION}),
    "masked_lm": (PhaseSpec(("mlm",), steps=9, mlm_probability=0.4, **COMMON), {"mlm": Kind.MASKED_LM}),
    "mixture": (
        PhaseSpec(("nli", "mlm"), epochs=1, mix=Mix("uniform"), selection="pivot-dev", evaluate_every=2, **COMMON),
        {"nli": Kind.CLASSIFICATION, "mlm": Kind.MASKED_LM},
    ),
}


def encoder(architecture: dict | None = None, seed: int = 1):
    from xstilts.models.load import new_encoder

    return new_encoder(architecture or ARCHITECTURE, VOCABULARY, seed)


def task_data(kinds: dict[str, Kind], dev=None):
    from xstilts.training.loop import TaskData

    return {name: TaskData(kind, LABELS.get(kind, ()), features(kind, name=name), dev) for name, kind in kinds.items()}


def wavering_dev(model) -> float:
    """A score that goes up and down with the weights, so that the best step is neither the first nor always the last."""
    weights = model.base_model.get_input_embeddings().weight
    return float((weights.double().sum() * 1e4) % 1.0)


def train_phase(name: str, scratch: Path, progress=None, checkpoint_steps: int | None = 2):
    from xstilts.training.loop import Execution, train

    spec, kinds = PHASES[name]
    dev = wavering_dev if spec.selection != "last" else None
    how = Execution(cpu=True, checkpoint_steps=checkpoint_steps)
    return train(spec, encoder(), task_data(kinds, dev), VOCABULARY, scratch, progress, how)


def weights(result) -> dict[str, np.ndarray]:
    """Every tensor of a result by name, for comparison bit by bit."""
    from xstilts.models.heads import head_tensors

    named = {f"encoder.{name}": tensor.numpy() for name, tensor in result.encoder.state_dict().items()}
    for task, head in result.heads.items():
        named |= {f"{task}.{name}": tensor.numpy() for name, tensor in head_tensors(head.model).items()}
    return named


def main() -> None:
    name, scratch, out, kill_at = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
    seen = 0

    def progress(told) -> None:
        nonlocal seen
        seen += 1
        sys.stdout.write(f"step {told.step}\n")
        sys.stdout.flush()
        if seen == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    result = train_phase(name, scratch, progress)
    history = [str(entry) for entry in result.history]
    np.savez(out, history=np.array(history), best_step=np.array(result.best_step), **weights(result))


if __name__ == "__main__":
    main()
