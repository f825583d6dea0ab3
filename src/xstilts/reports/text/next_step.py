"""What to do after a study: the first rule that its answer meets, with the numbers that it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xstilts.reports.numbers import counted, level, listed, points
from xstilts.statistics.inference.correction import ALPHA
from xstilts.statistics.inference.crossed import COVERS_FROM
from xstilts.statistics.inference.intervals import effect_size
from xstilts.statistics.inference.jackknife import z_of
from xstilts.statistics.inference.power import MOST_SEEDS, POWER, seeds_needed
from xstilts.statistics.score_rows import NONE
from xstilts.statistics.tables.gains import ZERO_SHOT
from xstilts.statistics.tables.must_show import HELP
from xstilts.statistics.tables.nothing_learned import GUESSING, ONE_ANSWER

if TYPE_CHECKING:
    from collections.abc import Callable

    from xstilts.reports.report import Report
    from xstilts.statistics.score_rows import Row
    from xstilts.statistics.study_facts import Facts

    Rule = Callable[[Report, Row], "NextStep | None"]

_SHOWN = 2
NEARLY_ALL = 2.0
"""Points below a perfect score within which nothing is left to gain."""


class NextStep(NamedTuple):
    """What to do next.

    Attributes:
        rule: Its name: ``finish, controls, nothing-learned, one-seed, no-spread, do-not-use, export, ceiling, no-arm,
            more-items, more-seeds`` or ``too-small``.
        sentence: The same for people: one to three sentences.
        seeds: Seeds that the next study needs, where the rule speaks of them.
    """

    rule: str
    sentence: str
    seeds: int | None = None


def next_step(report: Report, answer: Row) -> NextStep:
    """What to do next, by the answer of one base; what would make its numbers worthless comes first.

    Args:
        report: The report.
        answer: One of its rows ``bases``.
    """
    return next(step for rule in _RULES if (step := rule(report, answer)) is not None)


def _unfinished(report: Report, answer: Row) -> NextStep | None:
    states = list(report.states.values())
    failed, waiting = states.count("failed"), states.count("not run")
    if failed or waiting:
        found = f"{failed} of {counted(len(states), 'piece')} of work failed and {waiting} did not run."
        return NextStep("finish", f"{found} Start the study again: it goes on where it stopped.")
    if answer["arm"] is None:
        return NextStep("finish", "No arm has a number on all of its targets. Add what is missing and start again.")
    return None


def _controls(report: Report, answer: Row) -> NextStep | None:
    row = next((one for one in report.rows("must_show") if one["base"] == answer["base"]), None)
    if row is None or row["behaves"] is not False:
        return None
    wrong = [one["arm"] for one in row["controls"] if one["helps"] is (one["must"] != HELP)]
    named = listed(list(dict.fromkeys(wrong)), _SHOWN)
    return NextStep(
        "controls", f"Believe no gain yet: {named} did not do what it must. Find out why, then run the study again."
    )


def _nothing_learned(report: Report, answer: Row) -> NextStep | None:
    floors = [
        row["target"]
        for row in report.rows("at_floor")
        if (row["base"], row["arm"]) == (answer["base"], answer["arm"])
        and row["by"] in (GUESSING, ONE_ANSWER)
        and row["target"] in answer["targets"]
    ]
    if not floors:
        return None
    named = listed(list(dict.fromkeys(floors)), _SHOWN)
    return NextStep(
        "nothing-learned",
        f"With {answer['arm']}, nothing shows that the models learned {named}. Train longer or on more data there, or "
        "leave it out of the study.",
    )


def _one_seed(report: Report, answer: Row) -> NextStep | None:
    if answer["n_seeds"] > 1:
        return None
    return NextStep(
        "one-seed",
        f"One seed cannot tell a gain from luck. Run at least {COVERS_FROM} seeds.",
        COVERS_FROM,
    )


def _no_spread(report: Report, answer: Row) -> NextStep | None:
    if answer["low"] != answer["high"]:
        return None
    found = f"All {answer['n_seeds']} seeds gave the same gain, so no test can say how sure it is."
    return NextStep("no-spread", f"{found} Score more test items.")


def _do_not_use(report: Report, answer: Row) -> NextStep | None:
    if answer["verdict"] != "contradicted":
        return None
    lost = f"even the best, {answer['arm']}, loses {level(-answer['gain'])} points"
    if there := _sure_gains(report, answer):
        return NextStep("do-not-use", f"On average {lost}. {there}")
    return NextStep("do-not-use", f"Use none of these arms: {lost}. Train on the target alone.")


def _sure_gains(report: Report, answer: Row) -> str:
    """On which targets an arm is worth its training though none is on average; "" where that is nowhere sure."""
    facts = report.facts
    sure = [
        row
        for row in report.rows("clusters")
        if row["clustering"] == ZERO_SHOT and row["base"] == answer["base"] and facts.is_headline(row)
        if row["arm"] in facts.compared and not facts.unfair(row["base"], row["arm"], row["target"])
        if row["p_corrected"] is not None and row["p_corrected"] <= ALPHA and _better(row, facts) > 0
    ]
    if not sure:
        return ""
    sure.sort(key=lambda row: -_better(row, facts))
    named = [f"{row['arm']} gains {level(_better(row, facts))} points on {row['target']}" for row in sure]
    return (
        f"But {listed(named, _SHOWN)} (p ≤ {ALPHA:g} after Holm's correction over all arms and targets): take it"
        " there, and train the other targets alone."
    )


def _better(row: Row, facts: Facts) -> float:
    return float(row["gain"]) if facts.targets[row["target"]].higher_is_better else -float(row["gain"])


def _export(report: Report, answer: Row) -> NextStep | None:
    if answer["verdict"] != "supported":
        return None
    lab = " These are lab numbers: repeat the study on real data first." if report.lab else ""
    key = model_key(report, answer)
    command = f"xstilts export {key[:16]} DIR" if key else "xstilts export KEY DIR"
    where = "" if key else " (`xstilts plan` prints the keys)"
    return NextStep("export", f"Use {answer['arm']}: `{command}` writes a trained model{where}.{lab}")


def _ceiling(report: Report, answer: Row) -> NextStep | None:
    facts = report.facts
    rows = [
        row
        for row in report.rows("clusters")
        if row["clustering"] == ZERO_SHOT and (row["base"], row["arm"]) == (answer["base"], answer["arm"])
        if row["target"] in answer["targets"] and facts.is_headline(row)
    ]
    if not rows or not all(facts.targets[row["target"]].higher_is_better for row in rows):
        return None
    left = sum(100.0 - row["none"] for row in rows) / len(rows)
    if left > NEARLY_ALL:
        return None
    found = f"{NONE} scores {level(100.0 - left)} of 100 already, so at most {level(left)} points can be gained."
    return NextStep("ceiling", f"{found} Train on the target alone. To compare arms, score harder test items.")


def _no_arm(report: Report, answer: Row) -> NextStep | None:
    if answer["gain"] > 0:
        return None
    if there := _sure_gains(report, answer):
        return NextStep("no-arm", f"On average no arm is better than {NONE} here. {there}")
    return NextStep(
        "no-arm",
        f"No arm is better than {NONE} here. Train on the target alone, or try arms of another kind.",
    )


def _more_items(report: Report, answer: Row) -> NextStep | None:
    own = (answer["base"], answer["arm"])
    row = next((one for one in report.rows("answer_errors") if (one["base"], one["arm"]) == own), None)
    if row is None or (spread := z_of(report.facts.level) * row["error"]) < answer["gain"]:
        return None
    return NextStep(
        "more-items",
        f"Score more test items: these alone leave the gain of {answer['arm']}, {points(answer['gain'])} points, "
        f"uncertain by ±{level(spread)}. More seeds do not change that.",
    )


def _more_seeds(report: Report, answer: Row) -> NextStep:
    half = (answer["high"] - answer["low"]) / 2
    effect = effect_size(answer["gain"], half, answer["n_seeds"], report.facts.level)
    asked = sum(row["p"] is not None for row in answer["ranking"])
    needed = seeds_needed(effect, asked)
    gain = f"{points(answer['gain'])} points"
    if needed is None:
        return NextStep(
            "too-small",
            f"Even {MOST_SEEDS} seeds would hardly find a gain of {gain}. Take it as none, or try other arms.",
            MOST_SEEDS,
        )
    return NextStep(
        "more-seeds",
        f"Run {needed} seeds; {answer['n_seeds']} are too few. If the gain of {answer['arm']} really is {gain}, "
        f"{needed} seeds find it with {POWER:.0%} power (p ≤ {ALPHA:g} among {counted(asked, 'arm')}).",
        needed,
    )


_RULES: tuple[Rule, ...] = (
    _unfinished, _controls, _nothing_learned, _one_seed, _no_spread, _do_not_use, _export, _ceiling, _no_arm,
    _more_items, _more_seeds,
)  # fmt: skip


def model_key(report: Report, answer: Row) -> str:
    """Key of a model that the answer's arm trained: that of its first score; "" where the plan does not tell."""
    nodes = {node["key"]: node for node in report.plan["nodes"]}
    scored = (
        row["node"]
        for row in report.rows("scores")
        if (row["base"], row["arm"]) == (answer["base"], answer["arm"]) and row["target"] in answer["targets"]
    )
    score = nodes.get(next(scored, ""))
    if score is None:
        return ""
    predicted = (nodes[key] for key in score["parents"] if key in nodes and nodes[key]["kind"] == "predict")
    return next((str(node.get("model") or "") for node in predicted), "")
