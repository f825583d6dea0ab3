"""How fast a 12-layer, 768-hidden encoder is fine-tuned on real XNLI pairs, beside the Hugging Face Trainer.

    python benchmarks/finetune.py DATA [--examples 384] [--precision auto] [--threads 2] [--token-budget 512]

DATA is a folder that holds ``targets/xnli/dev-en.tsv.gz`` (premise, hypothesis, label), or such a file. In one run, one
after the other: the machine's own matrix rate, the Trainer with its defaults, the Trainer at its best settings, and the
loop of ``xstilts run`` with its checks and progress. Each trains one epoch from the same weights, after a short
warm-up; the time is that of the whole call. ``auto`` takes bf16 where the machine multiplies faster in it than in fp32,
and says what it took.

Efficiency is 6 x parameters in matrix products x real tokens (no padding, no attention scores) over time, as a share of
the matrix rate in the same precision. Targets: 1.1 x the Trainer at its best, 4 x its defaults, 80 % of that rate.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LABELS = ("entailment", "neutral", "contradiction")
ARCHITECTURE = {
    "model_type": "xlm-roberta",
    "num_hidden_layers": 12,
    "hidden_size": 768,
    "num_attention_heads": 12,
    "intermediate_size": 3072,
    "max_position_embeddings": 514,
}
BATCH = 32
RATE = 2e-5


@dataclass(frozen=True)
class Work:
    """What every contender trains on: encoded pairs, their tokenizer, and an encoder maker."""

    features: Any
    tokenizer: Any
    facts: Any
    layers: int

    @property
    def tokens(self) -> int:
        """Real tokens of all pairs."""
        return int(self.features.lengths.sum())

    def encoder(self) -> Any:
        """A new encoder; always the same weights."""
        from xstilts.models.load import new_encoder

        return new_encoder(ARCHITECTURE | {"num_hidden_layers": self.layers}, self.facts, seed=1)


def main() -> None:
    """Run all contenders and print a table and one JSON object."""
    options = _options()
    os.environ["OMP_NUM_THREADS"] = str(options.threads)
    warnings.filterwarnings("ignore")  # the Trainer's remarks on a CPU
    import torch

    torch.set_num_threads(options.threads)
    rates = {name: _matrix_rate(name) for name in ("fp32", "bf16")}
    precision = options.precision if options.precision != "auto" else max(rates, key=rates.__getitem__)
    work = _work(options)
    flops = 6 * _matrix_parameters(work) * work.tokens
    contenders = {
        "Trainer, defaults": lambda part: _trainer(part, options.threads),
        "Trainer, best": lambda part: _trainer(
            part, options.threads, per_device_train_batch_size=BATCH, bf16=precision == "bf16",
            train_sampling_strategy="group_by_length",
        ),
        "xstilts": lambda part: _ours(part, precision, options.token_budget),
    }  # fmt: skip
    rows = []
    for name, contender in contenders.items():
        contender(_first(work, 2 * BATCH))
        seconds = contender(work)
        rows.append({"name": name, "seconds": round(seconds, 2), "examples_per_second": len(work.features) / seconds,
                     "share_of_matrix_rate": flops / seconds / 1e9 / rates[precision]})  # fmt: skip
    _report(options, precision, rates, work, rows)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--examples", type=int, default=384)
    parser.add_argument("--precision", choices=("auto", "fp32", "bf16"), default="auto")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--token-budget", type=int, default=512, help="Padded tokens in one of our micro-batches.")
    parser.add_argument("--vocabulary", type=int, default=5000, help="Pieces; decides how many tokens a pair has.")
    parser.add_argument("--layers", type=int, default=12, help="Fewer only to try the script.")
    return parser.parse_args()


def _matrix_rate(precision: str) -> float:
    """GFLOP/s of the best of a few matrix products of the model's own shapes."""
    import torch

    dtype = {"fp32": torch.float32, "bf16": torch.bfloat16}[precision]
    best = spent = 0.0
    for rows, inner, columns in ((256, 768, 3072), (1024, 768, 3072), (1024, 3072, 768), (1024, 768, 768)):
        left, right = torch.randn(rows, inner).to(dtype), torch.randn(inner, columns).to(dtype)
        for _ in range(20):
            if spent > 5:  # a machine without bf16 units would be at it for minutes
                return best
            started = time.perf_counter()
            torch.mm(left, right)
            seconds = time.perf_counter() - started
            best = max(best, 2 * rows * inner * columns / seconds / 1e9)
            spent += seconds
    return best


