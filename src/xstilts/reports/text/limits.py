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
        "Seeds change the training, but not the base. If the base were pretrained again, gains could be others."
        if len(facts.bases) < 2
        else "Seeds change the training from each base. No test compares bases with one another; only the reader does."
    )
    said.append(
        "The best arm is picked and judged on the same data, so its gain tends to look too large. Only its p-value is "
        "corrected for that."
    )
    held = {name: len(target.held_out) for name, target in facts.targets.items() if target.held_out}
    if held:
        counted = ", ".join(f"{n} on {name}" for name, n in held.items())
        said.append(
            f"The vectors of searches were chosen by few languages ({counted}); other languages might choose other "
            "vectors."
        )
    lost = [one["arm"] for one in facts.cut if one["arm"] in facts.compared and one["target"] in ("", *facts.asked)]
    if lost:
        arms = list(dict.fromkeys(lost))
        said.append(
            f"Targets or seeds were left out on purpose for {listed(arms, _SHOWN)}: do not compare their means with "
            "those of other arms."
        )
    if "oracle" in {row["selection"] for row in report.analysis["scores"]}:
        said.append("Checkpoints were chosen with labels of the target languages (oracle), so this is not zero-shot.")
    if facts.limits:
        fewer = ", ".join(facts.limits[:_SHOWN]) + (" and others" if len(facts.limits) > _SHOWN else "")
        said.append(f"Not all data was used: the study limits {fewer}.")
    if report.rows("robustness"):
        said.append(
            "The noise is made by rules, at rates that are set. What people's own errors cost may be more or less, and "
            "of other kinds."
        )
    said += _baselines(report)
    if facts.source == "lab":
        said.append(
            "These are lab numbers, from an invented world with invented languages. They show the method, not real "
            "languages. Do not compare them with the numbers of a paper."
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
        few = "No cell has more than one seed. So there is no interval and no test, and every gain may be luck."
    else:
        few = (
            f"No cell has more than {n} seeds. Intervals assume that differences between seeds are roughly normal. "
            f"Without that assumption, {n} seeds can give no p-value below {bound:.2g}."
        )
    return [few, *([f"What this design can find: {outlook}"] if outlook else [])]


def interval_note(report: Report) -> str:
    """What the intervals of the gain matrix speak of: new seeds alone, or new languages too."""
    facts = report.facts
    rows = [row for row in report.analysis["clusters"] if row["clustering"] == ZERO_SHOT and facts.is_headline(row)]
    sampled = [target for target in facts.targets if any(_random(row, target) for row in rows)]
    fixed = [target for target in facts.targets if target not in sampled]
    mean = "The mean over targets and all comparisons of groupings speak of new seeds in these languages."
    if not sampled:
        return "Intervals say what new seeds would give in these languages. They do not speak of other languages."
    rest = f"; on {', '.join(fixed)} of new seeds in these languages alone" if fixed else ""
    return (
        f"Intervals on {', '.join(sampled)} speak of new seeds and of more languages like these (random effects, "
        f"because there are eight languages or more){rest}. {mean} Languages were taken because data exists for them; "
        "they were not drawn at random."
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
                f"good as none from {none['base']} ({level(reference)}): gains there say little about what models "
                "understand."
            )
    return list(dict.fromkeys(said))
