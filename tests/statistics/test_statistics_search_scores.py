from __future__ import annotations

import pytest
from statistics_searches import METRICS, baseline, facts, scores

from xstilts.statistics import Facts, analyse, paired_gain
from xstilts.statistics.tables.search_scores import SEARCH_COLUMNS, search_rows


def cell(rows, arm, metric="map@20", variant="pool=multilingual"):
    found = [row for row in rows if (row["arm"], row["metric"], row["variant"]) == (arm, metric, variant)]
    assert len(found) == 1
    return found[0]


@pytest.fixture(scope="module")
def rows():
    wobbly = [row | {"value": row["value"] + (0.3 * row["seed"] if row["arm"] == "nli" else 0)} for row in scores()]
    return analyse([*wobbly, *baseline()], facts())["answer"]["search"]


def test_every_metric_and_variant_has_a_mean_and_a_gain(rows):
    assert set(rows[0]) == set(SEARCH_COLUMNS)
    assert {(row["metric"], row["variant"]) for row in rows} == {
        (metric, f"pool={pool}") for metric in METRICS for pool in ("multilingual", "mono")
    }
    none, nli = cell(rows, "none"), cell(rows, "nli")
    assert none["mean"] == pytest.approx(40.2 - 6 + 1)  # the mean of qac and qbb, at the best layer
    assert (none["gain"], none["sd"]) == (None, pytest.approx(0.1))
    want = paired_gain([5.3, 5.6, 5.9], [0, 0, 0])
    assert nli["gain"] == pytest.approx(5.6)
    assert (nli["low"], nli["high"], nli["p"]) == tuple(map(pytest.approx, (want.low, want.high, want.p)))
    assert (nli["n_seeds"], nli["n_paired"], nli["n_languages"], nli["sd"]) == (3, 3, 2, pytest.approx(0.4))
    assert cell(rows, "nli", variant="pool=mono")["mean"] == pytest.approx(nli["mean"] + 30)
    assert cell(rows, "qa", "hubness@10")["gain"] == pytest.approx(-1.0)


def test_the_headline_comes_first_and_baselines_last(rows):
    assert [(row["arm"], row["metric"], row["variant"]) for row in rows[:3]] == [
        (arm, "map@20", "pool=multilingual") for arm in ("none", "nli", "qa")
    ]
    assert rows[-1]["arm"] == "baseline:char-ngrams"
    beside = cell(rows, "baseline:char-ngrams")
    assert (beside["mean"], beside["gain"], beside["n_languages"]) == (11.0, None, 2)


def test_without_held_out_languages_the_headline_setting_counts():
    target = {"metric": "map@20", "setting": "layer=2;pool=multilingual;pooling=mean"}
    known = Facts.parse(facts(targets={"lareqa": target}))
    rows = search_rows([*scores(), *baseline()], known)
    assert {row["setting"] for row in rows if row["arm"] == "nli"} == {
        "layer=2;pool=multilingual;pooling=mean", "layer=2;pool=mono;pooling=mean",
    }  # fmt: skip
    assert cell(rows, "nli")["mean"] == pytest.approx(45.2 - 5 - 4)  # all four languages, a layer below its best
    assert cell(rows, "baseline:char-ngrams")["n_languages"] == 4


def test_an_incomplete_arm_has_no_number_and_other_targets_no_row():
    lost = [row for row in scores() if (row["arm"], row["language"]) != ("nli", "qac")]
    rows = analyse(lost, facts())["answer"]["search"]
    nli = cell(rows, "nli")
    assert (nli["mean"], nli["gain"], nli["n_seeds"]) == (None, None, 0)
    asked = facts()["targets"]["lareqa"] | {"languages": ["qaa", "qac", "qbb", "qca"]}
    never = analyse(scores(), facts(targets={"lareqa": asked}))["answer"]["search"]
    assert cell(never, "none")["mean"] is None  # qca was asked for and not measured
    assert search_rows(baseline(), Facts.parse(facts(targets={"lareqa": {"metric": "map@20"}}))) == []
