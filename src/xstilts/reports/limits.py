"""What the numbers of a study cannot say: for the page and for the paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.reports.item_tables import item_limit
from xstilts.reports.manifest import states_of
from xstilts.reports.numbers import level
from xstilts.reports.result_tables import no_number
from xstilts.statistics.score_rows import BASELINE, NONE
from xstilts.statistics.study_facts import Facts
from xstilts.statistics.tables.gains import ZERO_SHOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.reports.grid import Grid
    from xstilts.reports.shapes import Outcome, Plan
    from xstilts.statistics import Analysis

_SHOWN = 6


def limits(analysis: Analysis, grids: Sequence[Grid], plan: Plan, outcome: Outcome) -> list[str]:
    """One paragraph per limit, what was not run first."""
    facts = Facts.parse(analysis["facts"])
    said = [*_not_run(analysis, grids, plan, outcome), *_flat(analysis), *_seeds(analysis), interval_note(analysis)]
    said += item_limit(analysis)
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
    if facts.cut:
        arms = list(dict.fromkeys(str(one["arm"]) for one in facts.cut))
        shown = ", ".join(arms[:_SHOWN]) + (f" and {len(arms) - _SHOWN} more" if len(arms) > _SHOWN else "")
        said.append(f"Targets or seeds were left out on purpose for {shown}: their means are no match for the others.")
    if "oracle" in {row["selection"] for row in analysis["scores"]}:
        said.append("Checkpoints were chosen on the dev data of the target languages (oracle): this is not zero-shot.")
    if facts.limits:
        fewer = ", ".join(facts.limits[:_SHOWN]) + (" and others" if len(facts.limits) > _SHOWN else "")
        said.append(f"Not all data was used: the study limits {fewer}.")
    said += _baselines(analysis)
    if facts.source == "lab":
        said.append(
            "Lab numbers: an invented world with invented languages. They show the method, not real languages, and no "
            "number of a published paper can be compared with them."
        )
    return said


def _not_run(analysis: Analysis, grids: Sequence[Grid], plan: Plan, outcome: Outcome) -> list[str]:
    states = list(states_of(plan, outcome).values())
    failed, waiting = states.count("failed"), states.count("not run")
    said = [f"{failed} of {len(states)} nodes failed and {waiting} did not run."] if failed or waiting else []
    empty = no_number(analysis, grids)
    if empty:
        named = ", ".join(empty[:_SHOWN]) + (f" and {len(empty) - _SHOWN} more" if len(empty) > _SHOWN else "")
        said.append(f"No gain is known for {named}.")
    return said


def _flat(analysis: Analysis) -> list[str]:
    """Languages in which no arm is better than guessing, by target."""
    said = []
    for row in analysis["answer"].get("flat", []):
        named, more = row["languages"][:_SHOWN], len(row["languages"]) - _SHOWN
        shown = ", ".join(named) + (f" and {more} more" if more > 0 else "")
        said.append(
            f"On {row['target']} no arm from {row['base']} is better than guessing or one answer to everything in "
            f"{len(row['languages'])} of {row['n_languages']} languages without labels ({shown})."
        )
    return said


def _seeds(analysis: Analysis) -> list[str]:
    n, bound = analysis["answer"]["n_seeds"], analysis["answer"]["smallest_sign_flip_p"]
    outlook = analysis["answer"].get("outlook", "")
    if n < 2:
        few = "One seed at most is paired in each cell: no interval and no test, every gain may be luck."
    else:
        few = (
            f"{n} paired seeds at most. Intervals take the differences between seeds to be roughly normal; without "
            f"that assumption no p-value below {bound:.2g} can come out of {n} seeds."
        )
    return [few, *([f"What this design can find: {outlook}"] if outlook else [])]


def interval_note(analysis: Analysis) -> str:
    """What the intervals of the gain matrix speak of: new seeds alone, or new languages too."""
    facts = Facts.parse(analysis["facts"])
    rows = [row for row in analysis["clusters"] if row["clustering"] == ZERO_SHOT and facts.is_headline(row)]
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


def _baselines(analysis: Analysis) -> list[str]:
    """Targets on which a baseline without a model is as good as ``none``."""
    facts = Facts.parse(analysis["facts"])
    rows = [row for row in analysis["answer"]["levels"] if row["zero_shot"]["mean"] is not None]
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
