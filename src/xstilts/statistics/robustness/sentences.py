"""The question of robustness, answered in two sentences per base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.statistics.answer import counted
from xstilts.statistics.robustness.table import ALL_TARGETS
from xstilts.statistics.score_rows import NONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xstilts.statistics.score_rows import Row
    from xstilts.statistics.study_facts import Facts

_SHOWN = 4


def robust_answers(best: Iterable[Row], means: Sequence[Row], facts: Facts) -> list[Row]:
    """For each base: which arm loses least under noise, compared with ``none``, and how sure that is.

    Args:
        best: What ``answers`` says of the differences (``table.as_gains``).
        means: The means over targets (``table.mean_rows``).
        facts: What the study asked for.

    Returns:
        One dict per base: ``base, arm, difference, low, high, p_corrected, n_seeds, targets, types, rpc, none_rpc,
        verdict`` and ``sentences`` (two).
    """
    told = {(row["base"], row["arm"]): row for row in means if row["target"] == ALL_TARGETS}
    return [_answer(answer, told, facts) for answer in best]


def _answer(answer: Row, told: Mapping[tuple[str, str], Row], facts: Facts) -> Row:
    if answer["arm"] is None:
        lacking = (
            f"From {answer['base']}, no arm has scores under noise on all of its targets with a seed that none has."
        )
        empty = dict.fromkeys(("difference", "low", "high", "p_corrected", "rpc", "none_rpc"))
        return empty | {
            "base": answer["base"], "arm": None, "n_seeds": 0, "targets": [], "types": "", "verdict": "not run",
            "sentences": [lacking, "What noise does is not known yet."],
        }  # fmt: skip
    own, none = told[answer["base"], answer["arm"]], told[answer["base"], NONE]
    found = {
        **{name: answer[name] for name in ("base", "arm", "low", "high", "p_corrected", "n_seeds", "targets")},
        "difference": answer["gain"],
        "types": own["types"],
        "rpc": own["rpc"],
        "none_rpc": none["rpc"],
        "verdict": answer["verdict"],
    }
    return found | {"sentences": [_first(found, facts), _second(found, answer["n_arms"])]}


def _first(found: Row, facts: Facts) -> str:
    sure = _interval(found, facts)
    over = f"mean of {counted(len(found['targets']), 'target')}, {counted(found['n_seeds'], 'seed')}"
    lead = f"Under noise, from {found['base']},"
    size = f"{abs(found['difference']):.1f} points"
    if found["difference"] > 0:
        return f"{lead} {found['arm']} loses {size} less than none in the languages without labels ({sure}; {over})."
    return (
        f"{lead} no arm loses less than none in the languages without labels; {found['arm']} comes closest and loses "
        f"{size} more ({sure}; {over})."
    )


def _interval(found: Row, facts: Facts) -> str:
    """The interval of what the sentence speaks of: points that are lost less, or points that are lost more."""
    if found["low"] is None:
        sure = "no interval from a single seed"
    else:
        ends = (found["low"], found["high"])
        low, high = ends if found["difference"] > 0 else (-ends[1], -ends[0])
        sure = f"{facts.level:.0%} interval {_plain(low)} to {_plain(high)}"
    p = found["p_corrected"]
    return f"{sure}; {'not testable' if p is None else f'p = {p:.2g} after Holm correction'}"


def _plain(value: float) -> str:
    text = f"{value:.1f}"
    return "0.0" if text == "-0.0" else text.replace("-", "−")


def _second(found: Row, n_arms: int) -> str:
    best = f"as the best of {counted(n_arms, 'arm')}"
    judged = {
        "supported": f"judged {best}, it makes transfer more robust here: supported.",
        "contradicted": f"even {best} it loses more than none: no arm makes transfer more robust here.",
    }.get(found["verdict"], f"judged {best}, it cannot be told from none: inconclusive.")
    left = f"{found['arm']} has the smallest loss"
    if found["rpc"] is not None and found["none_rpc"] is not None:
        left = f"{found['arm']} keeps {found['rpc']:.1f} % of its clean score and none {found['none_rpc']:.1f} %"
    return f"Averaged over {_types(found['types'])}, {left}; {judged}"


def _types(types: str) -> str:
    if ":" in types:
        return "the types of noise of each target"
    names = types.split()
    more = len(names) - _SHOWN
    shown = ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
    return f"{counted(len(names), 'type')} of noise ({shown})"
