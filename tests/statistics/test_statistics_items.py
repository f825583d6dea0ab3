"""Scores and gains with the uncertainty of their items: by hand, with moves that are easy to add up."""

from __future__ import annotations

import math

import numpy as np
import pytest

from xstilts.statistics import ITEM_COLUMNS, analyse, load, save
from xstilts.statistics.inference.jackknife import GROUPS

FACTS = {
    "pivot": "en", "arms": ["none", "nli"], "bases": ["b"], "seeds": ["1", "2", "3"],
    "targets": {"t": {"metric": "accuracy", "languages": ["en", "de", "sw"]}},
}  # fmt: skip


def moved(**places):
    """Moves that are 0 but in the groups named ``g0``, ``g1`` …"""
    moves = np.zeros(GROUPS, dtype=np.float32)
    for name, value in places.items():
        moves[int(name[1:])] = value
    return {"error": math.sqrt(sum(value * value for value in places.values())), "low": 1.0, "high": 99.0,
            "how": "jackknife", "moves": moves}  # fmt: skip


def row(arm, seed, language, value, items):
    return {"study": "s", "base": "b", "arm": arm, "target": "t", "seed": seed, "language": language, "split": "test",
            "metric": "accuracy", "value": value, "n": 100, "node": "k", "items": items}  # fmt: skip


def study():
    """Over seeds, nli gains 1, 2 and 3 points in German and Swahili; its items differ from none's in group 1 alone."""
    rows = []
    for seed, gain in (("1", 1.0), ("2", 2.0), ("3", 3.0)):
        for code in ("en", "de", "sw"):
            rows.append(row("none", seed, code, 50.0, moved(g0=4.0)))
            rows.append(row("nli", seed, code, 50.0 + gain, moved(g0=4.0, g1=3.0)))
    return rows


def of(made, **wanted):
    (found,) = [one for one in made if all(one[name] == value for name, value in wanted.items())]
    return found


def test_a_score_has_the_interval_of_its_items() -> None:
    made = analyse(study(), FACTS)["items"]
    assert len(made) == 18
    assert set(made[0]) == set(ITEM_COLUMNS)
    found = of(made, arm="nli", seed="2", language="de")
    assert (found["value"], found["error"], found["low"], found["high"]) == (52.0, 5.0, 1.0, 99.0)


def test_what_arm_and_none_share_is_no_uncertainty_of_their_gain() -> None:
    found = of(analyse(study(), FACTS)["gain_items"], arm="nli", language="de", clustering="")
    assert found["items_error"] == pytest.approx(3.0)
    assert [found["items_low"], found["items_high"]] == pytest.approx([2 - 5.88, 2 + 5.88], abs=0.01)


def test_seeds_and_items_together_are_wider_than_either() -> None:
    found = of(analyse(study(), FACTS)["gain_items"], arm="nli", clustering="zero-shot")
    by_seeds, by_items = found["seeds_high"] - found["gain"], found["items_high"] - found["gain"]
    assert by_seeds == pytest.approx(4.303 / math.sqrt(3), abs=1e-3)
    assert found["both_high"] - found["gain"] == pytest.approx(math.hypot(by_seeds, by_items))
    assert found["both_low"] < found["items_low"] < found["seeds_low"]


def test_items_of_two_languages_that_are_the_same_do_not_average_out() -> None:
    rows = study()
    same = of(analyse(rows, FACTS)["gain_items"], arm="nli", clustering="zero-shot")
    for one in rows:
        if one["language"] == "sw" and one["arm"] == "nli":
            one["items"] = moved(g0=4.0, g2=3.0)
    other = of(analyse(rows, FACTS)["gain_items"], arm="nli", clustering="zero-shot")
    assert same["items_error"] == pytest.approx(3.0)
    assert other["items_error"] == pytest.approx(3.0 / math.sqrt(2))


def test_one_seed_has_an_interval_of_items_only() -> None:
    rows = [one for one in study() if one["seed"] == "1"]
    found = of(analyse(rows, FACTS)["gain_items"], arm="nli", clustering="zero-shot")
    assert (found["seeds_low"], found["both_low"]) == (None, None)
    assert found["items_low"] == pytest.approx(1 - 5.88, abs=0.01)


def test_a_gain_of_which_one_score_is_not_known_by_its_items_is_left_out() -> None:
    rows = study()
    rows[0]["items"] = None
    gains = [(one["language"], one["clustering"]) for one in analyse(rows, FACTS)["gain_items"]]
    assert ("en", "") not in gains
    assert ("de", "") in gains


def test_the_mean_over_targets_adds_the_variances_of_its_targets() -> None:
    second = {**FACTS["targets"], "u": FACTS["targets"]["t"]}
    rows = [*study(), *(one | {"target": "u"} for one in study())]
    (found,) = analyse(rows, FACTS | {"targets": second})["answer"]["answer_errors"]
    assert found["error"] == pytest.approx(3.0 / math.sqrt(2))
    assert found["both_low"] < found["low"] < found["high"] < found["both_high"]


def test_a_mean_score_is_as_unsure_as_its_shared_items() -> None:
    (nli, none) = analyse(study(), FACTS)["answer"]["level_errors"]
    assert (nli["arm"], nli["pivot"], nli["zero_shot"]) == ("nli", pytest.approx(5.0), pytest.approx(5.0))
    assert none["zero_shot"] == pytest.approx(4.0)


def test_chosen_vectors_keep_the_items_of_what_they_repeat() -> None:
    target = {"metric": "accuracy", "languages": ["de>en"], "held_out": ["sw>en"], "searched": True}
    facts = {**FACTS, "targets": {"t": target}, "seeds": ["1"]}
    rows = [
        row(arm, "1", code, value, moved(g0=error)) | {"setting": f"layer={layer}"}
        for arm in ("none", "nli")
        for layer, value, error in ((1, 60.0, 2.0), (2, 40.0, 1.0))
        for code in ("de>en", "sw>en")
    ]
    made = analyse(rows, facts)
    frozen = [one for one in made["items"] if one["setting"] == "vectors=frozen"]
    assert {(one["language"], one["value"], one["error"]) for one in frozen} == {("de>en", 60.0, 2.0)}
    assert made["gain_items"]


def test_the_tables_come_back_from_disk(tmp_path) -> None:
    made = analyse(study(), FACTS)
    save(tmp_path, made)
    again = load(tmp_path)
    assert again["items"] == made["items"]
    assert again["gain_items"] == made["gain_items"]
