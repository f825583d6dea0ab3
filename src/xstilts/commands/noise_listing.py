"""What ``list noises`` and ``show noise`` tell."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xstilts.noise import Noise

SHOWN_SEVERITY = 4
SHOWN_SENTENCES = 3
COPIES = 50
"""Noisy copies of a sentence, of which the first that was changed is shown."""


def rows() -> list[dict[str, Any]]:
    """One row for each noise."""
    from xstilts.noise import NOISES

    return [
        {"name": noise.name, "title": noise.title, "keeps_words": noise.keeps_words, "dictionary": noise.dictionary}
        for noise in NOISES
    ]


def entry(name: str) -> dict[str, Any]:
    """All about one noise: what it does, where it exists, and a sentence in three scripts before and after."""
    from xstilts.noise import NOISES, RATES

    noise = NOISES.get(name)
    defined, why = _where(noise)
    told: dict[str, Any] = {
        "name": noise.name,
        "title": noise.title,
        "source": noise.source,
        "severities": {severity: f"{rate:.0%} of the letters" for severity, rate in enumerate(RATES) if severity},
        "keeps words apart": noise.keeps_words,
    }
    if noise.dictionary:
        told["dictionary"] = noise.dictionary
    told["languages of XTREME-R"] = " ".join(defined) or "none"
    if why:
        told["not defined for"] = {reason: " ".join(codes) for reason, codes in why.items()}
    told[f"examples at severity {SHOWN_SEVERITY}"] = _examples(noise)
    return told


def _where(noise: Noise) -> tuple[list[str], dict[str, list[str]]]:
    """The languages of XTREME-R that have the noise, and those that have not, by reason."""
    from xstilts.languages import LANGUAGES
    from xstilts.noise import undefined

    defined: list[str] = []
    why: dict[str, list[str]] = defaultdict(list)
    for language in LANGUAGES:
        if language.xtreme_r:
            reason = undefined(noise, language.code, {})
            (why[reason] if reason else defined).append(language.code)
    return defined, dict(why)


def _examples(noise: Noise) -> dict[str, dict[str, str]]:
    from xstilts.noise import RATES, Stream, corrupt, undefined, way_of
    from xstilts.noise.scripts import script_of
    from xstilts.noise.sentences import SENTENCES

    shown: dict[str, dict[str, str]] = {}
    for code, said in SENTENCES.items():
        scripts = {script_of(other) for other in shown}
        if len(shown) < SHOWN_SENTENCES and script_of(code) not in scripts and not undefined(noise, code, {}):
            stream, ids = Stream(0, noise.name, code), map(str, range(COPIES))
            copies = corrupt([said] * COPIES, ids, way_of(noise, code, {}), RATES[SHOWN_SEVERITY], stream)
            shown[code] = {"clean": said, "noisy": next(one.text for one in copies if one.edits)}
    return shown
