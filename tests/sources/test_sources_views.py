"""Views of a task: the contract over all kinds, what each keeps, and small cases worked by hand."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from datasets import Dataset
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts import lab, metrics
from xstilts.errors import DataError, StudyError, UnknownNameError
from xstilts.languages.words import word_spans
from xstilts.sources import Source, arrow, load
from xstilts.sources.records import check
from xstilts.sources.records.rows import Row
from xstilts.sources.views import VIEWS, apply, dual, parsed, viewed
from xstilts.sources.views.arbitrary import first_word
from xstilts.sources.views.fakes import REPLACED, Frequencies, faked
from xstilts.sources.views.pictures import SEEN_AS, SHUFFLED
from xstilts.tasks.base import COLUMNS, Kind, Task

if TYPE_CHECKING:
    from collections.abc import Sequence

LAB = Source("lab")
LABELS = ("yes", "no", "maybe")


def task(kind: Kind, labels: tuple[str, ...] = ()) -> Task:
    return Task("toy", kind, "a toy", (), {}, (), labels=labels, rule="mlqa", label_file="labels.txt")


def twin(name: str) -> tuple[Task, Dataset]:
    found = lab.TWINS.get(name)
    made = Task(name, found.kind, "", (), {}, (), labels=found.labels, lab=name)
    return made, load(made, "qab", "dev", LAB, limit=60).dataset


TWINS = ("xnli", "sib200", "xcopa", "cosmosqa", "udpos", "xquad", "squad_v2", "mlm", "xvnli")
SAME_IDS = [view for view in VIEWS if view not in [other.name for other in dual.VIEWS]]
"""Views with as many examples; those of dual encoders have a file of their own, test_sources_dual.py."""
OF_TEXT = set(SAME_IDS) - set(SEEN_AS)
DRAWS_NOTHING = {"masked-lm", *SEEN_AS} - {SHUFFLED}
CASES = [(view, name) for name in TWINS for view in SAME_IDS if lab.TWINS.get(name).kind in VIEWS[view].ways]

every_case = pytest.mark.parametrize(("view", "name"), CASES)


def rows(view: str, original: Task, examples: Sequence[dict[str, Any]], seed: int = 1) -> list[dict[str, Any]]:
    """The viewed rows of hand-written examples, in the columns of the kind."""
    return list(apply(view, original, Dataset(arrow.table(original.kind, examples)), seed))


def words_of(text: str) -> list[str]:
    return [text[start:end] for start, end in word_spans(text)]


# --- every view of every kind -----------------------------------------------------------------------------------------


@every_case
def test_a_view_gives_examples_that_its_task_accepts(view: str, name: str) -> None:
    original, dataset = twin(name)
    after, made = viewed(original, view), apply(view, original, dataset, 1)
    assert list(made["id"]) == list(dataset["id"])
    assert made.column_names == list(COLUMNS[after.kind])
    assert made.data.schema.types == arrow.table(after.kind, ()).schema.types
    assert list(check.checked(after, [Row("here", row) for row in made], "the view")) == list(made)


@every_case
def test_a_view_is_the_same_for_the_same_seed_and_another_for_another(view: str, name: str) -> None:
    original, dataset = twin(name)
    once, again, other = (apply(view, original, dataset, seed).to_list() for seed in (1, 1, 2))
    assert once == again
    assert (once == other) == (view in DRAWS_NOTHING)


@every_case
def test_the_order_of_the_examples_changes_nothing(view: str, name: str) -> None:
    original, dataset = twin(name)
    straight = apply(view, original, dataset, 1).to_list()
    reverse = apply(view, original, dataset.select(range(len(dataset) - 1, -1, -1)), 1).to_list()
    assert reverse == straight[::-1]


FROM_OTHERS = {("shuffled-labels", name) for name in ("xnli", "sib200", "xvnli")} | {(SHUFFLED, "xvnli")}
"""Labels of a shuffled classification task, and its images, come from its other examples."""


@pytest.mark.parametrize(("view", "name"), [case for case in CASES if case not in FROM_OTHERS])
def test_an_example_is_seen_the_same_way_whatever_stands_beside_it(view: str, name: str) -> None:
    original, dataset = twin(name)
    whole, part = (apply(view, original, examples, 1) for examples in (dataset, dataset.select(range(0, 60, 2))))
    if view == "real-or-fake":  # new words come from the others, and nothing else does
        assert list(part["label"]) == list(whole["label"])[::2]
        real = [(one, two) for one, two in zip(part, list(whole)[::2], strict=True) if one["label"] == "real"]
        assert all(one == two for one, two in real)
    else:
        assert part.to_list() == whole.to_list()[::2]


@every_case
def test_what_a_viewed_task_is(view: str, name: str) -> None:
    original, _ = twin(name)
    after = viewed(original, view)
    assert parsed(after.name) == (name, view)
    assert parsed(name) == (name, "")
    assert set(after.metrics) <= set(metrics.for_kind(after.kind))
    assert after.kind is (VIEWS[view].kind or original.kind)
    assert after.lab == original.lab


def test_kind_labels_and_metrics_of_a_viewed_task() -> None:
    tags = task(Kind.TAGGING, LABELS)
    shuffled, text, fakes = (viewed(tags, view) for view in ("shuffled-labels", "masked-lm", "real-or-fake"))
    assert (shuffled.name, shuffled.kind, shuffled.labels) == ("toy~shuffled-labels", Kind.TAGGING, LABELS)
    assert (shuffled.rule, shuffled.label_file) == ("", "labels.txt")
    assert (text.kind, text.labels, text.metrics) == (Kind.MASKED_LM, (), ("perplexity", "loss"))
    assert (fakes.kind, fakes.labels, fakes.label_file) == (Kind.CLASSIFICATION, ("real", "fake"), "")
    assert fakes.metrics[0] == "accuracy"


@pytest.mark.parametrize(
    ("kind", "having"),
    [
        (Kind.CLASSIFICATION, OF_TEXT),
        (Kind.MULTIPLE_CHOICE, OF_TEXT),
        (Kind.TAGGING, OF_TEXT),
        (Kind.SPAN_QA, set(VIEWS) - set(SEEN_AS)),
        (Kind.MASKED_LM, {"real-or-fake"}),
        (Kind.RETRIEVAL, set()),
        (Kind.VISUAL_CLASSIFICATION, {"shuffled-labels", "random-task", *SEEN_AS}),
    ],
)
def test_which_kinds_have_which_views(kind: Kind, having: set[str]) -> None:
    for view in VIEWS:
        if view in having:
            viewed(task(kind), view)
        else:
            with pytest.raises(
                StudyError, match=rf"arms\.a: toy is a {kind} task, which has no view '{view}'.*Allowed"
            ):
                viewed(task(kind), view, "arms.a")


def test_a_misspelt_view_is_answered_with_the_nearest() -> None:
    original, dataset = twin("xnli")
    with pytest.raises(UnknownNameError, match=r"no view called 'shuffled-label'.*Did you mean 'shuffled-labels'"):
        viewed(original, "shuffled-label")
    with pytest.raises(UnknownNameError, match="no view called 'none'"):
        apply("none", original, dataset, 1)


# --- shuffled labels --------------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(LABELS), min_size=1, max_size=40), st.integers(0, 5))
def test_shuffling_keeps_how_often_each_label_occurs(labels: list[str], seed: int) -> None:
    examples = [{"id": f"i{i}", "text": "t", "text_pair": "", "label": label} for i, label in enumerate(labels)]
    made = rows("shuffled-labels", task(Kind.CLASSIFICATION, LABELS), examples, seed)
    assert Counter(row["label"] for row in made) == Counter(labels)
    assert [row | {"label": ""} for row in made] == [row | {"label": ""} for row in examples]


def test_shuffled_labels_agree_with_the_true_ones_no_more_than_by_chance() -> None:
    """600 examples, 3 labels of 200: agreement is 200 in the mean, its variance n / 3 * 2 / 3 * n / (n - 1)."""
    examples = [{"id": f"i{i}", "text": "t", "text_pair": "", "label": LABELS[i % 3]} for i in range(600)]
    made = rows("shuffled-labels", task(Kind.CLASSIFICATION, LABELS), examples)
    agreeing = sum(one["label"] == two["label"] for one, two in zip(examples, made, strict=True))
    assert abs(agreeing - 200) < 4 * math.sqrt(600 * 2 / 9 * 600 / 599)


def test_a_shuffled_choice_is_any_of_the_examples_own() -> None:
    choice = {"context": "c", "question": "q", "label": 0}
    examples = [choice | {"id": f"i{i}", "choices": ["a"] * (2 + i % 3)} for i in range(900)]
    made = rows("shuffled-labels", task(Kind.MULTIPLE_CHOICE), examples)
    for n in (2, 3, 4):
        counts = Counter(row["label"] for row in made if len(row["choices"]) == n)
        assert set(counts) == set(range(n))
        assert max(abs(count - 300 / n) for count in counts.values()) < 4 * math.sqrt(300 / n)


@given(st.lists(st.lists(st.sampled_from(LABELS), min_size=1, max_size=12), min_size=1, max_size=5))
def test_shuffled_tags_stay_in_their_sentence(sentences: list[list[str]]) -> None:
    examples = [{"id": f"i{i}", "tokens": ["w"] * len(tags), "tags": tags} for i, tags in enumerate(sentences)]
    made = rows("shuffled-labels", task(Kind.TAGGING, LABELS), examples)
    assert [sorted(row["tags"]) for row in made] == [sorted(tags) for tags in sentences]


CONTEXTS = st.lists(st.sampled_from(["the", "(old)", "mill,", "雾很大。", "x", "–"]), min_size=1, max_size=15)


@settings(max_examples=50)
@given(CONTEXTS, st.data(), st.integers(0, 3))
def test_shuffled_answers_are_as_many_words_at_their_offset(parts: list[str], data: st.DataObject, seed: int) -> None:
    context = " ".join(parts)
    spans = list(word_spans(context))
    texts, starts = [], []
    for _ in range(data.draw(st.integers(0, 3)) if spans else 0):
        first = data.draw(st.integers(0, len(spans) - 1))
        last = data.draw(st.integers(first, len(spans) - 1))
        texts.append(context[spans[first][0] : spans[last][1]])
        starts.append(spans[first][0])
    example = {"id": "i", "context": context, "question": "q", "answer_texts": texts, "answer_starts": starts}
    (made,) = rows("shuffled-labels", task(Kind.SPAN_QA), [example], seed)
    assert len(made["answer_texts"]) == len(texts)
    for text, start, before in zip(made["answer_texts"], made["answer_starts"], texts, strict=True):
        assert context[start : start + len(text)] == text
        assert len(words_of(text)) == len(words_of(before))


def test_shuffled_answers_are_anywhere_in_the_context() -> None:
    example = {"context": "a b c d.", "question": "q", "answer_texts": ["b c"], "answer_starts": [2]}
    made = rows("shuffled-labels", task(Kind.SPAN_QA), [example | {"id": f"i{i}"} for i in range(300)])
    counts = Counter(row["answer_texts"][0] for row in made)
    assert set(counts) == {"a b", "b c", "c d"}
    assert max(abs(count - 100) for count in counts.values()) < 4 * math.sqrt(100)


def test_an_answer_in_a_context_without_words_stays() -> None:
    example = {"id": "i", "context": "...", "question": "q", "answer_texts": ["."], "answer_starts": [1]}
    for view in ("shuffled-labels", "random-task"):
        assert rows(view, task(Kind.SPAN_QA), [example]) == [example]


# --- the random task --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "word"), [("", ""), ("... ", ""), ("“Fog rose.", "Fog"), ("雾很大。", "雾"), (" a\tb", "a")]
)
def test_first_word(text: str, word: str) -> None:
    assert first_word(text) == word


def test_the_random_label_follows_from_the_first_word_alone() -> None:
    texts = [f"word{i % 90} and more of {i}" for i in range(270)]
    examples = [{"id": f"i{i}", "text": t, "text_pair": str(i), "label": LABELS[i % 3]} for i, t in enumerate(texts)]
    made = [row["label"] for row in rows("random-task", task(Kind.CLASSIFICATION, LABELS), examples)]
    assert made[:90] == made[90:180] == made[180:]
    counts = Counter(made[:90])  # of 90 words each label gets 30 in the mean
    assert set(counts) == set(LABELS)
    assert max(abs(count - 30) for count in counts.values()) < 4 * math.sqrt(90 * 2 / 9)


@given(st.permutations(["fog", "rain", "snow", "sun"]), st.integers(0, 3))
def test_the_random_choice_does_not_depend_on_the_order(choices: list[str], seed: int) -> None:
    examples = [
        {"id": "one", "context": "c", "question": "q", "choices": choices, "label": 0},
        {"id": "two", "context": "d", "question": "r", "choices": sorted(choices), "label": 3},
    ]
    one, two = rows("random-task", task(Kind.MULTIPLE_CHOICE), examples, seed)
    assert one["choices"][one["label"]] == two["choices"][two["label"]]


def test_the_random_choice_is_any() -> None:
    example = {"id": "i", "context": "c", "question": "q", "choices": ["fog", "rain", "snow"], "label": 0}
    assert {rows("random-task", task(Kind.MULTIPLE_CHOICE), [example], s)[0]["label"] for s in range(20)} == {0, 1, 2}


def test_the_random_tag_follows_from_the_word() -> None:
    examples = [
        {"id": "one", "tokens": ["fog", "rose", "fog"], "tags": ["yes", "no", "no"]},
        {"id": "two", "tokens": ["rose", "fog"], "tags": ["maybe", "maybe"]},
    ]
    one, two = rows("random-task", task(Kind.TAGGING, LABELS), examples)
    assert one["tags"] == [two["tags"][1], two["tags"][0], two["tags"][1]]


def test_the_random_answer_is_one_word_of_the_context_and_the_same_wherever_it_stands() -> None:
    blank = {"question": "q", "answer_texts": [], "answer_starts": []}
    examples = [
        blank | {"id": "one", "context": "Fog rose (again), fog."},
        blank | {"id": "two", "context": "again fog fog rose Fog"},
    ]
    seen = set()
    for seed in range(30):
        one, two = rows("random-task", task(Kind.SPAN_QA), examples, seed)
        assert one["answer_texts"] == two["answer_texts"]
        (word,) = one["answer_texts"]
        starts = {"Fog": (0, 19), "rose": (4, 14), "again": (10, 0), "fog": (18, 6)}[word]
        assert (one["answer_starts"], two["answer_starts"]) == ([starts[0]], [starts[1]])
        seen.add(word)
    assert seen == {"Fog", "rose", "again", "fog"}


def test_a_random_label_needs_labels() -> None:
    example = {"id": "i", "text": "t", "text_pair": "", "label": "yes"}
    with pytest.raises(DataError, match="toy names no labels"):
        rows("random-task", task(Kind.CLASSIFICATION), [example])


# --- masked language modelling ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "example", "text", "text_pair"),
    [
        (Kind.CLASSIFICATION, {"text": "Fog.", "text_pair": "Mist.", "label": "yes"}, "Fog.", "Mist."),
        (Kind.CLASSIFICATION, {"text": "Fog.", "text_pair": "", "label": "yes"}, "Fog.", ""),
        (
            Kind.MULTIPLE_CHOICE,
            {"context": "Fog rose.", "question": "effect", "choices": ["Dark.", "Light."], "label": 1},
            "Fog rose. effect",
            "Dark. Light.",
        ),
        (Kind.MULTIPLE_CHOICE, {"context": "", "question": "Why?", "choices": ["a", "b"], "label": 1}, "Why?", "a b"),
        (Kind.TAGGING, {"tokens": ["Fog", "rose", "."], "tags": ["yes", "no", "no"]}, "Fog rose .", ""),
        (
            Kind.SPAN_QA,
            {"context": "Fog rose.", "question": "What?", "answer_texts": ["Fog"], "answer_starts": [0]},
            "Fog rose.",
            "What?",
        ),
    ],
)
def test_running_text(kind: Kind, example: dict[str, Any], text: str, text_pair: str) -> None:
    made = rows("masked-lm", task(kind, LABELS), [{"id": "i", **example}])
    assert made == [{"id": "i", "text": text, "text_pair": text_pair}]


def test_running_text_does_not_tell_the_right_choice() -> None:
    example = {"id": "i", "context": "c", "question": "q", "choices": ["a", "b"]}
    one, two = (rows("masked-lm", task(Kind.MULTIPLE_CHOICE), [example | {"label": label}]) for label in (0, 1))
    assert one == two


# --- real or fake -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "draws"),
    [  # a a b b b c: without b there are two a and one c
        ("b", {0.0: "a", 0.66: "a", 0.67: "c", 0.999: "c"}),
        ("a", {0.0: "b", 0.74: "b", 0.76: "c"}),
        ("c", {0.0: "a", 0.39: "a", 0.41: "b", 0.999: "b"}),
    ],
)
def test_another_word_is_as_likely_as_it_is_frequent(word: str, draws: dict[float, str]) -> None:
    frequencies = Frequencies.of({"c": 1, "b": 3, "a": 2})
    assert {draw: frequencies.other(word, draw) for draw in draws} == draws
    assert Frequencies.of({"a": 2}).other("a", 0.5) == "a"


@given(
    st.lists(st.sampled_from(["a", "b.", "(c)", "雾", "-"]), max_size=20),
    st.lists(st.sampled_from(["a", "b"]), max_size=4),
    st.integers(0, 9),
)
def test_a_fake_has_its_share_of_other_words_and_all_else_as_it_was(
    first: list[str], second: list[str], seed: int
) -> None:
    texts = " ".join(first), "  ".join(second)
    frequencies = Frequencies.of({"a": 3, "b": 2, "c": 1, "雾": 1})
    made = faked(texts, frequencies, np.random.default_rng(seed))
    before, after = ([word for text in both for word in words_of(text)] for both in (texts, made))
    assert len(before) == len(after)
    changed = sum(one != two for one, two in zip(before, after, strict=True))
    assert changed == (max(1, round(REPLACED * len(before))) if before else 0)
    between = str.maketrans("", "", "abc雾")
    assert [text.translate(between) for text in made] == [text.translate(between) for text in texts]


def test_about_half_are_fakes_and_the_label_tells_them() -> None:
    examples = [{"id": f"i{i}", "text": f"the fog rose over {i}", "text_pair": ""} for i in range(400)]
    made = rows("real-or-fake", task(Kind.MASKED_LM), examples)
    for row, example in zip(made, examples, strict=True):
        assert (row["label"] == "real") == (row["text"] == example["text"])
    assert abs(sum(row["label"] == "fake" for row in made) - 200) < 4 * math.sqrt(400 / 4)
    known = {word for example in examples for word in example["text"].split()}
    assert {word for row in made for word in row["text"].split()} <= known


def test_what_cannot_be_faked_is_real() -> None:
    marks = [{"id": f"i{i}", "text": "...", "text_pair": ""} for i in range(20)]
    lone = [{"id": f"i{i}", "text": "fog fog.", "text_pair": ""} for i in range(20)]
    for examples in (marks, lone):
        made = rows("real-or-fake", task(Kind.MASKED_LM), examples)
        assert made == [example | {"label": "real"} for example in examples]
