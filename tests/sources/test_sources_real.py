"""Real samples through the map of the study real-small, counted against the manifest beside them."""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from xstilts.sources import Loaded, Source, expected_size, fingerprint, languages, load, read_map
from xstilts.sources.data_map import by_language, parts
from xstilts.tasks.base import Kind, Task

if TYPE_CHECKING:
    from collections.abc import Mapping

MAP = Path(str(files("xstilts") / "catalog" / "data" / "real-small.map.yaml"))
NLI = ("entailment", "neutral", "contradiction")
QQP = ("not_duplicate", "duplicate")
UPOS = (
    *("ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM"),
    *("PART", "PRON", "PROPN", "PUNCT", "SCONJ", "SYM", "VERB", "X"),
)
TASKS: Mapping[str, tuple[Kind, tuple[str, ...]]] = {
    "mnli": (Kind.CLASSIFICATION, NLI),
    "snli": (Kind.CLASSIFICATION, NLI),
    "qqp": (Kind.CLASSIFICATION, QQP),
    "xnli": (Kind.CLASSIFICATION, NLI),
    "squad": (Kind.SPAN_QA, ()),
    "xquad": (Kind.SPAN_QA, ()),
    "cosmosqa": (Kind.MULTIPLE_CHOICE, ()),
    "siqa": (Kind.MULTIPLE_CHOICE, ()),
    "copa": (Kind.MULTIPLE_CHOICE, ()),
    "xcopa": (Kind.MULTIPLE_CHOICE, ()),
    "udpos": (Kind.TAGGING, UPOS),
    "tatoeba": (Kind.RETRIEVAL, ()),
    "mlm": (Kind.MASKED_LM, ()),
}
LARGE = {"mlm": ("wo", "qu", "lg", "vi", "en+de", "en+wo")}  # a few languages of these are enough


def task(name: str) -> Task:
    kind, labels = TASKS[name]
    return Task(name, kind, "", (), {}, (), labels=labels)


def source(data: Path) -> Source:
    return Source("files", data, read_map(MAP))


@cache
def manifest(data: Path) -> Mapping[str, int]:
    """File to number of examples (0 for all but one of line-parallel files)."""
    with (data / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["file"]: int(row["examples"]) for row in rows}


def promised(data: Path, name: str, language: str, split: str) -> int:
    """Examples of a split by the manifest: the sum over parts; line-parallel files count once."""
    entry = by_language(read_map(MAP)[name], name)[language][split]
    total = 0
    for part in parts(entry, language, name):
        counts = [manifest(data)[path] for path in part.paths]
        total += max(counts) if part.format.parallel else sum(counts)
    return total


def splits_of(name: str) -> list[tuple[str, str]]:
    chosen = LARGE.get(name)
    return [
        (language, split)
        for language, splits in by_language(read_map(MAP)[name], name).items()
        for split in splits
        if chosen is None or language in chosen
    ]


def test_the_map_holds_the_tasks_tested_here() -> None:
    searches = {"bucc2018", "lareqa", "xquad_r"}  # these are tested with those of all maps
    assert set(read_map(MAP)) == {*TASKS, *searches}


@pytest.mark.parametrize("name", TASKS)
def test_as_many_examples_as_the_manifest_says(real_data: Path, name: str) -> None:
    here = source(real_data)
    for language, split in splits_of(name):
        loaded = load(task(name), language, split, here)
        assert language in languages(task(name), here, split)
        assert loaded.read == promised(real_data, name, language, split), (name, language, split)
        assert loaded.used == loaded.read - sum(loaded.rejected.values())
        guess = expected_size(task(name), language, split, here)
        assert abs(guess - loaded.read) <= 3


def column(loaded: Loaded, name: str) -> list[Any]:
    return list(loaded.dataset[name])


def test_every_file_of_the_map_is_there(real_data: Path) -> None:
    here = source(real_data)
    seen: dict[str, str] = {}
    for name in TASKS:
        for language, split in splits_of(name):
            for part in fingerprint(task(name), language, split, here)["parts"]:
                seen |= {file["path"]: file["sha256"] for file in part["files"]}
    with (real_data / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        hashes = {row["file"]: row["sha256"] for row in rows}
    assert seen
    assert {path: hashes[path] for path in seen} == seen


def test_xnli_is_parallel_in_fifteen_languages(real_data: Path) -> None:
    here = source(real_data)
    codes = languages(task("xnli"), here, "test")
    assert sorted(codes) == ["ar", "bg", "de", "el", "en", "es", "fr", "hi", "ru", "sw", "th", "tr", "ur", "vi", "zh"]
    labels = {tuple(column(load(task("xnli"), code, "test", here), "label")) for code in ("en", "sw", "zh")}
    assert len(labels) == 1
    counts: dict[str, int] = defaultdict(int)
    for label in next(iter(labels)):
        counts[label] += 1
    assert counts == dict.fromkeys(NLI, 830)


def test_mnli_sentences_come_out_of_their_question(real_data: Path) -> None:
    loaded = load(task("mnli"), "en", "train", source(real_data))
    texts = column(loaded, "text") + column(loaded, "text_pair")
    assert not any("does the hypothesis" in text or text.startswith("For the statement") for text in texts)
    assert set(column(loaded, "label")) == set(NLI)


def test_xquad_has_the_same_questions_in_every_language(real_data: Path) -> None:
    here = source(real_data)
    ids = {tuple(column(load(task("xquad"), code, "test", here), "id")) for code in ("en", "ar", "zh")}
    assert len(ids) == 1


def test_squad_dev_drops_and_counts_the_unanswerable(real_data: Path) -> None:
    loaded = load(task("squad"), "en", "dev", source(real_data))
    assert (loaded.used, loaded.rejected) == (653, {"is_impossible = 'true'": 686})
    assert all(column(loaded, "answer_texts"))


def test_tatoeba_asks_in_the_pivot(real_data: Path) -> None:
    loaded = load(task("tatoeba"), "ka", "test", source(real_data))
    rows = loaded.dataset[:4]
    assert rows["role"] == ["query", "candidate"] * 2
    assert rows["text"][0].isascii()
    assert not rows["text"][1].isascii()


def test_translation_pairs_put_english_first(real_data: Path) -> None:
    loaded = load(task("mlm"), "en+el", "train", source(real_data), limit=50)
    assert sum(text.isascii() for text in column(loaded, "text")) > 25
    assert not any(text.isascii() for text in column(loaded, "text_pair") if len(text) > 20)


def test_bible_verses_have_no_markup(real_data: Path) -> None:
    loaded = load(task("mlm"), "cni", "train", source(real_data))
    assert not any("<" in text or "\n" in text for text in column(loaded, "text"))