def _work(options: argparse.Namespace) -> Work:
    from datasets import Dataset

    from xstilts.encoding import ENCODINGS, EncodingOptions, TokenizerFacts
    from xstilts.models.vocabulary import train_vocabulary

    pairs = _pairs(options.data)
    tokenizer = train_vocabulary([text for pair in pairs for text in pair[:2]], options.vocabulary)
    chosen = pairs[: options.examples]
    examples = Dataset.from_dict(
        {
            "id": [f"xnli-{number}" for number in range(len(chosen))],
            "text": [pair[0] for pair in chosen],
            "text_pair": [pair[1] for pair in chosen],
            "label": [pair[2] for pair in chosen],
        }
    )
    features = ENCODINGS.get("classification").encode(examples, tokenizer, EncodingOptions(), LABELS)
    return Work(features, tokenizer, TokenizerFacts.of(tokenizer), options.layers)


def _pairs(data: Path) -> list[list[str]]:
    path = data if data.is_file() else data / "targets" / "xnli" / "dev-en.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if len(row) == 3]
    return [row for row in rows if row[2] in LABELS]


def _first(work: Work, n: int) -> Work:
    from xstilts.encoding import Features

    return Work(Features(work.features.table.slice(0, n).combine_chunks()), work.tokenizer, work.facts, work.layers)


def _matrix_parameters(work: Work) -> int:
    """Parameters that every token is multiplied with: the matrices of all layers."""
    layers = work.encoder().encoder.layer
    return sum(tensor.numel() for tensor in layers.parameters() if tensor.ndim == 2)


def _trainer(work: Work, threads: int, **settings: Any) -> float:
    import torch
    from transformers import DataCollatorWithPadding, Trainer, TrainingArguments

    from xstilts.models.heads import attach_head
    from xstilts.tasks.base import Kind

    table = work.features.table
    columns = {"input_ids": table.column("input_ids").to_pylist(), "labels": table.column("label").to_pylist()}
    from datasets import Dataset

    model = attach_head(work.encoder(), Kind.CLASSIFICATION, LABELS, 1).train()
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(folder, num_train_epochs=1, learning_rate=RATE, report_to="none",
                                      save_strategy="no", use_cpu=True, disable_tqdm=True, **settings)  # fmt: skip
        trainer = Trainer(model, arguments, train_dataset=Dataset.from_dict(columns),
                          data_collator=DataCollatorWithPadding(work.tokenizer))  # fmt: skip
        torch.set_num_threads(threads)
        started = time.perf_counter()
        trainer.train()
        return time.perf_counter() - started


def _ours(work: Work, precision: str, token_budget: int) -> float:
    from accelerate.state import AcceleratorState

    from xstilts.tasks.base import Kind
    from xstilts.training import PhaseSpec
    from xstilts.training.loop import Execution, TaskData, train

    AcceleratorState._reset_state(reset_partial_state=True)  # what the Trainer said of its precision is not ours

    spec = PhaseSpec(("xnli",), epochs=1, batch_size=BATCH, learning_rate=RATE, precision=precision,
                     token_budget=token_budget)  # fmt: skip
    data = {"xnli": TaskData(Kind.CLASSIFICATION, LABELS, work.features)}
    encoder = work.encoder()
    told: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        train(
            spec,
            encoder,
            data,
            work.facts,
            Path(folder),
            Execution(cpu=True, progress=lambda step: told.append(str(step))),
        )
        return time.perf_counter() - started


def _report(
    options: argparse.Namespace, precision: str, rates: dict[str, float], work: Work, rows: list[dict[str, Any]]
) -> None:
    import torch
    import transformers

    ours = rows[-1]["examples_per_second"]
    print(f"{len(work.features)} pairs, mean {work.tokens / len(work.features):.1f} tokens; {options.threads} threads; "
          f"{precision}; matrix rate {rates['fp32']:.0f} GFLOP/s in fp32, {rates['bf16']:.0f} in bf16")  # fmt: skip
    print(f"{'':20}{'seconds':>9}{'examples/s':>12}{'of matrix rate':>16}{'xstilts is':>12}")
    for row in rows:
        row["xstilts_ratio"] = ours / row["examples_per_second"]
        print(f"{row['name']:20}{row['seconds']:>9.1f}{row['examples_per_second']:>12.2f}"
              f"{row['share_of_matrix_rate']:>15.0%} {row['xstilts_ratio']:>11.2f}x")  # fmt: skip
    versions = {"torch": torch.__version__, "transformers": transformers.__version__}
    print(json.dumps({"examples": len(work.features), "mean_tokens": work.tokens / len(work.features),
                      "threads": options.threads, "precision": precision, "gflops": rates, "rows": rows,
                      "load": os.getloadavg()[0], "versions": versions}))  # fmt: skip


if __name__ == "__main__":
    main()
