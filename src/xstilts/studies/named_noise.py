"""Whether the noises that a study names exist, before anything else is done with them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from xstilts.errors import StudyError
from xstilts.noise import NOISES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xstilts.studies.noise_spec import Corruption, NoiseItem
    from xstilts.studies.spec import Study


def check_noise(study: Study, where: str) -> None:
    """Refuse types that nobody knows, dictionaries that nothing reads, and the same noise twice.

    Raises:
        UnknownNameError: For a type that is not registered.
        StudyError: For the others.
    """
    for place, item in (*_tested(study), *_trained(study)):
        known = NOISES.get(item.type, f"{where}: {place}.type")
        if item.dictionary is not None and not known.dictionary:
            said = f"The noise {item.type} takes no dictionary."
            raise StudyError(said, field=f"{where}: {place}.dictionary", value=str(item.dictionary))
    for place, noise in _lists(study):
        times = Counter((item.type, number, item.where) for item in noise for number in item.severity)
        for (name, number, part), count in times.items():
            if count > 1:
                said = f"names {name} at severity {number} ({part}) {count} times; once is enough."
                raise StudyError(said, field=f"{where}: {place}", value=f"{name}:{number}")


def _lists(study: Study) -> Iterator[tuple[str, list[NoiseItem]]]:
    """The study's noises, and those of targets that have their own."""
    yield "noise", study.noise
    for place, target in enumerate(study.targets):
        yield f"targets.{place}.noise", target.noise or []


def _tested(study: Study) -> Iterator[tuple[str, Corruption]]:
    for place, noise in _lists(study):
        for number, item in enumerate(noise):
            yield f"{place}.{number}", item


def _trained(study: Study) -> Iterator[tuple[str, Corruption]]:
    for name, arm in study.arms.items():
        for place, phase in enumerate(arm.phases):
            if phase.augment is not None:
                yield f"arms.{name}.phases.{place}.augment", phase.augment
        if arm.target_phase.augment is not None:
            yield f"arms.{name}.target_phase.augment", arm.target_phase.augment
