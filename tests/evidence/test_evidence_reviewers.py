"""Each reviewer finds what its mandate says and nothing else; scores are worked out by hand."""

from __future__ import annotations

import pytest
from evidence_toy import ABSENT, MIX, checked, finding, number
from hypothesis import given
from hypothesis import strategies as st

from xstilts.evidence.answer import answerability
from xstilts.evidence.reviewers import Case, assess, challenger, confirmer, methodologist
from xstilts.literature.text import Text


def case(*ones, question=MIX, texts=()):
    return Case(ones, answerability(question, ones), texts)


def rules(remarks):
    return [(one.rule, one.severity) for one in remarks]


def of_work(name: str, **rest):
    return finding(f"Mixing does {name}.", work=f"arxiv:{name}", against="English alone", **rest)


def test_contrary_findings_of_one_scope_are_grave_and_show_each_other():
    up, down = checked(of_work("a", data=("xnli",))), checked(of_work("b", data=("xnli",), direction="down"))
    found = challenger.review(case(up, down))
    assert rules(found) == [("counter-evidence", "grave")] * 2
    assert found[0].target == up.finding.id and found[0].passage == down.finding.passage


def test_another_data_set_is_a_reason():
    up, down = checked(of_work("a", data=("xnli",))), checked(of_work("b", data=("xquad",), direction="same"))
    found = challenger.review(case(up, down))
    assert rules(found) == [("counter-evidence", "note")] * 2 and "differ in data" in found[0].says.lower()


def test_what_names_nothing_done_or_nothing_measured_contradicts_nothing():
    """``Our approach improves robustness`` and ``such models suffer`` are each about their own paper."""
    for lacks in ({"data": ()}, {"data": ("xnli",), "factors": ()}):
        up, down = checked(of_work("a", **lacks)), checked(of_work("b", **lacks, direction="down"))
        assert challenger.review(case(up, down)) == ()
    up, down = (checked(of_work(name, data=data, factors=factors, direction=way)) for name, data, factors, way in (
        ("a", ("xnli",), ("noise",), "up"), ("b", ("xquad",), ("scale",), "down"),
    ))  # fmt: skip
    assert challenger.review(case(up, down)) == ()


def test_the_challenger_sees_scope_reserve_and_absent_names():
    off = checked(of_work("a", hedged=True), scope="no")
    found = challenger.review(case(off, question=ABSENT))
    assert rules(found) == [("absent name", "grave"), ("scope", "flaw"), ("hedged", "note")]


def test_the_confirmer_traces_characters():
    one = checked(of_work("a"))
    own = one.finding.passage
    assert rules(confirmer.review(case(one))) == [("trace", "flaw")]
    assert confirmer.review(case(one, texts=(Text(own.work, own.version, "abstract", own.text),))) == ()
    assert rules(confirmer.review(case(one, texts=(Text(own.work, own.version, "abstract", own.text[::-1]),)))) == [
        ("trace", "grave")
    ]


def arithmetic(start: float, end: float, gain: float, unit: str):
    numbers = (number(start, "none", "from"), number(end, "none", "to"), number(gain, unit))
    one = checked(of_work("a", numbers=numbers))
    own = one.finding.passage
    return confirmer.review(case(one, texts=(Text(own.work, own.version, "abstract", own.text),)))


@pytest.mark.parametrize(
    ("start", "end", "gain", "unit"),
    [
        (60.1, 62.3, 2.2, "points"),
        (62.3, 60.1, -2.2, "points"),
        (0.3211, 0.4113, 28.08, "percent"),
        (60.1, 62.3, 3.7, "percent"),
    ],
)
def test_right_arithmetic_comes_out(start, end, gain, unit):
    assert arithmetic(start, end, gain, unit) == ()


def test_wrong_arithmetic_is_grave_and_points_are_no_percent():
    assert rules(arithmetic(60.1, 62.3, 3.2, "points")) == [("arithmetic", "grave")]
    assert "points, not percent" in arithmetic(60.1, 62.3, 2.2, "percent")[0].says


@given(st.integers(100, 900), st.integers(100, 900))
def test_differences_of_one_decimal_always_come_out(start, end):
    assert arithmetic(start / 10, end / 10, round((end - start) / 10, 1), "points") == ()


def test_the_methodologist_sees_leaks_baselines_selection_and_power():
    one = checked(
        finding("The best mixture gains.", data=("mnli", "xnli", "xnli_eu"), numbers=(number(0.4),), kind="number")
    )
    found = methodologist.review(case(one))
    assert {rule for rule, _ in rules(found)} == {"baseline", "leak", "selection", "power", "abstract only"}
    # 280 · √(.15 / 5010) = 1.53
    assert methodologist.detectable(5010) == pytest.approx(1.532, abs=1e-3)
    quiet = checked(of_work("a", availability="full text"))
    own = quiet.finding.passage
    text = Text(own.work, own.version, "full text", own.text + " Five seeds.")
    assert methodologist.review(case(quiet, texts=(text,))) == ()
    assert rules(methodologist.review(case(quiet, texts=(Text(own.work, own.version, "full text", own.text),)))) == [
        ("spread", "flaw")
    ]


def test_the_score_is_capped_by_the_answer():
    off, part, whole = (checked(of_work("a"), scope=verdict) for verdict in ("no", "undecided", "yes"))
    assert [assess(case(one)).cap for one in (off, part, whole)] == [4, 6, 10]
    assert assess(case(off)).total <= 4
    empty = assess(case())
    assert empty.total == 0 and empty.agreement is None and empty.overlap is None


def test_scores_by_hand():
    whole, off = checked(of_work("a", numbers=(number(2.0),))), checked(of_work("b"), scope="no")
    loose = checked(of_work("c"), quoted="not found")
    found = {score.dimension: score.value for score in assess(case(whole, off, loose)).scores}
    assert found.pop("grounding") == pytest.approx(20 / 3) and found.pop("scope") == 5
    assert found == {"numbers": 10, "counter-evidence": 10, "design": 10, "answer": 10}


def test_words_that_are_counted_twice_are_told():
    one, again = checked(finding("Mixing helps.")), checked(finding("Mixing  HELPS.", work="arxiv:other"))
    assert ("repeated", "note") in rules(assess(case(one, again)).remarks)


def test_the_order_of_findings_does_not_matter():
    ones = (checked(of_work("a")), checked(of_work("b", direction="down")), checked(of_work("c"), scope="no"))
    first, second = assess(case(*ones)), assess(case(*ones[::-1]))
    assert first.total == second.total and first.agreement == second.agreement and first.overlap == second.overlap
