"""Real samples of the inference, paraphrase and topic tasks, put where the official layout has them."""

from __future__ import annotations

import shutil
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from xstilts.sources import Source, load
from xstilts.tasks import TASKS

if TYPE_CHECKING:
    from pathlib import Path

AMERICAS = {"dev": "AmericasNLI/dev.tsv", "test": "AmericasNLI/test.tsv"}
# sample: where it lies in the official layout, task, language, split, examples
SAMPLES = [
    ("multilingual_intermediate/ocnli/train.3k.json", "OCNLI/data/ocnli/train.50k.json", "ocnli", "zh", "train", 2_994),
    (
        "multilingual_intermediate/indonli/train.first2000.jsonl",
        "indonli/data/indonli/train.jsonl", "indonli", "id", "train", 2_000,
    ),
    (
        "multilingual_intermediate/farstail/Train-word.first1000.csv",
        "FarsTail/data/Train-word.csv", "farstail", "fa", "train", 1_000,
    ),
    ("targets/xnli_other/xnli.dev.ko.tsv", "KorNLUDatasets/KorNLI/xnli.dev.ko.tsv", "kornli", "ko", "dev", 2_490),
    ("targets/xnli_other/xnli.dev.hr.first1000.csv", "C-XNLI/data/xnli.dev.hr.csv", "c_xnli", "hr", "dev", 1_000),
    ("low_resource/myxnli/my.genre.dev.first600.tsv", "myXNLI/output/my/my.genre.dev.tsv", "myxnli", "my", "dev", 600),
    (
        "low_resource/xnli_eu/xnli-eu-native.tsv",
        "xnli-eu/xnli.test.eu.native.tsv", "xnli_eu", "eu", "test_native", 621,
    ),
]  # fmt: skip


def put(data: Path, folder: Path, sample: str, original: str) -> Source:
    path = folder / original
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(data / sample, path)
    return Source("files", folder)


@pytest.mark.parametrize(
    ("sample", "original", "task", "language", "split", "n"), SAMPLES, ids=[sample[2] for sample in SAMPLES]
)
def test_samples_in_the_official_layout(
    real_data: Path, tmp_path: Path, sample: str, original: str, task: str, language: str, split: str, n: int
) -> None:
    loaded = load(TASKS.get(task), language, split, put(real_data, tmp_path, sample, original))
    assert loaded.used == n
    assert set(loaded.dataset["label"]) == set(TASKS.get(task).labels)
    assert all(loaded.dataset["text"])
    assert all(loaded.dataset["text_pair"])
    if task in ("farstail", "c_xnli"):
        assert not any('""' in text for text in loaded.dataset["text_pair"]), "quotation marks are undone"
    if task == "ocnli":
        assert loaded.rejected == {"label = '-'": 6}


@pytest.mark.parametrize(
    ("split", "usual", "others"),
    [("dev", 743, {"cni": 658, "nah": 376, "oto": 222}), ("test", 750, {"nah": 738, "oto": 748})],
)
def test_americasnli_has_the_published_number_of_pairs_in_each_language(
    real_data: Path, tmp_path: Path, split: str, usual: int, others: dict[str, int]
) -> None:
    source = put(real_data, tmp_path, f"low_resource/americasnli/{split}.tsv", AMERICAS[split])
    task = TASKS.get("americasnli")
    found = {code: load(task, code, split, source).used for code in task.languages}
    assert found == dict.fromkeys(task.languages, usual) | others
    assert sum(found.values()) == {"dev": 6_457, "test": 7_486}[split]


def test_sib200_is_parallel_and_has_seven_topics(real_data: Path, tmp_path: Path) -> None:
    task = TASKS.get("sib200")
    found = {}
    for code, own in (("en", "eng_Latn"), ("yo", "yor_Latn"), ("zh", "zho_Hans")):
        sample = f"low_resource/sib200/{own}/test.tsv"
        source = put(real_data, tmp_path, sample, f"sib-200/data/annotated/{own}/test.tsv")
        loaded = load(task, code, "test", source)
        assert loaded.used == task.splits["test"]
        assert not any('""' in text for text in loaded.dataset["text"])
        found[code] = list(zip(loaded.dataset["id"], loaded.dataset["label"], strict=True))
    assert found["en"] == found["yo"] == found["zh"]
    assert set(Counter(label for _, label in found["en"])) == set(task.labels)
