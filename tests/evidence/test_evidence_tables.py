"""A sentence against the tables of its source: points, percent and scores, and what is not held against them."""

from __future__ import annotations

import pytest

from xstilts.evidence.checks.numbers import consistent
from xstilts.evidence.checks.tables import disagreement
from xstilts.literature.full_text.files import draft_of
from xstilts.literature.text import Text

PAGE = """<html><body><h2>Abstract</h2><p>We measure.</p><h2>Results</h2><p>It is so.</p><table>
<tr><th>Training</th><th>XCOPA (accuracy)</th><th>XNLI (accuracy)</th></tr>
<tr><td>none</td><td>64.3</td><td>47.2</td></tr><tr><td>SNLI</td><td>54.1</td><td>45.9</td></tr>
<tr><td>SNLI and QQP</td><td>50.0</td><td>40.0</td></tr></table></body></html>"""


@pytest.fixture
def text() -> Text:
    return draft_of(PAGE.encode(), "page").text("w", "v1")


@pytest.mark.parametrize(
    "said",
    [
        "SNLI lowers XCOPA accuracy by 10.2 points.",
        "SNLI lowers XCOPA accuracy by 10.3 points.",  # as far as rounding reaches
        "With SNLI, accuracy on XCOPA falls from 64.3 to 54.1.",
        "SNLI lowers XCOPA accuracy by 15.9%.",
        "SNLI lowers XNLI accuracy by 1.3 points.",
        "SNLI and QQP lower XCOPA accuracy by 99 points.",  # two arms
        "SNLI lowers XCOPA accuracy by 99 points in German.",  # one language; the table is of all
        "SNLI lowers XQuAD F1 by 99 points.",  # no such column
        "MNLI lowers XCOPA accuracy by 99 points.",  # no such row
        "We train SNLI models for XCOPA on 12 machines.",  # a count
    ],
)
def test_what_the_table_bears_out_or_does_not_speak_of(said: str, text: Text) -> None:
    assert disagreement(said, [text]) is None


@pytest.mark.parametrize(
    ("said", "cells"),
    [
        ("SNLI lowers XCOPA accuracy by 12.2 points.", ("54.1", "64.3")),
        ("With SNLI, accuracy on XCOPA falls from 64.3 to 44.1.", ("54.1", "64.3")),
        ("SNLI lowers XCOPA accuracy by 25.9%.", ("54.1", "64.3")),
        ("SNLI lowers XNLI accuracy by 10.2 points.", ("45.9", "47.2")),
        ("SNLI raises XCOPA accuracy by 10.2 points.", ("54.1", "64.3")),
    ],
)
def test_what_the_table_says_otherwise(said: str, cells: tuple[str, str], text: Text) -> None:
    found = disagreement(said, [text])
    assert found is not None
    why, passages = found
    assert "the table has" in why
    assert tuple(one.text for one in passages) == cells
    assert all(text.body[one.start : one.end] == one.text for one in passages)
    assert consistent(said, [text]).verdict == "no"
