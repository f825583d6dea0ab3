from __future__ import annotations

import pytest

from xstilts.statistics import Facts, analyse, paired_gain
from xstilts.statistics.tables.chosen_arms import CHOSEN_COLUMNS, chosen_rows, dev_scores

LANGUAGES = ["qaa", "qab", "qac"]
DEV = {"none": 80.0, "x": 83.0, "y": 84.0}
TEST = {"none": 50.0, "x": 58.0, "y": 52.0}


def plain(**changes):
    return {
        "pivot": "qaa",
        "bases": ["lab"],
        "arms": ["none", "x", "y"],
        "seeds": [1, 2, 3],
        "targets": {name: {"metric": "accuracy", "languages": LANGUAGES} for name in ("nli", "qa")},
        "selection_split": "dev/a",
    } | changes


def row(arm, target, seed, language, value, split="test", **changes):
    return {
        "study": "s", "base": "lab", "arm": arm, "target": target, "seed": seed, "language": language, "split": split,
        "noise": "clean", "severity": 0, "source": "lab", "selection": "last", "setting": "", "protocol": "p",
        "metric": "accuracy", "value": value, "n": 10, "node": "k",
    } | changes  # fmt: skip


def rows(dev=DEV, **changes):
    found = []
    for target in ("nli", "qa"):
        for seed in (1, 2, 3):
            found += [row(a, target, seed, "qaa", v, "dev/a", **changes) for a, v in dev.items()]
            found += [
                row(a, target, seed, code, v + (seed if a == "y" else 0), **changes)
                for a, v in TEST.items()
                for code in LANGUAGES
            ]
    return found


def test_the_arm_that_is_best_on_the_pivots_dev_half_is_reported_though_another_gains_more():
    got = chosen_rows(rows(), Facts.parse(plain()))
    want = paired_gain([3, 4, 5], [0, 0, 0])
    assert set(got[0]) == set(CHOSEN_COLUMNS)
    for one, target in zip(got, ("nli", "qa"), strict=False):
        assert (one["target"], one["arm"], one["dev"], one["none_dev"], one["n_arms"]) == (target, "y", 84.0, 80.0, 3)
        assert (one["gain"], one["low"], one["p"]) == tuple(map(pytest.approx, (4.0, want.low, want.p)))
        assert (one["labels"], one["n_seeds"]) == ("pivot dev", 3)
    assert [(one["target"], one["arm"], one["gain"]) for one in got[2:]] == [("mean", "", 4.0)]


def test_none_can_be_best_and_equals_go_to_the_earlier_arm():
    got = chosen_rows(rows({"none": 84.0, "x": 83.0, "y": 84.0}), Facts.parse(plain()))
    assert [(one["arm"], one["gain"], one["low"], one["p"]) for one in got[:2]] == [("none", 0.0, None, None)] * 2
    assert (got[2]["gain"], got[2]["low"]) == (0.0, None)


def test_unfair_and_cut_arms_are_not_chosen():
    warnings = [{"code": "leak", "cell": {"arm": "y", "target": "nli"}, "message": "m"}]
    cut = [{"arm": "y", "target": "qa", "why": "time"}]
    got = chosen_rows(rows(), Facts.parse(plain(warnings=warnings, cut=cut)))
    assert [(one["arm"], one["n_arms"]) for one in got[:2]] == [("x", 2)] * 2


def test_without_such_a_split_nothing_is_chosen():
    assert chosen_rows(rows(), Facts.parse(plain(selection_split=""))) == []
    assert chosen_rows([one for one in rows() if one["split"] == "test"], Facts.parse(plain())) == []


def test_oracle_rows_are_labelled_and_never_mixed_with_the_others():
    better = [one | {"selection": "oracle", "value": one["value"] + 1} for one in rows() if one["split"] == "test"]
    better = [one | {"value": one["value"] + 10 * (one["arm"] == "y")} for one in better]
    got = chosen_rows([*rows(), *better], Facts.parse(plain()))
    assert [(one["labels"], one["gain"]) for one in got if one["target"] == "nli"] == [
        ("pivot dev", 4.0),
        ("oracle", 14.0),
    ]


def test_scores_to_choose_by_stay_in_the_scores_and_change_no_result():
    extra = [one for one in rows() if one["split"] == "dev/a"]
    without = [one for one in rows() if one["split"] != "dev/a"]
    facts = plain(clusters={"family": {"qab": "a", "qac": "b"}})
    one, two = analyse([*extra, *without], facts), analyse(without, facts)
    assert len(one["scores"]) == len(two["scores"]) + len(extra)
    for name in ("gains", "clusters", "aggregates"):
        assert one[name] == two[name]
    same = set(one["answer"]) - {"chosen", "mix"}
    assert {name: one["answer"][name] for name in same} == {name: two["answer"][name] for name in same}
    assert one["answer"]["chosen"]
    assert not two["answer"]["chosen"]


def test_the_choice_looks_at_the_pivot_alone_though_the_dev_half_has_other_languages_too():
    # x is far better on the dev half in every other language; the pivot says y
    others = [
        row(arm, target, seed, code, {"none": 10.0, "x": 99.0, "y": 20.0}[arm], "dev/a")
        for arm in DEV
        for target in ("nli", "qa")
        for seed in (1, 2, 3)
        for code in ("qab", "qac")
    ]
    assert chosen_rows([*others, *rows()], Facts.parse(plain())) == chosen_rows(rows(), Facts.parse(plain()))


def test_a_control_is_compared_and_never_chosen():
    trained = {"x": {"stages": [{"name": "intermediate 1"}]}, "y": {"control": {"control": "same-compute", "of": "x"}}}
    got = chosen_rows(rows(), Facts.parse(plain(trained=trained)))
    assert [(one["arm"], one["n_arms"]) for one in got[:2]] == [("x", 2)] * 2


def test_more_is_not_always_better():
    targets = {name: entry | {"higher_is_better": False} for name, entry in plain()["targets"].items()}
    got = chosen_rows(rows(), Facts.parse(plain(targets=targets)))
    assert [(one["arm"], one["dev"], one["none_dev"]) for one in got[:2]] == [("none", 80.0, 80.0)] * 2


def test_baselines_are_nothing_to_choose():
    found = dev_scores([*rows(), row("baseline:n-gram", "nli", 1, "qaa", 99.0, "dev/a")], Facts.parse(plain()))
    assert {arm for _, _, arm in found} == {"none", "x", "y"}


def test_the_mean_has_an_interval_unless_none_is_chosen_everywhere():
    dev = [one | {"value": 99.0} if (one["arm"], one["target"]) == ("none", "qa") and one["split"] == "dev/a" else one
           for one in rows()]  # fmt: skip
    got = chosen_rows(dev, Facts.parse(plain()))
    assert [one["arm"] for one in got] == ["y", "none", ""]
    assert (got[2]["gain"], got[2]["n_seeds"]) == (2.0, 3)  # 4 and 0
    assert got[2]["low"] < 2.0 < got[2]["high"]
