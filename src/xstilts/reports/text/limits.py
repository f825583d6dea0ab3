"""What the numbers of a study cannot say: for the page and for the paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.reports.numbers import level, listed
from xstilts.reports.tables.items import item_limit
from xstilts.reports.tables.results import no_number
from xstilts.statistics.score_rows import BASELINE, NONE
from xstilts.statistics.tables.gains import ZERO_SHOT

if TYPE_CHECKING:
    from xstilts.reports.report import Report

_SHOWN = 6


def limits(report: Report) -> list[str]:
    """One paragraph per limit, what was not run first."""
    facts = report.facts
    said = [*_not_run(report), *_flat(report), *_seeds(report), interval_note(report)]
    said += item_limit(report)
    said.append(
        "Seeds vary the training from a fixed base. Another pretraining run of the base may give other gains."
        if len(facts.bases) < 2
        else "Seeds vary the training from each base; bases are compared by eye, not tested against one another."
    )
    said.append("The best arm is picked and judged on the same data; only its p-value is corrected for that.")
    held = {name: len(target.held_out) for name, target in facts.targets.items() if target.held_out}
    if held:
        counted = ", ".join(f"{n} on {name}" for name, n in held.items())
        said.append(f"The vectors of searches were chosen by few languages ({counted}); others may choose otherwise.")
    lost = [one["arm"] for one in facts.cut if one["arm"] in facts.compared and one["target"] in ("", *facts.asked)]
    if lost:
        arms = list(dict.fromkeys(lost))
        said.append(
            f"Targets or seeds were left out on purpose for {listed(arms, _SHOWN)}: their means are no match for the "
            "others."
        )
    if "oracle" in {row["selection"] for row in report.analysis["scores"]}:
        said.append("Checkpoints were chosen on the dev data of the target languages (oracle): this is not zero-shot.")
    if facts.limits:
        fewer = ", ".join(facts.limits[:_SHOWN]) + (" and others" if len(facts.limits) > _SHOWN else "")
        said.append(f"Not all data was used: the study limits {fewer}.")
    said += _baselines(report)
    if facts.source == "lab":
        said.append(
            "Lab numbers: an invented world with invented languages. They show the method, not real languages, and no "
            "number of a published paper can be compared with them."
        )
    return said


def _not_run(report: Report) -> list[str]:
    states = list(report.states.values())
    failed, waiting = states.count("failed"), states.count("not run")
    said = [f"{failed} of {len(states)} nodes failed and {waiting} did not run."] if failed or waiting else []
    empty = no_number(report)
    if empty:
        said.append(f"No gain is known for {listed(empty, _SHOWN)}.")
    return said


def _flat(report: Report) -> list[str]:
    """Languages in which no arm is better than guessing, by target."""
    said = []
    for row in report.rows("flat"):
        said.append(
            f"On {row['target']} no arm from {row['base']} is better than guessing or one answer to everything in "
            f"{len(row['languages'])} of {row['n_languages']} languages without labels "
            f"({listed(row['languages'], _SHOWN)})."
        )
    return said


def _seeds(report: Report) -> list[str]:
    answer = report.analysis["answer"]
    n, bound, outlook = answer["n_seeds"], answer["smallest_sign_flip_p"], answer.get("outlook", "")
    if n < 2:
        few = "One seed at most is paired in each cell: no interval and no test, every gain may be luck."
    else:
        few = (
            f"{n} paired seeds at most. Intervals take the differences between seeds to be roughly normal; without "
            f"that assumption no p-value below {bound:.2g} can come out of {n} seeds."
        )
    return [few, *([f"What this design can find: {outlook}"] if outlook else [])]


def interval_note(report: Report) -> str:
    """What the intervals of the gain matrix speak of: new seeds alone, or new languages too."""
    facts = report.facts
    rows = [row for row in report.analysis["clusters"] if row["clustering"] == ZERO_SHOT and facts.is_headline(row)]
    sampled = [target for target in facts.targets if any(_random(row, target) for row in rows)]
    fixed = [target for target in facts.targets if target not in sampled]
    mean = "The mean over targets and every comparison of groupings speak of new seeds in these languages."
    if not sampled:
        return "Languages are fixed: intervals speak of new seeds in these languages, not of other languages like them."
    rest = f"; on {', '.join(fixed)} of new seeds in these languages alone" if fixed else ""
    return (
        f"Intervals on {', '.join(sampled)} speak of new seeds and of more languages like these (random effects, as "
        f"there are eight or more){rest}. {mean} Languages were chosen by what data exists, not drawn at random."
    )


def _random(row: object, target: str) -> bool:
    return isinstance(row, dict) and row["target"] == target and row["effects"] == "random"


def _baselines(report: Report) -> list[str]:
    """Targets on which a baseline without a model is as good as ``none``."""
    facts = report.facts
    rows = [row for row in report.rows("levels") if row["zero_shot"]["mean"] is not None]
    pairs = [
        (row, none)
        for row in rows
        for none in rows
        if row["arm"].startswith(BASELINE) and none["arm"] == NONE and row["target"] == none["target"]
        if row["base"] == none["base"] or row["base"] not in facts.bases
    ]
    said = []
    for row, none in pairs:
        sign = 1 if facts.targets[row["target"]].higher_is_better else -1
        own, reference = row["zero_shot"]["mean"], none["zero_shot"]["mean"]
        if sign * own >= sign * reference:
            said.append(
                f"On {row['target']} the baseline {row['arm'].removeprefix(BASELINE)} ({level(own)}) is at least as "
                f"good as none from {none['base']} ({level(reference)}): gains there say little about understanding."
            )
    return list(dict.fromkeys(said))
