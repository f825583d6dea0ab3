"""Effects are pooled within one protocol, metric and version alone; certainty goes down and up by rules."""

from __future__ import annotations

import pytest
from evidence_toy import MIX, checked, finding, number
from hypothesis import given
from hypothesis import strategies as st

from xstilts.evidence.answer import answerability
from xstilts.evidence.reviewers.remark import Remark
from xstilts.evidence.synthesis import Effect, certainty, effects, synthesise
from xstilts.statistics.pooling import pool


def effect(
    work: str, value: float, error: float | None = None, version: str = "v1", protocol: str = "xtreme"
) -> Effect:
    return Effect(f"{work}{version}{value}", work, version, protocol, "f1", "mix", value, error)


def test_protocols_and_versions_are_never_pooled():
    elsewhere = effect("c", 7.0, 0.5, protocol="xtreme-r")
    found = synthesise([effect("a", 1.0, 0.5), effect("b", 3.0, 0.5), effect("b", 9.0, 0.5, "v0"), elsewhere])
    assert [(one.protocol, len(one.used)) for one in found] == [("xtreme", 2), ("xtreme-r", 1)]
    assert found[0].pooled == pool([1.0, 3.0], [0.25, 0.25]) and found[0].pooled.mean == pytest.approx(2.0)
    assert found[0].left_out == (("bv09.0", "of v0; v1 is read"),) and found[1].pooled is None
    older = synthesise([effect("b", 3.0), effect("b", 9.0, version="v0")], {"b": "v0"})
    assert [one.value for one in older[0].used] == [9.0]


def test_effects_of_one_work_are_one_vote():
    found = synthesise([effect("a", 1.0, 0.5), effect("a", 3.0, 0.7), effect("b", -1.0)])[0]
    assert [(one.value, one.error) for one in found.used] == [(2.0, 0.7), (-1.0, None)]
    assert (found.ups, found.downs, found.p) == (1, 1, 1.0) and found.pooled is None


@given(st.permutations([effect("a", 1.0, 0.5), effect("b", 3.0, 0.5), effect("a", 2.0, 0.5), effect("c", 7.0)]))
def test_order_does_not_matter(found):
    assert synthesise(found) == synthesise(sorted(found, key=lambda one: one.finding))


def test_only_one_verified_gain_in_points_is_an_effect():
    gain = finding("Up by 2.1.", data=("xtreme", "xnli"), numbers=(number(2.1),), kind="number")
    ones = [
        checked(gain),
        checked(gain, numbers="no"),
        checked(finding("Two.", numbers=(number(1.0), number(2.0)))),
        checked(finding("Percent.", numbers=(number(2.0, "percent"),))),
    ]
    assert effects(ones) == (Effect(gain.id, "arxiv:2101.00001", "v1", "xtreme", "f1", "intermediate, mix, xnli", 2.1),)


def level(*ones, groups=(), remarks=()):
    found = certainty(ones, answerability(MIX, ones), groups, remarks)
    return found.level, [step.rule for step in found.steps]


def test_without_evidence_it_is_very_low():
    assert level() == ("very low", ["no evidence"])
    assert level(checked(scope="no")) == ("very low", ["no evidence"])


def test_steps_down_and_up():
    one, other = checked(finding(work="a"), rerun="yes"), checked(finding(work="b"))
    assert level(checked()) == ("very low", ["one paper", "imprecise", "not run again"])
    assert level(one) == ("moderate", ["one paper", "imprecise", "run again"])
    assert level(one, other) == ("high", ["imprecise", "run again"])
    assert level(one, checked(finding(work="b"), rerun="no")) == ("very low", ["imprecise", "run again"])
    chosen = [Remark("methodologist", each.finding.id, "flaw", "selection", "") for each in (one, other)]
    assert level(one, other, remarks=chosen) == ("moderate", ["imprecise", "selection", "run again"])
    assert level(one, other, remarks=chosen[:1]) == ("high", ["imprecise", "run again"])


def test_effects_that_point_both_ways_are_inconsistent():
    one, other = checked(finding(work="a"), rerun="yes"), checked(finding(work="b"))
    two = [
        Effect(each.finding.id, each.finding.passage.work, "v1", "xtreme", "f1", "mix", value, 0.2)
        for each, value in ((one, 4.0), (other, -3.0))
    ]
    assert level(one, other, groups=synthesise(two)) == ("moderate", ["inconsistent", "imprecise", "run again"])
    tight = [Effect(e.finding, e.work, "v1", "xtreme", "f1", "mix", 4.0 + i / 100, 0.2) for i, e in enumerate(two)]
    assert level(one, other, groups=synthesise(tight)) == ("high", ["run again"])
