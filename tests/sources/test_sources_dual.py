"""The dual encoders' views of span QA: what becomes a query, what a candidate, and what is left out."""

from __future__ import annotations

from typing import Any

import pytest
from datasets import Dataset
from hypothesis import given
from hypothesis import strategies as st

from xstilts import lab
from xstilts.errors import DataError
from xstilts.sources import Source, arrow, load
from xstilts.sources.records import check
from xstilts.sources.records.rows import ReadCounts, Row
from xstilts.sources.views import VIEWS, apply, dual, viewed
from xstilts.sources.views.dual import EMPTY, PASSAGE, SENTENCE, UNANSWERED, candidate_id
from xstilts.tasks.base import COLUMNS, Kind, Task

TOY = Task("toy", Kind.SPAN_QA, "a toy", (), {}, (), rule="mlqa")
BOTH = (PASSAGE, SENTENCE)
TEXT = "It rains. The old mill stands. It is red."


def question(identity: str, answer: str, context: str = TEXT, asked: str = "what?") -> dict[str, Any]:
    found = {"answer_texts": [answer], "answer_starts": [context.index(answer)]} if answer else {}
    return {"id": identity, "context": context, "question": asked, "answer_texts": [], "answer_starts": [], **found}


def seen(view: str, *examples: dict[str, Any], tally: ReadCounts | None = None) -> list[dict[str, Any]]:
    return list(apply(view, TOY, Dataset(arrow.table(Kind.SPAN_QA, examples)), 1, tally))


def halves(rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The queries, and the texts of the candidates by id."""
    queries = [row for row in rows if row["role"] == "query"]
    assert rows[: len(queries)] == queries
    return queries, {row["id"]: row["text"] for row in rows[len(queries) :]}


def test_a_passage_is_one_candidate_however_many_questions_it_answers() -> None:
    made = seen(PASSAGE, question("a", "rains", asked="when?"), question("b", "x", "x y"), question("c", "red"))
    queries, texts = halves(made)
    assert [(row["id"], row["text"]) for row in queries] == [("a", "when?"), ("b", "what?"), ("c", "what?")]
    assert list(texts.values()) == [TEXT, "x y"]
    assert [texts[row["gold"][0]] for row in queries] == [TEXT, "x y", TEXT]
    assert all(row["gold"] == [] for row in made[3:])


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("rains", "It rains."),
        ("The old", "The old mill stands."),
        ("stands. It is", "The old mill stands."),
        ("red.", "It is red."),
    ],
)
def test_the_sentence_is_the_one_in_which_the_answer_starts(answer: str, sentence: str) -> None:
    queries, texts = halves(seen(SENTENCE, question("a", answer)))
    assert texts[queries[0]["gold"][0]] == f"{sentence}\n{TEXT}"


def test_of_several_answers_the_first_one_counts() -> None:
    two = question("a", "red") | {"answer_texts": ["red", "rains"], "answer_starts": [TEXT.index("red"), 3]}
    assert list(halves(seen(SENTENCE, two))[1].values()) == [f"It is red.\n{TEXT}"]


def test_sentences_of_one_context_are_different_candidates() -> None:
    _, texts = halves(seen(SENTENCE, question("a", "rains"), question("b", "red"), question("c", "is red")))
    assert len(texts) == 2


@pytest.mark.parametrize("view", BOTH)
def test_what_cannot_be_found_is_left_out_and_counted(view: str) -> None:
    tally = ReadCounts()
    empty = question("d", "", " \n"), question("e", "red", asked=" ")
    queries, texts = halves(seen(view, question("a", "red"), question("b", ""), question("c", ""), *empty, tally=tally))
    assert ([row["id"] for row in queries], len(texts)) == (["a"], 1)
    assert tally.rejected == {UNANSWERED: 2, EMPTY: 2}


@pytest.mark.parametrize("view", BOTH)
def test_a_set_without_answers_is_refused(view: str) -> None:
    with pytest.raises(DataError, match="toy has no question with an answer"):
        seen(view, question("a", ""))


@pytest.mark.parametrize("view", BOTH)
@given(texts=st.lists(st.sampled_from(["a b. c", "a b. d", "e"]), min_size=1, max_size=6))
def test_a_candidates_name_depends_on_its_text_alone(view: str, texts: list[str]) -> None:
    examples = [question(f"q{row}", text[-1], text) for row, text in enumerate(texts)]
    for order in (examples, examples[::-1]):
        queries, candidates = halves(seen(view, *order))
        assert all(identity == candidate_id(text) for identity, text in candidates.items())
        assert {row["id"]: row["gold"] for row in queries} == {
            row["id"]: row["gold"] for example in examples for row in halves(seen(view, example))[0]
        }
        assert [row["id"] for row in queries] == [example["id"] for example in order]


@pytest.mark.parametrize("view", BOTH)
@pytest.mark.parametrize("name", ["xquad", "squad_v2", "tydiqa"])
def test_a_twin_under_the_view_is_a_search_that_is_accepted(view: str, name: str) -> None:
    found = lab.TWINS.get(name)
    original = Task(name, found.kind, "", (), {}, (), lab=name)
    split = "dev" if name != "tydiqa" else "test"
    dataset = load(original, "qab", split, Source("lab"), limit=40).dataset
    after, made = viewed(original, view), apply(view, original, dataset, 1)
    assert (after.name, after.kind, after.metrics[0]) == (f"{name}~{view}", Kind.RETRIEVAL, "accuracy")
    assert made.column_names == list(COLUMNS[Kind.RETRIEVAL])
    assert list(check.checked(after, [Row("here", row) for row in made], "the view")) == list(made)
    answered = [row["id"] for row in dataset if row["answer_texts"]]
    assert [row["id"] for row in made if row["role"] == "query"] == answered


def test_translations_share_the_ids_of_their_queries() -> None:
    found = lab.TWINS.get("squad")
    original = Task("squad", found.kind, "", (), {}, (), lab="squad")
    made = [apply(SENTENCE, original, load(original, code, "train", Source("lab"), limit=20).dataset, 1)
            for code in ("qaa", "qab")]  # fmt: skip
    ids = [[row["id"] for row in rows if row["role"] == "query"] for rows in made]
    assert ids[0] == ids[1]


def test_the_views_are_registered() -> None:
    assert [view.name for view in dual.VIEWS] == list(BOTH)
    assert all(VIEWS[view.name] is view and set(view.ways) == {Kind.SPAN_QA} for view in dual.VIEWS)
