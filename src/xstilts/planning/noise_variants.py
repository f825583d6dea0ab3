"""Which noises a study asks for, on which targets and in which languages they can be had, and why not elsewhere."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from xstilts.errors import StudyError
from xstilts.noise import NOISES, dictionaries, undefined
from xstilts.sources import TRANSLATED_TEST, noisy
from xstilts.store.payloads import Augmented, NoiseVariant
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from xstilts.noise import Dictionary, Noise
    from xstilts.planning.portions import Portion
    from xstilts.planning.resolved import ResolvedStudy, ResolvedTarget
    from xstilts.studies.noise_spec import Augment, NoiseItem
    from xstilts.tasks.base import Task


@dataclass(frozen=True)
class Asked:
    """One noise of a study, at all its severities.

    Attributes:
        noise: The noise.
        said: What the study says of it.
        field: Where it says so.
        words: What it takes words from.
        path: The file of these; "" for none.
        digest: The hash of the file; "" for none.
    """

    noise: Noise
    said: NoiseItem | Augment
    field: str
    words: Dictionary
    path: str
    digest: str

    @property
    def name(self) -> str:
        """What tables call it beside its severity."""
        return noisy.named(self.noise, self.said.where)

    def variant(self, kind: Kind, severity: int) -> NoiseVariant:
        """The noise at one severity; only questions have answers."""
        answers = self.said.answers if kind is Kind.SPAN_QA else "protect"
        return NoiseVariant(
            self.noise.name, self.noise.version, severity, self.said.where, answers, dictionary=self.digest
        )

    def missing(self, kind: Kind, languages: Mapping[str, str]) -> dict[str, str]:
        """Language to why the noise does not exist there, among those of the fields that it would corrupt."""
        asked = dict.fromkeys(languages[name] for name in noisy.FIELDS[kind][self.said.where])
        found = {code: undefined(self.noise, code, self.words) for code in asked}
        return {code: why for code, why in found.items() if why}


def asked_of(said: NoiseItem | Augment, field: str) -> Asked:
    """A noise as a study says it.

    Raises:
        UnknownNameError: If there is no such noise.
        InputError: If its dictionary cannot be read.
    """
    noise = NOISES.get(said.type, f"{field}.type")
    if said.dictionary is None:
        return Asked(noise, said, field, MappingProxyType({}), "", "")
    if not said.dictionary.is_file():
        raise StudyError("does not exist.", field=f"{field}.dictionary", value=str(said.dictionary))
    words, digest = _read(said.dictionary, said.dictionary.stat().st_mtime_ns)
    return Asked(noise, said, field, words, str(said.dictionary), digest)


@lru_cache(maxsize=16)
def _read(path: Path, stamp: int) -> tuple[Dictionary, str]:
    """A dictionary and the hash of its file, once however many chains ask; ``stamp`` tells a changed file."""
    del stamp
    return dictionaries.read(path), hashlib.sha256(path.read_bytes()).hexdigest()


def on_target(target: ResolvedTarget) -> list[Asked]:
    """The noises of a study, or of the target alone, that it can have with its labels kept true.

    Raises:
        StudyError: If there are noises and none of them can be had.
    """
    every = _asked_on(target)
    refused = {one.field: _refused(target, one) for one in every}
    kept = [one for one in every if not refused[one.field]]
    if every and not kept:
        why = "; ".join(f"{one.name}: {refused[one.field]}" for one in every)
        hint = "Say another where or another type, or leave the target out of this study."
        raise StudyError(f"{target.name} can have none of this noise. {why}.", field="noise", hint=hint)
    return kept


def _asked_on(target: ResolvedTarget) -> list[Asked]:
    own = target.said.noise
    said, where = (target.resolved.study.noise, "noise") if own is None else (own, f"{target.where}.noise")
    return [asked_of(item, f"{where}.{place}") for place, item in enumerate(said)]


def _refused(target: ResolvedTarget, one: Asked) -> str:
    return noisy.refusal(target.task.kind, one.noise, one.said.where)


def variants(asked: Sequence[Asked], kind: Kind, languages: Mapping[str, str]) -> tuple[NoiseVariant, ...]:
    """Every noise at every severity that exists in the languages of the fields."""
    there = [one for one in asked if not one.missing(kind, languages)]
    return tuple(one.variant(kind, number) for one in there for number in _severities(one))


def _severities(one: Asked) -> list[int]:
    said = one.said.severity
    return [said] if isinstance(said, int) else said


def languages_of(task: Task, code: str, pivot: str, split: str = "") -> dict[str, str]:
    """Field to its language, of a task's examples in ``code``.

    One side of a search is in the pivot unless queries and candidates have one language; candidates that all languages
    share are taken for the pivot's. Translated test items are in the pivot.
    """
    if split == TRANSLATED_TEST:
        return noisy.spoken(task.kind, pivot)
    own = task.pooled and not task.shared_pool
    return noisy.spoken(task.kind, code, "" if own else pivot)


def left_out(resolved: ResolvedStudy) -> Iterator[tuple[str, str]]:
    """Target (``*`` for all) and sentence for what a study asks for and cannot have, each reason once.

    Raises:
        StudyError: If a noise exists in no language of any target, or a target can have none of them.
    """
    asked: dict[str, tuple[Asked, list[ResolvedTarget]]] = {}
    for target in resolved.targets:
        for one in _asked_on(target):
            asked.setdefault(one.field, (one, []))[1].append(target)
    for one, targets in asked.values():
        reasons: dict[str, dict[str, None]] = defaultdict(dict)
        had = False
        for target in targets:
            if why := _refused(target, one):
                yield target.name, f"{one.name} is not evaluated on {target.name}: {why}."
                continue
            for code in target.languages:
                missing = one.missing(target.task.kind, languages_of(target.task, code, resolved.pivot))
                had = had or not missing
                for lacking, because in missing.items():
                    reasons[because][lacking] = None
        told = "; ".join(f"{', '.join(codes)}: {why}" for why, codes in reasons.items())
        if reasons and not had:
            said = f"The noise {one.noise.name} exists in no language of this study ({told})."
            raise StudyError(said, field=one.field, value=one.noise.name, hint="Leave it out.")
        if reasons:
            yield "*", f"{one.name} does not exist in every language and is left out there ({told})."


def augmented(portion: Portion, said: Augment, seed: int, pivot: str, field: str) -> tuple[Augmented, str]:
    """Noise in one portion of training data as its node has it, and the file of its words ("" for none).

    Raises:
        StudyError: If the portion cannot have it.
    """
    one, task = asked_of(said, field), portion.seen
    if why := noisy.refusal(task.kind, one.noise, said.where):
        raise StudyError(f"{task.name} cannot have this noise: {why}.", field=field, value=said.type)
    # both sides of what trains a dual encoder are in the language of the data
    own = noisy.spoken(task.kind, portion.language) if portion.view else languages_of(task, portion.language, pivot)
    for code, why in one.missing(task.kind, own).items():
        raise StudyError(f"The noise {said.type} does not exist in {code}: {why}.", field=field, value=said.type)
    return Augmented(one.variant(task.kind, said.severity), own, seed, said.share), one.path
