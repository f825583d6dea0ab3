from __future__ import annotations

import pytest

from xstilts.statistics import Facts, paired_gain
from xstilts.statistics.inference.crossed import crossed_gain
from xstilts.statistics.tables.contrasts import CONTRAST_COLUMNS, contrast_rows

LANGUAGES = ["qaa", "qab", "qac", "qba"]
FAMILY = {"qaa": "a", "qab": "a", "qac": "a", "qba": "b"}


def facts(**changes):
    plain = {
        "pivot": "qaa",
        "bases": ["lab"],
        "arms": ["none", "x", "y"],
        "targets": {name: {"metric": "accuracy", "languages": LANGUAGES} for name in ("nli", "qa")},
        "clusters": {"family": FAMILY},
    }
    return Facts.parse(plain | changes)


def row(arm, target, seed, language, value, **changes):
    return {
        "study": "s", "base": "lab", "arm": arm, "target": target, "seed": seed, "language": language, "split": "test",
        "noise": "clean", "severity": 0, "source": "lab", "selection": "last", "setting": "", "protocol": "p",
        "metric": "accuracy", "value": value, "n": 10, "node": "k",
    } | changes  # fmt: skip


def scores(value, arms=("none", "x", "y"), targets=("nli", "qa"), seeds=(1, 2, 3), languages=LANGUAGES):
    return [row(a, t, s, c, value(a, t, s, c)) for a in arms for t in targets for s in seeds for c in languages]


def entry(arm, targets=(), languages=()):
    return {"arm": arm, "targets": list(targets), "languages": list(languages)}


def contrast(plus, minus, name="c", by=""):
    return {"name": name, "plus": plus, "minus": minus, "by": by}


def test_a_contrast_is_the_paired_difference_of_means_over_targets_and_languages():
    gain = {
        ("x", "nli"): 4.0,
        ("x", "qa"): 2.0,
        ("y", "nli"): 1.0,
        ("y", "qa"): 0.0,
        ("none", "nli"): 0,
        ("none", "qa"): 0,
    }

    def value(arm, target, seed, code):
        return 50 + gain[arm, target] * (1 if arm != "x" else seed) + 3 * LANGUAGES.index(code) + 10 * seed

    (got,) = contrast_rows(scores(value), facts(contrasts=[contrast([entry("x")], [entry("y")])]))
    want = paired_gain([3 * 1 - 0.5, 3 * 2 - 0.5, 3 * 3 - 0.5], [0, 0, 0])  # mean of 4 and 2, times the seed; minus 0.5
    assert set(CONTRAST_COLUMNS) == set(got)
    assert got["difference"] == pytest.approx(want.mean)
    assert (got["low"], got["p"]) == (pytest.approx(want.low), pytest.approx(want.p))
    assert (got["n_seeds"], got["n_languages"], got["targets"], got["effects"]) == (3, 3, "nli qa", "fixed")
    assert (got["plus"], got["minus"], got["cluster"], got["left_out"]) == ("x", "y", "", "")


def test_several_entries_weigh_alike_and_none_may_stand_on_a_side():
    value = {"none": 50, "x": 54, "y": 51}
    (got,) = contrast_rows(
        scores(lambda a, t, s, c: value[a] + 0.1 * s * (a == "x")),
        facts(contrasts=[contrast([entry("x"), entry("y")], [entry("none")])]),
    )
    assert got["difference"] == pytest.approx((4.2 + 1) / 2)  # x gains 4.1, 4.2, 4.3
    assert got["plus"] == "x + y"


def test_other_languages_on_each_side_are_compared_by_their_gains_not_their_scores():
    level = {"qaa": 90, "qab": 80, "qac": 70, "qba": 20}
    gains = {"qab": 5.0, "qac": 3.0, "qba": 1.0, "qaa": 0.0}
    rows = scores(lambda a, t, s, c: level[c] + (gains[c] + 0.1 * s if a == "x" else 0))
    sides = [entry("x", languages=["qab", "qac"])], [entry("x", languages=["qba"])]
    (got,) = contrast_rows(rows, facts(contrasts=[contrast(*sides)]))
    assert got["difference"] == pytest.approx(3.0)  # (5 + 3) / 2 - 1, not 75 - 20
    assert got["n_languages"] == 3


def test_the_pivot_counts_only_where_it_is_named():
    rows = scores(lambda a, t, s, c: 50 + (s if a == "x" else 0) * (10 if c == "qaa" else 1))
    sides = [entry("x", languages=["qaa"])], [entry("y", languages=["qaa"])]
    got = contrast_rows(rows, facts(contrasts=[contrast(*sides), contrast([entry("x")], [entry("y")])]))
    assert [one["difference"] for one in got] == pytest.approx([20.0, 2.0])


def test_one_row_per_cluster_without_clusters_that_a_side_does_not_speak():
    rows = scores(lambda a, t, s, c: 50 + (s if a == "x" else 0) + (5 if (a, c) == ("x", "qba") else 0))
    by = contrast([entry("x")], [entry("y")], by="family")
    got = contrast_rows(rows, facts(contrasts=[by]))
    assert [(one["cluster"], one["difference"], one["n_languages"]) for one in got] == [("a", 2.0, 2), ("b", 7.0, 1)]
    held_out = contrast([entry("x", languages=["qba"])], [entry("y")], by="family")
    (only,) = contrast_rows(rows, facts(contrasts=[held_out]))
    assert (only["cluster"], only["difference"]) == ("b", 7.0)


