"""Phases small enough for a test: made-up token ids, an XLM-R of 16 dimensions, and a script that dies on request.

Run as a script: ``python tiny_phases.py FOLDER '{"PHASE": ["END", …]}'``. For each phase one process trains to the end,
then one after the other starts on another scratch folder and trains until its END: ``self:K`` kills itself with SIGKILL
after K steps, ``parent:K`` is killed from outside on its K-th report, ``finish`` is left alone. Finished weights go to
``PHASE-whole.npz`` and ``PHASE-end.npz``. Prints what each process told, as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa

from xstilts.encoding import Features, TokenizerFacts
from xstilts.randomness import generator
from xstilts.tasks.base import Kind
from xstilts.training import Contrast, Mix, PhaseSpec
from xstilts.training.robust import Robust

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
    elif kind == Kind.RETRIEVAL:
        return pair_features(texts, columns)
    return Features(pa.table(columns))


def pair_features(texts: list[list[int]], columns: dict) -> Features:
    """Questions with passages that begin with the same token; every fourth passage answers two questions."""
    n = len(texts)
    right = [row - 1 if row % 4 == 1 else row for row in range(n)]
    passages = [[0, texts[row][1], *([7, 9] * (row % 3)), 5 + row % 30, 2] for row in right]
    numbers = [[right[row], right[(row + 2) % n]] for row in range(n)]
    own = [[passages[row], passages[(row + 2) % n]] for row in range(n)]
    lengths = [len(text) + sum(map(len, two)) for text, two in zip(texts, own, strict=True)]
    return Features(pa.table(columns | {
        "length": pa.array(lengths, pa.int32()),
        "passages": pa.array(own, pa.list_(pa.list_(pa.int32()))),
        "numbers": pa.array(numbers, pa.list_(pa.int64())),
    }))  # fmt: skip


COMMON = {"batch_size": 5, "learning_rate": 5e-3, "token_budget": 24, "warmup": 0.2, "seed": 3}
PHASES = {
    "classification": (PhaseSpec(("nli",), steps=9, **COMMON), {"nli": Kind.CLASSIFICATION}),
    "masked_lm": (PhaseSpec(("mlm",), steps=9, mlm_probability=0.4, **COMMON), {"mlm": Kind.MASKED_LM}),
    "mixture": (
        PhaseSpec(("nli", "mlm"), epochs=1, mix=Mix("uniform"), selection="pivot-dev", evaluate_every=2, **COMMON),
        {"nli": Kind.CLASSIFICATION, "mlm": Kind.MASKED_LM},
    ),
    "dual": (
        PhaseSpec(("qa~dual-encoder", "qa"), steps=9, contrast=Contrast("first", "dot", 1.0), mix=Mix("uniform"),
                  **(COMMON | {"token_budget": 60})),
        {"qa~dual-encoder": Kind.RETRIEVAL, "qa": Kind.SPAN_QA},
    ),
    "adapted": (
        PhaseSpec(("nli", "mlm", "pos"), steps=6, beside={"mlm": 0.4}, selection="average", evaluate_every=2,
                  mix=Mix("linear", weights={"nli": 1, "pos": 0}, end_weights={"nli": 0, "pos": 1}),
                  lora_rank=2, freeze_layers=1, **COMMON),
        {"nli": Kind.CLASSIFICATION, "mlm": Kind.MASKED_LM, "pos": Kind.TAGGING},
    ),
    "frozen": (
        PhaseSpec(("nli",), steps=9, freeze_embeddings=True, freeze_layers=1, selection="pivot-dev", evaluate_every=2,
                  **COMMON),
        {"nli": Kind.CLASSIFICATION},
    ),
    "adversarial": (
        PhaseSpec(("nli", "pos"), steps=8, mix=Mix("uniform"), robust=Robust("adversarial", 0.2, 2), **COMMON),
        {"nli": Kind.CLASSIFICATION, "pos": Kind.TAGGING},
    ),
    "frozen_words": (
        PhaseSpec(("mlm", "nli"), steps=9, freeze_embeddings=True, selection="average", evaluate_every=2, **COMMON),
        {"mlm": Kind.MASKED_LM, "nli": Kind.CLASSIFICATION},
    ),
}  # fmt: skip


def encoder(architecture: dict | None = None, seed: int = 1):
    from xstilts.models.load import new_encoder

    return new_encoder(architecture or ARCHITECTURE, VOCABULARY, seed)


def task_data(kinds: dict[str, Kind], dev=None):
    from xstilts.training.loop import TaskData

    return {name: TaskData(kind, LABELS.get(kind, ()), features(kind, name=name), dev) for name, kind in kinds.items()}


def wavering_dev(model) -> float:
    """A score that goes up and down with the weights, so that the best step may be any."""
    total = sum(weights.double().sum() for weights in model.base_model.parameters())
    return float((total * 1e4) % 1.0)


def train_phase(name: str, scratch: Path, progress=None, snapshot_steps: int | None = 2):
    from xstilts.training.loop import Execution, train

    spec, kinds = PHASES[name]
    dev = wavering_dev if spec.selection == "pivot-dev" else None
    how = Execution(cpu=True, snapshot_steps=snapshot_steps, progress=progress)
    return train(spec, encoder(), task_data(kinds, dev), VOCABULARY, scratch, how)


def weights(result) -> dict[str, np.ndarray]:
    """Every tensor of a result by name, for comparison bit by bit."""
    from xstilts.models.heads import head_tensors

    named = {f"encoder.{name}": tensor.numpy() for name, tensor in result.encoder.state_dict().items()}
    for task, head in result.heads.items():
        named |= {f"{task}.{name}": tensor.numpy() for name, tensor in head_tensors(head.model).items()}
    return named


def train_and_die(name: str, scratch: Path, out: Path, end: str, lines: int) -> None:
    """Train in this process until its end. Each step is told on the file descriptor ``lines``.

    One that is killed from outside waits for that a step later at most, or it may be done before the other one looks.
    """
    who, _, when = end.partition(":")
    seen = 0

    def progress(told) -> None:
        nonlocal seen
        seen += 1
        os.write(lines, f"{told.step}\n".encode())
        if who == "self" and seen == int(when):
            os.kill(os.getpid(), signal.SIGKILL)
        if who == "parent" and seen > int(when):
            signal.pause()

    result = train_phase(name, scratch, progress)
    if who == "parent":
        signal.pause()
    history = np.array([str(entry) for entry in result.history])
    np.savez(out, history=history, best_step=np.array(result.best_step), **weights(result))


def one_life(name: str, scratch: Path, out: Path, end: str) -> dict:
    """Start a process that trains, and let it end: ``self:K``, ``parent:K`` (killed after K steps) or ``finish``."""
    who, _, when = end.partition(":")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        train_and_die(name, scratch, out, end, writing)
        os._exit(0)
    os.close(writing)
    steps = []
    with os.fdopen(reading) as told:
        for line in told:
            steps.append(int(line))
            if who == "parent" and len(steps) == int(when):
                os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return {"end": end, "steps": steps, "status": os.waitstatus_to_exitcode(status)}


def main() -> None:
    import accelerate  # noqa: F401 - imported before the first life, so that each one starts fast
    import peft  # noqa: F401 - the same

    encoder()
    folder, plan = Path(sys.argv[1]), json.loads(sys.argv[2])
    lives = {}
    for name, ends in plan.items():
        first = one_life(name, folder / name / "scratch-whole", folder / f"{name}-whole.npz", "finish")
        rest = [one_life(name, folder / name / "scratch", folder / f"{name}-end.npz", end) for end in ends]
        lives[name] = [first, *rest]
    sys.stdout.write(json.dumps(lives))


if __name__ == "__main__":
    main()
