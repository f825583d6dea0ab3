"""What nodes that read images, or look at them, are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from xstilts.store.payloads.form import Form, Json


@dataclass(frozen=True, kw_only=True)
class ImagesOf(Form):
    """The images of one split of a task, in all languages together.

    Attributes:
        task, split: Which split.
        limit: At most so many examples of each language; None: all.
        data: Language to what its examples are known by.
        images: What lies where the images lie.
    """

    task: str
    split: str
    limit: int | None
    data: Mapping[str, Json]
    images: Json


@dataclass(frozen=True, kw_only=True)
class PicturesPayload(ImagesOf):
    """Images as pictures of one size, each different one once.

    Attributes:
        side: Pixels of a picture's side.
    """

    node_kind: ClassVar[str] = "images"

    side: int


@dataclass(frozen=True, kw_only=True)
class LookPayload(Form):
    """The grids that an image encoder makes of the pictures of a parent.

    Attributes:
        look: What the image encoder is known by.
    """

    node_kind: ClassVar[str] = "features"
    mark: ClassVar[str] = "what"
    what: Literal["look"] = "look"
    look: Json


@dataclass(frozen=True, kw_only=True)
class GivenPayload(ImagesOf):
    """Grids that somebody made before."""

    node_kind: ClassVar[str] = "features"
    mark: ClassVar[str] = "what"
    what: Literal["given"] = "given"


PAYLOADS: tuple[type[Form], ...] = (PicturesPayload, LookPayload, GivenPayload)
