"""From a file of sentence pairs to token ids in an Arrow file: xstilts beside the way it is usually written.

    python benchmarks/reading.py [--size 392702] [--length 128]

The pairs are invented, as many as MNLI's training set has unless said, and lie in a table like XNLI's. The usual way is
``csv`` to a list of dicts, ``Dataset.from_list``, ``map`` over batches with the tokenizer, ``save_to_disk``; it checks
nothing. xstilts reads, checks, encodes and saves as ``xstilts run`` does when it prepares a data set. Each runs in a
process of its own, on one thread, with the same tokenizer; seconds, processor seconds and peak memory of the whole
process, and beside it of a start with 100 pairs. Both must give the same ids.
"""

# ruff: noqa: S311 - invented sentences need no secret draws

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

LABELS = ("entailment", "neutral", "contradiction")
WARM = 100
"""Pairs of the run that shows what starting costs."""


def main() -> None:
    """Print a table and one JSON object; or, called by itself, run one way and print the digest of its ids."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=392_702, help="sentence pairs")
    parser.add_argument("--length", type=int, default=128, help="most tokens of a pair")
    parser.add_argument("--way", choices=sorted(WAYS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way is not None:
        print(WAYS[options.way](options.folder, options.length))
        return
    report: dict[str, Any] = {"load": os.getloadavg(), "size": options.size, "length": options.length}
    for size in (WARM, options.size):
        with tempfile.TemporaryDirectory() as folder:
            _write(Path(folder), size)
            rows = {way: _measured(way, Path(folder), options.length) for way in ("usual", "xstilts")}
        if len({row.pop("digest") for row in rows.values()}) != 1:
            raise SystemExit("The two ways give different ids.")
        ratios = {name: rows["xstilts"][name] / rows["usual"][name] for name in rows["usual"]}
        report["start" if size == WARM else "whole"] = rows | {"ratios": ratios}
        for way, row in rows.items():
            shown = f"{row['seconds']:8.1f} s {row['processor_seconds']:8.1f} s of processor {row['megabytes']:8.0f} MB"
            print(f"{size:8} pairs  {way:8} {shown}", flush=True)
    print(json.dumps(report))


def _write(folder: Path, size: int) -> None:
    """The table, and a tokenizer trained on its beginning."""
    from xstilts.models.vocabulary import train_vocabulary

    draw = Random(1)
    words = ["".join(draw.choices("aeioubdfgklmnprstvz", k=draw.randint(1, 9))) for _ in range(20_000)]

    def sentence(mean: int) -> str:
        return " ".join(draw.choices(words, k=max(1, round(draw.gauss(mean, mean / 3))))).capitalize() + "."

    with (folder / "pairs.tsv").open("w", encoding="utf-8") as file:
        for _ in range(size):
            file.write(f"{sentence(20)}\t{sentence(10)}\t{draw.choice(LABELS)}\n")
    train_vocabulary((sentence(20) for _ in range(5000)), 8000).save_pretrained(folder / "tokenizer")


def _measured(way: str, folder: Path, length: int) -> dict[str, Any]:
    """One way in a process of its own: seconds, processor seconds, peak memory in MB, digest of its ids."""
    command = [sys.executable, __file__, "--way", way, "--folder", str(folder), "--length", str(length)]
    one = dict.fromkeys(("OMP_NUM_THREADS", "RAYON_NUM_THREADS"), "1")
    quiet = {"TOKENIZERS_PARALLELISM": "false", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1", "HF_HUB_OFFLINE": "1"}
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | one | quiet) as process:
        said = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"The way {way!r} failed.")
    return {
        "seconds": time.perf_counter() - start,
        "processor_seconds": used.ru_utime + used.ru_stime,
        "megabytes": used.ru_maxrss / 1024,
        "digest": said.split()[-1],
    }


def _usual(folder: Path, length: int) -> str:
    """As tutorials have it."""
    from datasets import Dataset
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder / "tokenizer")
    rows = []
    with (folder / "pairs.tsv").open(encoding="utf-8", newline="") as file:
        for premise, hypothesis, label in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            rows.append({"text": premise, "text_pair": hypothesis, "label": LABELS.index(label)})
    encoded = Dataset.from_list(rows).map(
        lambda batch: tokenizer(batch["text"], batch["text_pair"], truncation=True, max_length=length),
        batched=True,
        remove_columns=["text", "text_pair"],
    )
    encoded.save_to_disk(folder / "usual")
    return _digest(encoded.data.column("input_ids"))


def _xstilts(folder: Path, length: int) -> str:
    """As the node ``prepare`` does."""
    from xstilts.encoding import ENCODINGS, EncodingOptions
    from xstilts.models.load import load_tokenizer
    from xstilts.sources import Source, load
    from xstilts.tasks import TASKS

    tokenizer = load_tokenizer(str(folder / "tokenizer"))
    columns = {"text": 0, "text_pair": 1, "label": 2}
    entry = {"path": "pairs.tsv", "format": "delimited", "header": False, "columns": columns}
    task = TASKS.get("xnli")
    loaded = load(task, "en", "train", Source("files", folder, {"xnli": {"en": {"train": entry}}}))
    options = EncodingOptions(max_length=length, stride=0)
    features = ENCODINGS.get(task.kind).encode(loaded.dataset, tokenizer, options, task.labels)
    loaded.dataset.to_parquet(folder / "examples.parquet")
    features.save(folder / "features.arrow")
    return _digest(features.table.column("input_ids"))


def _digest(column: Any) -> str:
    """Of all ids in their order, whatever integers hold them."""
    digest = hashlib.sha256()
    for chunk in column.chunks:
        digest.update(chunk.flatten().to_numpy(zero_copy_only=False).astype("int32").tobytes())
    return digest.hexdigest()


WAYS = {"usual": _usual, "xstilts": _xstilts}

if __name__ == "__main__":
    main()
