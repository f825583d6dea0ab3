"""What a node's parents are to it: the grammar of their roles.

encoder, model, vocabulary …   the only parent of its sort
train/mnli/en                  prepared examples: split, task as it is trained, language
copy/mnli/en                   the same once more, with noise in every item
as_long/0                      one of the training nodes whose tokens give a phase its length
model/0                        one of the models of a sweep
update/de                      what is exchanged for one language
noisy/de                       the same examples with noise, for one language
grid/test/xvnli                the grids of the images of a split of a task
measure/0/de                   prepared examples that are counted: which training set of an arm, language
overlap/mnli/xnli              what is measured of a training task's data in a target's
scores/KEY                     the score node with this key
study/KEY                      the tables of a study, by the key of their node, for a review
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING, ClassVar, Self

from xstilts.errors import XstiltsError

if TYPE_CHECKING:
    from collections.abc import Iterable

ENCODER = "encoder"
"""The encoder that a training phase starts from."""
MODEL = "model"
"""The model that predicts."""
VOCABULARY = "vocabulary"
"""The tokenizer that a node trained, and what such a node is."""
LIMIT = "limit"
"""What tells prepared examples their limit, and what such a node is."""
PICTURES = "pictures"
"""The pictures that an image encoder looks at."""
PREDICTIONS = "predictions"
"""The predictions that are scored."""
CHOSEN_ON = "chosen_on"
"""The predictions by which arms are chosen; what they are on is left out of a score."""
CLEAN = "clean"
"""The predictions without noise."""
COPY = "copy"
"""In the place of a split: training examples once more, with noise in every item."""


@dataclass(frozen=True, order=True)
class Role:
    """One of several parents of a sort; ``str`` gives the role as nodes have it, ``parse`` reads it."""

    sort: ClassVar[str]

    def __str__(self) -> str:
        return "/".join(map(str, (self.sort, *astuple(self))))

    @classmethod
    def parse(cls, role: str) -> Self:
        """The role that ``str`` wrote.

        Raises:
            XstiltsError: If it is of another sort.
        """
        sort, *parts = role.split("/", len(fields(cls)))
        if sort != cls.sort or len(parts) != len(fields(cls)):
            raise XstiltsError(f"{role!r} is no role of the form {cls.sort}/….", field="role", value=role)
        kinds = [int if one.type == "int" else str for one in fields(cls)]  # types are text here, as everywhere
        return cls(*(kind(part) for kind, part in zip(kinds, parts, strict=True)))

    @classmethod
    def among(cls, roles: Iterable[str]) -> list[Self]:
        """Those of the roles that are of this sort, in order, numbers by size."""
        return sorted(cls.parse(role) for role in roles if role.startswith(f"{cls.sort}/"))


@dataclass(frozen=True, order=True)
class AsLongRole(Role):
    """A training node whose tokens, with those of its like, give a phase its length."""

    sort: ClassVar[str] = "as_long"
    place: int


@dataclass(frozen=True, order=True)
class SweptRole(Role):
    """A model of a sweep, of which one is chosen."""

    sort: ClassVar[str] = MODEL
    place: int


@dataclass(frozen=True, order=True)
class UpdateRole(Role):
    """The base with the update of a language."""

    sort: ClassVar[str] = "update"
    language: str


@dataclass(frozen=True, order=True)
class NoisyRole(Role):
    """The prepared examples of a language with noise."""

    sort: ClassVar[str] = "noisy"
    language: str


@dataclass(frozen=True, order=True)
class MeasureRole(Role):
    """Prepared examples that are counted: one language of the training set at a place of an arm."""

    sort: ClassVar[str] = "measure"
    place: int
    language: str


@dataclass(frozen=True, order=True)
class OverlapRole(Role):
    """What is measured of a training task's data in a target's."""

    sort: ClassVar[str] = "overlap"
    task: str
    target: str


@dataclass(frozen=True, order=True)
class GridRole(Role):
    """The grids of the images of a split of a task, in all its languages."""

    sort: ClassVar[str] = "grid"
    split: str
    task: str


@dataclass(frozen=True, order=True)
class ScoresRole(Role):
    """A score node, by its key."""

    sort: ClassVar[str] = "scores"
    key: str


@dataclass(frozen=True, order=True)
class StudyRole(Role):
    """The tables of a study, by the key of their node."""

    sort: ClassVar[str] = "study"
    key: str


@dataclass(frozen=True)
class PortionRole:
    """Prepared examples of a task.

    Attributes:
        split: Their split.
        task: The task, as it is trained: a view goes by its own name.
        language: Their language.
    """

    split: str
    task: str
    language: str

    def __str__(self) -> str:
        return f"{self.split}/{self.task}/{self.language}"

    @classmethod
    def parse(cls, role: str) -> PortionRole:
        """The role that ``str`` wrote.

        Raises:
            XstiltsError: If it has fewer parts.
        """
        parts = role.split("/", 2)
        if len(parts) < 3:
            raise XstiltsError(f"{role!r} names no prepared examples (split/task/language).", field="role", value=role)
        return cls(*parts)

    @classmethod
    def among(cls, roles: Iterable[str], split: str | None = None) -> list[PortionRole]:
        """Those of a training's or prediction's roles that are prepared examples, of one split if given.

        They are in the order of their text. Of other roles of three parts these nodes have those of grids alone.
        """
        grid = f"{GridRole.sort}/"
        found = [cls.parse(role) for role in sorted(roles) if role.count("/") >= 2 and not role.startswith(grid)]
        return [role for role in found if split in (None, role.split)]
