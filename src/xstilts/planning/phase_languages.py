"""The languages of a phase's data: those that are named, those a rule chooses, and how they are mixed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from xstilts import sources
from xstilts.errors import InputError, StudyError
from xstilts.languages import choose, leave_out
from xstilts.studies.arm_spec import LanguageChoice
from xstilts.tasks.base import TextOrigin
from xstilts.training.language_mixture import LanguageMixture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.planning.resolved import ResolvedNames
    from xstilts.studies.arm_spec import Arm, LanguageMix
    from xstilts.tasks.base import Task


def languages_of(resolved: ResolvedNames, task: Task, said: Sequence[str] | str | None, where: str) -> tuple[str, ...]:
    """The languages of a task's training data: codes, ``all`` that the source has; nothing said: the pivot."""
    if said is None:
        return (resolved.pivot,)
    if said == "all":
        given = single_languages(resolved, task)
        if not given:
            raise StudyError(f"{task.name} has no training data here.", field=where, value=task.name)
        return given
    return tuple(said)


def single_languages(resolved: ResolvedNames, task: Task) -> tuple[str, ...]:
    """The languages that have training data of their own; pairs for code-switching (``qaa+qab``) have none."""
    return tuple(code for code in sources.languages(task, resolved.source, "train") if "+" not in code)


def replayed_languages(arm: Arm) -> list[str] | Literal["all"] | None:
    """The languages of an arm's phases together; None: the pivot."""
    said = [item.languages for item in arm.phases]
    if "all" in said:
        return "all"
    codes = [code for given in said if isinstance(given, list) for code in given]
    return list(dict.fromkeys(codes)) or None


def mixture_of(resolved: ResolvedNames, task: Task, mix: LanguageMix, seed: int, where: str) -> LanguageMixture | None:
    """The mixture of a task's languages; None where all items are the pivot's."""
    if mix.share == 0 and mix.size != "all":
        return None
    if isinstance(mix.languages, LanguageChoice):
        codes = _chosen(resolved, task, mix.languages, seed, where)
    else:
        codes = tuple(mix.languages)
    if resolved.pivot in codes or len(set(codes)) < len(codes):
        said = f"must name languages beside the pivot {resolved.pivot}, each once."
        raise StudyError(said, field=f"{where}.languages", value=list(codes))
    _check_origin(resolved, task, codes, mix, where)
    return LanguageMixture(resolved.pivot, codes, mix.share, mix.size, mix.temperature, mix.items, mix.code_switch)


def _check_origin(resolved: ResolvedNames, task: Task, codes: Sequence[str], mix: LanguageMix, where: str) -> None:
    """Refuse text as a translation that was written in its language, and the other way round."""
    for code in codes:
        native = sources.origin(task, code, "train", resolved.source) is TextOrigin.NATIVE
        if native == (mix.items == "native"):
            continue
        found = "was written in it" if native else "is a translation of the pivot's"
        other = "native" if native else "translations"
        raise StudyError(
            f"is {mix.items}, but the training data of {task.name} in {code} {found}.",
            field=f"{where}.items",
            value=mix.items,
            hint=f"Say items: {other}; in a data map, origin says how a text was made.",
        )


def _chosen(resolved: ResolvedNames, task: Task, choice: LanguageChoice, seed: int, where: str) -> tuple[str, ...]:
    """The languages that a rule chooses among those the source has."""
    codes = tuple(code for code in single_languages(resolved, task) if code != resolved.pivot)
    for clustering, value in choice.without.items():
        try:
            codes = leave_out(codes, clustering, value)
        except InputError as error:
            raise StudyError(error.message, field=f"{where}.languages.without.{clustering}", value=value,
                             allowed=error.allowed, hint=error.hint) from None  # fmt: skip
    if not codes or (choice.count or 0) > len(codes):
        wanted = f"{choice.count} languages" if choice.count else "other languages"
        said = (
            f"asks for {wanted} beside the pivot; {task.name} has training data in {len(codes)} that the rule allows."
        )
        hint = "Lower count, or name the translations in a data map."
        raise StudyError(said, field=f"{where}.languages", value=choice.count, allowed=codes, hint=hint)
    return choose(codes, choice.count or len(codes), choice.rule, resolved.pivot, seed=seed)
