"""Which items are seen in which language: exact counts, nested shares, quotas worked out by hand."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.errors import DataError, InputError
from xstilts.training.language_mixture import (
    LanguageMixture,
    chosen,
    items_taken,
    language_shares,
    largest_limit,
    taken_under,
)

LANGUAGES = ("fr", "de", "sw")
SHARES = st.floats(0, 1)
SEEDS = st.integers(0, 10**6)


def mixture(share=0.5, languages=LANGUAGES, **fields):
    return LanguageMixture("en", tuple(languages), share, **fields)


def ids(n, prefix="item"):
    return [f"{prefix}-{row}" for row in range(n)]


def parallel(n, mix):
    """The same items in every language, in another order in each."""
    return {code: list(np.roll(ids(n), place)) for place, code in enumerate(mix.codes)}


def taken(mix, given_ids, seed):
    """Language to the ids that are taken from it."""
    return {code: [given_ids[code][row] for row in rows] for code, rows in chosen(mix, given_ids, seed).items()}


def foreign(found):
    return {item for code, items in found.items() if code != "en" for item in items}


@given(n=st.integers(1, 120), share=SHARES, seed=SEEDS, switch=SHARES)
def test_at_a_fixed_size_every_item_is_seen_once_and_round_p_n_of_them_in_another_language(n, share, seed, switch):
    mix = mixture(share, code_switch=switch)
    found = taken(mix, parallel(n, mix), seed)
    assert sorted(item for items in found.values() for item in items) == sorted(ids(n))
    assert len(found.get("en", [])) == n - round(share * n)
    assert all(found.values())  # a language without items is left out


@given(n=st.integers(1, 120), shares=st.tuples(SHARES, SHARES).map(sorted), seed=SEEDS)
def test_what_is_foreign_at_a_share_is_foreign_in_the_same_language_at_a_larger_one(n, shares, seed):
    few, many = (taken(mixture(share), parallel(n, mixture(1)), seed) for share in shares)
    for code in LANGUAGES:
        assert set(few.get(code, [])) <= set(many.get(code, []))
    assert set(many.get("en", [])) <= set(few.get("en", []))


@given(n=st.integers(1, 60), share=SHARES, seed=SEEDS)
def test_extra_items_come_on_top_and_are_those_of_the_fixed_size(n, share, seed):
    given_ids = parallel(n, mixture(1))
    on_top, fixed = (taken(mixture(share, size=size), given_ids, seed) for size in ("extra", "fixed"))
    assert on_top["en"] == given_ids["en"]
    assert foreign(on_top) == foreign(fixed)
    assert sum(map(len, on_top.values())) == n + round(share * n)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_all_is_every_item_of_every_language_whatever_the_share(share):
    given_ids = {"en": ids(4), "fr": ids(3), "de": ids(4), "sw": ids(1)}
    found = chosen(mixture(share, size="all"), given_ids, 1)
    assert {code: list(rows) for code, rows in found.items()} == {
        code: [*range(len(i))] for code, i in given_ids.items()
    }


@given(seed=SEEDS, switch=st.floats(0.05, 0.95))
def test_the_share_of_switched_items_is_within_five_standard_errors(seed, switch):
    mix = mixture(0.5, code_switch=switch)
    found = taken(mix, parallel(600, mix), seed)
    pairs = [code for code in found if code.startswith("en+")]
    assert set(pairs) <= {"en+fr", "en+de", "en+sw"}
    count = sum(len(found[code]) for code in pairs)
    assert abs(count - 300 * switch) < 5 * (300 * switch * (1 - switch)) ** 0.5
    assert foreign(found) == foreign(taken(mixture(0.5), parallel(600, mix), seed))


def test_whether_an_item_is_switched_does_not_depend_on_its_language():
    """Of 1,500 items about 250 are expected of each of the six sorts; 5 standard errors are 72."""
    mix = mixture(1, code_switch=0.5)
    found = taken(mix, parallel(1500, mix), 11)
    counts = {code: len(found.get(code, [])) for code in (*LANGUAGES, *(f"en+{code}" for code in LANGUAGES))}
    assert all(count == pytest.approx(250, abs=72) for count in counts.values()), counts


def test_none_or_all_of_the_foreign_items_are_switched():
    given_ids = parallel(50, mixture(1, code_switch=1))
    assert not any("+" in code for code in chosen(mixture(1, code_switch=0), given_ids, 3))
    assert set(chosen(mixture(1, code_switch=1), given_ids, 3)) == {"en+fr", "en+de", "en+sw"}


MIXTURES = st.builds(
    lambda share, size, items, switch: mixture(
        share, size=size, items=items, code_switch=switch if items == "translations" and size != "all" else 0.0
    ),
    SHARES | st.just(1.0),
    st.sampled_from(["fixed", "extra", "all"]),
    st.sampled_from(["translations", "native"]),
    SHARES,
)


@given(mix=MIXTURES, n=st.integers(1, 60), seed=SEEDS)
def test_as_many_items_are_counted_as_are_taken(mix, n, seed):
    given_ids = parallel(n, mix)
    sizes = {code: len(items) for code, items in given_ids.items()}
    assert items_taken(mix, sizes) == sum(map(len, chosen(mix, given_ids, seed).values()))


def test_items_of_languages_of_unequal_size_counted_by_hand():
    sizes = {"en": 9, "fr": 4, "de": 7, "sw": 2}
    assert items_taken(None, sizes) == 22
    assert items_taken(mixture(0.5), sizes) == 9
    assert items_taken(mixture(0.5, size="extra"), sizes) == 9 + 4  # half of 9 is rounded to the even number
    assert items_taken(mixture(0.5, size="all"), sizes) == 22
    assert items_taken(mixture(1, items="native"), sizes) == 7


SETS = st.lists(
    st.tuples(
        st.none()
        | st.builds(lambda share, size: mixture(share, size=size), SHARES, st.sampled_from(["fixed", "extra", "all"])),
        st.fixed_dictionaries({code: st.integers(0, 12) for code in ("en", *LANGUAGES)}),
    ),
    min_size=1,
    max_size=3,
)


@given(sets=SETS, wanted=st.integers(1, 60))
def test_no_larger_limit_takes_at_most_as_many_items_as_are_wanted(sets, wanted):
    most = taken_under(sets, 12)
    if most < wanted:
        with pytest.raises(DataError, match=rf"asks for {wanted} items; .* has {most} in all"):
            largest_limit(sets, wanted)
        return
    found = largest_limit(sets, wanted)
    fitting = [limit for limit in range(1, 13) if taken_under(sets, limit) <= wanted]
    assert taken_under(sets, found) == taken_under(sets, max(fitting, default=1))


def test_items_are_spread_evenly_over_languages_of_the_same_size():
    found = chosen(mixture(1), parallel(3000, mixture(1)), 7)
    assert all(len(found[code]) == pytest.approx(1000, abs=130) for code in LANGUAGES)  # 5 standard errors


@pytest.mark.parametrize(
    ("temperature", "expected"), [(1.0, [0.8, 0.2]), (2.0, [2 / 3, 1 / 3]), (0.5, [16 / 17, 1 / 17])]
)
def test_shares_of_languages_by_temperature_worked_out_by_hand(temperature, expected):
    shares = language_shares(mixture(languages=("fr", "de"), temperature=temperature), {"fr": 100, "de": 25})
    assert list(shares.values()) == pytest.approx(expected)  # 100 and 25: roots 10 and 5, squares 10000 and 625


@pytest.mark.parametrize(
    ("share", "sizes", "expected"),
    [
        (
            0.5,
            {"en": 10, "fr": 30, "de": 10},
            {"en": 5, "fr": 4, "de": 1},
        ),  # 3.75 and 1.25: one left, for the larger remainder
        (0.5, {"en": 12, "fr": 30, "de": 10}, {"en": 6, "fr": 5, "de": 1}),  # 4.5 and 1.5: a tie goes to the first
        (1.0, {"fr": 6, "de": 2}, {"fr": 5, "de": 1}),  # as many as the largest has, 6: 4.5 and 1.5
        (0.9, {"en": 10, "fr": 3, "de": 60}, {"en": 1, "de": 9}),  # 0.43 and 8.57: one left, for the larger remainder
        (0.2, {"en": 10, "fr": 0, "de": 9}, {"en": 8, "de": 2}),
    ],
)
def test_quotas_of_native_items_worked_out_by_hand(share, sizes, expected):
    mix = mixture(share, languages=("fr", "de"), items="native")
    found = chosen(mix, {code: ids(n, code) for code, n in sizes.items()}, 1)
    assert {code: len(rows) for code, rows in found.items()} == expected


def test_what_one_language_lacks_the_others_give():
    """By hand: 18 at temperature 1000 are 9 and 9; fr has only 2, so de gives 16."""
    mix = mixture(0.9, languages=("fr", "de"), items="native", temperature=1000)
    found = chosen(mix, {"en": ids(20), "fr": ids(2, "fr"), "de": ids(40, "de")}, 1)
    assert {code: len(rows) for code, rows in found.items()} == {"en": 2, "fr": 2, "de": 16}


@given(
    share=SHARES, sizes=st.fixed_dictionaries({code: st.integers(1, 60) for code in ("en", *LANGUAGES)}),
    temperature=st.floats(0.3, 9), size=st.sampled_from(["fixed", "extra"]), seed=SEEDS,
)  # fmt: skip
def test_native_quotas_sum_to_what_is_wanted_and_no_language_gives_more_than_it_has(
    share, sizes, temperature, size, seed
):
    mix = mixture(share, items="native", temperature=temperature, size=size)
    given_ids = {code: ids(sizes[code], code) for code in mix.codes}
    total = sizes["en"] if "en" in given_ids else max(sizes[code] for code in LANGUAGES)
    wanted = round(share * total)
    if wanted > sum(sizes[code] for code in LANGUAGES):
        with pytest.raises(DataError, match=f"fr, de, sw have .* {wanted} are needed for a share of"):
            chosen(mix, given_ids, seed)
        return
    found = chosen(mix, given_ids, seed)
    assert sum(len(rows) for code, rows in found.items() if code != "en") == wanted
    assert len(found.get("en", [])) == (total if size == "extra" else total - wanted) * ("en" in given_ids)
    for code, rows in found.items():
        assert len(set(rows)) == len(rows) > 0
        assert list(rows) == sorted(rows) and rows[0] >= 0 and rows[-1] < sizes[code]


@given(share=st.floats(0, 0.8), seed=SEEDS)
def test_native_items_do_not_depend_on_the_order_of_languages(share, seed):
    """Sizes without ties; a language's items are drawn by its own stream."""
    given_ids = {code: ids(n, code) for code, n in {"en": 40, "fr": 11, "de": 23, "sw": 37}.items()}
    there, back = (
        taken(mixture(share, order, items="native"), given_ids, seed) for order in (LANGUAGES, LANGUAGES[::-1])
    )
    assert there == back


