"""Items of which one part is in one language and the rest in another, from files of a few invented lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from xstilts import lab
from xstilts.errors import DataError
from xstilts.sources import Source, expected_size, fingerprint, languages, load
from xstilts.tasks import TASKS
from xstilts.tasks.base import Kind, Task

if TYPE_CHECKING:
    from pathlib import Path

LAB = Source("lab")
LABELS = ("yes", "no")


def source(folder: Path, records: dict[str, list[dict[str, Any]]], **options: Any) -> Source:
    """A folder with one JSON-lines file for each language of the task ``toy``."""
    entry = {}
    for language, rows in records.items():
        (folder / f"{language}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        entry[language] = {"test": {"path": f"{language}.jsonl", "format": "jsonl", **options}}
    return Source("files", folder, {"toy": entry})


def toy(kind: Kind) -> Task:
    labels = LABELS if kind in (Kind.CLASSIFICATION, Kind.TAGGING) else ()
    return Task("toy", kind, "", ("de", "en"), {}, (), labels=labels)


def pair(identity: str, text: str, text_pair: str, label: str = "yes") -> dict[str, Any]:
    return {"id": identity, "text": text, "text_pair": text_pair, "label": label}


PAIRS = {
    "de": [pair("1", "Nebel.", "Dunst."), pair("2", "Regen.", "Sonne.", "no"), pair("4", "Eis.", "Frost.")],
    "en": [pair("3", "Hail.", "Ice."), pair("2", "Rain.", "Sun.", "no"), pair("1", "Fog.", "Mist.")],
}
CHOICE = {"context": "Nebel zog auf.", "question": "effect", "choices": ["Es wurde dunkel.", "Hell."], "label": 0}
CHOICE_EN = {"context": "Fog rose.", "question": "effect", "choices": ["It was dark.", "Bright."], "label": 0}
ASKED = {"context": "Nebel zog auf.", "question": "Was zog auf?", "answer_texts": ["Nebel"], "answer_starts": [0]}
ASKED_EN = {"context": "So fog rose.", "question": "What rose?", "answer_texts": ["fog"], "answer_starts": [3]}


# --- the fields of each kind ------------------------------------------------------------------------------------------


def test_a_pair_of_sentences(tmp_path: Path) -> None:
    loaded = load(toy(Kind.CLASSIFICATION), "de+en", "test", source(tmp_path, PAIRS))
    assert loaded.dataset.to_list() == [pair("1", "Nebel.", "Mist."), pair("2", "Regen.", "Sun.", "no")]
    assert (loaded.read, loaded.used, loaded.rejected) == (4, 2, {"not in both languages": 2})


def test_the_other_way_round(tmp_path: Path) -> None:
    loaded = load(toy(Kind.CLASSIFICATION), "en+de", "test", source(tmp_path, PAIRS))
    assert loaded.dataset.to_list() == [pair("2", "Rain.", "Sonne.", "no"), pair("1", "Fog.", "Dunst.")]


def test_a_question_with_choices(tmp_path: Path) -> None:
    records = {"de": [{"id": "1", **CHOICE}], "en": [{"id": "1", **CHOICE_EN}]}
    loaded = load(toy(Kind.MULTIPLE_CHOICE), "de+en", "test", source(tmp_path, records))
    assert loaded.dataset.to_list() == [{"id": "1", **CHOICE, "choices": CHOICE_EN["choices"]}]
    assert loaded.rejected == {}


def test_a_question_on_a_text(tmp_path: Path) -> None:
    records = {"de": [{"id": "1", **ASKED}], "en": [{"id": "1", **ASKED_EN}]}
    loaded = load(toy(Kind.SPAN_QA), "de+en", "test", source(tmp_path, records))
    assert loaded.dataset.to_list() == [{"id": "1", **ASKED, "question": "What rose?"}]


# --- counts, limits, fingerprints -------------------------------------------------------------------------------------


def test_what_a_language_itself_rejects_is_counted_once(tmp_path: Path) -> None:
    """Item 1 is dropped in both languages, item 2 in the second only."""
    records = {
        "de": [pair("1", "Nebel.", "Dunst.", "-"), pair("2", "Regen.", "Sonne."), pair("3", "Eis.", "Frost.")],
        "en": [pair("1", "Fog.", "Mist.", "-"), pair("2", "Rain.", "Sun.", "-"), pair("3", "Ice.", "Frost.")],
    }
    loaded = load(toy(Kind.CLASSIFICATION), "de+en", "test", source(tmp_path, records, drop={"label": "-"}))
    assert (loaded.read, loaded.used) == (3, 1)
    assert loaded.rejected == {"label = '-'": 1, "not in both languages": 1}


def test_a_limit_keeps_the_items_that_it_keeps_in_one_language() -> None:
    xnli = TASKS.get("xnli")
    apart = {code: load(xnli, code, "test", LAB, limit=30).dataset.to_list() for code in ("qaa", "qda")}
    loaded = load(xnli, "qaa+qda", "test", LAB, limit=30)
    assert loaded.dataset.to_list() == [
        one | {"text_pair": two["text_pair"]} for one, two in zip(apart["qaa"], apart["qda"], strict=True)
    ]
    assert loaded.rejected == {"over the limit": loaded.read - 30}


def test_fingerprint_and_size_are_those_of_both_languages(tmp_path: Path) -> None:
    given, task = source(tmp_path, PAIRS | {"sw": PAIRS["de"][:1]}), toy(Kind.CLASSIFICATION)
    apart = {code: fingerprint(task, code, "test", given) for code in ("de", "en")}
    one, other = (fingerprint(task, both, "test", given) for both in ("de+en", "en+de"))
    assert one == {"source": "files", "language": "de+en", "switched": apart}
    assert json.dumps(one, sort_keys=True) != json.dumps(other, sort_keys=True)
    assert [expected_size(task, code, "test", given) for code in ("de+en", "de+sw", "sw+en")] == [3, 1, 1]
    assert languages(task, given, "test") == ("de", "en", "sw")


def test_a_union_is_switched_as_a_whole() -> None:
    """The lab's anli_plus is in the pivot alone in training, and in all languages else."""
    union = TASKS.get("anli_plus")
    first, second = languages(union, LAB, "dev")[:2]
    loaded = load(union, f"{first}+{second}", "dev", LAB, limit=9)
    there = {row["id"]: row for row in load(union, second, "dev", LAB).dataset}
    here = {row["id"]: row for row in load(union, first, "dev", LAB).dataset}
    for row in loaded.dataset:
        assert row["id"].partition("/")[0] in union.union
        assert row == here[row["id"]] | {"text_pair": there[row["id"]]["text_pair"]}


