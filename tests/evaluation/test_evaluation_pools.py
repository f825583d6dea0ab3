"""Which texts a query is compared with: languages, directions and pools, worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from xstilts.errors import DataError
from xstilts.evaluation.pools import SHARED, collect, searches


def examples(*rows: tuple[str, str, list[str]]) -> dict[str, list[Any]]:
    ids, roles, gold = zip(*rows, strict=True) if rows else ((), (), ())
    return {"id": list(ids), "role": list(roles), "gold": list(gold), "text": [f"text of {name}" for name in ids]}


def query(name: str, *gold: str) -> tuple[str, str, list[str]]:
    return name, "query", list(gold)


def candidate(name: str) -> tuple[str, str, list[str]]:
    return name, "candidate", []


# two languages: the question q1 is asked in both, q2 in de only
POOLED = {
    "de": examples(query("q1", "de_2"), query("q2", "de_1"), candidate("de_2"), candidate("de_1")),
    "en": examples(candidate("en_1"), query("q1", "en_1"), candidate("en_0")),
}


def found(parts: dict[str, Any], variant: dict[str, str], **more: Any) -> list[tuple[Any, ...]]:
    texts = collect(parts, **more)
    return [
        (
            one.language,
            [texts.ids[place] for place in one.queries],
            [texts.ids[place] for place in one.candidates],
            [list(right) for right in one.gold],
            None if one.own is None else one.own.tolist(),
        )
        for one in searches(texts, variant)
    ]


def test_the_whole_pool_holds_every_language_and_the_right_answers_of_all() -> None:
    pool = ["de_1", "de_2", "en_0", "en_1"]
    assert found(POOLED, {"pool": "multilingual"}) == [
        ("de", ["q1", "q2"], pool, [["de_2", "en_1"], ["de_1"]], [True, True, False, False]),
        ("en", ["q1"], pool, [["de_2", "en_1"]], [False, False, True, True]),
    ]


def test_the_cross_pool_leaves_the_own_language_out_and_mono_keeps_nothing_else() -> None:
    assert found(POOLED, {"pool": "cross"}) == [
        ("de", ["q1", "q2"], ["en_0", "en_1"], [["en_1"], []], None),
        ("en", ["q1"], ["de_1", "de_2"], [["de_2"]], None),
    ]
    assert found(POOLED, {"pool": "mono"}) == [
        ("de", ["q1", "q2"], ["de_1", "de_2"], [["de_2"], ["de_1"]], None),
        ("en", ["q1"], ["en_0", "en_1"], [["en_1"]], None),
    ]


def test_the_pool_of_held_out_languages_has_nothing_of_any_other() -> None:
    parts = {**POOLED, "fr": examples(query("q1", "fr_1"), candidate("fr_1"), candidate("fr_2"))}
    texts = collect(parts)
    found = list(searches(texts, {"pool": "held-out"}, ["fr", "en"]))
    assert [one.language for one in found] == ["fr", "en"]
    for one in found:
        assert [texts.ids[place] for place in one.candidates] == ["en_0", "en_1", "fr_1", "fr_2"]
        assert sorted(one.gold[0]) == ["en_1", "fr_1"]  # de_2 is right too, and not looked at
        assert one.own is None


def test_a_language_alone_has_no_cross_pool() -> None:
    assert found({"de": POOLED["de"]}, {"pool": "cross"}) == []


def test_pairs_of_languages_keep_to_themselves_though_their_ids_are_equal() -> None:
    pair = examples(query("q1", "c2"), query("q2", "c1"), candidate("c1"), candidate("c2"), candidate("c3"))
    there = ["c1", "c2", "c3"]
    assert found({"de": pair, "fr": pair}, {}) == [
        ("de", ["q1", "q2"], there, [["c2"], ["c1"]], None),
        ("fr", ["q1", "q2"], there, [["c2"], ["c1"]], None),
    ]


def test_in_the_other_direction_candidates_ask_and_those_without_a_partner_do_not() -> None:
    pair = examples(query("q2", "c1"), query("q1", "c1", "c2"), candidate("c1"), candidate("c2"), candidate("c3"))
    assert found({"de": pair}, {"queries": "other"}) == [
        ("de", ["c1", "c2"], ["q1", "q2"], [["q2", "q1"], ["q1"]], None),
    ]


def test_shared_candidates_are_taken_once_and_found_from_every_language() -> None:
    entities = (candidate("e2"), candidate("e1"))
    parts = {"de": examples(query("m1", "e1"), *entities), "ta": examples(query("m2", "e2"), *entities)}
    texts = collect(parts, shared=True)
    assert texts.ids == ["m1", "e2", "e1", "m2"]
    assert texts.languages.tolist() == ["de", SHARED, SHARED, "ta"]
    assert [rows.tolist() for rows in texts.rows.values()] == [[0, 1, 2], [0]]
    assert found(parts, {}, shared=True) == [
        ("de", ["m1"], ["e1", "e2"], [["e1"]], None),
        ("ta", ["m2"], ["e1", "e2"], [["e2"]], None),
    ]
    assert sorted(texts.sides()) == [(SHARED, "candidate"), ("de", "query"), ("ta", "query")]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([query("q1", "c9"), candidate("c1")], "The query 'q1' names 'c9' as right, which is no candidate in de"),
        ([query("q1")], "needs queries and candidates, here are 1 and 0 in de"),
        ([candidate("c1")], "needs queries and candidates, here are 0 and 1 in de"),
    ],
)
def test_what_cannot_be_searched_is_refused(rows: list[Any], said: str) -> None:
    with pytest.raises(DataError, match=said):
        collect({"de": examples(*rows)})


def test_a_shared_candidate_has_one_text() -> None:
    one, other = examples(query("m1", "e1"), candidate("e1")), examples(query("m2", "e1"), candidate("e1"))
    other["text"][1] = "another text"
    with pytest.raises(DataError, match="The candidate 'e1' has two texts"):
        collect({"de": one, "ta": other}, shared=True)


def test_one_pool_needs_one_name_for_each_candidate_but_own_pools_do_not() -> None:
    pair = examples(query("q1", "c1"), candidate("c1"))
    texts = collect({"de": pair, "fr": pair})
    assert [one.language for one in searches(texts, {"pool": "mono"})] == ["de", "fr"]
    with pytest.raises(DataError, match="The candidate id 'c1' occurs twice in one pool, in de and fr"):
        list(searches(texts, {"pool": "multilingual"}))
