"""Unions: several tasks read as one, and hub splits joined from several."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from xstilts.errors import DataError
from xstilts.sources import Source, expected_size, fingerprint, languages, load
from xstilts.tasks import TASKS

if TYPE_CHECKING:
    from pathlib import Path

ANLI_PLUS = TASKS.get("anli_plus")
PARTS = ("anli", "mnli", "snli")


def anli(label: str) -> str:
    return json.dumps({"uid": "u", "context": "Fog rose.", "hypothesis": "It was foggy.", "label": label}) + "\n"


def release(label: str) -> str:
    return json.dumps({"sentence1": "Fog rose.", "sentence2": "It was foggy.", "gold_label": label}) + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Train: ANLI 1 + 2 + 1 pairs, MNLI 3 of which one has no label, SNLI 2 of which one has none."""
    files = {
        "anli_v1.0/R1/train.jsonl": anli("e"),
        "anli_v1.0/R2/train.jsonl": anli("n") + anli("c"),
        "anli_v1.0/R3/train.jsonl": anli("e"),
        "multinli_1.0/multinli_1.0_train.jsonl": release("neutral") + release("-") + release("contradiction"),
        "snli_1.0/snli_1.0_train.jsonl": release("-") + release("entailment"),
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_ids_labels_and_counts_of_a_union(folder: Path) -> None:
    loaded = load(ANLI_PLUS, "en", "train", Source("files", folder))
    assert [(row["id"], row["label"]) for row in loaded.dataset.to_list()] == [
        ("anli/anli-train-0", "entailment"),
        ("anli/anli-train-1", "neutral"),
        ("anli/anli-train-2", "contradiction"),
        ("anli/anli-train-3", "entailment"),
        ("mnli/mnli-train-0", "neutral"),
        ("mnli/mnli-train-2", "contradiction"),
        ("snli/snli-train-1", "entailment"),
    ]
    assert (loaded.read, loaded.used) == (9, 7)
    assert loaded.rejected == {"mnli: gold_label = '-'": 1, "snli: gold_label = '-'": 1}


def test_a_limit_draws_over_the_whole_and_keeps_the_order(folder: Path) -> None:
    source = Source("files", folder)
    everything = load(ANLI_PLUS, "en", "train", source).dataset["id"]
    loaded = load(ANLI_PLUS, "en", "train", source, limit=3)
    chosen = loaded.dataset["id"]
    assert loaded.used == 3
    assert loaded.read == 9
    assert loaded.rejected["over the limit"] == 4
    assert list(chosen) == [identity for identity in everything if identity in set(chosen)]
    larger = set(load(ANLI_PLUS, "en", "train", source, limit=5).dataset["id"])
    assert set(chosen) < larger, "a smaller limit keeps some of what a larger one keeps"


def test_the_fingerprint_is_that_of_the_parts_and_follows_each(folder: Path) -> None:
    source = Source("files", folder)
    before = fingerprint(ANLI_PLUS, "en", "train", source)
    assert before["union"] == {name: fingerprint(TASKS.get(name), "en", "train", source) for name in PARTS}
    (folder / "snli_1.0/snli_1.0_train.jsonl").write_text(release("neutral"))
    after = fingerprint(ANLI_PLUS, "en", "train", source)
    assert after["union"]["snli"] != before["union"]["snli"]
    assert after["union"]["mnli"] == before["union"]["mnli"]


def test_the_expected_size_adds_up(folder: Path) -> None:
    assert expected_size(ANLI_PLUS, "en", "train", Source("files", folder)) == 4 + 3 + 2
    # 162,865 + 392,702 + 549,367, and 3,200 + 9,815 + 9,842 (facts: ANLI+)
    assert expected_size(ANLI_PLUS, "en", "train", Source("hub")) == 1_104_934 == ANLI_PLUS.splits["train"]
    assert expected_size(ANLI_PLUS, "en", "dev", Source("hub")) == 22_857 == ANLI_PLUS.splits["dev"]


def test_a_union_speaks_the_languages_that_all_its_parts_have(folder: Path) -> None:
    source = Source("files", folder)
    assert languages(ANLI_PLUS, source, "train") == ("en",)
    assert languages(ANLI_PLUS, source, "dev") == (), "no dev file is there"
    (folder / "anli_v1.0/R2/train.jsonl").unlink()
    assert languages(ANLI_PLUS, source, "train") == ()
    assert languages(ANLI_PLUS, Source("hub"), "dev") == ("en",)
    assert languages(ANLI_PLUS, Source("hub"), "test") == (), "MNLI's test labels are withheld"


def test_a_missing_part_is_named(folder: Path) -> None:
    (folder / "snli_1.0/snli_1.0_train.jsonl").unlink()
    with pytest.raises(DataError, match="snli"):
        load(ANLI_PLUS, "en", "train", Source("files", folder))


def test_a_map_that_names_the_union_wins_over_its_parts(folder: Path) -> None:
    (folder / "own.tsv").write_text("text\ttext_pair\tlabel\nMist.\tFog.\tneutral\n")
    entry = {"en": {"train": {"path": "own.tsv", "format": "delimited"}}}
    source = Source("files", folder, {"anli_plus": entry})
    loaded = load(ANLI_PLUS, "en", "train", source)
    assert loaded.dataset["id"] == ["anli_plus-train-0"]
    assert "union" not in fingerprint(ANLI_PLUS, "en", "train", source)


def test_a_map_that_names_a_part_is_used_for_it(folder: Path) -> None:
    (folder / "own.tsv").write_text("text\ttext_pair\tlabel\nMist.\tFog.\tneutral\n")
    entry = {"en": {"train": {"path": "own.tsv", "format": "delimited"}}}
    loaded = load(ANLI_PLUS, "en", "train", Source("files", folder, {"snli": entry}))
    assert loaded.dataset["id"][-1] == "snli/snli-train-0"
    assert loaded.dataset["text"][-1] == "Mist."


def test_the_labs_union_is_that_of_the_twins() -> None:
    source = Source("lab")
    sizes = [expected_size(TASKS.get(name), "qaa", "dev", source) for name in PARTS]
    loaded = load(ANLI_PLUS, "qaa", "dev", source)
    assert loaded.used == sum(sizes)
    assert {identity.split("/")[0] for identity in loaded.dataset["id"]} == set(PARTS)


def test_joined_splits_of_the_hub_are_in_the_fingerprint() -> None:
    hub = Source("hub")
    assert fingerprint(TASKS.get("anli"), "en", "dev", hub)["split"] == "dev_r1+dev_r2+dev_r3"
    assert fingerprint(TASKS.get("kornli"), "ko", "train", hub)["split"] == "multi_nli:train+snli:train"
    assert fingerprint(ANLI_PLUS, "en", "dev", hub)["union"]["mnli"]["split"] == "validation_matched"
