"""Two halves of a dev set: a partition by id, about equal, the same for parallel items."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xstilts.evaluation.dev_halves import CHOOSING_HALF, in_half

IDS = st.lists(st.text(min_size=1, max_size=12), max_size=40)


@given(ids=IDS)
def test_every_item_is_in_exactly_one_half(ids):
    first, second = (in_half(ids, half) for half in (CHOOSING_HALF, "b"))
    assert first.shape == (len(ids),) and first.dtype == bool
    assert (first != second).all()


@given(ids=IDS, others=IDS)
def test_the_half_of_an_item_depends_on_its_id_alone(ids, others):
    alone = [bool(in_half([item], CHOOSING_HALF)[0]) for item in ids]
    assert list(in_half([*others, *ids], CHOOSING_HALF)[len(others) :]) == alone


def test_the_halves_are_about_equal():
    counts = in_half([f"dev-{number}" for number in range(10_000)], CHOOSING_HALF).sum()
    assert abs(counts - 5000) < 250  # 5 standard errors


def test_the_halves_stay_what_they_are():
    """Stored scores were chosen by them: a change of these bits needs a new version of the score node."""
    ids = [f"xnli-dev-{number}" for number in range(16)]
    assert "".join("ab"[not first] for first in in_half(ids, CHOOSING_HALF)) == "abbbbaabbbbbbaab"
    assert np.array_equal(in_half(ids, "a"), in_half(ids, CHOOSING_HALF))
