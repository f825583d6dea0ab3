"""Each entry reads the original distribution of its data set: made-up records in its layout, and the real samples."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from xstilts import sources
from xstilts.tasks import TASKS

DATA = Path(os.environ.get("XSTILTS_DATA", ""))
needs_samples = pytest.mark.skipif("XSTILTS_DATA" not in os.environ, reason="XSTILTS_DATA names no folder of samples")

NLI = {"gold_label": "neutral", "sentence1": "A.", "sentence2": "B.", "pairID": "7"}
XNLI_HEADER = ["language", "gold_label", "sentence1_parse", "sentence2_parse", "sentence1", "sentence2", "pairID"]
CONLLU = "# sent_id = {}\n1-2\tdu\t_\t_\t_\t_\t_\t_\t_\t_\n1\tde\t_\tADP{}\n2\tle\t_\tDET{}\n\n"


def write(folder: Path, path: str, text: str) -> None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def rows(folder: Path, task: str, language: str, split: str) -> list[dict[str, Any]]:
    source = sources.Source("files", folder)
    return sources.load(TASKS.get(task), language, split, source).dataset.to_list()


def table(*records: list[str]) -> str:
    return "".join("\t".join(record) + "\n" for record in records)


@pytest.mark.parametrize(
    ("task", "split", "path"),
    [
        ("mnli", "train", "multinli_1.0/multinli_1.0_train.jsonl"),
        ("mnli", "dev", "multinli_1.0/multinli_1.0_dev_matched.jsonl"),
        ("snli", "test", "snli_1.0/snli_1.0_test.jsonl"),
    ],
)
def test_nli_without_a_majority_label_is_left_out(tmp_path: Path, task: str, split: str, path: str) -> None:
    write(tmp_path, path, "".join(json.dumps(NLI | {"gold_label": label}) + "\n" for label in ("neutral", "-")))
    found = rows(tmp_path, task, "en", split)
    assert [(row["text"], row["text_pair"], row["label"]) for row in found] == [("A.", "B.", "neutral")]


def test_xnli_takes_its_language_from_the_common_file_and_pairs_keep_their_number(tmp_path: Path) -> None:
    english = ["en", "entailment", "()", "()", "A.", "B.", "1"]
    german = ["de", "contradictory", "()", "()", 'Ein "A".', "B.", "1"]
    write(tmp_path, "XNLI-1.0/xnli.test.tsv", table(XNLI_HEADER, english, german))
    assert rows(tmp_path, "xnli", "de", "test") == [
        {"id": "1", "text": 'Ein "A".', "text_pair": "B.", "label": "contradiction"}
    ]
    assert rows(tmp_path, "xnli", "en", "test")[0]["id"] == "1"


def test_broken_lines_of_qqp_are_counted_and_left_out(tmp_path: Path) -> None:
    header = ["id", "qid1", "qid2", "question1", "question2", "is_duplicate"]
    write(tmp_path, "QQP/train.tsv", table(header, ["5", "1", "2", "Who?", "Who is it?", "1"], ["6", "1", "cut"]))
    loaded = sources.load(TASKS.get("qqp"), "en", "train", sources.Source("files", tmp_path))
    assert [row["label"] for row in loaded.dataset.to_list()] == ["duplicate"]
    assert sum(loaded.rejected.values()) == 1


def test_the_answers_of_social_iqa_are_numbered_from_one_in_a_file_of_their_own(tmp_path: Path) -> None:
    item = {"context": "C.", "question": "Q?", "answerA": "a", "answerB": "b", "answerC": "c"}
    write(tmp_path, "socialiqa-train-dev/dev.jsonl", f"{json.dumps(item)}\n" * 3)
    write(tmp_path, "socialiqa-train-dev/dev-labels.lst", "1\n3\n2\n")
    found = rows(tmp_path, "siqa", "en", "dev")
    assert [row["label"] for row in found] == [0, 2, 1]
    assert found[0]["choices"] == ["a", "b", "c"]


def test_all_treebanks_of_a_language_are_read_in_order(tmp_path: Path) -> None:
    rest = "\t_" * 6
    for treebank, number in (("GSD", "1"), ("Alpha", "2")):
        path = f"ud-treebanks/UD_French-{treebank}/fr_{treebank.lower()}-ud-test.conllu"
        write(tmp_path, path, CONLLU.format(number, rest, rest))
    found = rows(tmp_path, "udpos", "fr", "test")
    assert [row["tokens"] for row in found] == [["de", "le"], ["de", "le"]]
    assert found[0]["tags"] == ["ADP", "DET"]
    assert sources.languages(TASKS.get("udpos"), sources.Source("files", tmp_path), "test") == ("fr",)


def test_text_lies_in_one_file_for_each_language(tmp_path: Path) -> None:
    write(tmp_path, "mlm/sw.train.txt", "Habari gani?\n")
    assert [row["text"] for row in rows(tmp_path, "mlm", "sw", "train")] == ["Habari gani?"]


SAMPLES = [
    # task, language, split, number of examples, sample files and where they lie in the original distribution
    ("squad", "en", "train", 3_807, {"intermediate/squad/train-v1.1.first11articles.json": "train-v1.1.json"}),
    ("xquad", "th", "test", 1_190, {"targets/xquad/xquad.th.json.gz": "xquad.th.json"}),
    ("cosmosqa", "en", "dev", 1_200, {"intermediate/cosmosqa/valid.first1200.csv": "cosmosqa/data/valid.csv"}),
    (
        "siqa", "en", "dev", 1_954,
        {
            "intermediate/socialiqa/dev.jsonl": "socialiqa-train-dev/dev.jsonl",
            "intermediate/socialiqa/dev-labels.lst": "socialiqa-train-dev/dev-labels.lst",
        },
    ),
    ("copa", "en", "train", 400, {"intermediate/copa/train-en.jsonl": "COPA/train.jsonl"}),
    ("xcopa", "qu", "test", 500, {"targets/xcopa/test.qu.jsonl": "data/qu/test.qu.jsonl"}),
    (
        "udpos", "tl", "test", 128,
        {"low_resource/ud/tl_trg-ud-test.conllu": "ud-treebanks/UD_Tagalog-TRG/tl_trg-ud-test.conllu"},
    ),
    (
        "udpos", "ar", "test", 200,
        {"targets/ud/ar_pud-ud-test.first200.conllu.gz": "ud-treebanks/UD_Arabic-PUD/ar_pud-ud-test.conllu"},
    ),
    (
        "tatoeba", "jv", "test", 2 * 205,
        {
            f"targets/tatoeba/tatoeba.jav-eng.{side}": f"LASER/data/tatoeba/v1/tatoeba.jav-eng.{side}"
            for side in ("jav", "eng")
        },
    ),
]  # fmt: skip


@needs_samples
@pytest.mark.parametrize(("task", "language", "split", "n", "files"), SAMPLES, ids=[f"{s[0]}-{s[1]}" for s in SAMPLES])
def test_real_samples_are_read_in_their_original_layout(
    tmp_path: Path, task: str, language: str, split: str, n: int, files: dict[str, str]
) -> None:
    for sample, original in files.items():
        content = (DATA / sample).read_bytes()
        text = gzip.decompress(content) if sample.endswith(".gz") else content
        write(tmp_path, original, text.decode())
    assert len(rows(tmp_path, task, language, split)) == n
