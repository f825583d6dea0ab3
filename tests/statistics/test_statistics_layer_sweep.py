from __future__ import annotations

import math

import pytest
from statistics_searches import BEST, GAINS, facts, scores

from xstilts.statistics import Facts
from xstilts.statistics.tables.layer_sweep import SWEEP_COLUMNS, sweep_rows

HALF = 4.302652729911275 * 0.1 / math.sqrt(3)  # t(0.975, 2) times the standard error of 0.1, 0.2, 0.3


@pytest.fixture(scope="module")
def rows():
    return sweep_rows(scores(), Facts.parse(facts()))


def line(rows, arm, cluster, pooling="mean", metric="map@20"):
    asked = {"arm": arm, "cluster": cluster, "pooling": pooling, "metric": metric, "part": "layer"}
    return [row for row in rows if all(row[name] == value for name, value in asked.items())]


def test_a_line_has_one_point_per_layer_with_its_interval(rows):
    own = line(rows, "none", "all")
    assert set(own[0]) == set(SWEEP_COLUMNS)
    assert [row["layer"] for row in own] == [0, 1, 2, 3]
    # qac loses 4 points and qbb 8; each layer away from the second costs 4
    assert [row["value"] for row in own] == pytest.approx([26.2, 30.2, 34.2, 30.2])
    assert (own[0]["low"], own[0]["high"]) == (pytest.approx(26.2 - HALF), pytest.approx(26.2 + HALF))
    assert {(row["n_seeds"], row["n_languages"], row["space"], row["similarity"]) for row in own} == {
        (3, 2, "raw", "cosine")
    }


def test_clusters_are_scripts_and_held_out_languages_stand_apart(rows):
    assert {(row["clustering"], row["cluster"]) for row in rows} == {
        ("zero-shot", "all"), ("script", "Latn"), ("script", "Runa"), ("held out", "held out"),
    }  # fmt: skip
    assert line(rows, "none", "Latn")[2]["value"] == pytest.approx(36.2)  # qac alone; qab chose
    assert line(rows, "none", "Runa")[2]["value"] == pytest.approx(32.2)
    assert line(rows, "none", "held out")[2]["value"] == pytest.approx(36.2)
    other = sweep_rows(scores(), Facts.parse(facts(clusters={"family": {"qac": "f"}})))
    assert {row["clustering"] for row in other} == {"zero-shot", "family", "held out"}


def test_poolings_and_metrics_have_lines_of_their_own(rows):
    assert line(rows, "nli", "all", "first")[3]["value"] == pytest.approx(45.2 - 6 - 1.5)
    assert line(rows, "nli", "all", metric="recall@10")[3]["value"] == pytest.approx(45.2 - 6 + 10)
    assert {row["metric"] for row in rows} == {"map@20", "recall@10", "hit@10"}


def test_an_option_stands_at_the_layer_that_held_out_languages_chose(rows):
    best = [row for row in rows if row["part"] == "option" and row["cluster"] == "all"]
    at = {(row["arm"], row["metric"], row["pooling"], row["space"]): row for row in best}
    assert len(at) == len(best) == len(GAINS) * 3 * 3
    for arm, layer in BEST.items():
        row = at[arm, "map@20", "mean", "centred"]
        assert (row["layer"], row["layer_by"]) == (layer, "held out")
        assert row["value"] == pytest.approx(40.2 + GAINS[arm] - 6 + 1)
    # where held-out languages like another layer, the number is that layer's, not the best one's
    biased = scores(("none",), shift=lambda arm, layer, code: 90.0 if layer == 0 and code in ("qab", "qba") else 0.0)
    row = next(
        row for row in sweep_rows(biased, Facts.parse(facts())) if row["part"] == "option" and row["cluster"] == "all"
    )
    assert (row["layer"], row["value"]) == (0, pytest.approx(26.2 - 1.5))


def test_without_held_out_languages_all_of_them_choose():
    target = {"metric": "map@20", "setting": "layer=0;pool=multilingual;pooling=mean"}
    rows = sweep_rows(scores(("none",)), Facts.parse(facts(targets={"lareqa": target})))
    assert {row["layer_by"] for row in rows if row["part"] == "option"} == {"all"}
    assert "held out" not in {row["cluster"] for row in rows}
    assert {row["n_languages"] for row in rows if row["cluster"] == "all"} == {4}


def test_dot_product_stands_in_where_there_is_no_cosine():
    dot = [
        {**row, "setting": row["setting"] + ";similarity=dot"}
        for row in scores(("none",))
        if "space" not in row["setting"]
    ]
    rows = sweep_rows(dot, Facts.parse(facts()))
    assert {row["similarity"] for row in rows if row["part"] == "layer"} == {"dot"}
    both = sweep_rows([*dot, *scores(("none",))], Facts.parse(facts()))
    assert {row["similarity"] for row in both if row["part"] == "layer"} == {"cosine"}
    assert {row["similarity"] for row in both if row["part"] == "option"} == {"cosine", "dot"}


def test_a_baseline_that_chose_no_checkpoint_stands_beside_the_arms():
    given = [{**row, "selection": "" if row["arm"] == "none" else "pivot-dev"} for row in scores()]
    rows = sweep_rows(given, Facts.parse(facts()))
    assert {row["selection"] for row in rows} == {"pivot-dev"}
    assert [row["value"] for row in line(rows, "none", "all")] == pytest.approx([26.2, 30.2, 34.2, 30.2])
    alone = sweep_rows([row for row in given if row["arm"] == "none"], Facts.parse(facts()))
    assert {row["selection"] for row in alone} == {""}


def test_a_missing_language_leaves_a_gap_and_one_layer_is_no_sweep():
    rows = [row for row in scores(("none",)) if (row["language"], row["setting"][:7]) != ("qac", "layer=1")]
    made = sweep_rows(rows, Facts.parse(facts()))
    assert [row["value"] is None for row in line(made, "none", "all")] == [False, True, False, False]
    assert [row["value"] is None for row in line(made, "none", "Runa")] == [False] * 4
    one = [row for row in scores() if row["setting"].startswith("layer=1")]
    assert sweep_rows(one, Facts.parse(facts())) == []
