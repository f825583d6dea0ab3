"""Averages of a benchmark, worked out by hand; the full one is that of the official script on its own mock data."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.errors import InputError
from xstilts.statistics.study_facts import Facts
from xstilts.statistics.tables.aggregates import Benchmark, aggregate, aggregate_rows, plain_language

# google-research/xtreme:evaluate_test.py, re-run at 838c13b with seqeval 0.0.12
MOCK = {
    ("pawsx", "accuracy"): 51.42857142857143,
    ("xnli", "accuracy"): 30.666666666666668,
    ("panx", "f1"): 57.50793650793652,
    ("udpos", "f1"): 70.21746048354693,
    ("bucc2018", "f1"): 55.0,
    ("tatoeba", "accuracy"): 53.611111111111114,
    ("xquad", "exact_match"): 77.27272727272727,
    ("xquad", "f1"): 79.9586776859504,
    ("mlqa", "exact_match"): 57.142857142857146,
    ("mlqa", "f1"): 81.76870748299321,
    ("tydiqa", "exact_match"): 88.88888888888889,
    ("tydiqa", "f1"): 97.22222222222223,
}
XTREME_GROUPS = {
    "classification": ("pawsx", "xnli"),
    "tagging": ("udpos", "panx"),
    "qa": ("xquad", "mlqa", "tydiqa"),
    "retrieval": ("bucc2018", "tatoeba"),
}


def benchmark(groups, languages=("de", "en"), **headline) -> Benchmark:
    tasks = [task for group in groups.values() for task in group]
    return Benchmark(
        languages=dict.fromkeys(tasks, tuple(languages)),
        headline={task: headline.get(task, ("accuracy",)) for task in tasks},
        groups=groups,
        pivot="en",
    )


def value(averages, form, level, name=""):
    (found,) = [one for one in averages if (one.form, one.level, one.name) == (form, level, name)]
    return found


def test_the_official_script_on_its_mock_data() -> None:
    headline: dict[str, tuple[str, ...]] = {}
    for task, metric in MOCK:
        headline[task] = (*headline.get(task, ()), metric)
    rules = benchmark(XTREME_GROUPS, languages=("de",), **headline)
    averages = aggregate({(task, "de", metric): score for (task, metric), score in MOCK.items()}, rules)
    expected = {
        "classification": 41.04761904761905,
        "tagging": 63.862698495741725,
        "qa": 80.37568011593986,
        "retrieval": 54.30555555555556,
    }
    for group, score in expected.items():
        assert value(averages, "official", "group", group).value == pytest.approx(score, abs=1e-9)
    assert value(averages, "official", "overall").value == pytest.approx(62.17319850507248, abs=1e-9)


def test_english_counts_in_the_official_form_only() -> None:
    averages = aggregate({("xnli", "de", "accuracy"): 60, ("xnli", "en", "accuracy"): 80}, benchmark({"c": ("xnli",)}))
    assert value(averages, "official", "task", "xnli").value == 70
    assert value(averages, "zero-shot", "task", "xnli").value == 60


def test_qa_is_the_mean_of_both_metrics_means() -> None:
    scores = {("xquad", "de", "exact_match"): 40, ("xquad", "de", "f1"): 60, ("xquad", "en", "exact_match"): 70}
    rules = benchmark({"qa": ("xquad",)}, xquad=("exact_match", "f1"))
    averages = aggregate(scores | {("xquad", "en", "f1"): 90}, rules)
    assert value(averages, "official", "task", "xquad").value == 65  # (55 + 75) / 2
    assert value(averages, "zero-shot", "group", "qa").value == 50


def test_the_overall_score_is_over_tasks_and_not_over_groups() -> None:
    rules = benchmark({"one": ("a",), "two": ("b", "c")}, languages=("de",))
    averages = aggregate({("a", "de", "accuracy"): 90, ("b", "de", "accuracy"): 30, ("c", "de", "accuracy"): 60}, rules)
    assert value(averages, "official", "group", "two").value == 45
    assert value(averages, "official", "overall").value == 60


def test_a_task_in_two_groups_counts_once_overall() -> None:
    rules = benchmark({"one": ("a", "b"), "two": ("b",)}, languages=("de",))
    averages = aggregate({("a", "de", "accuracy"): 90, ("b", "de", "accuracy"): 30}, rules)
    assert value(averages, "official", "overall").value == 60


def test_what_the_program_leaves_out_is_in_the_complete_form_alone() -> None:
    groups = {"found": ("a", "b"), "choice": ("b",)}
    rules = replace(benchmark(groups), complete={**groups, "found": ("a", "b", "c")})
    rules = replace(rules, languages=dict.fromkeys("abc", ("de", "en")), headline=dict.fromkeys("abc", ("accuracy",)))
    scores = {(task, code, "accuracy"): {"a": 90, "b": 30, "c": 0}[task] for task in "abc" for code in ("de", "en")}
    averages = aggregate(scores, rules)
    found = {(one.form, one.level, one.name): one.value for one in averages if one.level != "task"}
    assert found == {
        ("official", "group", "found"): 60, ("official", "group", "choice"): 30, ("official", "overall", ""): None,
        ("complete", "group", "found"): 40, ("complete", "group", "choice"): 30, ("complete", "overall", ""): 40,
        ("zero-shot", "group", "found"): 40, ("zero-shot", "group", "choice"): 30, ("zero-shot", "overall", ""): 40,
    }  # fmt: skip
    assert value(averages, "official", "overall").missing == ("c is in no official group",)
    columns = {form: [(one.level, one.name) for one in averages if one.form == form] for form in rules.forms}
    assert columns["official"] == columns["complete"] == columns["zero-shot"]  # tables set the forms side by side


@given(st.lists(st.floats(0, 100), min_size=1, max_size=40))
def test_means_are_the_programs_to_the_last_bit(values: list[float]) -> None:
    languages = tuple(f"x{number}" for number in range(len(values)))
    scores = {("xnli", code, "accuracy"): score for code, score in zip(languages, values, strict=True)}
    averages = aggregate(scores, benchmark({"c": ("xnli",)}, languages))
    score = {code: value for (_, code, _), value in scores.items()}
    assert value(averages, "official", "task", "xnli").value == sum(score.values()) / len(score)


def test_nothing_is_averaged_over_missing_cells_and_each_is_named() -> None:
    rules = benchmark({"c": ("xnli", "paws"), "q": ("xquad",)}, xquad=("exact_match", "f1"))
    scores = {("xnli", "de", "accuracy"): 60, ("xnli", "en", "accuracy"): None, ("xquad", "de", "f1"): 50}
    scores |= {("xquad", "en", "f1"): 50, ("xquad", "en", "exact_match"): 40}
    averages = aggregate(scores, rules)
    assert value(averages, "official", "task", "xnli").value is None
    assert value(averages, "official", "task", "xnli").missing == ("xnli en",)
    assert value(averages, "zero-shot", "task", "xnli").value == 60
    assert value(averages, "official", "task", "xquad").missing == ("xquad de exact_match",)
    assert value(averages, "official", "task", "paws").missing == ("paws",)
    group = value(averages, "official", "group", "c")
    assert (group.value, group.missing) == (None, ("xnli en", "paws"))
    overall = value(averages, "zero-shot", "overall")
    assert (overall.value, overall.missing) == (None, ("paws", "xquad de exact_match"))


@pytest.mark.parametrize(
    ("given", "expected"), [("de", "de"), ("de>en", "de"), ("de+de", "de"), ("de+en", "de+en"), ("en+en", "en")]
)
def test_languages_as_the_benchmark_names_them(given: str, expected: str) -> None:
    assert plain_language(given) == expected


def test_retrieval_rows_between_two_languages_are_cells_of_the_foreign_one() -> None:
    averages = aggregate({("tatoeba", "de>en", "accuracy"): 40}, benchmark({"r": ("tatoeba",)}, languages=("de",)))
    assert [value(averages, form, "overall").value for form in ("official", "zero-shot")] == [40, 40]


def test_a_task_without_languages_is_a_mistake_of_the_protocol() -> None:
    with pytest.raises(InputError, match="does not say how"):
        aggregate({}, Benchmark({}, {}, {"c": ("xnli",)}, "en"))


def row(seed: str, language: str, score: float | None, **changes):
    base = {"base": "b", "arm": "none", "target": "xnli", "metric": "accuracy", "split": "test", "noise": "clean"}
    named = {"severity": 0, "setting": "", "protocol": "xtreme", "seed": seed, "language": language, "value": score}
    return {**base, **named, **changes}


def facts() -> Facts:
    rules = {
        "languages": {"xnli": ["de", "en"]},
        "headline": {"xnli": ["accuracy"]},
        "groups": {"classification": ["xnli"]},
    }
    return Facts.parse(
        {
            "pivot": "en",
            "arms": ["none"],
            "seeds": [1, 2, 3],
            "targets": {"xnli": {"metric": "accuracy"}},
            "benchmarks": {"xtreme": rules},
        }
    )


def test_seeds_are_averaged_one_by_one_and_incomplete_ones_named() -> None:
    rows = [row("1", "de", 60), row("1", "en", 80), row("2", "de", 64), row("2", "en", 80), row("3", "de", 10)]
    rows += [row("3", "de", 99, protocol="lab"), row("3", "en", 99, noise="typo"), row("", "en", 99, arm="baseline:x")]
    found = {(one["form"], one["level"]): one for one in aggregate_rows(rows, facts())}
    overall = found["official", "overall"]
    assert (overall["value"], overall["n_seeds"], overall["wanted_seeds"], overall["missing"]) == (71, 2, 3, "xnli en")
    assert overall["sd"] == pytest.approx(2**0.5)
    away = found["zero-shot", "task"]
    assert (away["value"], away["n_seeds"], away["missing"]) == (pytest.approx(134 / 3), 3, "")


def test_a_protocol_without_groups_has_no_averages() -> None:
    assert aggregate_rows([row("1", "de", 60, protocol="lab")], facts()) == []
