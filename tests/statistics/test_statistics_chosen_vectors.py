from __future__ import annotations

import pytest
from statistics_searches import BEST, HELD, LANGUAGES, METRICS, baseline, facts, row, scores

from xstilts.statistics import Facts, analyse
from xstilts.statistics.setting_text import is_frozen
from xstilts.statistics.tables.chosen_vectors import VECTOR_COLUMNS, choose, freeze, is_held_out

HEADLINE = "pool=multilingual;vectors=frozen"


@pytest.fixture(scope="module")
def analysis():
    return analyse([*scores(), *baseline()], facts())


def test_each_arm_gets_the_vectors_that_are_best_on_held_out_languages(analysis):
    choices = {one["arm"]: one for one in analysis["answer"]["vectors"]}
    assert list(choices) == list(BEST)
    for arm, layer in BEST.items():
        assert choices[arm]["setting"] == f"layer={layer};pooling=mean;space=centred"
        assert set(choices[arm]) == set(VECTOR_COLUMNS)
    first = choices["none"]
    # qab loses 2 points, qba 6; seeds add 0.2 on average, centring 1
    assert (first["score"], first["second"]) == (pytest.approx(40.2 - 4 + 1), pytest.approx(40.2 - 4))
    assert (first["held_out"], first["n_seeds"], first["n_settings"]) == ("qab qba", 3, 12)
    assert (first["metric"], first["variant"]) == ("map@20", "pool=multilingual")


def test_the_other_languages_have_no_say(analysis):
    elsewhere = scores(shift=lambda arm, layer, code: 90.0 if layer == 0 and code not in HELD else 0.0)
    again = analyse(elsewhere, facts())["answer"]["vectors"]
    assert [one["setting"] for one in again] == [one["setting"] for one in analysis["answer"]["vectors"]]
    there = analyse(scores(shift=lambda arm, layer, code: 90.0 if layer == 0 and code in HELD else 0.0), facts())
    assert {one["setting"] for one in there["answer"]["vectors"]} == {"layer=0;pooling=mean;space=centred"}


def test_chosen_rows_are_repeated_in_every_other_language_under_every_variant_and_metric(analysis):
    repeated = [one for one in analysis["scores"] if is_frozen(one["setting"]) and one["arm"] == "nli"]
    assert {one["language"] for one in repeated} == set(LANGUAGES) - set(HELD)
    assert {one["setting"] for one in repeated} == {HEADLINE, "pool=mono;vectors=frozen"}
    assert {one["metric"] for one in repeated} == set(METRICS)
    assert len(repeated) == 3 * 3 * 2 * len(METRICS)
    one = next(r for r in repeated if (r["seed"], r["language"], r["metric"]) == ("2", "qac", "map@20"))
    assert one["value"] == pytest.approx(45.2 - 4 + 1 + 30)  # mono comes first by name
    raw = [one for one in analysis["scores"] if not is_frozen(one["setting"])]
    assert len(raw) == len(scores()) + len(baseline())


def test_a_baseline_without_vectors_stands_beside_the_chosen_ones(analysis):
    own = [one for one in analysis["scores"] if one["arm"].startswith("baseline:") and is_frozen(one["setting"])]
    assert {one["setting"] for one in own} == {HEADLINE, "pool=mono;vectors=frozen"}
    assert len(own) == 3 * 2 * len(METRICS)
    levels = {one["arm"]: one for one in analysis["answer"]["levels"]}
    assert list(levels) == ["baseline:char-ngrams", *sorted(BEST)]
    assert levels["baseline:char-ngrams"]["zero_shot"]["mean"] == 11.0
    assert levels["none"]["zero_shot"]["n_languages"] == 2  # qac and qbb


def test_held_out_languages_are_in_no_gain_level_or_cluster(analysis):
    assert {one["language"] for one in analysis["gains"]} == set(LANGUAGES) - set(HELD)
    assert {one["setting"] for one in analysis["gains"]} == {HEADLINE, "pool=mono;vectors=frozen"}
    named = {code for one in analysis["clusters"] for code in one["languages"].split()}
    assert named == set(LANGUAGES) - set(HELD)
    for level in analysis["answer"]["levels"]:
        assert not set(level["by_language"]) & set(HELD)
    assert analysis["answer"]["bases"][0]["gain"] == pytest.approx(5.0)
    assert analysis["answer"]["bases"][0]["arm"] == "nli"


def test_the_setting_may_be_left_to_the_variant():
    target = {**facts()["targets"]["lareqa"], "setting": None}
    other = {**target, "setting": "layer=0;pool=multilingual;pooling=mean"}  # as the first row happens to have it
    for one in (target, other):
        made = analyse(scores(), facts(targets={"lareqa": one}))
        assert made["answer"]["bases"][0]["gain"] == pytest.approx(5.0)


