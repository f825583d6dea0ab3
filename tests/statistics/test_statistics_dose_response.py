from __future__ import annotations

import pytest
from statistics_mixes import DOSES, facts, scores

from xstilts.statistics import Facts, paired_gain
from xstilts.statistics.tables.dose_response import DOSE_COLUMNS, dose_rows


def wobble(arm, seed):
    return {"half": 0.1 * seed, "full": -0.2 * seed}.get(arm, 0.0)


def line(rows, cluster, target="mean"):
    return [row for row in rows if (row["cluster"], row["target"]) == (cluster, target)]


def test_one_line_per_cluster_and_one_for_all_languages_with_a_point_per_dose():
    rows = dose_rows(scores(wobble=wobble), Facts.parse(facts()))
    assert set(DOSE_COLUMNS) == set(rows[0])
    assert [(row["cluster"], row["clustering"]) for row in rows if (row["target"], row["p"]) == ("mean", 0)] == [
        ("all zero-shot", "zero-shot"), ("a", "family"), ("b", "family"),
    ]  # fmt: skip
    assert [[row["p"], row["arm"]] for row in line(rows, "b")] == DOSES
    assert [row["gain"] for row in line(rows, "a")] == pytest.approx([1, 3 + 0.25, 2 - 0.5])
    assert [row["gain"] for row in line(rows, "b", "qa")] == pytest.approx([2, 6 + 0.25, 8 - 0.5])
    # two languages of family a, one of b
    assert [row["gain"] for row in line(rows, "all zero-shot")] == pytest.approx([4 / 3, 4 + 0.25, 4 - 0.5])
    assert [(row["n_languages"], row["n_seeds"]) for row in rows[:1] + line(rows, "b")[:1]] == [(3, 4), (1, 4)]


def test_bands_are_t_intervals_over_seeds():
    rows = dose_rows(scores(wobble=wobble), Facts.parse(facts()))
    want = paired_gain([3.1, 3.2, 3.3, 3.4], [0, 0, 0, 0])
    half = line(rows, "a")[1]
    assert (half["low"], half["high"]) == (pytest.approx(want.low), pytest.approx(want.high))


def test_bands_have_the_studys_level_and_clusters_are_those_of_its_first_clustering():
    changed = facts(level=0.8, clusters={"family": facts()["clusters"]["family"], "script": {"qab": "x", "qac": "x"}})
    rows = dose_rows(scores(wobble=wobble), Facts.parse(changed))
    want = paired_gain([3.1, 3.2, 3.3, 3.4], [0, 0, 0, 0], 0.8)
    assert line(rows, "a")[1]["low"] == pytest.approx(want.low)
    assert {row["clustering"] for row in rows} == {"zero-shot", "family"}


def test_none_as_a_dose_has_no_gain_and_no_band():
    series = [{"name": "share", "doses": [[0, "none"], [1, "full"]], "what": ""}]
    first = line(dose_rows(scores(), Facts.parse(facts(series=series))), "a")[0]
    assert (first["gain"], first["low"], first["high"], first["n_seeds"]) == (0.0, None, None, 4)


def test_every_dose_averages_the_same_targets():
    unfair = facts(warnings=[{"code": "leak", "cell": {"arm": "half", "target": "qa"}, "message": "m"}])
    rows = dose_rows(scores(), Facts.parse(unfair))
    assert {row["target"] for row in rows} == {"nli", "mean"}
    cut = facts(cut=[{"arm": "full", "target": "nli", "why": "time"}])
    assert {row["target"] for row in dose_rows(scores(), Facts.parse(cut))} == {"qa", "mean"}


def test_an_arm_that_ran_on_fewer_targets_on_purpose_keeps_the_others_comparable():
    rows = [row for row in scores() if (row["arm"], row["target"]) != ("full", "nli")]
    cut = facts(cut=[{"arm": "full", "target": "", "why": "a variant"}])
    assert {row["target"] for row in dose_rows(rows, Facts.parse(cut))} == {"qa", "mean"}
    lost = line(dose_rows(rows, Facts.parse(facts())), "a")  # missing without a reason stays a gap
    assert [row["gain"] for row in lost] == [1, 3, None]


def test_languages_written_as_pairs_count_once():
    known = facts()
    known["targets"]["qa"] = {"metric": "accuracy", "languages": ["qab>qaa", "qac>qaa", "qba>qaa"]}
    known["clusters"]["family"] = {**known["clusters"]["family"], "qab>qaa": "a", "qac>qaa": "a", "qba>qaa": "b"}
    rows = [
        row if row["target"] == "nli" else row | {"language": f"{row['language']}>qaa"}
        for row in scores()
        if (row["target"], row["language"]) != ("qa", "qaa")
    ]
    rows = dose_rows(rows, Facts.parse(known))
    assert [row["n_languages"] for row in line(rows, "all zero-shot")] == [3, 3, 3]
    assert [row["gain"] for row in line(rows, "b")] == pytest.approx([2, 6, 8])
