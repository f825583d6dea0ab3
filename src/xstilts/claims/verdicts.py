"""A verdict on every claim from one study: on its direction, to which the lab may speak, and on its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.claims.casting import Casting, casting
from xstilts.claims.forms import FORMS, Sample
from xstilts.claims.measured_gains import DRAWS, Gains, gains_of, resampled, robust_gains_of, sample, unit
from xstilts.claims.quoted_numbers import OUT_OF_SCOPE, numbers, quoted
from xstilts.statistics.inference.equivalence import equivalence
from xstilts.statistics.inference.intervals import smallest_sign_flip_p
from xstilts.statistics.score_rows import over_seeds
from xstilts.statistics.study_facts import Facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from xstilts.claims.claim import Claim
    from xstilts.statistics.analysis import Analysis

SURE = 0.95
"""Share of resampled studies from which on an assertion that holds is supported; 1 - SURE: contradicted."""
NOT_RUN = "not run"
PROCEDURE = "procedure or description: nothing to measure"
MEANING = (
    "Share of resampled studies in which the whole assertion holds: seeds are drawn with replacement, the same for all "
    "arms and targets, {draws} times. It is no probability that the claim is true, and speaks of new seeds alone, not "
    "of other languages, data or models."
)


def judge(claims: Iterable[Claim], analysis: Analysis) -> list[dict[str, Any]]:
    """The verdicts on claims, as claims.json keeps them.

    Args:
        claims: The claims.
        analysis: What ``statistics.analyse`` returned; its facts say what every arm trains.

    Returns:
        One dict per claim, in the order given: ``id, verdict`` (``supported``, ``contradicted``, ``inconclusive`` or
        ``not run``), ``evidence`` (``lab`` or ``real``; None where nothing speaks), ``confidence`` (None where there is
        none), ``confidence_meaning``, ``compared`` (per base: arms, targets, languages, seeds), ``bears`` (whether
        the study asks what the claim answers), ``reason``, ``numbers`` (verdict, what differs from the claim's scope,
        quoted and measured numbers), ``measured``, ``parts``, ``left_out`` and what the claim itself says.
    """
    facts = Facts.parse(analysis["facts"])
    bases = facts.bases or tuple(sorted({row["base"] for row in analysis["clusters"]}))
    gains = [gains_of(base, analysis["clusters"], facts) for base in bases]
    robust = [robust_gains_of(base, analysis.get("robustness", ()), facts) for base in bases]
    entries = []
    for claim in claims:
        by_base = robust if any(FORMS.get(part.form).under_noise for part in claim.assertion) else gains
        entries.append(_entry(claim, [_judged(claim, analysis, facts, own) for own in by_base], facts))
    return entries


def bearing(entries: Sequence[Mapping[str, Any]]) -> str:
    """How many of a study's claims bear on its question, in a sentence."""
    n = sum(bool(entry["bears"]) for entry in entries)
    ran = sum(entry["verdict"] != NOT_RUN for entry in entries)
    return (
        f"{n} of {len(entries)} claims {'bears' if n == 1 else 'bear'} on this question: the study has the arms and "
        f"targets that they speak of; {ran} could be judged."
    )


def _entry(claim: Claim, by_base: Sequence[Mapping[str, Any]], facts: Facts) -> dict[str, Any]:
    ran = [result for result in by_base if result["verdict"] != NOT_RUN]
    shares = [result["confidence"] for result in ran if result["confidence"] is not None]
    return {
        "id": claim.id,
        "verdict": _agreed([result["verdict"] for result in ran]) if ran else NOT_RUN,
        "evidence": ("lab" if facts.source == "lab" else "real") if ran else None,
        "confidence": float(np.mean(shares)) if shares else None,
        "confidence_meaning": MEANING.format(draws=f"{DRAWS:,}") if shares else "",
        "compared": [result["compared"] for result in ran],
        "bears": any(result["bears"] for result in by_base),
        "reason": "; ".join(dict.fromkeys(result["reason"] for result in by_base if result["reason"]))
        or _unasked(claim),
        "text": claim.text,
        "cut": claim.cut,
        "paper": f"{claim.paper.authors} {claim.paper.year}, arXiv {claim.paper.arxiv}",
        "version": claim.version,
        "kind": claim.kind,
        "question": claim.question,
        "quoted": quoted(claim.numbers),
        "versions": [
            {"version": one.version, "says": one.says, "source": one.source, "numbers": quoted(one.numbers)}
            for one in claim.versions
        ],
        "numbers": _numbers([result["numbers"] for result in by_base]),
        "by_base": list(by_base),
        "follow_ups": [{"work": one.work, "says": one.says, "source": one.source} for one in claim.follow_ups],
        "note": claim.note,
    }