@given(share=SHARES, seed=SEEDS)
def test_which_items_are_foreign_depends_on_neither_languages_nor_their_order(share, seed):
    first = foreign(taken(mixture(share), parallel(50, mixture(1)), seed))
    for languages in (LANGUAGES[::-1], ("zu",)):
        mix = mixture(share, languages)
        assert foreign(taken(mix, {code: ids(50) for code in ("en", *languages)}, seed)) == first


def test_items_are_the_same_in_whatever_order_they_are_read():
    mix, order = mixture(0.5), np.random.default_rng(0).permutation(80)
    mixed = {code: [ids(80)[row] for row in order] for code in mix.codes}
    straight = {code: set(items) for code, items in taken(mix, dict.fromkeys(mix.codes, ids(80)), 5).items()}
    assert {code: set(items) for code, items in taken(mix, mixed, 5).items()} == straight


def test_seeds_differ():
    first, second = (foreign(taken(mixture(0.5), parallel(60, mixture(1)), seed)) for seed in (1, 2))
    assert first != second


def test_an_item_without_its_translation_is_named():
    mix = mixture(1, languages=("fr",))
    with pytest.raises(DataError, match=r"fr.*no translation of 'item-3' \(1 missing\).*items: native"):
        chosen(mix, {"en": ids(5), "fr": [item for item in ids(5) if item != "item-3"]}, 1)