# --- pairs that data sets have of their own ---------------------------------------------------------------------------


def test_the_pairs_of_a_data_set_stay_its_own() -> None:
    mlqa = TASKS.get("mlqa")
    for split in ("dev", "test"):
        assert load(mlqa, "qaa+qba", split, LAB).dataset.to_list() == lab.examples("mlqa", "qaa+qba", split)
    assert fingerprint(mlqa, "qaa+qba", "test", LAB)["twin"] == "mlqa"
    assert fingerprint(mlqa, "de+en", "test", Source("hub"))["config"] == "MLQA.de.en"


def test_a_missing_pair_of_a_data_set_does_not_become_another(tmp_path: Path) -> None:
    for code in ("de", "en"):
        path = tmp_path / f"MLQA_V1/test/test-context-{code}-question-{code}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        asked = {"id": "1", "question": "Was?", "answers": [{"text": "Nebel", "answer_start": 0}]}
        document = {"data": [{"title": "t", "paragraphs": [{"context": "Nebel zog auf.", "qas": [asked]}]}]}
        path.write_text(json.dumps(document), encoding="utf-8")
    given = Source("files", tmp_path)
    assert load(TASKS.get("mlqa"), "en", "test", given).used == 1
    with pytest.raises(DataError, match="test-context-de-question-en.json'; there is no such file"):
        load(TASKS.get("mlqa"), "de+en", "test", given)


def test_a_pair_that_a_map_names_is_read_from_there(tmp_path: Path) -> None:
    own = [pair("1", "Nebel.", "A mist.")]
    loaded = load(toy(Kind.CLASSIFICATION), "de+en", "test", source(tmp_path, PAIRS | {"de+en": own}))
    assert loaded.dataset.to_list() == own


def test_translations_for_masked_lm_are_files_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "mlm").mkdir()
    for code in ("de", "en", "de+en"):
        (tmp_path / f"mlm/{code}.dev.txt").write_text(f"{code} fog\n", encoding="utf-8")
    loaded = load(TASKS.get("mlm"), "de+en", "dev", Source("files", tmp_path))
    assert [row["text"] for row in loaded.dataset] == ["de+en fog"]


# --- what cannot be ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "why"),
    [(Kind.TAGGING, "without word alignments"), (Kind.RETRIEVAL, "whole sentences, each in one language")],
)
def test_kinds_that_cannot_be_in_two_languages(kind: Kind, why: str, tmp_path: Path) -> None:
    given = source(tmp_path, {"de": [], "en": []})
    for ask in (load, fingerprint, expected_size):
        with pytest.raises(DataError, match=rf"toy cannot be in 'de\+en': .*{why}"):
            ask(toy(kind), "de+en", "test", given)


@pytest.mark.parametrize("language", ["de+", "+de", "de+de", "de+en+sw", "+"])
def test_two_languages_are_meant(language: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="does not name two languages"):
        load(toy(Kind.CLASSIFICATION), language, "test", source(tmp_path, PAIRS))


def test_one_text_per_example(tmp_path: Path) -> None:
    records = {code: [pair("1", "fog", "")] for code in ("de", "en")}
    with pytest.raises(DataError, match=r"toy test: has one text per example .*'de\+en'"):
        load(toy(Kind.CLASSIFICATION), "de+en", "test", source(tmp_path, records))


def test_sets_that_are_not_parallel(tmp_path: Path) -> None:
    records = {"de": [pair("1", "Nebel.", "Dunst.")], "en": [pair("2", "Fog.", "Mist.")]}
    with pytest.raises(DataError, match="no id that both de and en have"):
        load(toy(Kind.CLASSIFICATION), "de+en", "test", source(tmp_path, records))


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        (Kind.CLASSIFICATION, pair("7", "Nebel.", "Dunst.", "yes"), pair("7", "Fog.", "Mist.", "no")),
        (Kind.MULTIPLE_CHOICE, CHOICE, CHOICE_EN | {"label": 1}),
        (Kind.MULTIPLE_CHOICE, CHOICE, CHOICE_EN | {"choices": ["It was dark.", "Bright.", "Cold."]}),
        (Kind.SPAN_QA, ASKED, ASKED_EN | {"answer_texts": [], "answer_starts": []}),
    ],
)
def test_two_languages_that_disagree_on_what_is_right(
    kind: Kind, first: dict[str, Any], second: dict[str, Any], tmp_path: Path
) -> None:
    records = {"de": [first | {"id": "7"}], "en": [second | {"id": "7"}]}
    with pytest.raises(DataError, match="the item '7', whose gold is not the same in de and en"):
        load(toy(kind), "de+en", "test", source(tmp_path, records))


def test_a_language_that_the_source_lacks() -> None:
    with pytest.raises(DataError, match=r"no test data in 'de'"):
        load(TASKS.get("xnli"), "qaa+de", "test", LAB)