def _unasked(claim: Claim) -> str:
    return "" if claim.assertion else PROCEDURE


def _agreed(verdicts: Sequence[str]) -> str:
    return verdicts[0] if len(set(verdicts)) == 1 else "inconclusive"


def _numbers(found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The verdict on numbers over bases: only those within the scope count."""
    said = [one["verdict"] for one in found if one["verdict"] is not None]
    inside = [verdict for verdict in said if verdict != OUT_OF_SCOPE]
    verdict = _agreed(inside) if inside else OUT_OF_SCOPE if said else None
    return {"verdict": verdict, "differs": list(dict.fromkeys(why for one in found for why in one["differs"]))}


def _judged(claim: Claim, analysis: Analysis, facts: Facts, gains: Gains) -> dict[str, Any]:
    """One claim in one base."""
    castings = [casting(part, facts) for part in claim.assertion]
    ready = [one for one in castings if not one.lacks and not one.unmeasured(gains)]
    seeds = gains.seeds(cell for one in ready for cell in one.cells(gains))
    if ready and not seeds:
        ready = []
    drawn = _drawn(claim, ready, gains, seeds) if ready else None
    margins = {} if drawn is None else {one.part: FORMS.get(one.part.form).margin(drawn, one.cast) for one in ready}
    whole = bool(ready) and len(ready) == len(castings)
    verdict, confidence = _verdict(list(margins.values()), drawn) if whole and drawn else (NOT_RUN, None)
    hidden = dict.fromkeys(said for one in ready for cell in one.cells(gains) for said in gains.hidden.get(cell, ()))
    return {
        "base": gains.base,
        "verdict": verdict,
        "confidence": confidence,
        "reason": "; ".join([_reason(castings, gains, whole, confidence, seeds), *hidden]),
        "bears": bool(castings) and not any(one.lacks for one in castings),
        "parts": [_part(one, margins.get(one.part), drawn, gains) for one in castings],
        "measured": _measured(castings, facts, gains),
        "compared": _compared(ready, gains, seeds),
        "left_out": _left_out(castings, gains),
        "hidden_stages": list(hidden),
        "numbers": numbers(claim, analysis, facts, gains),
    }


def _drawn(claim: Claim, ready: Sequence[Casting], gains: Gains, seeds: Sequence[str]) -> Sample:
    """The gains that the parts look at: the study itself first, then the resampled studies."""
    arms = list(dict.fromkeys(arm for one in ready for arm in one.everyone))
    targets = list(dict.fromkeys(target for one in ready for target in one.cast.targets))
    study = sample(gains, arms, targets, seeds)
    n = len(study.gains)
    weights = np.vstack([study.weights, resampled(n, _asserted(claim))]) if n > 1 else study.weights
    return Sample(study.arms, study.targets, study.gains, weights)


def _asserted(claim: Claim) -> str:
    """What names a claim's resampled studies: its assertion, so that two wordings of one have one confidence."""
    return "; ".join(part.says for part in claim.assertion)


def _verdict(margins: Sequence[NDArray[np.float64]], drawn: Sample) -> tuple[str, float | None]:
    """Verdict and confidence from the margins of all parts, the study's own first: all must hold in the same draw.

    Draws that cannot decide do not count; where all that can decide are one and the same, there is no confidence.
    """
    smallest = np.min(margins, axis=0)
    decide = ~np.isnan(smallest[1:])
    several = len(np.unique(drawn.weights[1:][decide], axis=0)) > 1
    confidence = float((smallest[1:][decide] > 0).mean()) if several else None
    holds = bool(smallest[0] > 0)
    if confidence is not None and holds and confidence >= SURE:
        return "supported", confidence
    if confidence is not None and not holds and confidence <= 1 - SURE + 1e-12:
        return "contradicted", confidence
    return "inconclusive", confidence


def _reason(
    castings: Sequence[Casting], gains: Gains, whole: bool, confidence: float | None, seeds: Sequence[str]
) -> str:
    if not castings:
        return PROCEDURE
    lacks = list(dict.fromkeys(what for one in castings for what in one.lacks))
    if lacks:
        return f"this study lacks {'; '.join(lacks)}"
    lost = list(dict.fromkeys(what for one in castings for what in one.unmeasured(gains)))
    if lost:
        return f"{gains.base}: {'; '.join(lost)}" if gains.by_seed else f"{gains.base}: nothing is measured yet"
    if not whole:
        return f"{gains.base}: no seed finished in all of the cells compared"
    n = len({unit(seed) for seed in seeds})
    if confidence is None:
        return f"{gains.base}: too few seeds to resample ({n})"
    return (
        f"{n} seeds: an assertion that held by luck in every one of them would have a confidence of 1 too; without "
        f"assuming normal differences no two-sided p below {smallest_sign_flip_p(n):.2g} can come out of {n} seeds"
    )


def _part(one: Casting, margins: NDArray[np.float64] | None, drawn: Sample | None, gains: Gains) -> dict[str, Any]:
    verdict, confidence = (NOT_RUN, None) if margins is None or drawn is None else _verdict([margins], drawn)
    return {
        "form": one.part.form,
        "says": one.part.says,
        "source": one.part.source,
        "verdict": verdict,
        "confidence": confidence,
        "margin": None if margins is None or np.isnan(margins[0]) else float(margins[0]),
        "lacks": [*one.lacks, *([] if one.lacks else one.unmeasured(gains))],
    }


def _measured(castings: Sequence[Casting], facts: Facts, gains: Gains) -> list[dict[str, Any]]:
    """The mean gain of every arm that a claim speaks of and the study has, over its fair targets, with t interval."""
    rows: dict[tuple[str, tuple[str, ...]], dict[str, Any]] = {}
    for one in castings:
        apart = one.part.form in ("most_arms_gain", "no_benefit")
        groups = [[target] for target in one.cast.targets] if apart else [list(one.cast.targets)]
        for arm in one.everyone:
            for group in groups:
                targets = tuple(gains.fair(arm, group))
                means = gains.mean(arm, targets)
                if means:
                    rows[arm, targets] = _row(arm, targets, means, one, facts)
    return list(rows.values())


def _row(arm: str, targets: tuple[str, ...], means: Mapping[str, float], one: Casting, facts: Facts) -> dict[str, Any]:
    interval, _ = over_seeds(means, facts.level)
    row: dict[str, Any] = {
        "arm": arm, "targets": list(targets), "gain": interval.mean, "low": interval.low, "high": interval.high,
        "n_seeds": interval.n,
    }  # fmt: skip
    if one.part.form == "no_benefit":
        units = [np.mean([means[s] for s in means if unit(s) == own]) for own in dict.fromkeys(map(unit, means))]
        found = equivalence(units, np.zeros(len(units)), one.part.points)
        row |= {"equivalent": found.equivalent, "equivalence_p": found.p, "equivalence_margin": found.margin}
    return row


def _compared(ready: Sequence[Casting], gains: Gains, seeds: Sequence[str]) -> dict[str, Any]:
    targets = dict.fromkeys(target for one in ready for target in one.cast.targets)
    return {
        "base": gains.base,
        "arms": list(dict.fromkeys(arm for one in ready for arm in one.everyone)),
        "targets": {target: list(gains.languages.get(target, ())) for target in targets},
        "seeds": list(seeds),
        "n_seeds": len({unit(seed) for seed in seeds}),
    }


def _left_out(castings: Sequence[Casting], gains: Gains) -> list[dict[str, str]]:
    cells = dict.fromkeys((arm, target) for one in castings for arm in one.everyone for target in one.cast.targets)
    return [
        {"arm": arm, "target": target, "why": gains.unfair[arm, target]}
        for arm, target in cells
        if (arm, target) in gains.unfair
    ]
