"""What answering all noises at once saves: tokens that a model reads, beside those of each variant on its own.

    python benchmarks/noise_once.py DATA [--examples 500] [--language fr]

DATA is a folder that holds ``targets``. Ten noises at five severities are made of XNLI's pairs (both sentences) and of
its hypotheses alone, and cut by a tokenizer learnt from their words. *On its own*: the clean examples and all fifty
noisy copies of them, each batched as ``evaluation.batches`` does it. *At once*: as ``predict`` under noise does it, the
clean examples, then every different noisy example once, all variants in common batches. Counted are the tokens of all
batches with their padding, which is what the time of a model goes by, and the ratio for each severity alone: few edits
leave many examples as they are. Nothing is timed, so a busy machine changes nothing.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from datasets import Dataset

from noise import TEN  # the benchmark beside this one
from xstilts.encoding import ENCODINGS, EncodingOptions
from xstilts.evaluation.batches import batches
from xstilts.models.vocabulary import train_vocabulary
from xstilts.noise import NOISES, RATES
from xstilts.sources import arrow, noisy
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from transformers import PreTrainedTokenizerFast

    from xstilts.sources.arrow import Example

KIND = Kind.CLASSIFICATION
LABELS = ("entailment", "neutral", "contradiction")
SEVERITIES = range(1, len(RATES))


def main() -> None:
    """Print a line for pairs and for single sentences, and one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--examples", type=int, default=500)
    parser.add_argument("--language", default="fr", help="one that has all ten noises")
    options = parser.parse_args()
    every = examples(options.data / "targets" / "xnli" / f"dev-{options.language}.tsv.gz")
    tokenizer = train_vocabulary((pair[name] for pair in every for name in ("text", "text_pair")), 4_000)
    pairs = every[: options.examples]
    single = [{**pair, "text": pair["text_pair"], "text_pair": ""} for pair in pairs]
    report = {}
    for name, rows in (("pairs", pairs), ("hypotheses", single)):
        print(name)
        report[name] = compared(rows, options.language, tokenizer)
    print(json.dumps(report))


def examples(path: Path) -> list[Example]:
    """The pairs of a file of premise, hypothesis and label."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if len(row) == 3]
    found = (row for row in rows if row[2] in LABELS)
    return [
        {"id": str(number), "text": premise, "text_pair": hypothesis, "label": label}
        for number, (premise, hypothesis, label) in enumerate(found)
    ]


def compared(rows: Sequence[Example], language: str, tokenizer: PreTrainedTokenizerFast) -> dict[str, Any]:
    """Tokens at once and on its own, of all variants and of those of each severity."""
    clean = Dataset(arrow.table(KIND, rows))
    asked = [noisy.Noised(NOISES.get(name), severity) for name in TEN for severity in SEVERITIES]
    made = list(noisy.corrupted(KIND, clean, asked, dict.fromkeys(("text", "text_pair"), language)))
    lengths = _Lengths(tokenizer)
    known = lengths.of(rows)
    found: dict[str, Any] = {}
    for name, severities in {"all": {*SEVERITIES}, **{str(one): {one} for one in SEVERITIES}}.items():
        chosen = [changed for one, changed in zip(asked, made, strict=True) if one.severity in severities]
        changes = [pair for one in chosen for pair in zip(one.rows, one.examples, strict=True)]
        unique = {(row, json.dumps(new)): new for row, new in changes}
        alone = _tokens(known)
        for changed in chosen:
            own = known.copy()
            own[changed.rows] = lengths.of(changed.examples)
            alone += _tokens(own)
        once = _tokens(known) + _tokens(lengths.of(unique.values()))
        n = len(chosen) * len(rows)
        found[name] = {
            "at once": once, "on its own": alone, "ratio": round(once / alone, 3),
            "changed": round(len(changes) / n, 3), "different": round(len(unique) / n, 3),
        }  # fmt: skip
        print(f"severity {name}: {found[name]}", flush=True)
    return found


class _Lengths:
    """Tokens of examples, each different one cut once."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast) -> None:
        self._tokenizer, self._options = tokenizer, EncodingOptions(max_length=256)
        self._known: dict[str, int] = {}

    def of(self, rows: Iterable[Example]) -> np.ndarray[Any, np.dtype[np.int64]]:
        texts = [(json.dumps([row["text"], row["text_pair"]]), row) for row in rows]
        new = {text: row for text, row in texts if text not in self._known}
        if new:
            data = Dataset(arrow.table(KIND, list(new.values())))
            features = ENCODINGS.get(KIND).encode(data, self._tokenizer, self._options, LABELS)
            self._known.update(zip(new, features.lengths.tolist(), strict=True))
        return np.array([self._known[text] for text, _ in texts], dtype=np.int64)


def _tokens(lengths: np.ndarray[Any, np.dtype[np.int64]]) -> int:
    """Tokens of all batches, with padding."""
    return sum(len(rows) * int(lengths[rows].max()) for rows in batches(lengths))


if __name__ == "__main__":
    main()
