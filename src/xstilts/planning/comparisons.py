"""What a study asks beside its grid of gains: contrasts, dose series, cut cells, limits of data, choice of arms."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from xstilts.errors import StudyError, nearest
from xstilts.languages import LANGUAGES, clusters
from xstilts.planning.chains.evaluation import CHOOSING_SPLIT
from xstilts.planning.resolved import seeds_of
from xstilts.store.canonical import digest
from xstilts.studies.arm_spec import Arm, LanguageMix
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xstilts.planning.resolved import ResolvedStudy
    from xstilts.studies.spec import ContrastEntry, Study
    from xstilts.tasks.base import Task

SERIES = 3
"""From so many shares on, arms that differ in nothing but the share are a dose series."""


def asked(resolved: ResolvedStudy, spoken: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The fields of ``statistics.Facts`` that say what is asked.

    Args:
        resolved: The study.
        spoken: Target to the codes it is scored in.
    """
    return {
        "contrasts": list(_contrasts(resolved, spoken)),
        "series": series(resolved),
        "cut": cut(resolved),
        "limits": limits(resolved.study),
        "selection_split": CHOOSING_SPLIT if resolved.study.selection.arms == "pivot-dev" else "",
    }


def table_language(resolved: ResolvedStudy, task: Task, code: str) -> str:
    """How tables name a language of a task: retrieval between two languages is ``foreign>pivot``."""
    return f"{code}>{resolved.pivot}" if task.kind is Kind.RETRIEVAL and not task.pooled else code


def _contrasts(resolved: ResolvedStudy, spoken: Mapping[str, Sequence[str]]) -> Iterator[dict[str, Any]]:
    """The contrasts with clusters written out; one that is left without languages on a side has nothing to say."""
    for index, contrast in enumerate(resolved.study.contrasts):
        where = f"contrasts.{index}"
        plus, minus = (
            [found for entry in side if (found := _entry(resolved, entry, spoken, where)) is not None]
            for side in (contrast.plus, contrast.minus)
        )
        if plus and minus:
            yield {"name": contrast.name, "plus": plus, "minus": minus, "by": contrast.by or ""}


def _entry(
    resolved: ResolvedStudy, entry: ContrastEntry, spoken: Mapping[str, Sequence[str]], where: str
) -> dict[str, Any] | None:
    """An entry with its clusters written out as the languages of all targets; None where none of them is scored.

    Raises:
        StudyError: If no language at all is in the cluster.
    """
    named = {"arm": entry.arm, "targets": list(entry.targets)}
    if not entry.languages:
        return {**named, "languages": []}
    scored = list(dict.fromkeys(code for given in spoken.values() for code in given))
    if isinstance(entry.languages, dict):
        codes = [code for code in scored if code != resolved.pivot]
        for clustering, value in entry.languages.items():
            known = clusters([language.code for language in LANGUAGES], clustering)
            if value not in known:
                said = f"no language has the {clustering} {value!r}."
                raise StudyError(said, field=f"{where}.languages", value=value, hint=nearest(value, list(known)))
            codes = [code for code in codes if code in known[value]]
    else:
        codes = [code for code in entry.languages if code in scored]
    shown = [name for code in codes for name in (code, f"{code}>{resolved.pivot}")]
    return {**named, "languages": shown} if shown else None


def series(resolved: ResolvedStudy) -> list[dict[str, Any]]:
    """Arms that differ in nothing but the share of other languages in their data, by ascending share."""
    plain: dict[str, str] = {}
    groups: dict[str, dict[float, str]] = defaultdict(dict)
    for name, arm in resolved.arms.items():
        share = _share(arm)
        if share == 0:
            plain[_without_mix(arm)] = name
        elif share is not None:
            groups[_without_share(arm)][share] = name
    found: list[dict[str, Any]] = []
    for doses in groups.values():
        lowest = resolved.arms[doses[min(doses)]]
        alone = plain.get(_without_mix(lowest))
        if alone is not None and len(doses) + 1 >= SERIES:
            shown = [[0.0, alone], *([share, doses[share]] for share in sorted(doses))]
            name = _called(lowest)
            if any(name == other["name"] for other in found):  # tables and figures go by it
                name += f", {shown[1][1]} to {shown[-1][1]}"
            found.append({"name": name, "doses": shown, "what": _said(lowest.phases[0].language_mix)})
    return found


def _share(arm: Arm) -> float | None:
    """The share of other languages in all phases; None without phases, with several shares, or with ``size: all``."""
    mixes = [item.language_mix for item in arm.phases]
    shares = {mix.share if mix else 0.0 for mix in mixes}
    return shares.pop() if len(shares) == 1 and all(mix is None or mix.size != "all" for mix in mixes) else None


def _without_share(arm: Arm) -> str:
    """What an arm is but for the share of its mixes, and for the cells that it is cut to."""
    mixes = [item.language_mix for item in arm.phases]
    return _described(arm, [mix.model_copy(update={"share": 0.0}) if mix else None for mix in mixes])


def _without_mix(arm: Arm) -> str:
    """What an arm is but for its mixes, and for the cells that it is cut to."""
    return _described(arm, [None] * len(arm.phases))


def _described(arm: Arm, mixes: Sequence[LanguageMix | None]) -> str:
    phases = [item.model_copy(update={"language_mix": mix}) for item, mix in zip(arm.phases, mixes, strict=True)]
    return digest(arm.model_copy(update={"phases": phases, "targets": None, "seeds": None, "must": None}).model_dump())


def _called(arm: Arm) -> str:
    """The tasks of a series, and how it differs from a plain one."""
    item = arm.phases[0]
    mix = item.language_mix or LanguageMix(share=0)
    more: list[str] = [mix.items] if mix.items != "translations" else []
    more += [mix.size] if mix.size != "fixed" else []
    return " ".join([" + ".join(item.tasks), *more])


def _said(mix: LanguageMix | None) -> str:
    if mix is None:
        return ""
    total = {"fixed": "at a fixed number of items", "extra": "on top of the pivot's items", "all": "all items"}
    return f"share of {mix.items} in other languages, {total[mix.size]}"


def limits(study: Study) -> list[str]:
    """The fields of a study that let it train or score on less than there is."""
    said = {"training": study.training.limit}
    said |= {f"training.tasks.{name}": own.limit for name, own in study.training.tasks.items()}
    said |= {f"arms.{name}.{i}": item.limit for name, arm in study.arms.items() for i, item in enumerate(arm.phases)}
    said |= {f"targets.{target.task}": target.limit for target in study.targets}
    found = [f"{place}.limit" for place, limit in said.items() if limit is not None]
    return found if study.languages == "all" else [*found, "languages"]


def cut(resolved: ResolvedStudy) -> list[dict[str, str]]:
    """Cells that the study leaves out on purpose."""
    found = []
    for name, arm in resolved.arms.items():
        why = f"arm {name} is run on {len(arm.targets or ())} of {len(resolved.study.targets)} targets only"
        lost = [t.task for t in resolved.study.targets if arm.targets is not None and t.task not in arm.targets]
        found += [{"arm": name, "target": target, "why": why} for target in lost]
        if arm.seeds is not None:
            found.append({"arm": name, "target": "", "why": f"arm {name} is run with seeds {arm.seeds} only"})
            kept = [target.task for target in resolved.study.targets if target.task not in lost]
            if not any(resolved.runs(name, target, seed) for target in kept for seed in seeds_of(resolved.study)):
                why = f"arm {name} is run with seeds {arm.seeds} only, of which the study has none"
                found += [{"arm": name, "target": target, "why": why} for target in kept]
    return found
