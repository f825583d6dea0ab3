"""How a study was made, in words, from its facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.reports.text.limits import interval_note
from xstilts.statistics.arm_training import LANGUAGES, TARGET, Trained
from xstilts.statistics.score_rows import NONE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xstilts.reports.report import Report
    from xstilts.statistics.arm_training import Stage
    from xstilts.statistics.study_facts import Facts


_ROBUSTNESS = (
    "Robustness is told by the mean score under noise, over severities and then over types (Hendrycks and Dietterich "
    "2019), and by the share of the clean score that is left (Yi et al. 2021). The primary test is the difference in "
    "differences: what noise changes of an arm's score minus what it changes of that of none, paired by seed and "
    "corrected by Holm's procedure. Effective robustness is the distance from the line that the chains of none draw "
    "from clean to noisy log-odds (Taori et al. 2020). An average over types takes only types that exist in all of "
    "its languages."
)


def methodology(report: Report) -> list[str]:
    """Paragraphs on design, scores, comparison and checks."""
    facts = report.facts
    targets = ", ".join(
        f"{name} ({target.metric}, {target.split}, {len(target.languages)} languages or pairs)"
        for name, target in facts.targets.items()
    )
    said = [
        f"Chains start from {', '.join(facts.bases)}, train the phases of an arm, then the target task in the pivot "
        f"language ({facts.pivot}), and are scored in every other language without training there. Targets: {targets}. "
        f"Protocol: {', '.join(report.protocols) or 'not known yet'}; source of the data: {facts.source or 'not known'}"
        f"; seeds: {', '.join(facts.seeds)}; checkpoint selection: {report.selection}.",
        "A gain is the score of an arm minus the score of none, with the same base, target, language and seed. The "
        f"seed is the unit: intervals cover {facts.level:.0%} and are t intervals over paired seeds or, from eight "
        "languages on, over seeds and languages crossed (Satterthwaite 1946); p-values of the gain matrix are "
        "corrected by Holm's procedure (Holm 1979) over the whole matrix. Degenerate and leaking cells are shown, but "
        f"no mean counts them. {interval_note(report)}",
        "Each gain is looked at again by a sign-flip test over seeds, by the false discovery rate (Benjamini and "
        "Hochberg 1995), by two one-sided tests of equivalence (Schuirmann 1987), as error reduction and as log-odds. "
        "Runs at chance or far below the other seeds count as collapsed (Mosbach, Andriushchenko and Klakow 2021); "
        "results are shown with and without them. A model counts as having learned nothing where its mean is no better "
        "than guessing, than the most frequent answer given to everything, or than a baseline.",
        "All seeds are scored on the same test items. What other items would give is estimated by itself: for a "
        "proportion by Wilson's interval (Wilson 1927), for any other score, and for gains (paired), by the jackknife "
        "(Efron and Stein 1981; Busing, Meijer and van der Leeden 1999).",
    ]
    said += [f"The base {name} is {origin}." for name, origin in facts.origins.items()]
    if facts.series:
        said.append(
            "The pivot alone is compared with the best mix of languages. The mix is chosen on data that is not "
            "reported: one half of the pivot's dev set, or the other half of the seeds; its table says which."
        )
    if facts.contrasts:
        said.append(
            "Contrasts are differences within each seed, on targets on which every arm of both sides is fair and was "
            "not cut. They are corrected by Holm's procedure over all contrasts, or over the clusters of one."
        )
    if facts.selection_split:
        said.append(
            "The best arm of a target is the one with the highest mean score on one half of the pivot's dev set; its "
            "gain is that on other items, in other languages."
        )
    if any(target.held_out for target in facts.targets.values()):
        chose = "; ".join(
            f"{name}: {', '.join(target.held_out)}" for name, target in facts.targets.items() if target.held_out
        )
        said.append(
            "Layer, pooling, space and similarity of the vectors of a search are chosen for each arm, none too, by the "
            f"mean score over seeds on held-out languages ({chose}). These languages are part of no gain, score or "
            "cluster."
        )
    if report.rows("robustness"):
        said.append(_ROBUSTNESS)
    if facts.clusters:
        said.append(f"Languages are grouped by {', '.join(facts.clusters)}.")
    return said


def arms_in_words(facts: Facts) -> list[str]:
    """One line per arm: what it trains before the target, and what it changes there."""
    return [f"{arm}: {arm_in_words(facts, arm)}" for arm in facts.arms]


def arm_in_words(facts: Facts, arm: str) -> str:
    """What one arm trains and changes."""
    told = facts.trained.get(arm, Trained() if arm == NONE else None)
    if told is None:
        return "not described"
    said = _said(told)
    return _control(told) + ", then ".join(said) if said else "the control, the target phase alone"


def _said(told: Trained) -> list[str]:
    stages = {stage.name: stage for stage in told.stages}
    updates, target = stages.pop(LANGUAGES, None), stages.pop(TARGET, None)
    said = [_phase(stage) for stage in stages.values()]
    said += [f"in the target phase {_changes(target.says)}"] if target else []
    throughout = {name: value for name, value in told.changes.items() if name not in ("training", "test")}
    throughout |= told.changes.get("training", {})
    said += [f"with {_changes(throughout)} throughout"] if throughout else []
    said += [f"with an update for each language{_in_brackets(updates.says)}, exchanged at test time"] if updates else []
    return said + (["tested on items translated into the pivot"] if told.changes.get("test") == "translated" else [])


def _control(told: Trained) -> str:
    if told.control is None:
        return ""
    sized = f", with as many items as {told.control.to}" if told.control.to else ""
    return f"{told.control.control} control of {told.control.of}{sized}: "


def _changes(said: Mapping[str, Any]) -> str:
    """Keys and values, one mapping after the other, as a study file has them."""
    return ", ".join(
        f"{name} ({_changes(value)})" if isinstance(value, dict) else f"{name} = {_plain(value)}"
        for name, value in said.items()
    )


def _plain(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _in_brackets(said: Mapping[str, Any]) -> str:
    return f" ({_changes(said)})" if said else ""


def _phase(stage: Stage) -> str:
    tasks = " + ".join(task for task, _ in stage.uses)
    return f"{tasks} in {', '.join(stage.languages)}{_in_brackets(stage.says)}"
