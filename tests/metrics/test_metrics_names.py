"""Names and parts of speech by seqeval's two rules and MasakhaNER's dates: every value worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts import metrics
from xstilts.errors import UnknownNameError
from xstilts.metrics.chunks import whole_tag, without_letter
from xstilts.metrics.tag_lists import TagLists
from xstilts.tasks import TASKS


def chunks(sentences, type_of):
    return TagLists.of(sentences).chunks(type_of)


NAMES = TASKS.get("masakhaner").labels
OLD_AND_NEW = (whole_tag, without_letter)

rules = pytest.mark.parametrize("type_of", OLD_AND_NEW)
tagged = st.lists(st.lists(st.sampled_from([*NAMES, ""]), min_size=1, max_size=7), min_size=1, max_size=4)


def metric(name: str, rule: str = "") -> metrics.Metric:
    return metrics.get("tagging", name, rule)


# --- named entities: what begins and ends a chunk ---------------------------------------------------------------------


@rules
@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (["I-PER", "I-PER"], {("PER", 0, 1)}),  # inside without a beginning is a chunk all the same
        (["O", "I-LOC", "O"], {("LOC", 1, 1)}),
        (["B-PER", "I-LOC"], {("PER", 0, 0), ("LOC", 1, 1)}),  # another type ends a chunk and begins the next
        (["I-PER", "I-LOC", "I-PER"], {("PER", 0, 0), ("LOC", 1, 1), ("PER", 2, 2)}),
        (["B-PER", "B-PER"], {("PER", 0, 0), ("PER", 1, 1)}),  # two beginnings are two chunks
        (["I-PER", "B-PER", "I-PER"], {("PER", 0, 0), ("PER", 1, 2)}),
        (["B-PER", "O", "I-PER"], {("PER", 0, 0), ("PER", 2, 2)}),  # a gap ends a chunk
        (["B-ORG", "", "I-ORG"], {("ORG", 0, 0), ("ORG", 2, 2)}),  # and so does a lost word
        (["B-DATE", "I-DATE", "I-DATE"], {("DATE", 0, 2)}),
        (["O", "O"], set()),
    ],
)
def test_chunks_of_names(type_of, tags: list[str], expected: set[tuple[str, int, int]]) -> None:
    assert chunks([tags], type_of) == expected


@settings(deadline=None)
@given(tagged)
def test_old_and_new_rule_agree_wherever_every_tag_has_a_prefix(sentences: list[list[str]]) -> None:
    assert chunks(sentences, whole_tag) == chunks(sentences, without_letter)


def test_the_rules_differ_on_types_with_a_hyphen_and_on_a_bare_letter() -> None:
    # no task here has such tags; the old rule takes what follows the last hyphen, the new one all after the first
    assert chunks([["B-geo-city", "I-land-city"]], whole_tag) == {("city", 0, 1)}
    assert chunks([["B-geo-city", "I-land-city"]], without_letter) == {
        ("geo-city", 0, 0),
        ("land-city", 1, 1),
    }
    assert (chunks([["B"]], whole_tag), chunks([["B"]], without_letter)) == ({("B", 0, 0)}, {("_", 0, 0)})


def test_f1_is_micro_over_all_sentences() -> None:
    gold = [["B-PER", "I-PER", "O"], ["B-LOC"], ["O", "O"]]
    said = [["B-PER", "I-PER", "B-ORG"], ["I-LOC"], ["O", "B-PER"]]
    # gold: PER 0-1, LOC; said: PER 0-1, ORG, LOC, PER; the type and the words count, not the prefix
    assert metric("precision")(gold, said) == 50
    assert metric("recall")(gold, said) == 100
    assert metric("f1")(gold, said) == pytest.approx(200 / 3)
    assert metric("f1.seqeval1")(gold, said) == pytest.approx(200 / 3)
    # per sentence the F1 are 66.7, 100 and 0: their mean, 55.6, is not what is printed
    assert metric("accuracy")(gold, said) == 50


def test_a_chunk_with_one_wrong_word_is_missed_and_falsely_said() -> None:
    gold, said = [["B-PER", "I-PER", "I-PER"]], [["B-PER", "I-PER", "O"]]
    assert (metric("f1")(gold, said), metric("precision")(gold, said), metric("recall")(gold, said)) == (0, 0, 0)


def test_no_chunk_on_either_side_scores_zero() -> None:
    assert metric("f1")([["O", "O"]], [["O", "O"]]) == 0


# --- parts of speech, where the same reader meets bare tags -----------------------------------------------------------


@rules
def test_neighbouring_equal_tags_are_one_chunk_and_its_end_counts(type_of) -> None:
    assert len(chunks([["NOUN", "NOUN", "ADP", "NOUN"]], type_of)) == 3
    # one wrong word in a run of three breaks the whole chunk: 0 of 1 gold chunks found, 3 said
    assert metric("f1")([["NOUN", "NOUN", "NOUN"]], [["NOUN", "ADP", "NOUN"]]) == 0


def test_intj_reads_as_inside_and_sconj_and_sym_as_single() -> None:
    # S: each is a chunk of its own, however many in a row; I: a row is one chunk, by both rules
    for type_of in OLD_AND_NEW:
        assert len(chunks([["SYM", "SYM", "SYM"]], type_of)) == 3
        assert len(chunks([["SCONJ", "SCONJ"]], type_of)) == 2
        assert len(chunks([["INTJ", "INTJ"]], type_of)) == 1


@pytest.mark.parametrize(
    ("gold", "said", "old", "new"),
    [
        (["CCONJ"], ["SCONJ"], 0, 100),
        (["NOUN", "CCONJ"], ["NOUN", "SCONJ"], 50, 100),
        # old: two chunks, one said right; new: one chunk (the later), said right
        (["CCONJ", "SCONJ"], ["ADV", "SCONJ"], 50, 200 / 3),
        # X is a type of its own, then the type of O: at the end of a sentence it is no chunk, and gold has only ADP
        (["ADP", "X"], ["ADP", "NOUN"], 50, 200 / 3),
        (["ADP", "X"], ["ADP", "X"], 100, 100),
        # before another tag it still is one, without a name
        (["X", "ADP"], ["NOUN", "ADP"], 50, 50),
    ],
)
def test_what_the_later_rule_changes(gold: list[str], said: list[str], old: float, new: float) -> None:
    assert metric("f1")([gold], [said]) == pytest.approx(old)
    assert metric("f1.seqeval1")([gold], [said]) == pytest.approx(new)


def test_precision_and_recall_by_the_later_rule() -> None:
    gold, said = [["CCONJ", "NOUN", "X"]], [["SCONJ", "NOUN", "ADV"]]
    # old: one of three and three; new: gold has CONJ and OUN alone, said are CONJ, OUN and DV
    assert metric("precision")(gold, said) == pytest.approx(100 / 3)
    assert metric("recall")(gold, said) == pytest.approx(100 / 3)
    assert metric("precision.seqeval1")(gold, said) == pytest.approx(200 / 3)
    assert metric("recall.seqeval1")(gold, said) == 100
    assert metric("f1.seqeval1")(gold, said) == 80


# --- MasakhaNER's dates -----------------------------------------------------------------------------------------------

GOLD = [["B-PER", "O", "B-DATE", "I-DATE"], ["B-LOC", "B-DATE"]]


@pytest.mark.parametrize(
    ("said", "f1", "no_date"),
    [
        # gold has PER, DATE, LOC, DATE. A head without dates that is right otherwise finds 2 of 4
        ([["B-PER", "O", "O", "O"], ["B-LOC", "O"]], 200 / 3, 100),
        # it takes a date for an organisation: 2 of 4 found, 3 said; without dates 2 of 2 found, 3 said
        ([["B-PER", "O", "B-ORG", "O"], ["B-LOC", "O"]], 400 / 7, 80),
        # it runs a place on into a date, which is another chunk then
        ([["B-PER", "O", "O", "O"], ["B-LOC", "I-LOC"]], 100 / 3, 50),
        # a head that knows dates and gets them all
        (GOLD, 100, 100),
        # one that says nothing else
        ([["O", "O", "B-DATE", "I-DATE"], ["O", "B-DATE"]], 200 / 3, 0),
        # cut after the first word: what lies beyond is missed
        ([["B-PER", "", "", ""], ["", ""]], 40, 200 / 3),
    ],
)
def test_dates_count_in_f1_and_not_in_its_variant(said: list[list[str]], f1: float, no_date: float) -> None:
    assert metric("f1", "masakhaner")(GOLD, said) == pytest.approx(f1)
    assert metric("f1.no_date", "masakhaner")(GOLD, said) == pytest.approx(no_date)


@settings(deadline=None)
@given(tagged, st.randoms(use_true_random=False))
def test_without_dates_is_f1_of_the_chunks_that_are_none(sentences: list[list[str]], random) -> None:
    said = [[random.choice(NAMES) for _ in tags] for tags in sentences]
    right, guessed = ({chunk for chunk in chunks(side, whole_tag) if chunk[0] != "DATE"} for side in (sentences, said))
    total = len(right) + len(guessed)
    expected = 200 * len(right & guessed) / total if total else 0
    assert metric("f1.no_date", "masakhaner")(sentences, said) == pytest.approx(expected)


def test_the_variant_belongs_to_masakhaner_alone() -> None:
    with pytest.raises(UnknownNameError):
        metric("f1.no_date")
    for name in ("masakhaner", "masakhaner2"):
        task = TASKS.get(name)
        assert task.metrics[0] == "f1"
        assert "f1.no_date" in metrics.for_kind(task.kind, task.rule)
