"""Every twin gives the canonical columns, parallel ids, and what its labels promise."""

from __future__ import annotations

import pytest

from xstilts import lab
from xstilts.errors import DataError, UnknownNameError
from xstilts.tasks.base import COLUMNS, Kind

SAMPLES = [
    (twin.name, split, language)
    for twin in lab.TWINS
    for split in twin.splits
    for language in twin.languages[split]
    if language in ("qaa", "qba", "qbc", "qca")
]


@pytest.mark.parametrize(("name", "split", "language"), SAMPLES)
def test_rows_have_the_columns_of_their_kind(name: str, split: str, language: str) -> None:
    twin = lab.TWINS.get(name)
    rows = lab.examples(name, language, split)
    assert all(row.keys() == COLUMNS[twin.kind].keys() for row in rows)
    assert len({row["id"] for row in rows}) == len(rows)
    counted = [row for row in rows if twin.kind is not Kind.RETRIEVAL or row["role"] == "query"]
    assert len(counted) == twin.size(language, split)


@pytest.mark.parametrize("name", [twin.name for twin in lab.TWINS if "test" in twin.splits])
def test_test_items_are_parallel_in_all_languages(name: str) -> None:
    languages = lab.TWINS.get(name).languages["test"]
    # candidates of lareqa are named by their language
    ids = {
        tuple(row["id"] for row in lab.examples(name, language, "test") if row.get("role") != "candidate")
        for language in languages
    }
    assert len(ids) == 1


@pytest.mark.parametrize("name", ["xnli", "qqp", "xcopa", "cosmosqa"])
def test_labels_are_the_same_in_all_languages_and_balanced(name: str) -> None:
    twin = lab.TWINS.get(name)
    by_language = {tuple(row["label"] for row in lab.examples(name, code, "test")) for code in lab.LANGUAGES}
    assert len(by_language) == 1
    labels = by_language.pop()
    values = twin.labels or range(max(labels) + 1)
    assert set(labels) == set(values)
    assert max(labels.count(value) for value in values) < 1.35 * len(labels) / len(values)


@pytest.mark.parametrize("language", lab.LANGUAGES)
def test_answers_stand_where_their_offset_says(language: str) -> None:
    for row in lab.examples("xquad", language, "test"):
        (answer,), (start,) = row["answer_texts"], row["answer_starts"]
        assert row["context"][start : start + len(answer)] == answer
        assert start == 0 or row["context"][start - 1] == " "
        assert row["context"][start + len(answer)] in " ."


@pytest.mark.parametrize("language", lab.LANGUAGES)
def test_tags_match_words_and_are_known(language: str) -> None:
    for row in lab.examples("udpos", language, "test"):
        assert len(row["tokens"]) == len(row["tags"])
        assert set(row["tags"]) <= set(lab.TWINS.get("udpos").labels)


def test_choices_differ_from_one_another() -> None:
    for name, count in [("xcopa", 2), ("siqa", 3), ("cosmosqa", 4)]:
        for row in lab.examples(name, "qaa", "dev"):
            assert len(set(row["choices"])) == count
            assert 0 <= row["label"] < count


def test_every_query_has_one_candidate() -> None:
    rows = lab.examples("tatoeba", "qda", "test")
    candidates = {row["id"] for row in rows if row["role"] == "candidate"}
    gold = [row["gold"] for row in rows if row["role"] == "query"]
    assert [len(ids) for ids in gold] == [1] * 300
    assert {ids[0] for ids in gold} == candidates


def test_pretraining_never_shows_the_unseen_language() -> None:
    assert "qbc" not in lab.SEEN
    with pytest.raises(DataError, match="qbc"):
        lab.examples("mlm", "qbc", "train")


def test_train_items_are_not_test_items() -> None:
    for train, test in [("mnli", "xnli"), ("squad", "xquad"), ("copa", "xcopa")]:
        trained = [{k: v for k, v in row.items() if k != "id"} for row in lab.examples(train, "qaa", "train")]
        asked = [{k: v for k, v in row.items() if k != "id"} for row in lab.examples(test, "qaa", "test")]
        shared = sum(row in trained for row in asked)
        assert shared < 0.2 * len(asked), (train, shared)


def test_unknown_names_are_answered_with_what_is_there() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'xnli'"):
        lab.examples("xnlii", "qaa", "test")
    with pytest.raises(DataError, match="no split 'train'"):
        lab.examples("xnli", "qaa", "train")
    with pytest.raises(DataError, match="no train data in 'qbc'"):
        lab.examples("mlm", "qbc", "train")


def test_callers_cannot_change_the_world() -> None:
    lab.examples("xnli", "qaa", "test")[0]["text"] = "spoilt"
    assert lab.examples("xnli", "qaa", "test")[0]["text"] != "spoilt"