def test_too_few_native_items_are_counted():
    mix = mixture(0.9, languages=("fr", "de"), items="native")
    with pytest.raises(DataError, match="fr, de have 7 items together; 9 are needed for a share of 0.9"):
        chosen(mix, {"en": ids(10), "fr": ids(3), "de": ids(4)}, 1)


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({}, ("en", "fr", "de", "sw")),
        ({"share": 0.0}, ("en",)),
        ({"share": 0.0, "code_switch": 0.5}, ("en",)),
        ({"share": 0.0, "size": "all"}, ("en", "fr", "de", "sw")),
        ({"share": 1.0}, ("en", "fr", "de", "sw")),  # which items there are, the pivot's say
        ({"share": 1.0, "items": "native"}, ("fr", "de", "sw")),
        ({"share": 1.0, "items": "native", "size": "extra"}, ("en", "fr", "de", "sw")),
        ({"languages": ("fr",), "code_switch": 0.1}, ("en", "fr", "en+fr")),
    ],
)
def test_the_codes_are_those_whose_data_is_read(fields, codes):
    assert mixture(**fields).codes == codes


@given(
    share=SHARES, size=st.sampled_from(["fixed", "extra", "all"]), temperature=st.floats(0.1, 9),
    items=st.sampled_from(["translations", "native"]), switch=SHARES,
)  # fmt: skip
def test_a_mixture_survives_json(share, size, temperature, items, switch):
    mix = mixture(share, size=size, temperature=temperature, items=items, code_switch=switch)
    assert LanguageMixture.from_json(json.loads(json.dumps(mix.to_json()))) == mix


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"share": 1.2}, r"language_mix\.share: 1\.2|language_mix\.share.*between 0 and 1"),
        ({"code_switch": -0.1}, r"language_mix\.code_switch.*between 0 and 1"),
        ({"temperature": 0.0}, r"language_mix\.temperature.*positive"),
        ({"temperature": float("nan")}, r"language_mix\.temperature.*positive"),
        ({"languages": ()}, "at least one language"),
        ({"languages": ("fr", "en")}, "not the pivot"),
        ({"languages": ("fr", "fr")}, "each once"),
    ],
)
def test_values_out_of_range_are_refused(fields, said):
    with pytest.raises(InputError, match=said):
        replace(mixture(), **fields)
