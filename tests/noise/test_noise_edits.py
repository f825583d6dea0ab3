"""What edits do to a text and to places in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.noise.edits import applied, distance, edit_rate, moved
from xstilts.noise.noise import Edit

TEXT = "the old mill"


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ([], TEXT),
        ([Edit(4, 8, "", 4)], "the mill"),
        ([Edit(0, 0, "oh ", 3), Edit(11, 12, "", 1)], "oh the old mil"),
        ([Edit(0, 3, "eht", 2), Edit(4, 7, "young", 5)], "eht young mill"),
    ],
)
def test_edits_in_a_text(edits: list[Edit], said: str) -> None:
    assert applied(TEXT, edits) == said


@pytest.mark.parametrize(
    ("edit", "now"),
    [
        (Edit(0, 0, "oh ", 3), "old"),  # before it
        (Edit(8, 12, "hill", 1), "old"),  # after it
        (Edit(5, 6, "", 1), "od"),  # inside
        (Edit(4, 4, "so ", 3), "old"),  # put in before its first letter
        (Edit(7, 7, "er", 2), "old"),  # put in after its last
        (Edit(2, 6, "E0", 4), "E0d"),  # over its beginning: taken in whole
        (Edit(6, 9, "X", 3), "olX"),  # over its end
    ],
)
def test_where_a_span_lies_afterwards(edit: Edit, now: str) -> None:
    assert applied(TEXT, [edit])[slice(*moved((4, 7), [edit]))] == now


@given(
    st.text(max_size=20), st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3), st.text(max_size=3)), max_size=4)
)
def test_the_whole_text_is_the_whole_text_afterwards(text: str, drawn: list[tuple[int, int, str]]) -> None:
    edits, last = [], 0
    for gap, length, new in drawn:
        start = last + gap
        if start + length < len(text) and start:
            edits.append(Edit(start, start + length, new, 1))
            last = start + length + 1
    assert moved((0, len(text)), edits) == (0, len(applied(text, edits)))


@pytest.mark.parametrize(
    ("clean", "noisy", "steps"),
    [("kitten", "sitting", 3), ("ab", "ba", 2), ("दी", "दा", 1), ("한국", "핟국", 1), ("", "ab", 2)],
)
def test_distance_in_clusters(clean: str, noisy: str, steps: int) -> None:
    assert distance(clean, noisy) == steps


def test_the_rate_is_over_all_texts_together() -> None:
    assert edit_rate(["kitten", "ab", "12"], ["sitting", "ab", "12"]) == pytest.approx(0.3)
    assert edit_rate([], []) == 0.0
