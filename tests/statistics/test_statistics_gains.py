from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts.errors import InputError, StoreError
from xstilts.statistics import Facts, analyse, cluster_rows, gain_rows, load, paired_gain, save
from xstilts.statistics.score_rows import paired_over_seeds
from xstilts.statistics.study_facts import covers
from xstilts.statistics.tables.levels import chance_level

NONE = {"qaa": 80.0, "qab": 60.0, "qac": 50.0}


def facts(**changes):
    plain = {
        "pivot": "qaa",
        "arms": ["none", "mnli"],
        "seeds": [1, 2, 3],
        "targets": {"xnli": {"metric": "accuracy", "languages": ["qaa", "qab", "qac"]}},
        "clusters": {"script": {"qaa": "Latn", "qab": "Latn", "qac": "Cyrl"}},
    }
    return plain | changes


def row(arm, seed, language, value, **changes):
    plain = {
        "study": "s", "base": "b", "arm": arm, "target": "xnli", "seed": seed, "language": language, "split": "test",
        "noise": "clean", "severity": 0, "source": "lab", "selection": "last", "setting": "", "protocol": "xtreme",
        "metric": "accuracy", "value": value, "n": 100, "node": "k",
    }  # fmt: skip
    return plain | changes


def scores(gains, arm="mnli", none=NONE, **changes):
    """Rows of ``none`` and of an arm that gains ``gains[seed]`` in every language."""
    rows = [row("none", seed, code, value + int(seed), **changes) for seed in (1, 2, 3) for code, value in none.items()]
    return rows + [
        row(arm, seed, code, value + int(seed) + gain, **changes)
        for seed, gain in gains.items()
        for code, value in none.items()
    ]


def find(rows, **wanted):
    found = [one for one in rows if all(one[name] == value for name, value in wanted.items())]
    assert len(found) == 1, found
    return found[0]


def test_gains_pair_over_seeds_in_each_language():
    got = find(gain_rows(scores({1: 1.0, 2: 2.0, 3: 3.0}), Facts.parse(facts())), language="qab")
    expected = paired_gain([1, 2, 3], [0, 0, 0])
    assert (got["gain"], got["low"], got["n_seeds"], got["n_examples"]) == (2.0, pytest.approx(expected.low), 3, 100)
    assert got["p_corrected"] == pytest.approx(3 * expected.p)  # three languages, all alike
    assert got["seed_gains"] == [1.0, 2.0, 3.0]


def test_a_missing_seed_is_counted_and_a_missing_arm_stays_visible():
    got = gain_rows(scores({1: 1.0, 2: 2.0}), Facts.parse(facts(arms=["none", "mnli", "squad"])))
    assert find(got, arm="mnli", language="qab")["n_seeds"] == 2
    absent = find(got, arm="squad", language="qab")
    assert (absent["gain"], absent["low"], absent["p"], absent["n_seeds"]) == (None, None, None, 0)


def test_nothing_is_averaged_over_a_missing_language():
    lost = ("mnli", 3, "qac")
    rows = [one for one in scores({1: 1.0, 2: 2.0, 3: 3.0}) if (one["arm"], one["seed"], one["language"]) != lost]
    got = find(cluster_rows(rows, Facts.parse(facts())), clustering="zero-shot")
    assert (got["gain"], got["n_seeds"], got["seeds"], got["languages"]) == (1.5, 2, ["1", "2"], "qab qac")
    latin = find(cluster_rows(rows, Facts.parse(facts())), clustering="script", cluster="Latn")
    assert (latin["n_seeds"], latin["languages"]) == (3, "qab")  # the pivot never joins a cluster


def test_a_language_that_no_chain_measured_is_missed():
    rows = [one for one in scores({1: 1.0, 2: 2.0}) if one["language"] != "qac"]
    assert find(cluster_rows(rows, Facts.parse(facts())), clustering="zero-shot")["n_seeds"] == 0


def test_the_pivot_is_kept_apart():
    got = find(cluster_rows(scores({1: 1.0, 2: 2.0}), Facts.parse(facts())), clustering="pivot")
    assert (got["languages"], got["none"], got["arm_score"]) == ("qaa", 81.5, 83.0)


