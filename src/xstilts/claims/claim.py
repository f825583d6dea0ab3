"""What a published claim is, as data: its words, its version, its numbers and what would have to be true of a study."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["number", "direction", "procedure"]
Every = Literal["single", "plain", "with_mlm", "translated"]


@dataclass(frozen=True)
class CitedPaper:
    """Where claims were published.

    Attributes:
        arxiv: Identifier.
        authors: As cited.
        year: Of the first version.
        venue: Where the final version appeared.
        printed: Where the texts of the claims were read.
    """

    arxiv: str
    authors: str
    year: int
    venue: str
    printed: str


@dataclass(frozen=True)
class ArmPattern:
    """Arms by what they train, never by name; exactly one of ``trains`` and ``every`` is given.

    Attributes:
        trains: One intermediate phase on exactly these tasks together, in the pivot alone.
        every: ``single``: one phase on one task, in the pivot. ``plain``: any phases in the pivot, without masked-LM.
            ``with_mlm``: labelled tasks in the pivot beside masked-LM in several languages. ``translated``: labelled
            tasks of which every item is a translation of the pivot's; a mix with the pivot's own items is none, nor
            is text that was written in another language.
        of: Only arms whose labelled tasks are all among these; empty: any.
    """

    trains: tuple[str, ...] = ()
    every: Every | None = None
    of: tuple[str, ...] = ()


@dataclass(frozen=True)
class TargetPattern:
    """Targets by name; exactly one of the two is given.

    Attributes:
        all: Every one of these must be in the study.
        any: Those of these that the study has, at least one.
    """

    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()


@dataclass(frozen=True)
class Number:
    """A number that a version of the paper prints.

    Attributes:
        name: What it is the number of.
        value: In ``unit``.
        unit: ``points``.
        source: Where it was read.
        arms: The arm it belongs to, if it belongs to one.
        targets: The targets it is the average over.
        best_per_target: Whether it is that of the best arm of each target.
    """

    name: str
    value: float
    unit: str
    source: str
    arms: ArmPattern | None = None
    targets: TargetPattern = TargetPattern()
    best_per_target: bool = False


@dataclass(frozen=True)
class OtherVersion:
    """What another version of the paper says in this place.

    Attributes:
        version: Its name.
        says: What differs, in our words.
        source: Where it was read.
        numbers: Its numbers.
    """

    version: str
    says: str
    source: str
    numbers: tuple[Number, ...] = ()


@dataclass(frozen=True)
class Scope:
    """The model and data that the numbers of a claim speak of.

    Attributes:
        model: The base.
        protocol: The xstilts protocol with the same rules.
        intermediate: Tasks of the intermediate phases.
        targets: Tasks that are averaged over.
        split: Split that was scored.
        metric: What was averaged.
        languages: Which languages.
        source: Where the list of tasks is from.
        chosen_on: Split on which arms were chosen, where the number is that of chosen arms; "" otherwise.
    """

    model: str
    protocol: str
    intermediate: tuple[str, ...]
    targets: tuple[str, ...]
    split: str
    metric: str
    languages: str
    source: str
    chosen_on: str = ""


@dataclass(frozen=True)
class AssertionPart:
    """One checkable part of an assertion; all parts of a claim must hold.

    Attributes:
        form: A name in ``forms.FORMS``, which says what the other fields mean.
        says: The part in words.
        source: What in the paper it is the reading of.
        arms: Arms that it speaks of.
        targets: Targets that it speaks of.
        rivals: Arms that they are compared with.
        points: Threshold in points.
        share: Threshold as a share of arms, 0 to 1.
    """

    form: str
    says: str
    source: str
    arms: tuple[ArmPattern, ...]
    targets: TargetPattern
    rivals: tuple[ArmPattern, ...] = ()
    points: float = 0.0
    share: float = 0.5


@dataclass(frozen=True)
class FollowUp:
    """What later work says of the claim: who, what, and where that was read."""

    work: str
    says: str
    source: str


@dataclass(frozen=True)
class Claim:
    """One published statement.

    Attributes:
        id: Short name, unique.
        text: The statement, word for word, as far as it was printed.
        cut: Whether the printed text breaks off, so that the sentence goes on in the paper.
        paper: Where it was published.
        version: The version of the paper that it speaks of; numbers change between versions.
        kind: ``number``, ``direction`` or ``procedure`` (which includes descriptions).
        question: The question of a study that it would answer; None where it answers none.
        scope: Model and data of its numbers; None where it has none.
        numbers: What this version prints.
        versions: What other versions print instead.
        assertion: What would have to be true of a study; empty where there is nothing to measure.
        follow_ups: What later work says of it.
        note: Anything that a reader should know.
    """

    id: str
    text: str
    cut: bool
    paper: CitedPaper
    version: str
    kind: Kind
    question: str | None = None
    scope: Scope | None = None
    numbers: tuple[Number, ...] = ()
    versions: tuple[OtherVersion, ...] = ()
    assertion: tuple[AssertionPart, ...] = ()
    follow_ups: tuple[FollowUp, ...] = field(default=())
    note: str = ""