def test_within_a_cluster_an_entry_without_its_languages_is_no_gap():
    rows = scores(lambda a, t, s, c: 50 + {"none": 0, "x": 6, "y": 2}[a] + (0.1 * s if a == "x" else 0))
    plain, some = [entry("x")], [entry("y", languages=["qab"]), entry("none", languages=["qab", "qba"])]
    for plus, minus, sign in ((plain, some, 1), (some, plain, -1)):
        got = contrast_rows(rows, facts(contrasts=[contrast(plus, minus, by="family")]))
        # family a: y and none weigh alike, 6.2 - 1; family b: only none is said there, 6.2 - 0
        assert {one["cluster"]: one["difference"] for one in got} == pytest.approx({"a": sign * 5.2, "b": sign * 6.2})


def test_holm_over_all_contrasts_and_apart_within_one_by_cluster():
    def value(arm, target, seed, code):
        return 50 + {"none": 0, "x": seed, "y": 0.5 * seed * seed}[arm] + (seed * seed if code == "qba" else 0)

    asked = [
        contrast([entry("x")], [entry("none")], "one"),
        contrast([entry("y")], [entry("none")], "two"),
        contrast([entry("y")], [entry("x")], "three", by="family"),
    ]
    got = contrast_rows(scores(value), facts(contrasts=asked))
    first, second = (one["p"] for one in got[:2])
    small, large = sorted((first, second))
    corrected = {small: min(1, 2 * small), large: max(min(1, 2 * small), large)}
    assert [one["p_corrected"] for one in got[:2]] == pytest.approx([corrected[first], corrected[second]])
    assert [one["p_corrected"] for one in got[2:]] == pytest.approx([min(1, 2 * got[2]["p"])] * 2)  # equal twice


def test_an_unfair_or_cut_target_is_left_out_of_both_sides_and_named():
    def value(arm, target, seed, code):
        return 50 + {"nli": 1, "qa": 100}[target] * (arm == "x") + 0.1 * seed * (arm == "x")

    asked = {"contrasts": [contrast([entry("x")], [entry("y")])]}
    warning = {"code": "leak", "cell": {"arm": "x", "target": "qa"}, "message": "m"}
    (got,) = contrast_rows(scores(value), facts(**asked, warnings=[warning]))
    assert (got["difference"], got["targets"]) == (pytest.approx(1.2), "nli")
    assert got["left_out"] == "qa: degenerate, leaking or a rival for x"
    (got,) = contrast_rows(scores(value), facts(**asked, cut=[{"arm": "y", "target": "qa", "why": "time"}]))
    assert (got["targets"], got["left_out"]) == ("nli", "qa: cut for y")
    both = [{"arm": "y", "target": name, "why": "time"} for name in ("qa", "nli")]
    (got,) = contrast_rows(scores(value), facts(**asked, cut=both))
    assert (got["difference"], got["n_seeds"], got["targets"]) == (None, 0, "")


def test_a_seed_without_every_score_takes_no_part():
    rows = scores(lambda a, t, s, c: 50 + (s if a == "x" else 0))
    lost = [one for one in rows if (one["arm"], one["target"], one["seed"], one["language"]) != ("y", "qa", 3, "qac")]
    (got,) = contrast_rows(lost, facts(contrasts=[contrast([entry("x")], [entry("y")])]))
    assert (got["difference"], got["n_seeds"]) == (pytest.approx(1.5), 2)


def test_eight_languages_or_more_are_a_sample_of_languages():
    codes = ["qaa", *(f"qb{letter}" for letter in "abcdefgh")]
    table = {
        (s, c): 1.0 + 0.3 * s + 0.7 * (place % 3) + 0.1 * (s * place % 5)
        for s in (1, 2, 3)
        for place, c in enumerate(codes)
    }
    rows = scores(lambda a, t, s, c: 50 + (table[s, c] if a == "x" else 0), targets=("nli",), languages=codes)
    known = facts(
        targets={"nli": {"metric": "accuracy", "languages": codes}}, contrasts=[contrast([entry("x")], [entry("y")])]
    )
    (got,) = contrast_rows(rows, known)
    want = crossed_gain([[table[s, c] for c in codes[1:]] for s in (1, 2, 3)])
    assert (got["effects"], got["n_languages"]) == ("random", 8)
    assert (got["difference"], got["low"], got["p"]) == tuple(map(pytest.approx, (want.mean, want.low, want.p)))


def test_less_is_better_turns_the_sign():
    targets = {"nli": {"metric": "accuracy", "languages": LANGUAGES, "higher_is_better": False}}
    rows = scores(lambda a, t, s, c: 50 - (s if a == "x" else 0), targets=("nli",))
    (got,) = contrast_rows(rows, facts(targets=targets, contrasts=[contrast([entry("x")], [entry("y")])]))
    assert got["difference"] == pytest.approx(2.0)