@pytest.mark.parametrize(
    ("field", "other"),
    [("protocol", "xtreme-r"), ("setting", "layer=2"), ("split", "dev"), ("noise", "typo"), ("severity", 3),
     ("selection", "oracle"), ("source", "files"), ("metric", "f1"), ("base", "c")],
)  # fmt: skip
def test_gains_never_mix_conditions(field, other):
    rows = [one | {field: other} if one["arm"] == "mnli" else one for one in scores({1: 1.0, 2: 2.0, 3: 3.0})]
    assert all(one["n_seeds"] == 0 for one in gain_rows(rows, Facts.parse(facts())))


def test_pairs_of_languages_find_their_cluster():
    none = {"qaa": 70.0, "qab>qaa": 60.0, "qac+qaa": 50.0, "qab+qac": 40.0}
    plain = facts(targets={"xnli": {"metric": "accuracy", "languages": list(none)}})
    got = cluster_rows(scores({1: 1.0}, none=none), Facts.parse(plain))
    assert find(got, clustering="zero-shot")["languages"] == "qab+qac qab>qaa qac+qaa"
    assert find(got, clustering="script", cluster="Latn")["languages"] == "qab>qaa"
    assert find(got, clustering="pivot")["languages"] == "qaa"


def test_the_headline_is_corrected_over_arms_and_targets():
    plain = facts(
        arms=["none", "mnli", "squad"],
        targets={name: {"metric": "accuracy", "languages": list(NONE)} for name in ("xnli", "pawsx")},
    )
    rows = [
        one
        for target in ("xnli", "pawsx")
        for arm, gains in (("mnli", {1: 1.0, 2: 2.0, 3: 3.0}), ("squad", {1: 2.0, 2: 2.1, 3: 2.2}))
        for one in scores(gains, arm=arm, target=target)
    ]
    got = cluster_rows(rows, Facts.parse(plain))
    small = find(got, clustering="zero-shot", arm="squad", target="xnli")
    assert small["p_corrected"] == pytest.approx(4 * small["p"])
    script = find(got, clustering="script", cluster="Cyrl", arm="squad", target="xnli")
    assert script["p_corrected"] == pytest.approx(2 * script["p"])


def test_baselines_take_no_part_in_gains_and_stand_among_the_levels():
    rows = scores({1: 1.0}) + [row("baseline:n-gram", "", code, 40.0) for code in NONE]
    rows += [{**row("baseline:n-gram", "", code, 50.0), "base": "n-gram"} for code in NONE]
    got = analyse(rows, facts())
    for table in ("gains", "clusters"):
        assert {(one["base"], one["arm"]) for one in got[table]} == {(rows[0]["base"], "mnli")}
    level = find(got["answer"]["levels"], arm="baseline:n-gram", base=rows[0]["base"])
    assert level["zero_shot"] == {"mean": 40.0, "sd": None, "n_seeds": 1, "n_languages": 2}
    assert find(got["answer"]["levels"], arm="none")["zero_shot"]["mean"] == 57.0


def test_nan_is_missing_and_two_values_for_one_measurement_are_refused():
    rows = scores({1: 1.0, 2: 2.0})
    rows[-1]["value"] = float("nan")
    assert find(analyse(rows, facts())["gains"], language="qac")["n_seeds"] == 1
    with pytest.raises(InputError, match="two values"):
        analyse([*rows, row("none", 1, "qab", 1.0)], facts())


