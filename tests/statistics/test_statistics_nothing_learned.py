"""Models that learned nothing, and classes that are never said: every case by hand."""

from __future__ import annotations

import numpy as np
import pytest

from xstilts.statistics import analyse
from xstilts.statistics.inference.jackknife import GROUPS


def facts(**target):
    own = {"metric": "accuracy", "languages": ["en", "de", "sw"], "chance": 33.3, **target}
    return {"pivot": "en", "arms": ["none", "nli"], "bases": ["b"], "seeds": ["1", "2"], "targets": {"t": own}}


def row(arm, seed, language, value, **more):
    items = {"error": 4.0, "low": 0.0, "high": 100.0, "how": "jackknife",
             "moves": np.full(GROUPS, 4.0 / GROUPS**0.5, dtype=np.float32)}  # fmt: skip
    return {"study": "s", "base": "b", "arm": arm, "target": "t", "seed": seed, "language": language, "split": "test",
            "metric": "accuracy", "value": value, "n": 100, "node": "k", "items": items} | more  # fmt: skip


def rows(en, de, sw, arms=("none", "nli"), **more):
    return [row(arm, seed, code, value, **more) for arm in arms for seed in ("1", "2")
            for code, value in (("en", en), ("de", de), ("sw", sw))]  # fmt: skip


def floors(score_rows, said=None, answered=()):
    made = analyse(score_rows, said or facts(), answered=answered)["answer"]["at_floor"]
    return [(one["arm"], one["part"], one["by"]) for one in made]


def test_a_model_that_learned_and_transfers_is_not_named() -> None:
    assert floors(rows(80, 70, 60)) == []


def test_at_chance_in_the_pivot_and_elsewhere() -> None:
    assert floors(rows(34, 33, 33), facts()) == [
        ("nli", "pivot", "guessing"), ("nli", "zero_shot", "guessing"),
        ("none", "pivot", "guessing"), ("none", "zero_shot", "guessing"),
    ]  # fmt: skip


def test_learned_in_the_pivot_and_not_elsewhere() -> None:
    assert floors(rows(80, 34, 33)) == [("nli", "zero_shot", "guessing"), ("none", "zero_shot", "guessing")]


def test_above_chance_by_less_than_the_items_can_tell() -> None:
    assert floors(rows(40.5, 70, 70)) == [
        ("nli", "pivot", "guessing"),
        ("none", "pivot", "guessing"),
    ]  # 33.3 + 1.96 * 4
    assert floors(rows(41.6, 70, 70)) == []
    assert floors(rows(37.5, 70, 70, items=None)) == []  # a twentieth of the way is 36.6
    assert floors(rows(36.5, 70, 70, items=None)) == [("nli", "pivot", "guessing"), ("none", "pivot", "guessing")]


def test_the_most_frequent_answer_is_a_floor_above_chance() -> None:
    said = facts(constant={"en": 62.0, "de": 62.0, "sw": 62.0})
    assert floors(rows(62, 80, 80), said) == [("nli", "pivot", "one answer to everything"),
                                              ("none", "pivot", "one answer to everything")]  # fmt: skip


def test_the_floor_of_a_part_is_that_of_its_own_languages() -> None:
    said = facts(constant={"en": 80.0, "de": 40.0, "sw": 40.0})
    assert floors(rows(70, 60, 60, arms=("none",)), said) == [("none", "pivot", "one answer to everything")]
    said = facts(constant={"en": 40.0, "de": 70.0, "sw": 70.0})
    assert floors(rows(60, 60, 60, arms=("none",)), said) == [("none", "zero_shot", "one answer to everything")]


def test_a_baseline_in_fewer_languages_is_not_compared() -> None:
    beside = [row("baseline:char-ngrams", "", code, 75.0, base="char-ngrams") for code in ("en", "de")]
    assert floors([*rows(90, 70, 60), *beside]) == []


def test_without_a_known_chance_zero_is_the_floor() -> None:
    assert floors(rows(3, 30, 30, items=None), facts(chance=None)) == [("nli", "pivot", "guessing"),
                                                                      ("none", "pivot", "guessing")]  # fmt: skip


def test_less_is_better_of_a_perplexity() -> None:
    said = facts(higher_is_better=False, chance=1000.0)
    assert floors(rows(970, 20, 20, items=None), said) == [("nli", "pivot", "guessing"), ("none", "pivot", "guessing")]
    assert floors(rows(900, 20, 20, items=None), said) == []


