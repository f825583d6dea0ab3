"""Languages for a mix: distances worked by hand from the table, and what each rule promises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.errors import InputError, UnknownNameError
from xstilts.languages import choose, codes, feature_distance, leave_out

LAB = codes("qaa qab qac qad qba qbb qbc qca qcb qda")
XNLI = codes("ar bg de el en es fr hi ru sw th tr ur vi zh")
RULES = ("first", "closest", "diverse", "random")


@pytest.mark.parametrize(
    ("other", "differing"),
    [
        ("qaa", 0), ("qab", 0),
        ("qad", 1),  # genus
        ("qac", 3),  # genus, script and order: the family alone is shared
        ("qba", 3),  # the script alone is shared
        ("qbb", 4), ("qca", 4), ("qda", 4),
    ],
)  # fmt: skip
def test_distance_is_the_share_of_features_that_differ(other: str, differing: int) -> None:
    assert feature_distance("qaa", other) == feature_distance(other, "qaa") == differing / 4


def test_unknown_features_do_not_count() -> None:
    # Greek has no dominant order in the table: family, genus and script are left, and the family is shared
    assert feature_distance("en", "el") == pytest.approx(2 / 3)


def test_too_few_known_features_are_an_error() -> None:
    # of Volapük, an invented language, the table knows neither family nor genus nor order
    with pytest.raises(InputError, match=r"'en' and 'vo' cannot be compared: .* choose by first or random"):
        feature_distance("en", "vo")
    with pytest.raises(InputError, match="'vo' cannot be compared"):
        choose(["de", "vo"], 1, "closest", "en")
    assert choose(["vo", "de"], 2, "first", "en") == ("de", "vo")


def test_first_goes_by_the_table() -> None:
    assert choose(reversed(LAB), 3, "first", "qaa") == ("qab", "qac", "qad")
    assert choose(LAB, 2, "first", "qaa", without=["qab", "qac"]) == ("qad", "qba")


def test_closest_are_the_pivots_relatives() -> None:
    # 0, 1/4, then 3/4 three times, in the order of the table
    assert choose(LAB, 5, "closest", "qaa") == ("qab", "qad", "qac", "qba", "qbc")
    assert choose(XNLI, 3, "closest", "en") == ("de", "es", "fr")


def test_diverse_begins_far_away_and_goes_far_each_time() -> None:
    # qbb is the first of those at 1 from qaa; at 1 from qbb are qab, qad, qca and qcb; then, by the nearer of qbb and
    # qab, qca and qcb are at 1 and qad at 1/4
    assert choose(LAB, 3, "diverse", "qaa") == ("qbb", "qab", "qca")


@given(st.lists(st.sampled_from(XNLI), min_size=2, unique=True), st.integers(1, 14))
def test_diverse_is_greedy_max_min(candidates: list[str], count: int) -> None:
    left = sorted(set(candidates) - {"en"})
    count = min(count, len(left))
    chosen = choose(candidates, count, "diverse", "en")
    for number, code in enumerate(chosen):
        against = chosen[:number] or ("en",)
        gaps = {other: min(feature_distance(other, one) for one in against) for other in left}
        assert code == next(other for other in left if gaps[other] == max(gaps.values()))
        left.remove(code)


@pytest.mark.parametrize("rule", RULES)
@given(st.lists(st.sampled_from(XNLI), min_size=3, unique=True), st.integers(0, 5))
def test_larger_choices_hold_the_smaller_ones(rule: str, candidates: list[str], seed: int) -> None:
    most = len(set(candidates) - {"en"})
    longest = choose(candidates, most, rule, "en", seed=seed)  # type: ignore[arg-type]
    assert set(longest) == set(candidates) - {"en"}
    for count in range(1, most):
        found = choose([*reversed(candidates), "en"], count, rule, "en", seed=seed)  # type: ignore[arg-type]
        assert found == longest[:count]


def test_random_follows_its_seed_and_leaves_others_draws_alone() -> None:
    found = {seed: choose(XNLI, 5, "random", "en", seed=seed) for seed in range(20)}
    assert len(set(found.values())) > 15
    order = choose(XNLI, 14, "random", "en", seed=3)
    without = choose(XNLI, 13, "random", "en", without=["sw"], seed=3)
    assert without == tuple(code for code in order if code != "sw")


def test_what_cannot_be_chosen() -> None:
    with pytest.raises(InputError, match=r"by 'closets'.*Did you mean 'closest'"):
        choose(LAB, 2, "closets", "qaa")  # type: ignore[arg-type]
    for count in (0, 10):
        with pytest.raises(InputError, match=f"{count} languages cannot be chosen from 9"):
            choose(LAB, count, "first", "qaa")
    with pytest.raises(UnknownNameError, match="'xx'"):
        choose(["xx"], 1, "first", "en")


def test_a_family_can_be_left_out() -> None:
    assert leave_out(LAB, "family", "Belunic") == ("qaa", "qab", "qac", "qad", "qca", "qcb", "qda")
    assert leave_out(["qda", "qbc", "qaa"], "seen", "unseen") == ("qda", "qaa")
    with pytest.raises(InputError, match=r"family 'Belunc'.*Did you mean 'Belunic'"):
        leave_out(LAB, "family", "Belunc")