@settings(deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(random):
    rows = scores({1: 1.0, 2: -0.3, 3: 0.7})
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert analyse(shuffled, facts()) == analyse(rows, facts())


def test_nested_seeds_are_not_counted_as_independent():
    arm = {"1.1": 1.0, "1.2": 1.2, "2.1": 3.0, "2.2": 3.2, "3.1": 5.0, "3.2": 5.2}
    got, seeds = paired_over_seeds(arm, dict.fromkeys(arm, 0.0), 0.95)
    by_target = paired_gain([3.0, 3.2], [0, 0])
    by_intermediate = paired_gain([1.1, 3.1, 5.1], [0, 0, 0])
    assert len(seeds) == 6
    assert got == max(by_target, by_intermediate, key=lambda one: one.high - one.low)


def test_the_answer_leaves_degenerate_targets_out():
    plain = facts(
        targets={name: {"metric": "accuracy", "languages": list(NONE)} for name in ("xnli", "pawsx")},
        warnings=[{"code": "degenerate", "cell": {"base": "*", "arm": "mnli", "target": "xnli"}, "message": "same"}],
    )
    rows = scores({1: 90.0, 2: 91.0, 3: 92.0}) + scores({1: 1.0, 2: 2.0, 3: 3.0}, target="pawsx")
    (answer,) = analyse(rows, plain)["answer"]["bases"]
    assert (answer["arm"], answer["gain"], answer["targets"], answer["excluded"]) == ("mnli", 2.0, ["pawsx"], ["xnli"])
    assert answer["verdict"] == "inconclusive"
    assert "no p below 0.25" in answer["sentences"][1]


@pytest.mark.parametrize(
    ("gains", "verdict"),
    [({1: 5.0, 2: 5.1, 3: 5.2}, "supported"), ({1: -5.0, 2: -5.1, 3: -5.2}, "contradicted"),
     ({1: 1.0}, "inconclusive"), ({}, "not run")],
)  # fmt: skip
def test_the_verdict(gains, verdict):
    (answer,) = analyse(scores(gains), facts(bases=["b"]))["answer"]["bases"]
    assert answer["verdict"] == verdict
    assert len(answer["sentences"]) == 2


@pytest.mark.parametrize(("gains", "said"), [({1: 2.0}, "the arm mnli gains most"), ({1: -2.0}, "no arm gains")])
def test_the_answer_does_not_call_a_loss_a_gain(gains, said):
    (answer,) = analyse(scores(gains), facts(bases=["b"]))["answer"]["bases"]
    assert said in answer["sentences"][0]


def test_less_is_better_where_the_metric_says_so():
    plain = facts(targets={"xnli": {"metric": "accuracy", "languages": list(NONE), "higher_is_better": False}})
    (answer,) = analyse(scores({1: -5.0, 2: -5.1, 3: -5.2}), plain)["answer"]["bases"]
    assert (answer["gain"], answer["verdict"]) == (pytest.approx(5.1), "supported")


def test_an_arm_without_all_of_its_targets_is_not_compared():
    plain = facts(
        arms=["none", "mnli", "squad"],
        targets={name: {"metric": "accuracy", "languages": list(NONE)} for name in ("xnli", "pawsx")},
    )
    rows = scores({1: 9.0, 2: 9.1, 3: 9.2}) + [
        one for t in ("xnli", "pawsx") for one in scores({1: 1.0, 2: 1.1, 3: 1.2}, arm="squad", target=t)
    ]
    (answer,) = analyse(rows, plain)["answer"]["bases"]
    assert (answer["arm"], answer["n_arms"]) == ("squad", 1)
    assert "1 arm that finished, of 2" in answer["sentences"][1]


def test_cells_of_warnings():
    assert covers({"base": "*", "arm": "mnli"}, "b", "mnli", "xnli")
    assert not covers({"arm": "mnli"}, "b", "squad", "xnli")
    assert covers([None, "mnli", "xnli", None], "b", "mnli", "xnli")
    assert covers(None, "b", "mnli", "xnli")


def test_chance_is_known_only_where_it_is_known_everywhere():
    assert chance_level(33.3, ["qab"]) == 33.3
    assert chance_level({"qab": 30.0, "qac": 40.0}, ["qab", "qac"]) == 35.0
    assert chance_level({"qab": 30.0}, ["qab", "qac"]) is None


def test_facts_that_are_not_as_documented_are_refused():
    with pytest.raises(InputError, match="colour"):
        analyse([], facts(colour="red"))


def test_tables_survive_the_disk(tmp_path):
    made = analyse(scores({1: 1.0, 2: 2.0}), facts(), [{"target": "xnli", "language": "qab", "n": 3, "truncated": 1}])
    save(tmp_path, made)
    assert load(tmp_path) == made


def test_missing_tables_are_named(tmp_path):
    with pytest.raises(StoreError, match="cannot be read"):
        load(tmp_path)
