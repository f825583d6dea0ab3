"""From an encoder, or from spelling, to ranked candidates in every language, under every setting and variant."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from xstilts import evaluation
from xstilts.encoding import EncodingOptions
from xstilts.errors import DataError, InputError
from xstilts.evaluation import EncodedSplit, Resources, Scoring, SearchOptions, retrieve_all, retrieve_by_ngrams

OPTIONS = EncodingOptions(max_length=20)


def rows(language: str, queries: dict[str, str], candidates: dict[str, str]) -> list[dict[str, Any]]:
    """Questions ``q0 …`` whose right candidate has the same number, and candidates named by language."""
    asked = [
        {"id": name, "role": "query", "text": text, "gold": [f"{language}_{name[1:]}"]}
        for name, text in queries.items()
    ]
    return [
        *asked, *({"id": f"{language}_{number}", "role": "candidate", "text": text, "gold": []}
                  for number, text in candidates.items()),
    ]  # fmt: skip


DE = rows("de", {"q0": "w1 w2", "q1": "w3 w4 w5"}, {"0": "w1 w2", "1": "w3 w4 w5", "2": "w9"})
EN = rows("en", {"q0": "w11 w12", "q1": "w13"}, {"0": "w11 w12", "1": "w13", "2": "w19 w8"})
POOLS = [{"pool": "multilingual"}, {"pool": "cross"}, {"pool": "mono"}]


@pytest.fixture
def parts(encoded):
    return {code: EncodedSplit(*encoded("retrieval", given, OPTIONS)) for code, given in (("de", DE), ("en", EN))}


def test_copies_are_found_in_their_own_language_and_the_pools_hold_what_they_say(encoder, facts, parts) -> None:
    found = list(retrieve_all(encoder, parts, facts, SearchOptions([{"layer": 0, "pooling": "mean-content"}], POOLS)))
    assert [(one.language, one.setting["pool"], one.candidates) for one in found] == [
        ("de", "multilingual", 6), ("en", "multilingual", 6), ("de", "cross", 3), ("en", "cross", 3),
        ("de", "mono", 3), ("en", "mono", 3),
    ]  # fmt: skip
    whole, cross, mono = (found[number].table.to_pylist() for number in (0, 2, 4))
    assert [row["prediction"][0] for row in whole] == [row["prediction"][0] for row in mono] == ["de_0", "de_1"]
    assert [sorted(row["gold"]) for row in whole] == [["de_0", "en_0"], ["de_1", "en_1"]]
    assert [row["gold"] for row in cross] == [["en_0"], ["en_1"]]
    for row in whole:
        own = [name.startswith("de_") for name in row["prediction"]]
        assert row["same_language"] == own and len(row["prediction"]) == 6
        assert row["scores"] == sorted(row["scores"], reverse=True)
    assert all(row["same_language"] is None for row in (*cross, *mono))
    names = ["recall@10", "language_bias@10"]
    scored = [
        [row["metric"] for row in evaluation.score(found[n].table, Scoring("retrieval", names))] for n in (0, 2, 4)
    ]
    assert scored == [names, names[:1], names[:1]]  # only where languages meet is there a bias


def test_settings_are_written_with_their_variant_and_each_is_its_own(encoder, facts, parts) -> None:
    settings = [
        {"layer": 1, "pooling": "mean"}, {"layer": 2, "pooling": "first"},
        {"layer": 1, "pooling": "mean", "space": "centred", "similarity": "csls"},
        {"layer": 2, "pooling": "weighted-mean", "layers": 2},
    ]  # fmt: skip
    found = list(retrieve_all(encoder, parts, facts, SearchOptions(settings, [{"pool": "mono"}])))
    assert len(found) == 8
    said = [tuple(sorted(one.setting.items())) for one in found if one.language == "de"]
    assert sorted(said) == sorted(tuple(sorted({**setting, "pool": "mono"}.items())) for setting in settings)
    csls = next(one for one in found if one.setting.get("similarity") == "csls")
    plain = next(one for one in found if one.setting == {"layer": 1, "pooling": "mean", "pool": "mono"})
    assert csls.table.column("scores").to_pylist() != plain.table.column("scores").to_pylist()


def test_little_memory_takes_more_passes_and_finds_the_same(encoder, facts, parts) -> None:
    settings = [{"layer": layer, "pooling": pooling} for layer in (0, 1, 2) for pooling in ("mean", "first")]
    once = list(retrieve_all(encoder, parts, facts, SearchOptions(settings, POOLS)))
    again = list(retrieve_all(encoder, parts, facts, SearchOptions(settings, POOLS), Resources(vector_bytes=1)))
    assert [one.setting for one in again] == [one.setting for one in once]
    assert all(one.table.equals(other.table) for one, other in zip(once, again, strict=True))


def test_the_other_direction_asks_with_the_candidates(encoder, facts, parts) -> None:
    setting = [{"layer": 0, "pooling": "mean-content"}]
    (found,) = retrieve_all(encoder, {"de": parts["de"]}, facts, SearchOptions(setting, [{"queries": "other"}]))
    assert found.table.column("id").to_pylist() == ["de_0", "de_1"]  # de_2 is right for nobody
    assert found.table.column("gold").to_pylist() == [["q0"], ["q1"]]
    assert [row[0] for row in found.table.column("prediction").to_pylist()] == ["q0", "q1"]
    assert "same_language" not in found.table.column_names
    assert found.candidates == 2


def test_one_language_at_a_time_is_the_same_search(encoder, facts, parts) -> None:
    setting = {"layer": 2, "pooling": "mean"}
    (alone,) = evaluation.retrieve(encoder, parts["de"], facts, [setting])
    together = next(iter(retrieve_all(encoder, parts, facts, SearchOptions([setting], [{"pool": "mono"}]))))
    assert alone.column("prediction") == together.table.column("prediction")


def test_shared_candidates_are_encoded_once(encoder, facts, encoded) -> None:
    entities = {"0": "w1", "1": "w2", "2": "w3"}
    de, ta = rows("e", {"q0": "w1"}, entities), rows("e", {"q2": "w3"}, entities)
    parts = {code: EncodedSplit(*encoded("retrieval", given, OPTIONS)) for code, given in (("de", de), ("ta", ta))}
    texts = []
    found = list(
        retrieve_all(
            encoder, parts, facts, SearchOptions([{"layer": 0, "pooling": "mean-content"}], shared=True),
            Resources(progress=lambda done, total: texts.append(total)),
        )
    )  # fmt: skip
    assert [one.table.column("prediction").to_pylist()[0][0] for one in found] == ["e_0", "e_2"]
    assert [one.candidates for one in found] == [3, 3]
    assert set(texts) == {5}  # two queries and three candidates, not six


def test_equal_texts_tie_in_the_order_of_their_ids(encoder, facts, encoded) -> None:
    given = rows("c", {"q1": "w5 w6"}, {"9": "w5 w6", "10": "w5 w6", "1": "w5 w6", "2": "w7"})
    parts = {"de": EncodedSplit(*encoded("retrieval", given, OPTIONS))}
    for similarity in ("cosine", "csls", "ratio", "distance"):
        (found,) = retrieve_all(encoder, parts, facts, SearchOptions([{"similarity": similarity}]))
        assert found.table.column("prediction").to_pylist() == [["c_1", "c_10", "c_9", "c_2"]]


def test_an_approximate_index_says_how_much_it_found(encoder, facts, parts) -> None:
    pytest.importorskip("faiss", reason="needs the extra ann")
    found = list(retrieve_all(encoder, parts, facts, SearchOptions([{}], [{"pool": "multilingual", "index": "hnsw"}])))
    assert [one.setting["index"] for one in found] == ["hnsw", "hnsw"]
    assert all(one.index_recall is not None and 0 <= one.index_recall <= 1 for one in found)


def test_what_no_setting_says_is_refused(encoder, facts, parts) -> None:
    with pytest.raises(InputError, match="depth"):
        list(retrieve_all(encoder, parts, facts, SearchOptions([{"depth": 1}])))
    with pytest.raises(InputError):
        list(retrieve_all(encoder, parts, facts, SearchOptions([{"similarity": "manhattan"}])))
    with pytest.raises(InputError):
        list(retrieve_all(encoder, parts, facts, SearchOptions([{"space": "outer"}])))


def test_spelling_finds_what_is_spelled_alike_in_every_pool_and_direction() -> None:
    def columns(given: list[dict[str, Any]]) -> dict[str, list[Any]]:
        return {name: [row[name] for row in given] for name in ("id", "role", "text", "gold")}

    parts = {"de": columns(DE), "en": columns(EN)}
    found = list(retrieve_by_ngrams(parts, SearchOptions(variants=POOLS)))
    assert [(one.language, one.setting) for one in found] == [(c, p) for p in POOLS for c in ("de", "en")]
    assert [row[0] for row in found[0].table.column("prediction").to_pylist()] == ["de_0", "de_1"]
    assert found[0].table.column("same_language").to_pylist()[0][0] is True
    (turned,) = retrieve_by_ngrams({"de": columns(DE)}, SearchOptions(variants=[{"queries": "other"}]))
    assert [row[0] for row in turned.table.column("prediction").to_pylist()] == ["q0", "q1"]
    # one language alone is what the whole collection gives when nothing else is in it
    alone = next(iter(retrieve_by_ngrams({"de": columns(DE)}, SearchOptions(variants=[{"pool": "multilingual"}]))))
    mono = next(iter(retrieve_by_ngrams({"de": columns(DE)}, SearchOptions(variants=[{"pool": "mono"}]))))
    assert alone.table.drop_columns("same_language").equals(mono.table.drop_columns("same_language"))
    with pytest.raises(DataError, match="needs queries and candidates"):
        list(retrieve_by_ngrams({"de": columns(DE[:2])}))


def test_counts_of_some_texts_are_those_of_the_texts() -> None:
    from xstilts.evaluation.ngrams import char_ngrams

    texts = ["abc", "", "cab a", "abc"]
    counts = char_ngrams(texts)
    taken, made = counts.take(np.array([2, 0, 1])), char_ngrams([texts[2], texts[0], texts[1]])
    for name in ("starts", "buckets", "values"):
        assert np.array_equal(getattr(taken, name), getattr(made, name))
