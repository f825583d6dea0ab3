"""What a phase costs beside what the plan says it will: time of the processor, and the most memory.

    python benchmarks/plan_cost.py [--steps 8] [--only NAME]

Each case is a short training phase on the lab's texts, in a process of its own, with one thread: encoders of several
widths and depths, from the lab's smallest to the shape of multilingual E5 small with its 250,037 embeddings. Seconds
are the processor's for one step, without the first two. Memory is the most that the process ever held. The plan's
numbers are told the mean length that the texts have. Target: within 20 % on three sizes.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

CASES: dict[str, dict[str, Any]] = {
    "tiny": {"hidden_size": 64, "num_hidden_layers": 3, "intermediate_size": 128},
    "large": {"hidden_size": 256, "num_hidden_layers": 6, "intermediate_size": 640},
    "large, masked LM": {"hidden_size": 256, "num_hidden_layers": 6, "intermediate_size": 640, "kind": "masked_lm"},
    "E5, 3 layers": {"hidden_size": 384, "num_hidden_layers": 3, "intermediate_size": 1536, "vocab_size": 250_037},
    "E5, 12 layers": {"hidden_size": 384, "num_hidden_layers": 12, "intermediate_size": 1536, "vocab_size": 250_037},
    "E5, masked LM": {
        "hidden_size": 384, "num_hidden_layers": 3, "intermediate_size": 1536, "vocab_size": 250_037,
        "kind": "masked_lm",
    },
}  # fmt: skip
BATCH = 32


def main() -> None:
    """Run every case in a process of its own and print what was planned and measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--only", choices=CASES)
    parser.add_argument("--inside", action="store_true", help="Measure the case in this process.")
    options = parser.parse_args()
    if options.inside:
        print(json.dumps(_measured(CASES[options.only], options.steps)))
        return
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    for name in [options.only] if options.only else CASES:
        command = [sys.executable, __file__, "--inside", "--only", name, "--steps", str(options.steps)]
        told = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        found = json.loads(told.stdout.splitlines()[-1])
        print(f"{name:18} seconds a step {found['seconds']:.3f}, planned {found['planned_seconds']:.3f} "
              f"({found['planned_seconds'] / found['seconds']:.2f}x); memory {found['memory'] / 1e9:.2f} GB, planned "
              f"{found['planned_memory'] / 1e9:.2f} ({found['planned_memory'] / found['memory']:.2f}x)")  # fmt: skip


def _measured(case: dict[str, Any], steps: int) -> dict[str, float]:
    from datasets import Dataset

    from xstilts import lab
    from xstilts.encoding import ENCODINGS, EncodingOptions, TokenizerFacts
    from xstilts.models.load import load_tokenizer, new_encoder
    from xstilts.planning import cost
    from xstilts.training import PhaseSpec
    from xstilts.training.loop import train
    from xstilts.training.run import Execution, TaskData, reads_items_alone

    kind = case.get("kind", "classification")
    task, labels = ("mlm", ()) if kind == "masked_lm" else ("mnli", ("entailment", "neutral", "contradiction"))
    shape = {name: value for name, value in case.items() if name != "kind"}
    rows = Dataset.from_list(lab.examples(task, "qaa", "train")[: BATCH * steps])
    tokenizer = load_tokenizer(lab.tokenizer_folder())
    features = ENCODINGS.get(kind).encode(rows, tokenizer, EncodingOptions(max_length=128), labels)
    facts = replace(TokenizerFacts.of(tokenizer), vocab_size=shape.pop("vocab_size", 1400))
    heads = max(1, shape["hidden_size"] // 32)
    architecture = {"model_type": "xlm-roberta", "max_position_embeddings": 130, "num_attention_heads": heads, **shape}
    spec = PhaseSpec(tasks=(task,), steps=steps, batch_size=BATCH, learning_rate=1e-4, seed=1)
    times = []
    told = Execution(cpu=True, progress=lambda _: times.append(time.process_time()))
    with tempfile.TemporaryDirectory() as folder:
        encoder = new_encoder(architecture, facts, 1)
        train(spec, encoder, {task: TaskData(kind, labels, features)}, facts, Path(folder), told)
    seconds = (times[-1] - times[1]) / (len(times) - 2)
    size = cost.size_of({**shape, "vocab_size": facts.vocab_size})
    part = replace(cost.WHOLE, read_rows=reads_items_alone(spec, [kind]))
    masked = spec.mlm_probability if kind == "masked_lm" else 0.0
    asked = cost.Work(steps, BATCH, float(features.lengths.mean()), 128, spec.token_budget, masked)
    planned = cost.train(size, asked, part)
    return {
        "seconds": seconds,
        "planned_seconds": (planned.seconds - cost.NODE_SECONDS) / steps,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "planned_memory": planned.memory_bytes,
        "tokens": float(features.lengths.mean()),
    }


if __name__ == "__main__":
    main()
