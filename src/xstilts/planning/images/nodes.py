"""Nodes that read the images of a split and look at them: once for all its languages, arms, seeds and text bases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xstilts import sources
from xstilts.errors import StudyError
from xstilts.models.vision.encoders import IMAGE_ENCODERS
from xstilts.planning import cost
from xstilts.sources import pictures
from xstilts.store.node import Node
from xstilts.store.payloads import GivenPayload, LookPayload, PicturesPayload
from xstilts.store.roles import PICTURES, GridRole
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xstilts.models.vision.encoders import ImageEncoder
    from xstilts.planning.portions import Portion
    from xstilts.planning.resolved import ResolvedNames
    from xstilts.store.payloads import Json, Runtime

GIVEN = "given"
"""What a study says of features that somebody made before, in place of an image encoder."""
LAB = "lab-patches"
"""The image encoder of the lab's drawings, where a study of the lab says none."""


@dataclass(frozen=True)
class Split:
    """The portions of one split of a task that have images, one a language."""

    portions: Sequence[Portion]

    @property
    def role(self) -> str:
        """How consumers name the grids."""
        return str(GridRole(self.portions[0].split, self.portions[0].task.name))

    @property
    def languages(self) -> tuple[str, ...]:
        """Their languages, in order."""
        return tuple(sorted(portion.language for portion in self.portions))

    @property
    def limit(self) -> int | None:
        """The largest limit; None where one of them has none, or is told one later."""
        limits = [None if portion.told else portion.limit for portion in self.portions]
        return None if None in limits else max(limit for limit in limits if limit is not None)


def splits_of(portions: Iterable[Portion]) -> list[Split]:
    """The splits among portions whose examples have images."""
    found: dict[tuple[str, str], dict[str, Portion]] = {}
    for portion in portions:
        if portion.seen.kind is Kind.VISUAL_CLASSIFICATION:
            found.setdefault((portion.split, portion.task.name), {})[portion.language] = portion
    return [Split(list(by_language.values())) for by_language in found.values()]


def nodes_of(resolved: ResolvedNames, split: Split, runtime: Runtime) -> list[Node]:
    """The node of the pictures, where there are such, and that of the grids, which comes last.

    Raises:
        StudyError: If the study says no image encoder, or one where features lie instead of images.
    """
    portion, source, codes = split.portions[0], resolved.source, split.languages
    task, name = portion.task, f"{portion.task.name} {portion.split}"
    data: Mapping[str, Json] = {one.language: one.fingerprint(source) for one in split.portions}
    if any(next(iter(sources.needs(said)), None) for said in data.values()):
        images: Json = {"needs": task.name}  # said of the examples already
        given = False
    else:
        images = pictures.fingerprint(task, codes, portion.split, source, split.limit)
        given = "features" in images
    n = max(one.expected_examples(source) for one in split.portions)
    of = {"task": task.name, "split": portion.split, "limit": split.limit, "data": data, "images": images}
    encoder = _encoder(resolved, name, given=given)
    if encoder is None:
        asked = GivenPayload(**of)  # type: ignore[arg-type]
        return [Node.of(asked, f"read features of {name}", {}, cost.grids(n, 49, 2048), runtime)]
    pictured = PicturesPayload(**of, side=encoder.side)  # type: ignore[arg-type]
    first = Node.of(pictured, f"read images of {name}", {}, cost.pictures(n, encoder.side), runtime)
    price = cost.grids(n, encoder.cells, encoder.width, weights=bool(encoder.weights))
    look = LookPayload(look=encoder.fingerprint())
    return [first, Node.of(look, f"look at images of {name}, {encoder.name}", {PICTURES: first.key}, price)]


def _encoder(resolved: ResolvedNames, name: str, *, given: bool) -> ImageEncoder | None:
    """What looks at images; None where there is nothing left to look at."""
    said = resolved.study.vision or (LAB if resolved.source.kind == "lab" else GIVEN if given else None)
    if said is None:
        known = [GIVEN, *IMAGE_ENCODERS.names()]
        raise StudyError(f"{name} has images, and the study says nothing that looks at them.", field="vision",
                         allowed=known, hint="Write for example: vision: patches")  # fmt: skip
    if (said == GIVEN) != given:
        lies = "features lie there, and no images" if given else "images lie there, and no features"
        raise StudyError(f"{name} cannot be seen by {said}: {lies}.", field="vision", value=said)
    return None if said == GIVEN else IMAGE_ENCODERS.get(said, "vision")
