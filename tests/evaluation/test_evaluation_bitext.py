"""Pairs mined by an encoder: threshold from one split, one table row per query of the other."""

from __future__ import annotations

import numpy as np
import pytest

from xstilts import evaluation
from xstilts.encoding import EncodingOptions
from xstilts.errors import DataError, InputError
from xstilts.evaluation import EncodedSplit, Request, Resources, Scoring, bitext
from xstilts.evaluation.mining import Mined, best_threshold, keep

OPTIONS = EncodingOptions(max_length=20)


def rows(split: str, pairs: list[str], lonely: list[str], others: list[str]) -> list[dict]:
    """Queries with their copies as candidates, and sentences without a partner on both sides."""
    found = []
    for number, text in enumerate([*pairs, *lonely]):
        gold = [f"{split}-c{number}"] if number < len(pairs) else []
        found.append({"id": f"{split}-q{number}", "role": "query", "text": text, "gold": gold})
    for number, text in enumerate([*pairs, *others]):
        found.append({"id": f"{split}-c{number}", "role": "candidate", "text": text, "gold": []})
    return found


DEV = rows("dev", ["w1 w2 w3", "w4 w5", "w6"], ["w7 w8", "w9 w10 w11"], ["w12 w13 w14"])
TEST = rows("test", ["w20 w21", "w22 w23 w24"], ["w25"], ["w26 w27", "w28 w29 w30"])


def test_copies_are_mined_and_lonely_sentences_left_alone(encoder, encoded, facts) -> None:
    searched, tuned_on = (
        EncodedSplit(*encoded("retrieval", TEST, OPTIONS)),
        EncodedSplit(*encoded("retrieval", DEV, OPTIONS)),
    )
    settings = [{"layer": 0, "pooling": "mean-content"}, {"layer": 2}]
    tables = evaluation.mine_pairs(encoder, searched, tuned_on, facts, settings)
    assert len(tables) == 2
    for table in tables:
        assert table.column("id").to_pylist() == ["test-q0", "test-q1", "test-q2"]
        assert table.column("gold").to_pylist() == [["test-c0"], ["test-c1"], []]
        said, scores = table.column("prediction").to_pylist(), table.column("scores").to_pylist()
        assert [len(row) for row in said] == [len(row) for row in scores]
        assert max(map(len, said)) <= 1
    assert tables[0].column("prediction").to_pylist() == [["test-c0"], ["test-c1"], []]
    found = evaluation.score(tables[0], Scoring("retrieval", ["f1", "precision", "recall"], rule="bucc"))
    assert [row["value"] for row in found] == [100, 100, 100]
    assert {(row["n"], row["chance"]) for row in found} == {(3, None)}


def test_settings_that_share_vectors_share_a_pass_and_memory_is_bounded(
    encoder, encoded, facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched, tuned_on = (
        EncodedSplit(*encoded("retrieval", TEST, OPTIONS)),
        EncodedSplit(*encoded("retrieval", DEV, OPTIONS)),
    )
    passes: list[int] = []
    before = bitext.embed_settings
    monkeypatch.setattr(
        bitext, "embed_settings", lambda model, features, asked, *rest: passes.append(len(asked))
        or before(model, features, asked, *rest)
    )  # fmt: skip
    margins, spaces = ("ratio", "distance", "cosine"), ("raw", "centred")
    settings = [
        {"layer": layer, "similarity": margin, "space": space}
        for margin in margins for space in spaces for layer in (2, 0)
    ]  # fmt: skip
    together = evaluation.mine_pairs(encoder, searched, tuned_on, facts, settings)
    assert passes == [2, 2]
    passes.clear()
    apart = evaluation.mine_pairs(encoder, searched, tuned_on, facts, settings, Resources(vector_bytes=1))
    assert passes == [1] * 4
    assert together == apart
    assert together == [evaluation.mine_pairs(encoder, searched, tuned_on, facts, [one])[0] for one in settings]


def test_the_threshold_comes_from_the_other_split(encoder, encoded, facts) -> None:
    searched = EncodedSplit(*encoded("retrieval", TEST, OPTIONS))
    # where no dev pair can be right, every mined pair is kept that scores more than 0
    hopeless = rows("dev", ["w1"], [], ["w2"])
    hopeless[0]["gold"] = []
    tuned_on = EncodedSplit(*encoded("retrieval", hopeless, OPTIONS))
    (table,) = evaluation.mine_pairs(encoder, searched, tuned_on, facts, [{}])
    assert all(len(row) == 1 for row in table.column("prediction").to_pylist())


def test_ranked_lists_are_never_taken_for_mined_pairs(encoder, encoded, facts) -> None:
    examples, features = encoded("retrieval", TEST, OPTIONS)
    with pytest.raises(InputError, match="mined with a threshold from another split"):
        evaluation.predict(encoder, Request("retrieval", rule="bucc"), EncodedSplit(examples, features, OPTIONS), facts)


def test_a_side_without_sentences_is_refused(encoder, encoded, facts) -> None:
    searched = EncodedSplit(*encoded("retrieval", [row for row in TEST if row["role"] == "query"], OPTIONS))
    with pytest.raises(DataError, match="here is no candidate"):
        evaluation.mine_pairs(encoder, searched, searched, facts, [{}])
    with pytest.raises(DataError, match="here is no candidate"):
        evaluation.mine_pairs(encoder, searched, searched, facts, [{"space": "centred"}])
    with pytest.raises(InputError, match="depth"):
        evaluation.mine_pairs(encoder, searched, searched, facts, [{"depth": 1}])


def test_only_pairs_above_0_reach_the_search_for_a_threshold(encoder, encoded, facts, monkeypatch) -> None:
    # by these angles and the margin distance mining gives six pairs above 0 and (q7, c4) at -0.064, on both splits;
    # with it in, the threshold would lie halfway to it, below 0
    queries, candidates = (100, 10, 0, 75, 55, 55, 95, 110), (90, 50, 20, 80, 175, 85, 10, 0)
    vectors = np.array([[np.cos(angle), np.sin(angle)] for angle in np.radians([*queries, *candidates])])
    monkeypatch.setattr(bitext, "embed_settings", lambda *rest: [vectors])
    seen: dict[str, list[Mined]] = {}
    monkeypatch.setattr(
        bitext, "best_threshold", lambda mined, gold: seen.update(dev=mined) or best_threshold(mined, gold)
    )
    monkeypatch.setattr(bitext, "keep", lambda mined, threshold: seen.update(test=mined) or keep(mined, threshold))
    made = [
        rows(split, [f"w{n}" for n in range(5)], ["w5", "w6", "w7"], ["w8", "w9", "w10"]) for split in ("dev", "test")
    ]
    tuned_on, searched = (EncodedSplit(*encoded("retrieval", examples, OPTIONS)) for examples in made)
    (table,) = evaluation.mine_pairs(encoder, searched, tuned_on, facts, [{"similarity": "distance"}])
    assert [[round(pair.score, 3) for pair in seen[split]] for split in ("dev", "test")] == [
        [0.163, 0.09, 0.072, 0.057, 0.048, 0.039]
    ] * 2
    assert table.column("prediction").to_pylist()[7] == []