def test_an_analysis_of_its_own_scores_is_the_same(analysis):
    again = analyse(analysis["scores"], facts())
    assert again["scores"] == analysis["scores"]
    assert again["answer"] == analysis["answer"]


def choice(rows, **changes):
    target = {**facts()["targets"]["lareqa"], **changes}
    return choose(rows, Facts.parse(facts(targets={"lareqa": target})).targets["lareqa"])


def one(setting, score, seed=1, language="qab", **changes):
    return row("none", seed, language, f"{setting};pool=multilingual", "map@20", score, **changes)


def test_of_equals_the_first_is_taken_and_less_can_be_better():
    rows = [one(f"layer={layer}", score) for layer, score in ((10, 5.0), (2, 5.0), (1, 4.0))]
    assert choice(rows, held_out=["qab"])[:3] == ("layer=2", 5.0, 5.0)
    assert choice(rows, held_out=["qab"], higher_is_better=False)[:3] == ("layer=1", 4.0, 5.0)
    assert choice(rows[:1], held_out=["qab"]) == ("layer=10", 5.0, None, 1, 1)


def test_only_what_is_complete_can_be_chosen():
    full = [one("layer=1", 3.0, seed, code) for seed in (1, 2) for code in HELD]
    better = [one("layer=2", 9.0, seed, code) for seed in (1, 2) for code in HELD]
    assert choice(full + better)[:2] == ("layer=2", 9.0)
    assert choice(full + better[:-1]) == ("layer=1", 3.0, None, 2, 1)
    assert choice([*full, *better[:-1], {**better[-1], "value": None}]).setting == "layer=1"
    noisy = [one("layer=3", 99.0, seed, code, noise="typo", severity=3) for seed in (1, 2) for code in HELD]
    assert choice(full + noisy).setting == "layer=1"
    assert choice(better[:-1]) == ("", None, None, 2, 0)
    elsewhere = one("layer=1", 3.0, 9, "qac")  # a seed that no held-out language was measured for
    assert choice([*full, elsewhere]) == ("layer=1", 3.0, None, 2, 1)


def test_what_cannot_be_chosen_is_said_and_not_reported():
    rows = [one for one in scores() if (one["arm"], one["language"]) != ("qa", "qab")]
    made = analyse(rows, facts())
    said = {one["arm"]: one for one in made["answer"]["vectors"]}
    assert (said["qa"]["setting"], said["qa"]["score"], said["qa"]["n_settings"]) == ("", None, 0)
    assert {one["arm"] for one in made["gains"] if one["gain"] is not None} == {"nli"}


def test_pairs_are_held_out_in_both_directions():
    target = Facts.parse(facts(targets={"t": {"metric": "accuracy", "held_out": ["qab>qaa"]}})).targets["t"]
    assert is_held_out("qab>qaa", target)
    assert is_held_out("qaa>qab", target)
    assert not is_held_out("qac>qaa", target)


def test_other_targets_and_dev_halves_are_left_alone():
    plain = [{**one, "target": "xnli", "setting": ""} for one in baseline()[:5]]
    half = [{**one, "split": "dev/a"} for one in scores(("none",))[:40]]
    targets = {**facts()["targets"], "xnli": {"metric": "map@20"}}
    assert freeze([*plain, *half], Facts.parse(facts(targets=targets, selection_split="dev/a"))) == ([], [])


def test_a_pool_of_held_out_languages_chooses_where_there_is_one() -> None:
    """Layer 1 is best in the headline's pool, layer 2 in that of the held-out languages, which alone may choose."""
    target = {
        "metric": "recall@10", "languages": ["qab"], "held_out": ["qac"], "variant": "pool=multilingual",
        "chosen_under": "pool=held-out", "split": "test",
    }  # fmt: skip
    facts = Facts.parse({"pivot": "qaa", "arms": ["none"], "bases": ["b"], "targets": {"lareqa": target}})
    values = {("multilingual", 1): 90.0, ("multilingual", 2): 10.0, ("held-out", 1): 20.0, ("held-out", 2): 30.0}
    rows = [
        {
            "study": "s", "base": "b", "arm": "none", "target": "lareqa", "seed": "1", "language": language,
            "split": "test", "noise": "clean", "severity": 0, "source": "lab", "selection": "last",
            "setting": f"layer={layer};pool={pool};pooling=mean", "protocol": "lab", "metric": "recall@10",
            "value": value, "n": 5, "node": "",
        }
        for (pool, layer), value in values.items()
        for language in (["qac"] if pool == "held-out" else ["qab", "qac"])
    ]  # fmt: skip
    frozen, (choice,) = freeze(rows, facts)
    assert (choice["setting"], choice["score"], choice["variant"]) == ("layer=2;pooling=mean", 30.0, "pool=held-out")
    assert {(row["setting"], row["language"], row["value"]) for row in frozen} == {
        ("pool=multilingual;vectors=frozen", "qab", 10.0)
    }
