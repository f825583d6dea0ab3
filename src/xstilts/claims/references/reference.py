"""What a published number is, as data: the system, the place it was printed in, and under which rules."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Printed = Literal["percent", "share"]

AVERAGE = "average"
"""The metric of an average over tasks, whose own metrics differ."""
MAP = "map"
"""Mean average precision over the whole ranking, which some papers print; xstilts itself measures ``map@20``."""
ELSEWHERE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"xvnli": ("accuracy",), "marvl": ("accuracy",), "xgqa": ("accuracy",)}
)
"""Tasks of benchmarks that xstilts does not have, to their metrics; shown where a study has a target of that name."""
OWN_RULES = "none"
"""The protocol of numbers that were measured under the rules of no benchmark."""


@dataclass(frozen=True)
class Publication:
    """Where numbers were printed.

    Attributes:
        key: Short name, first part of the names of its numbers.
        authors: Who printed them, and when.
        title: Of the paper, file or discussion.
        arxiv: Identifier of the paper, of its own or the one that it belongs to; "" without one.
        version: Version of the paper, or commit or date of the file; numbers change between versions.
        read: What was read: the paper, or which file of which repository.
        note: What holds for all its numbers.
    """

    key: str
    authors: str
    title: str
    version: str
    read: str
    arxiv: str = ""
    note: str = ""


@dataclass(frozen=True)
class Score:
    """One number of a table; what it says goes over what its table says.

    Attributes:
        value: In percent, also where a share was printed.
        task: A name of ``xstilts list tasks`` or of ``ELSEWHERE``; "" for an average over tasks.
        metric: A metric of the task.
        language: BCP-47 code; "" for an average over languages.
        average: What was averaged over, in words; "" for one language.
        over: The tasks of an average over tasks.
    """

    value: float
    task: str = ""
    metric: str = ""
    language: str = ""
    average: str = ""
    over: tuple[str, ...] = ()


@dataclass(frozen=True)
class Printing:
    """Numbers that were printed together, of one system under the same rules.

    Attributes:
        id: Short name within the source.
        system: As the source calls it.
        base: The pretrained encoder that it starts from.
        place: Table, file or paragraph.
        split: The split that was scored, as printed.
        protocol: A name of ``xstilts list protocols``, or ``none`` where the rules are those of no benchmark.
        digits: Decimals that were printed, of the value in percent.
        scores: The numbers.
        task: Where all scores have the same.
        metric: Where all scores have the same.
        average: Where all scores have the same.
        printed: ``percent``, or ``share`` where the source prints 0 to 1.
        version: Where it is not the source's.
        tolerance: Points within which published values of this system differ, where several are known.
        note: What a reader should know before comparing.
    """

    id: str
    system: str
    base: str
    place: str
    split: str
    protocol: str
    digits: int
    scores: tuple[Score, ...]
    task: str = ""
    metric: str = ""
    average: str = ""
    printed: Printed = "percent"
    version: str = ""
    tolerance: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Reference:
    """One published number.

    Attributes:
        name: ``source/printing/task/language/metric``; an average over tasks has its words, up to a colon, instead of
            the task.
        system: As its source calls it.
        base: The pretrained encoder that it starts from.
        task: The task; "" for an average over tasks.
        over: The tasks of an average over tasks; empty otherwise.
        language: BCP-47 code; "" for an average.
        average: What was averaged over, in words; "" for one language.
        metric: A metric of the task, ``map`` or ``average``.
        value: 0 to 100.
        unit: ``percent``.
        printed: ``percent``, or ``share`` where the source prints 0 to 1.
        digits: Decimals that were printed, of the value in percent.
        split: The split that was scored, as printed.
        protocol: The protocol with the same rules, or ``none``.
        source: Where it was printed; its version is that of this number.
        place: Table, file or paragraph in the source.
        tolerance: Points within which published values of this system differ; None where only one is known.
        note: What a reader should know before comparing.
    """

    name: str
    system: str
    base: str
    task: str
    over: tuple[str, ...]
    language: str
    average: str
    metric: str
    value: float
    unit: str
    printed: Printed
    digits: int
    split: str
    protocol: str
    source: Publication
    place: str
    tolerance: float | None
    note: str