def test_no_better_than_a_baseline() -> None:
    beside = [row("baseline:char-ngrams", "", code, 75.0, base="char-ngrams") for code in ("en", "de", "sw")]
    assert floors([*rows(90, 70, 60), *beside]) == [("nli", "zero_shot", "char-ngrams"),
                                                    ("none", "zero_shot", "char-ngrams")]  # fmt: skip
    other = [one | {"base": "another"} for one in beside]
    assert floors([*rows(90, 70, 60), *other], facts() | {"bases": ["b", "another"]}) == []


def test_one_arm_alone_can_be_at_the_floor() -> None:
    made = floors([*rows(80, 70, 60, arms=("none",)), *rows(33, 33, 33, arms=("nli",))])
    assert made == [("nli", "pivot", "guessing"), ("nli", "zero_shot", "guessing")]


def test_languages_in_which_no_arm_leaves_the_floor() -> None:
    (flat,) = analyse(rows(80, 70, 34), facts())["answer"]["flat"]
    assert (flat["languages"], flat["n_languages"]) == (["sw"], 2)
    mixed = [*rows(80, 70, 34, arms=("none",)), *rows(80, 70, 60, arms=("nli",))]
    assert analyse(mixed, facts())["answer"]["flat"] == []


def answers(arm, seed, language, gold, said):
    return row(arm, seed, language, None) | {"metric": "", "gold": gold, "said": said}


GOLD = {"yes": 40, "no": 30, "perhaps": 30, "rare": 4}


def silent(*given):
    return analyse(rows(80, 70, 60), facts(), answered=given)["answer"]["silent"]


def test_a_class_that_is_never_said() -> None:
    (found,) = silent(
        answers("none", "1", "en", GOLD, {"yes": 70, "no": 34}),
        answers("none", "2", "en", GOLD, {"yes": 60, "no": 22, "perhaps": 22}),
    )
    assert (found["label"], found["part"], found["seeds"], found["n_seeds"]) == ("perhaps", "pivot", ["1"], 2)
    assert found["share"] == pytest.approx(30 / 104)
    assert found["only"] == ""


def test_one_answer_to_everything() -> None:
    found = silent(answers("none", "1", "en", GOLD, {"yes": 104}))
    assert {(one["label"], one["only"]) for one in found} == {("no", "yes"), ("perhaps", "yes")}  # rare is too rare


def test_said_at_most_once_in_fifty_is_never() -> None:
    gold = {"yes": 100, "no": 100}
    assert [one["label"] for one in silent(answers("none", "1", "en", gold, {"yes": 198, "no": 2}))] == ["no"]
    assert silent(answers("none", "1", "en", gold, {"yes": 197, "no": 3})) == []


def test_a_class_that_is_right_less_than_five_times_is_too_rare_to_be_missed() -> None:
    missed = [silent(answers("none", "1", "en", {"yes": 20, "no": n}, {"yes": 20 + n})) for n in (4, 5)]
    assert [[one["label"] for one in found] for found in missed] == [[], ["no"]]


def test_other_languages_are_looked_at_together() -> None:
    gold = {"yes": 50, "no": 50}
    one, two = (answers("none", "1", code, gold, {"yes": 100}) for code in ("de", "sw"))
    assert [(found["part"], found["label"]) for found in silent(one, two)] == [("zero_shot", "no")]
    assert silent(one, two | {"said": {"no": 100}}) == []


def test_words_without_a_name_are_no_class() -> None:
    gold = {"O": 900, "PER": 60, "LOC": 40}
    found = silent(answers("none", "1", "en", gold, {"O": 1000}))
    assert [(one["label"], one["only"]) for one in found] == [("LOC", "O"), ("PER", "O")]
    assert silent(answers("none", "1", "en", {"O": 100}, {"O": 100})) == []


def test_no_answer_to_any_question_is_found_though_all_have_one() -> None:
    (found,) = silent(answers("none", "1", "en", {"(an answer)": 50}, {"(no answer)": 50}))
    assert (found["label"], found["only"], found["share"]) == ("(an answer)", "(no answer)", 1.0)


def test_other_splits_settings_and_baselines_are_not_looked_at() -> None:
    lost = answers("none", "1", "en", GOLD, {"yes": 104})
    assert silent(lost | {"split": "dev"}, lost | {"arm": "baseline:char-ngrams"}, lost | {"target": "u"}) == []
