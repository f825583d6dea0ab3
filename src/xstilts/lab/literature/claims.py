"""What others print about the invented papers: their words, other words for the same, and altered ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from xstilts.lab.draws import Draws
from xstilts.lab.literature.wording import phrases, said, turned, with_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xstilts.lab.literature.paper import Paper, Sentence

Made = Literal["quoted", "reworded", "number", "direction", "unit", "target", "exaggerated"]
STATED: tuple[Made, ...] = ("quoted", "reworded")
"""How a claim is made that its source does state."""


@dataclass(frozen=True)
class PrintedClaim:
    """A claim about a paper.

    Attributes:
        text: As printed.
        paper: Id of its source.
        made: How it was made from a sentence of the source.
    """

    text: str
    paper: str
    made: Made

    @property
    def stated(self) -> bool:
        """Whether the source states it."""
        return self.made in STATED


def about(paper: Paper, seed: int) -> tuple[PrintedClaim, ...]:
    """Claims about one result in the abstract of a paper: one for each way to make it that fits."""
    draws = Draws("literature-claims", seed, paper.id)
    told = [one for one in paper.last.abstract if one.fact is not None and one.change != "exaggerated"]
    if not told:
        return ()
    return tuple(_made(draws.pick(told), paper, draws))


def _made(source: Sentence, paper: Paper, draws: Draws) -> Iterator[PrintedClaim]:
    one = source.fact
    if one is None:
        return
    yield PrintedClaim(source.text, paper.id, "quoted")
    same = said(one, draws, paper.style, hedged=source.hedged, avoid=source.text)
    yield PrintedClaim(same.text, paper.id, "reworded")
    if one.form in ("points", "from to", "percent", "ratio"):
        altered = replace(with_number(one, draws), form=one.form)
        yield PrintedClaim(said(altered, draws, paper.style, hedged=source.hedged).text, paper.id, "number")
    if one.direction != "same":
        contrary = replace(one, direction="down" if one.direction == "up" else "up")
        contrary = replace(turned(one), none=one.none) if one.form in ("from to", "ratio") else contrary
        yield PrintedClaim(said(contrary, draws, paper.style, hedged=source.hedged).text, paper.id, "direction")
        strong = said(replace(one, form="direction"), draws, paper.style, change="exaggerated")
        yield PrintedClaim(strong.text, paper.id, "exaggerated")
    if (swapped := _other_unit(source.text)) != source.text:
        yield PrintedClaim(swapped, paper.id, "unit")
    others = [name for name in phrases()["targets"].values() if name not in _text(paper)]
    name = phrases()["targets"][one.target]
    if others:
        yield PrintedClaim(source.text.replace(name, draws.pick(others)), paper.id, "target")


def _other_unit(text: str) -> str:
    for one, other in (
        (" percentage points", "%"),
        (" points", "%"),
        ("% relative", " points relative"),
        (" percent", " points"),
    ):
        if one in text:
            return text.replace(one, other, 1)
    return text


def _text(paper: Paper) -> str:
    return " ".join(one.text for edition in paper.editions for one in edition.sentences())
