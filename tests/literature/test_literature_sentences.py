"""Sentences with offsets, and what changed between two texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.literature import changes, sentences
from xstilts.literature.full_text.draft import from_abstract

PIECES = st.text(alphabet=st.sampled_from(list("aB .!?\n\t(“”)3…。é")), max_size=60)


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences.spans(text)]


@pytest.mark.parametrize(
    "told",
    [
        ["It gains 5.4 points (cf. Tab. 2).", "We ask why."],
        ["Ada B. Ek et al. (2020) show p < .05.", "In Fig. 3 it falls."],
        ["It holds for typos, swaps, etc.", "The rest is open."],
        ["mBERT is small.", "mBERT works.", "XLM-R does, too!", "Does it?", "(Yes.)"],
        ["See Appendix A.", "We go on."],
        ["Texts of the U.S. Senate are read.", "Others are not."],
        ["これは文です。", "もう一つです。"],
        ["यह वाक्य है।", "दूसरा भी।"],
        ["He says “it is so.”", "They agree."],
        ["We use e.g. German, i.e. the pivot, w.r.t. cost."],
        ["See no. 5 of the list.", "The answer is no.", "We stop."],
        ["Gains are .5 to 1.25 points... and fall."],
    ],
)
def test_sentences_end_where_readers_end_them(told: list[str]) -> None:
    joiner = "" if told[0].endswith("。") else " "
    assert split(joiner.join(told)) == told


def test_an_empty_line_ends_a_sentence() -> None:
    assert split("A title\n\nThe text begins\nhere.") == ["A title", "The text begins\nhere."]


def test_only_a_part_of_a_text_is_split_and_offsets_count_from_its_beginning() -> None:
    text = "One. Two. Three."
    assert sentences.spans(text, 5, 9) == [(5, 9)]


@given(PIECES)
def test_only_white_space_lies_between_sentences(text: str) -> None:
    found = sentences.spans(text)
    at = 0
    for start, end in found:
        assert at <= start < end
        assert text[start:end] == text[start:end].strip()
        assert not text[at:start].strip()
        at = end
    assert not text[at:].strip()


def test_passages_of_an_abstract_are_its_sentences() -> None:
    text = from_abstract("w", "v", "One is one.\n Two is  two.")
    assert [(one.section, one.text, one.start) for one in sentences.passages(text)] == [
        ("Abstract", "One is one.", 0),
        ("Abstract", "Two is two.", 12),
    ]
    assert from_abstract("w", "v", "").availability == "none"


def kinds(earlier: str, later: str) -> list[tuple[str, str, str]]:
    return [
        (
            one.kind,
            " / ".join(earlier[start:end] for start, end in one.lost),
            " / ".join(later[start:end] for start, end in one.gained),
        )
        for one in changes.compare(earlier, later)
    ]


def test_a_claim_that_a_revision_drops_is_found() -> None:
    earlier = "We look at two readers: the first beats the second; both are slow and cost too much."
    later = "We look at two readers: both are slow and cost too much."
    assert kinds(earlier, later) == [("changed", "the first beats the second;", "")]
    told = changes.compare(earlier, later)
    start = earlier.index("the first beats")
    assert changes.withdrawn(start, start + 25, told)
    assert not changes.withdrawn(0, 20, told)


def test_added_and_removed_sentences_and_changed_numbers() -> None:
    assert kinds("One is kept. Gone are the snows of old.", "One is kept. A fresh idea arrives.") == [
        ("added", "", "A fresh idea arrives."),
        ("removed", "Gone are the snows of old.", ""),
    ]
    assert kinds("We gain 8.4 points on seven tasks.", "We gain 5.4 points on nine tasks.") == [
        ("changed", "8.4 / seven", "5.4 / nine")
    ]
    assert kinds("It is Good.  So it is.", "it is good. So it is.") == []


@given(PIECES)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert changes.compare(text, text) == ()


@given(PIECES, PIECES)
def test_spans_of_changes_lie_in_their_texts(earlier: str, later: str) -> None:
    for one in changes.compare(earlier, later):
        assert all(0 <= start < end <= len(earlier) for start, end in one.lost)
        assert all(0 <= start < end <= len(later) for start, end in one.gained)
