"""A context in one language with a question in another (``de+en``) in the tables: never the pivot, always zero-shot."""

from __future__ import annotations

import pytest

from xstilts.statistics import Facts, analyse, cluster_rows
from xstilts.statistics.score_rows import is_pivot

NONE = {"en": 80.0, "de": 60.0, "de+en": 50.0, "en+de": 70.0, "de+es": 40.0}
GAINS = {"en": 1.0, "de": 2.0, "de+en": 3.0, "en+de": 5.0, "de+es": 6.0}
FACTS = {
    "study": "pairs", "question": "?", "source": "files", "pivot": "en", "bases": ["b"], "arms": ["none", "squad_v2"],
    "seeds": ["1", "2"],
    "targets": {"mlqa": {"metric": "f1", "languages": list(NONE)}},
    "clusters": {"script": {"en": "Latn", "de": "Latn", "es": "Latn", "ar": "Arab"}},
}  # fmt: skip


def row(arm: str, seed: str, language: str, value: float) -> dict:
    return {
        "study": "s", "base": "b", "arm": arm, "target": "mlqa", "seed": seed, "language": language, "split": "test",
        "noise": "clean", "severity": 0, "source": "files", "selection": "last", "setting": "", "protocol": "xtreme",
        "metric": "f1", "value": value, "n": 500, "node": "k",
    }  # fmt: skip


SCORES = [
    row(arm, seed, code, value + int(seed) + (GAINS[code] if arm == "squad_v2" else 0))
    for arm in FACTS["arms"]
    for seed in FACTS["seeds"]
    for code, value in NONE.items()
]


def test_only_the_pivot_alone_is_the_pivot() -> None:
    assert [code for code in NONE if is_pivot(code, "en")] == ["en"]


def test_pairs_count_as_zero_shot() -> None:
    rows = {row["clustering"]: row for row in cluster_rows(SCORES, Facts.parse(FACTS))}
    assert rows["zero-shot"]["languages"].split() == ["de", "de+en", "de+es", "en+de"]
    assert rows["zero-shot"]["gain"] == pytest.approx((2 + 3 + 6 + 5) / 4)
    assert rows["pivot"]["languages"] == "en"
    assert rows["pivot"]["gain"] == pytest.approx(1)
    assert rows["script"]["n_languages"] == 4


def test_a_whole_analysis_keeps_the_pairs_as_languages() -> None:
    tables = analyse(SCORES, FACTS)
    assert sorted({row["language"] for row in tables["scores"]}) == sorted(NONE)
    assert {row["language"]: row["gain"] for row in tables["gains"]} == pytest.approx(GAINS)


def test_a_pair_of_the_pivot_with_itself_is_the_pivot_in_every_table() -> None:
    twice = [row("none", seed, "en+en", 90.0 + int(seed)) for seed in FACTS["seeds"]]
    (level,) = (one for one in analyse([*SCORES, *twice], FACTS)["answer"]["levels"] if one["arm"] == "none")
    assert (level["pivot"]["mean"], level["pivot"]["n_languages"]) == (86.5, 2)  # 80 and 90, plus the seeds' 1 and 2
    assert level["zero_shot"]["n_languages"] == 4
