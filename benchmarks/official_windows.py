"""Windows, labels and answers of question answering beside the reference that the benchmarks' programs come from.

    python -m venv REF && REF/bin/pip install transformers==4.46.3 torch sentencepiece "numpy<2"
    python benchmarks/official_windows.py --reference REF/bin/python --tokenizer DIR xquad.el.json xquad.th.json …

DIR holds a fast tokenizer (tokenizer.json) of XLM-R's or BERT's kind; the slow one that the reference needs is made
from it. Each file is in SQuAD's format. Both sides read windows of 384 tokens with a step of 128, questions cut at
64, and answer from the same simulated logits, with and without "no answer". The reference is transformers'
``squad_convert_example_to_features`` and ``compute_predictions_logits``, with two changes that make it what
google-research/xtreme has: XLM-R counts among the tokenizers with two separators, and BasicTokenizer does not
normalise. Printed are the windows of both sides, and how many differ in token ids, in labels, and in answers.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import json
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

LENGTH, STEP, QUESTION, N_BEST, LONGEST = 384, 128, 64, 20, 30
NO_LOGIT = -1e4
"""Of padding, which takes no part on our side."""


def main() -> None:
    """Print a line for each file and one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+", help="SQuAD JSON, plain or gzip")
    parser.add_argument("--tokenizer", type=Path, required=True, help="folder with tokenizer.json")
    parser.add_argument("--reference", help="Python with transformers 4 to compare with")
    parser.add_argument("--tokens", action="store_true", help="answers are the text of their tokens (MLQA zh)")
    parser.add_argument("--limit", type=int, help="questions of each file")
    parser.add_argument("--side", choices=("reference",), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        print(json.dumps([_of_reference(file, options) for file in options.files]))
        return
    report = []
    with tempfile.TemporaryDirectory() as folder:
        slow = _slow(options.tokenizer, Path(folder))
        arguments = [*map(str, options.files), *(["--tokens"] if options.tokens else [])]
        arguments += ["--limit", str(options.limit)] if options.limit else []
        call = [options.reference, __file__, "--side", "reference", "--tokenizer", str(slow), *arguments]
        theirs = json.loads(subprocess.run(call, check=True, stdout=subprocess.PIPE).stdout)
    for file, their in zip(options.files, theirs, strict=True):
        our = _of_xstilts(file, options)
        row = {"file": file.name, "windows": len(our["ids"]), "reference": len(their["ids"])}
        for name in ("ids", "labels", "answers", "answers_or_none"):
            known = set(our[name]) & set(their[name])
            row[name] = [len(known), sum(our[name][key] != their[name][key] for key in known)]
            row[f"{name}_alone"] = [len(set(our[name]) - known), len(set(their[name]) - known)]
        print({name: value for name, value in row.items() if value not in ([0, 0],)}, flush=True)
        wrong = [key for key in our["answers"] if our["answers"][key] != their["answers"].get(key)]
        row["examples"] = [[key, our["answers"][key], their["answers"].get(key)] for key in wrong[:5]]
        report.append(row)
    print(json.dumps(report, ensure_ascii=False))


def questions(file: Path, limit: int | None) -> list[dict[str, Any]]:
    """Id, question, context and answers of each question of a SQuAD file."""
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as stream:
        document = json.load(stream)
    asked = [
        {"id": str(item["id"]), "question": item["question"], "context": paragraph["context"]}
        | {"answers": [] if item.get("is_impossible") else item["answers"][:1]}
        for article in document["data"]
        for paragraph in article["paragraphs"]
        for item in paragraph["qas"]
    ]
    return asked[:limit]


def simulated(name: str, length: int) -> np.ndarray:
    """Logits of a window's real tokens, ``(2, length)``: noise and a few peaks, the same for everybody."""
    draw = np.random.default_rng(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big"))
    logits = draw.normal(size=(2, length))
    for _ in range(4):
        first = int(draw.integers(0, length))
        last = min(length - 1, first + int(draw.integers(0, 9)))
        logits[0, first] += draw.uniform(1, 8)
        logits[1, last] += draw.uniform(1, 8)
    return logits.astype(np.float32)


def _of_xstilts(file: Path, options: argparse.Namespace) -> dict[str, Any]:
    import datasets
    from transformers import AutoTokenizer

    from xstilts.encoding import EncodingOptions, span_qa

    tokenizer = AutoTokenizer.from_pretrained(options.tokenizer)
    rows = [
        {name: row[name] for name in ("id", "question", "context")}
        | {"answer_texts": [answer["text"] for answer in row["answers"]]}
        | {"answer_starts": [answer["answer_start"] for answer in row["answers"]]}
        for row in questions(file, options.limit)
    ]
    examples = datasets.Dataset.from_list(rows)
    said = EncodingOptions(LENGTH, STEP, LONGEST, "run_squad", QUESTION, N_BEST, options.tokens)
    features = span_qa.encode(examples, tokenizer, said, ())
    outputs = [simulated(item, length) for item, length in zip(features.items, features.lengths, strict=True)]
    ids, labels = features.ragged("input_ids"), zip(features.column("start"), features.column("end"), strict=True)
    table = span_qa.decode(examples, features, outputs, said, ())
    with_null = span_qa.with_null(table, features, outputs)
    return {
        "ids": {item: ids[row].tolist() for row, item in enumerate(features.items)},
        "labels": {item: [int(first), int(last)] for item, (first, last) in zip(features.items, labels, strict=True)},
        "answers": dict(zip(examples["id"], table.column("prediction").to_pylist(), strict=True)),
        "answers_or_none": dict(zip(examples["id"], with_null.column("prediction").to_pylist(), strict=True)),
    }


def _of_reference(file: Path, options: argparse.Namespace) -> dict[str, Any]:
    """The same from transformers 4, in a process of its own."""
    import transformers
    from transformers.data.metrics import squad_metrics
    from transformers.data.processors import squad
    from transformers.models.bert import tokenization_bert

    class Unnormalised:
        """``unicodedata`` as BasicTokenizer used it before it normalised."""

        def __getattr__(self, name: str) -> Any:
            import unicodedata

            return (lambda form, text: text) if name == "normalize" else getattr(unicodedata, name)

    tokenization_bert.unicodedata = Unnormalised()
    squad.MULTI_SEP_TOKENS_TOKENIZERS_SET.add("xlmroberta")
    kind = "BertTokenizer" if (options.tokenizer / "vocab.txt").exists() else "XLMRobertaTokenizer"
    more = {"do_lower_case": False} if kind == "BertTokenizer" else {}
    tokenizer = getattr(transformers, kind).from_pretrained(options.tokenizer, model_max_length=512, **more)
    squad.tokenizer = tokenizer
    if options.tokens:
        squad_metrics.get_final_text = lambda said, original, *rest: said
    examples, features, results, labels = [], [], [], {}
    for place, row in enumerate(questions(file, options.limit)):
        for training in (True, False):
            answer = row["answers"][0] if row["answers"] and training else {"text": None, "answer_start": None}
            example = squad.SquadExample(
                row["id"], row["question"], row["context"], answer["text"], answer["answer_start"], "",
                answers=row["answers"], is_impossible=not row["answers"],
            )  # fmt: skip
            made = squad.squad_convert_example_to_features(example, LENGTH, STEP, QUESTION, "max_length", training)
            if training:
                labels |= {f"{row['id']}#{at}": [one.start_position, one.end_position] for at, one in enumerate(made)}
        examples.append(example)
        for number, feature in enumerate(made):
            feature.example_index, feature.unique_id, feature.name = place, len(features), f"{row['id']}#{number}"
            logits = np.full((2, LENGTH), NO_LOGIT)
            logits[:, : len(feature.tokens)] = simulated(feature.name, len(feature.tokens))
            features.append(feature)
            results.append(squad.SquadResult(feature.unique_id, *logits.tolist()))
    said = [
        squad_metrics.compute_predictions_logits(
            examples, features, results, N_BEST, LONGEST, False, None, None, None, False, negative, 0.0, tokenizer
        )
        for negative in (False, True)
    ]
    ids = {feature.name: feature.input_ids[: len(feature.tokens)] for feature in features}
    return {"ids": ids, "labels": labels, "answers": said[0], "answers_or_none": said[1]}


def _slow(fast: Path, folder: Path) -> Path:
    """A folder with the vocabulary of a fast tokenizer as slow ones read it."""
    whole = json.loads((fast / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary = whole["model"]["vocab"]
    if whole["model"]["type"] == "WordPiece":
        names = sorted(vocabulary, key=vocabulary.get)
        (folder / "vocab.txt").write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
        return folder
    # a sentencepiece model: <unk> <s> </s>, then the pieces, which XLM-R's tokenizer counts from 4 on
    pieces = [("<unk>", 0.0, 2), ("<s>", 0.0, 3), ("</s>", 0.0, 3)]
    pieces += [(name, score, 1) for name, score in vocabulary[4:] if name != "<mask>"]
    parts = [whole["normalizer"], *whole["normalizer"].get("normalizers", [])]
    table = next(part["precompiled_charsmap"] for part in parts if "precompiled_charsmap" in part)
    rules = _field(1, b"nmt_nfkc") + _field(2, base64.b64decode(table)) + b"\x18\x01\x20\x01\x28\x01"
    model = b"".join(
        _field(1, _field(1, name.encode()) + b"\x15" + struct.pack("<f", score) + b"\x18" + bytes([kind]))
        for name, score, kind in pieces
    )
    trainer = b"\x18\x01"  # the unigram model
    (folder / "sentencepiece.bpe.model").write_bytes(model + _field(2, trainer) + _field(3, rules))
    return folder


def _field(number: int, value: bytes) -> bytes:
    """A field of bytes in protobuf's wire format."""
    size, varint = len(value), b""
    while size > 127:
        size, varint = size >> 7, varint + bytes([size & 127 | 128])
    return bytes([number << 3 | 2]) + varint + bytes([size]) + value


if __name__ == "__main__":
    sys.exit(main())
