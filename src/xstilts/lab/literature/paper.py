"""An invented paper with the truth about it: what each sentence asserts, and whether the lab's results bear it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Form = Literal["points", "from to", "percent", "ratio", "direction", "unclear"]
Sort = Literal["result", "procedure", "description", "nothing", "instruction"]
Change = Literal["", "number", "direction", "unit", "target", "exaggerated"]
Kind = Literal["true", "false", "exaggerated", "out of scope", "outdated", "retracted", "irrelevant"]
Style = Literal["usual", "held out"]
STYLES: tuple[Style, ...] = ("usual", "held out")
KINDS: tuple[Kind, ...] = ("true", "false", "exaggerated", "out of scope", "outdated", "retracted", "irrelevant")


@dataclass(frozen=True)
class Fact:
    """What a sentence says of one cell of the results.

    Attributes:
        arm: Intermediate training.
        target: Task that it is evaluated on.
        metric: ``accuracy`` or ``f1``.
        language: Code, or "" for the mean over the languages.
        direction: ``up``, ``down`` or ``same``.
        none: Score without intermediate training, in percent.
        score: Score with it, in percent.
        gain: Their difference in points, as printed.
        form: How it is put; ``direction`` and ``unclear`` print no number.
    """

    arm: str
    target: str
    metric: str
    language: str
    direction: Literal["up", "down", "same"]
    none: float
    score: float
    gain: float
    form: Form

    @property
    def cell(self) -> tuple[str, str, str]:
        """Arm, target and language: what two facts must share to be about one thing."""
        return (self.arm, self.target, self.language)


@dataclass(frozen=True)
class Sentence:
    """A sentence and the truth about it.

    Attributes:
        text: As it is printed.
        sort: What it asserts; an ``instruction`` speaks to the reader's machine.
        fact: Of a result; None otherwise.
        change: How a false result was made from a true one; "" where the results of the lab bear it out.
        hedged: Whether it says so with reserve.
    """

    text: str
    sort: Sort
    fact: Fact | None = None
    change: Change = ""
    hedged: bool = False

    @property
    def holds(self) -> bool:
        """Whether the lab's results bear it out; only of results."""
        return self.fact is not None and not self.change


@dataclass(frozen=True)
class Grid:
    """A table of scores.

    Attributes:
        caption: As printed.
        header: First row.
        rows: The others, each as long as the header.
        facts: (row, column) of each score of an arm, counted from the first row below the header, to what it says.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    facts: tuple[tuple[int, int, Fact], ...] = ()


@dataclass(frozen=True)
class Edition:
    """One text of a paper.

    Attributes:
        label: ``v1``, ``v2``.
        abstract: Sentences.
        sections: Title, and paragraphs of sentences; () where only the abstract is to be had.
        grids: Tables, which stand in the section ``Results``.
        unseen: Texts that a reader of the page does not see.
    """

    label: str
    abstract: tuple[Sentence, ...]
    sections: tuple[tuple[str, tuple[tuple[Sentence, ...], ...]], ...] = ()
    grids: tuple[Grid, ...] = ()
    unseen: tuple[str, ...] = ()

    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences, the abstract's first."""
        return (*self.abstract, *(one for _, told in self.sections for part in told for one in part))


@dataclass(frozen=True)
class Paper:
    """An invented paper.

    Attributes:
        id: ``p001`` …
        kind: What is wrong with it, if anything.
        title: One line.
        authors: ``Given Family``.
        year: Of its last edition.
        arxiv: Id without version; invented.
        doi: Invented; "" where it was not published.
        venue: Invented; "" where it was not published.
        editions: Oldest first.
        relevant: Whether it bears on the subject of the literature.
        style: Whose wordings it has: rules of ``evidence`` were mended on the usual ones, and on no held-out ones.
        retracted: Why it was withdrawn; "" if it was not.
    """

    id: str
    kind: Kind
    title: str
    authors: tuple[str, ...]
    year: int
    arxiv: str
    doi: str
    venue: str
    editions: tuple[Edition, ...]
    relevant: bool
    style: Style = "usual"
    retracted: str = ""

    @property
    def last(self) -> Edition:
        """The newest edition."""
        return self.editions[-1]
