"""What a study measured of an exported model, in the forms of the hub and of mteb."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from xstilts.models.export import CardFacts, model_card
from xstilts.statistics import Facts
from xstilts.tasks.base import Kind
from xstilts.using_models import measured

if TYPE_CHECKING:
    from pathlib import Path

FACTS: dict[str, Any] = {
    "pivot": "en", "arms": ["none", "nli"],
    "targets": {
        "xnli": {"metric": "accuracy", "languages": ["de", "sw"]},
        "tatoeba": {"metric": "accuracy", "languages": ["de>en"], "searched": True},
    },
}  # fmt: skip


def row(target, seed, language, value, node="", **changes):
    return {
        "study": "s", "base": "b", "arm": "nli", "target": target, "seed": str(seed), "language": language,
        "split": "test", "noise": "clean", "severity": 0, "source": "files", "selection": "last", "setting": "",
        "protocol": "xtreme", "metric": "accuracy", "value": value, "n": 300, "node": node,
    } | changes  # fmt: skip


ROWS = [
    row("xnli", 1, "de", 70.0, "own"), row("xnli", 2, "de", 72.0, "other"), row("xnli", 1, "sw", 50.0, "own"),
    row("xnli", 1, "de", 20.0, "own", noise="typo", severity=3),
    row("tatoeba", 1, "de>en", 80.0, "own"), row("tatoeba", 1, "de>en", 90.0, "own", metric="recall@10"),
]  # fmt: skip


@pytest.fixture
def results(monkeypatch):
    """Those of a model that one node predicted with, as its study's tables have them."""
    children = {("model", "predict"): ["p"], ("p", "score"): ["own"], ("own", "analyse"): ["tables"]}
    monkeypatch.setattr(measured.recorded, "readers", lambda _, key, kind: iter(children.get((key, kind), [])))
    monkeypatch.setattr(measured.analysis_files, "load", lambda _: {"scores": ROWS, "facts": FACTS})

    class Kept:
        def read(self, key: str, kind: str) -> str:
            return f"{kind}/{key}"

    return measured.results_of(Kept(), "model")  # type: ignore[arg-type]


def test_the_models_own_scores_stand_beside_those_of_the_other_seeds(results):
    found = {(one.row["language"], one.row["metric"]): one for one in results}
    assert list(found) == [("de", "accuracy"), ("sw", "accuracy"), ("de>en", "accuracy"), ("de>en", "recall@10")]
    german = found["de", "accuracy"]
    assert (german.row["value"], german.seeds, german.mean) == (70.0, 2, 71.0)
    assert german.high == pytest.approx(71 + 12.706, abs=1e-3)
    assert german.notes.startswith(
        "de, accuracy in percent, n 300, seed 1 of 2 (71.00 in the mean, 95 % interval 58.29"
    )
    assert "protocol xtreme, noise clean" in german.notes
    assert "interval" not in found["sw", "accuracy"].notes  # one seed has none


def test_a_model_whose_study_has_no_tables_has_no_results(monkeypatch):
    monkeypatch.setattr(measured.recorded, "readers", lambda *_: iter(()))
    assert measured.results_of(None, "model") == []  # type: ignore[arg-type]


def test_the_hubs_file_names_data_set_language_value_and_how(results, tmp_path: Path):
    measured.write(tmp_path, results, "2026-01-31")
    entries = yaml.safe_load((tmp_path / measured.EVAL_RESULTS).read_text(encoding="utf-8"))
    first = entries[0]
    assert first["dataset"] == {"id": "facebook/xnli", "task_id": "de"}
    assert (first["value"], first["date"]) == (70.0, "2026-01-31")
    assert "seed 1 of 2" in first["notes"]
    assert not [one for one in entries if "recall@10" in one["notes"]]  # headlines alone


def test_lab_numbers_are_no_results_of_the_hubs_data_sets(results, tmp_path: Path):
    for one in results:
        one.row["source"] = "lab"
    try:
        measured.write(tmp_path, [one for one in results if one.row["target"] == "xnli"], "2026-01-31")
        assert not list(tmp_path.iterdir())
        index = yaml.safe_dump(measured.model_index("m", results))
        assert "invented languages" in index and "facebook/xnli" not in index
    finally:
        for one in results:
            one.row["source"] = "files"


def test_a_search_is_told_as_mteb_tells_it(results, tmp_path: Path):
    measured.write(tmp_path, results, "2026-01-31")
    told = json.loads((tmp_path / measured.MTEB / "tatoeba.json").read_text(encoding="utf-8"))
    (entry,) = told["scores"]["test"]
    assert (entry["main_score"], entry["accuracy"], entry["recall@10"]) == (0.8, 0.8, 0.9)
    assert (entry["hf_subset"], entry["languages"]) == ("de>en", ["deu-Latn", "eng-Latn"])
    assert set(told) == {
        "dataset_revision", "task_name", "mteb_version", "scores", "evaluation_time", "kg_co2_emissions",
    }  # fmt: skip


def test_the_cards_header_holds_the_results_and_stays_yaml(results):
    index = measured.model_index("nli, seed 1", results)
    card = model_card(Kind.CLASSIFICATION, CardFacts("T", index=index))
    head = yaml.safe_load(card.split("---")[1])
    (model,) = head["model-index"]
    assert model["name"] == "nli, seed 1"
    german = next(one for one in model["results"] if one["dataset"].get("config") == "de")
    assert german["metrics"][0]["value"] == 70.0
    assert head["tags"] == ["xstilts"]


def test_only_what_is_a_headline_of_clean_text_is_in_the_index(results):
    assert Facts.parse(FACTS).targets["xnli"].metric == "accuracy"
    (model,) = measured.model_index("m", results)
    assert len(model["results"]) == 3
