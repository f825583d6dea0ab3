"""What claims need to know of a study: what arms train, where data is limited, and which claims are asked about."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from xstilts import claims
from xstilts.planning import phases
from xstilts.store.canonical import digest

if TYPE_CHECKING:
    from xstilts.planning.resolved import ResolvedStudy
    from xstilts.studies.arm_spec import Arm, PhaseItem
    from xstilts.studies.spec import Study


def claim_digests(study: Study) -> dict[str, str]:
    """Id to the hash of all that a claim says, for every claim that the study asks about (none named: all)."""
    return {claim.id: digest(asdict(claim)) for claim in claims.chosen(study.claims)}


def arm_phases(resolved: ResolvedStudy) -> dict[str, dict[str, Any]]:
    """Arm to what it trains, as ``statistics.Facts`` documents it."""
    found = {name: {"phases": _phases(resolved, arm), **_changes(arm)} for name, arm in resolved.arms.items()}
    for name, said in resolved.study.arms.items():
        if said.control is not None:
            found[name]["control"] = {"control": said.control, "of": said.of} | ({"to": said.to} if said.to else {})
    return found


def _phases(resolved: ResolvedStudy, arm: Arm) -> list[dict[str, Any]]:
    """Each phase with all its tasks, those beside included, and every language that any of them is read in."""
    described = []
    for index, item in enumerate(arm.phases):
        said = item.model_dump(mode="json", exclude_defaults=True, exclude=_guessed(arm, item))
        phase = phases.intermediate(resolved, item, 0, resolved.protocol, f"arms.{index}", arm.training)
        beside = list(item.beside.tasks) if item.beside else []
        languages = list(dict.fromkeys(portion.language for portion in phase.portions))
        described.append({**said, "tasks": [*item.tasks, *beside], "languages": languages})
    return described


def _guessed(arm: Arm, item: PhaseItem) -> set[str]:
    """Values of a phase that other arms' data or training tell, and that only the plan's cost guesses."""
    length = {"steps", "epochs"} if item.same_compute_as is not None else set()
    return length | ({"limit"} if arm.to is not None else set())


def _changes(arm: Arm) -> dict[str, Any]:
    """What an arm changes beside its phases; empty mappings where nothing."""
    target_phase = arm.target_phase.model_dump(mode="json", exclude_defaults=True)
    more = arm.model_dump(mode="json", exclude_defaults=True, include={"training", "language_adapters", "test"})
    return {"target_phase": target_phase, **more}


def limits(study: Study) -> list[str]:
    """The fields of a study that let it train or score on less than there is."""
    said = {"training": study.training.limit}
    said |= {f"training.tasks.{name}": own.limit for name, own in study.training.tasks.items()}
    said |= {f"arms.{name}.{i}": item.limit for name, arm in study.arms.items() for i, item in enumerate(arm.phases)}
    said |= {f"targets.{target.task}": target.limit for target in study.targets}
    found = [f"{place}.limit" for place, limit in said.items() if limit is not None]
    return found if study.languages == "all" else [*found, "languages"]
