"""The roles of parents: text as nodes have it, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.errors import XstiltsError
from xstilts.store.roles import (
    AsLongRole,
    MeasureRole,
    NoisyRole,
    OverlapRole,
    PortionRole,
    Role,
    ScoresRole,
    SweptRole,
    UpdateRole,
)

WRITTEN: dict[str, Role | PortionRole] = {
    "as_long/0": AsLongRole(0),
    "model/12": SweptRole(12),
    "update/de": UpdateRole("de"),
    "noisy/de+en": NoisyRole("de+en"),
    "measure/1/zh+en": MeasureRole(1, "zh+en"),
    "overlap/squad/xquad": OverlapRole("squad", "xquad"),
    f"scores/{'0' * 64}": ScoresRole("0" * 64),
    "train/squad~dual-encoder/en": PortionRole("train", "squad~dual-encoder", "en"),
    "translated-test/mlqa/zh+en": PortionRole("translated-test", "mlqa", "zh+en"),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_a_role_is_written_and_read_back(text: str):
    role = WRITTEN[text]
    assert str(role) == text
    assert type(role).parse(text) == role


@pytest.mark.parametrize("text", ["as_long", "model/0", "update/de", ""])
def test_a_role_of_another_sort_is_refused(text: str):
    with pytest.raises(XstiltsError, match="as_long"):
        AsLongRole.parse(text)


def test_prepared_examples_have_three_parts():
    with pytest.raises(XstiltsError, match="split/task/language"):
        PortionRole.parse("update/de")


@given(st.lists(st.integers(0, 30), unique=True))
def test_numbered_parents_come_by_number(places: list[int]):
    found = SweptRole.among(["model", "vocabulary", *(f"model/{place}" for place in places)])
    assert [role.place for role in found] == sorted(places)


def test_prepared_examples_are_found_among_other_parents():
    parents = ["encoder", "as_long/0", "train/mnli/en", "dev/mnli/en", "train/mnli/de", "update/de", "vocabulary"]
    assert list(map(str, PortionRole.among(parents))) == ["dev/mnli/en", "train/mnli/de", "train/mnli/en"]
    assert list(map(str, PortionRole.among(parents, "train"))) == ["train/mnli/de", "train/mnli/en"]
