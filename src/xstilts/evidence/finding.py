"""What a text says: a passage that asserts something, with its parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xstilts.literature.text import Availability, Passage  # noqa: TC001 - pydantic reads annotations at run time

Unit = Literal["points", "percent", "ratio", "count", "p", "none"]
Role = Literal["gain", "score", "from", "to", "other"]
FindingKind = Literal["number", "direction", "procedure", "description"]
Direction = Literal["up", "down", "same", ""]


@dataclass(frozen=True)
class Number:
    """A number as printed.

    Attributes:
        value: In ``unit``; signed.
        unit: ``points`` are differences of a metric in percent; ``percent`` is relative, or a share.
        role: A gain, a score, or one end of a change.
        metric: Name of the metric, "" where the text does not say.
        raw: The characters.
        start: In the text's body.
        end: One past the last.
    """

    value: float
    unit: Unit
    role: Role
    metric: str
    raw: str
    start: int
    end: int


@dataclass(frozen=True)
class Scope:
    """What a finding speaks of; empty where the text does not say. Names are the project's own where it has one.

    Attributes:
        factors: Of ``intermediate``, ``mix``, ``noise``, ``scale``, ``multimodal``, ``retrieval``.
        data: Data sets or benchmarks.
        metrics: Of the result.
        languages: BCP-47 codes, or ``many``.
        models: Encoders.
        split: ``dev``, ``test`` or "".
    """

    factors: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    split: str = ""


@dataclass(frozen=True)
class Finding:
    """A sentence or a table cell that asserts something.

    Attributes:
        id: First ten hexadecimal digits of the sha256 of work, version, start, end and text.
        passage: The characters, byte for byte.
        availability: What of the paper could be read.
        kind: By what it asserts.
        subject: What is said to do something, as printed.
        against: What it is compared with, as printed; "" where the text does not say.
        direction: Of the effect.
        numbers: In order.
        scope: What it speaks of.
        hedged: Whether it says *may*, *suggests* and the like.
        negated: Whether it says that something is not so.
        proposed_by: Name of a language model that proposed it; "" for rules.
    """

    id: str
    passage: Passage
    availability: Availability
    kind: FindingKind
    subject: str = ""
    against: str = ""
    direction: Direction = ""
    numbers: tuple[Number, ...] = ()
    scope: Scope = Scope()
    hedged: bool = False
    negated: bool = False
    proposed_by: str = ""
