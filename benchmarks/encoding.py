"""From sentences to vectors: xstilts beside sentence-transformers.

    python benchmarks/encoding.py [--model DIR] [--sentences 2000] [--repeats 3] [--size small|base|both]

Both read the same model directory: ``--model``, or encoders of XLM-R's type with random weights (which make no
difference to speed), 12 layers of 384 dimensions (as MiniLM has) and of 768 (as xlm-roberta-base has, with a smaller
vocabulary). The sentences are invented, all different, 5 to 60 words long, most of them short. Measured is one call
from a list of texts to an array of mean-pooled vectors, tokenisation included, loading and a short warm-up not:
``equal`` with one thread and float32 in both; ``defaults`` with whatever each does when nothing is said. Each repeat
runs each in a process of its own, in turn; best and median of sentences per second, also per second of processor time,
which a busy machine disturbs less. Both must give the same vectors.
"""

# ruff: noqa: S311 - invented sentences need no secret draws

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

LENGTH = 256
"""Most tokens of a sentence; none of the invented ones reaches it."""
SHAPES = {"small": (384, 1536), "base": (768, 3072)}
"""Dimensions, and those inside the feed-forward layers."""
SETTINGS = ("equal", "defaults")
WARM = 64


def main() -> None:
    """Print a table and one JSON object; or, called by itself, run one way and write its vectors."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, help="directory of an encoder with its tokenizer")
    parser.add_argument("--sentences", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--size", choices=(*SHAPES, "both"), default="both")
    parser.add_argument("--way", choices=sorted(WAYS), help=argparse.SUPPRESS)
    parser.add_argument("--setting", choices=SETTINGS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way is not None:
        print(json.dumps(_run(options.way, options.setting, options.model, options.folder)))
        return
    report: dict[str, Any] = {"load": os.getloadavg(), "sentences": options.sentences, "repeats": options.repeats}
    with tempfile.TemporaryDirectory() as folder:
        for name, model in _models(options, Path(folder)).items():
            for setting in SETTINGS:
                report[f"{name} {setting}"] = _compared(name, setting, model, options.repeats, Path(folder))
    print(json.dumps(report))


def _models(options: argparse.Namespace, folder: Path) -> dict[str, Path]:
    """Writes the sentences; gives the directories of the models by name."""
    from xstilts.encoding import TokenizerFacts
    from xstilts.models.load import new_encoder, quiet
    from xstilts.models.vocabulary import train_vocabulary

    draw = Random(1)
    words = ["".join(draw.choices("aeioubdfgklmnprstvz", k=draw.randint(1, 9))) for _ in range(20_000)]

    def sentence() -> str:
        length = min(60, max(5, round(draw.lognormvariate(2.8, 0.5))))
        return " ".join(draw.choices(words, k=length)).capitalize() + "."

    texts = list(dict.fromkeys(sentence() for _ in range(options.sentences)))
    (folder / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
    if options.model is not None:
        return {options.model.name: options.model}
    tokenizer = train_vocabulary((sentence() for _ in range(10_000)), 16_000)
    models = {}
    for name in SHAPES if options.size == "both" else (options.size,):
        hidden, inside = SHAPES[name]
        shape = {"hidden_size": hidden, "intermediate_size": inside, "num_hidden_layers": 12, "type_vocab_size": 1}
        rest = {"num_attention_heads": 12, "max_position_embeddings": 514}
        models[name] = folder / name
        encoder = new_encoder({"model_type": "xlm-roberta"} | shape | rest, TokenizerFacts.of(tokenizer), 1)
        with quiet():
            encoder.save_pretrained(models[name])
        tokenizer.save_pretrained(models[name])
    return models


def _compared(name: str, setting: str, model: Path, repeats: int, folder: Path) -> dict[str, Any]:
    """Both ways in turn, ``repeats`` times."""
    rows: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for repeat in range(repeats):
        for way in sorted(WAYS, reverse=bool(repeat % 2)):
            rows[way].append(_measured(way, setting, model, folder))
    theirs, ours = (np.load(folder / f"{way}.npy") for way in ("sentence-transformers", "xstilts"))
    said: dict[str, Any] = {"difference": float(np.abs(theirs - ours).max())}
    for clock in ("wall", "processor"):
        speeds = {way: [row[clock] for row in found] for way, found in rows.items()}
        said[clock] = {way: {"best": max(s), "median": statistics.median(s)} for way, s in speeds.items()}
        said[clock]["ratio"] = {
            kind: said[clock]["xstilts"][kind] / said[clock]["sentence-transformers"][kind]
            for kind in ("best", "median")
        }
    for way in WAYS:
        best, median = said["wall"][way]["best"], said["wall"][way]["median"]
        used = said["processor"][way]["best"]
        print(f"{name:8} {setting:8} {way:22} best {best:7.1f}/s median {median:7.1f}/s; "
              f"{used:7.1f} per processor second", flush=True)  # fmt: skip
    ratios = {clock: said[clock]["ratio"] for clock in ("wall", "processor")}
    print(f"{name:8} {setting:8} ratios {ratios}, largest difference {said['difference']:.1e}", flush=True)
    if said["difference"] > 1e-4:
        raise SystemExit("The two ways give different vectors.")
    return said


def _measured(way: str, setting: str, model: Path, folder: Path) -> dict[str, float]:
    """Sentences per second and per second of processor time, in a process of its own."""
    command = [sys.executable, __file__, "--way", way, "--setting", setting, "--model", str(model)]
    one = dict.fromkeys(("OMP_NUM_THREADS", "RAYON_NUM_THREADS"), "1") | {"TOKENIZERS_PARALLELISM": "false"}
    free = {name: value for name, value in os.environ.items() if name not in one}
    env = free | {"HF_HUB_OFFLINE": "1"} | (one if setting == "equal" else {})
    done = subprocess.run(
        [*command, "--folder", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env, check=True
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _run(way: str, setting: str, model: Path, folder: Path) -> dict[str, float]:
    texts = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
    encode = WAYS[way](model, setting)
    encode(texts[:WARM])
    start, used = time.perf_counter(), time.process_time()
    vectors = encode(texts)
    seconds, processor = time.perf_counter() - start, time.process_time() - used
    np.save(folder / f"{way}.npy", vectors)
    return {"wall": len(texts) / seconds, "processor": len(texts) / processor}


def _sentence_transformers(model: Path, setting: str) -> Any:
    from sentence_transformers import SentenceTransformer

    kwargs: dict[str, Any] = {"device": "cpu", "model_kwargs": {"dtype": "float32"}} if setting == "equal" else {}
    loaded = SentenceTransformer(str(model), **kwargs)  # a plain encoder: it adds mean pooling by itself
    loaded.max_seq_length = LENGTH
    return lambda texts: loaded.encode(texts, show_progress_bar=False)


def _xstilts(model: Path, setting: str) -> Any:
    from xstilts.evaluation.embed import encode_texts
    from xstilts.models.load import load_encoder, load_tokenizer

    encoder, tokenizer = load_encoder(model)[0], load_tokenizer(model)
    return lambda texts: encode_texts(encoder, tokenizer, texts, max_length=LENGTH)


WAYS = {"sentence-transformers": _sentence_transformers, "xstilts": _xstilts}

if __name__ == "__main__":
    main()
