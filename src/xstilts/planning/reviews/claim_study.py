"""A published claim → the study that judges it: the arms and targets that the claim speaks of, from the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from xstilts.claims import FORMS
from xstilts.claims.casting import casting
from xstilts.errors import InputError
from xstilts.planning import controls
from xstilts.planning.study_facts import study_facts
from xstilts.statistics.study_facts import Facts
from xstilts.studies.load import catalog_text, parse_yaml, study_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.claims import Claim
    from xstilts.claims.casting import Casting

STUDY = "phang2020"
"""The catalog's study with the arms and targets that published claims speak of."""


def claim_study(claim: Claim) -> str:
    """The study of a claim, as YAML that `xstilts plan` accepts.

    Raises:
        InputError: If the claim asserts nothing that a study measures, or speaks of what the catalog's study lacks.
    """
    if not claim.assertion:
        said = f"The claim is a {claim.kind}: there is nothing to measure."
        raise InputError(said, field=claim.id, hint="`xstilts list claims` shows the kind of each.")
    root = parse_yaml(catalog_text(STUDY), STUDY)
    facts = Facts.parse(study_facts(controls.resolve(study_of(root))))
    cast = [casting(part, facts) for part in claim.assertion]
    lacks = list(dict.fromkeys(lack for one in cast for lack in one.lacks))
    noisy = [part.form for part in claim.assertion if FORMS.get(part.form).under_noise]
    if lacks or noisy:
        said = f"The study {STUDY} lacks {'; '.join(lacks) or 'test input with noise'}."
        raise InputError(
            said, field=claim.id, hint="Write a study of your own (`xstilts new`) and name the claim in it."
        )
    study = _reduced(root, claim, cast)
    study_of(study)  # what is printed is a study
    heading = (
        f"# Judges the published claim {claim.id}: `xstilts plan FILE` prints its cost, `xstilts run FILE` runs it.\n"
    )
    return heading + str(yaml.safe_dump(study, sort_keys=False, allow_unicode=True, width=110))


def _reduced(root: dict[str, Any], claim: Claim, cast: Sequence[Casting]) -> dict[str, Any]:
    """The root keys of a study with nothing but the arms and targets that a claim speaks of."""
    arms = ["none", *dict.fromkeys(arm for one in cast for arm in one.everyone)]
    targets = list(dict.fromkeys(target for one in cast for target in one.cast.targets))
    sizes = {name: _size(size, arms, targets) for name, size in root["sizes"].items()}
    kept = {key: value for key, value in root.items() if key not in ("contrasts", "sizes")}
    name = "".join(letter for letter in claim.id.lower() if letter.isalnum())
    return {
        **kept,
        "name": f"claim-{name}{'-again' if claim.id.endswith(chr(39)) else ''}",
        "question": claim.question or root["question"],
        "arms": {arm: root["arms"][arm] for arm in arms},
        "targets": _among(root["targets"], targets),
        "claims": [claim.id],
        "sizes": sizes,
    }


def _size(size: dict[str, Any], arms: Sequence[str], targets: Sequence[str]) -> dict[str, Any]:
    told = dict(size)
    if "arms" in told:
        told["arms"] = {arm: phases for arm, phases in told["arms"].items() if arm in arms}
    if "targets" in told:
        told["targets"] = _among(told["targets"], targets)
    return told


def _among(entries: Sequence[Any], targets: Sequence[str]) -> list[Any]:
    return [entry for entry in entries if (entry["task"] if isinstance(entry, dict) else entry) in targets]
