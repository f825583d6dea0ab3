"""Settings of vectors as values, and sweeps cut to fit a memory."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from xstilts.evaluation.embed_setting import EmbedSetting, embed_setting, groups

SETTINGS = st.builds(
    EmbedSetting, st.integers(-3, 24), st.sampled_from(["mean", "first"]), st.integers(1, 4)
)  # fmt: skip


def test_only_the_keys_of_vectors_are_read() -> None:
    assert embed_setting({}) == EmbedSetting(-1, "mean", 1)
    given_ = {"layer": 4, "pooling": "first", "layers": 2, "space": "centred", "similarity": "dot"}
    assert embed_setting(given_) == EmbedSetting(4, "first", 2)


def test_spans_count_from_the_embeddings() -> None:
    assert list(EmbedSetting(12, "mean", 4).span(12)) == [9, 10, 11, 12]
    assert list(EmbedSetting(-1, "mean", 1).span(12)) == [12]
    assert list(EmbedSetting(-13, "mean", 1).span(12)) == [0]
    assert list(EmbedSetting(2, "mean", 3).span(12)) == [0, 1, 2]


def test_a_sweep_of_72_settings_fits_in_two_passes() -> None:
    sweep = [EmbedSetting(layer, pooling) for pooling in ("mean", "first", "mean-content") for layer in range(1, 25)]
    found = groups(sweep, 13_000, 1024)
    assert [len(group) for group in found] == [40, 32]
    assert max(setting.layer for setting in found[0]) == 14  # the first pass runs 14 layers of 24
    assert groups([EmbedSetting(-1), EmbedSetting(5)], 0, 1024) == [[EmbedSetting(5), EmbedSetting(-1)]]
    assert groups([], 10, 10) == []


@given(st.lists(SETTINGS, max_size=20), st.integers(0, 1000), st.integers(1, 64), st.integers(0, 10**6))
def test_groups_hold_every_setting_once_and_keep_to_the_memory(settings, n, hidden, budget) -> None:
    found = groups(settings, n, hidden, budget)
    flat = [setting for group in found for setting in group]
    assert len(flat) == len(set(flat))
    assert set(flat) == set(settings)
    assert all(len(group) == 1 or 4 * n * hidden * len(group) <= budget for group in found)
    assert all(found)
    depths = [setting.layer for setting in flat if setting.layer >= 0]
    assert depths == sorted(depths)
