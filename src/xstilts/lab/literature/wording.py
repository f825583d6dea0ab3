"""How the invented papers put a result into words: several wordings for each form, with and without reserve."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from xstilts.lab.literature.paper import Fact, Sentence
from xstilts.languages.table import LANGUAGES

if TYPE_CHECKING:
    from xstilts.lab.draws import Draws
    from xstilts.lab.literature.paper import Form, Style
    from xstilts.lab.literature.results import Cell

NUMBERED = ("points", "from to", "percent", "ratio")
_SMALLEST = 2.0
"""Points below which a ratio or a relative change says nothing that a reader would print."""


@cache
def phrases() -> dict[str, Any]:
    """All words of the invented papers."""
    text = files("xstilts.lab.literature").joinpath("phrases.yaml").read_text(encoding="utf-8")
    told: dict[str, Any] = yaml.safe_load(text)
    return told


@cache
def words(style: Style) -> dict[str, Any]:
    """The words of one style."""
    return phrases() if style == "usual" else {**phrases(), **phrases()["held_out"]}


def fact(cell: Cell, draws: Draws) -> Fact:
    """What a careful author says of a cell: no direction where the interval holds zero."""
    if cell.direction == "same":
        form = "unclear"
    elif abs(cell.gain) < _SMALLEST:
        form = "points"
    else:
        form = draws.weighted({"points": 0.35, "from to": 0.25, "percent": 0.15, "ratio": 0.05, "direction": 0.2})
    return as_fact(cell, form)


def as_fact(cell: Cell, form: str) -> Fact:
    """A cell said in a given form."""
    return Fact(
        cell.arm, cell.target, cell.metric, cell.language,
        cell.direction,  # type: ignore[arg-type]
        cell.none, cell.score, cell.gain,
        form,  # type: ignore[arg-type]
    )  # fmt: skip


def said(one: Fact, draws: Draws, style: Style, *, hedged: bool = False, change: str = "", avoid: str = "") -> Sentence:
    """A sentence that says a fact.

    Args:
        one: What is said.
        draws: Choose the wording.
        style: Whose wordings.
        hedged: Whether it is said with reserve.
        change: How the fact was made false, for the record.
        avoid: A wording of the same fact that must not come out again.
    """
    told = words(style)
    forms = told["exaggerated"] if change == "exaggerated" else told["forms"][one.form]
    text = avoid
    while text == avoid:
        frame = draws.pick(told["reserve"] if hedged else told["frames"])
        text = _sentence(frame, draws.pick(forms).format(**_slots(one, draws, told)))
    return Sentence(text, "result", one, change, hedged)  # type: ignore[arg-type]


def _sentence(frame: str, clause: str) -> str:
    whole = f"{frame}{clause}."
    return (
        f"{whole[0].upper()}{whole[1:]}".replace(",.", ".").replace(",,", ",").replace("Perhaps with", "Perhaps, with")
    )


def _slots(one: Fact, draws: Draws, told: dict[str, Any]) -> dict[str, str]:
    way = one.direction if one.direction != "same" else ("up" if one.gain > 0 else "down")
    where = f" in {LANGUAGES.get(one.language).name}" if one.language else draws.pick(told["mean"])
    return {
        "np": draws.pick(told["training"]).format(arm=told["arms"][one.arm]),
        "target": told["targets"][one.target],
        "metric": told["metrics"][one.metric],
        "verb": draws.pick(told["verbs"][way]),
        "goes": draws.pick(told["goes"][way]),
        "noun": draws.pick(told["nouns"][way]),
        "than": draws.pick(told["than"][way]),
        "stem": draws.pick(told["stems"][way]),
        "brings": draws.pick(told["brings"]),
        "where": where,
        "gain": f"{abs(one.gain):.1f}",
        "signed": f"{one.gain:+.1f}",
        "none": f"{one.none:.1f}",
        "score": f"{one.score:.1f}",
        "percent": f"{abs(100 * (one.score - one.none) / one.none):.1f}",
        "ratio": f"{one.score / one.none:.2f}",
    }


def with_number(one: Fact, draws: Draws) -> Fact:
    """The fact with another number: 1.5 to 4 times the change, in the same direction."""
    gain = round(one.gain * (1.5 + 2.5 * draws.uniform()), 1)
    form: Form = one.form if one.form in NUMBERED else "points"
    return replace(one, gain=gain, score=round(one.none + gain, 1), form=form, direction="up" if gain > 0 else "down")


def turned(one: Fact) -> Fact:
    """The fact with the contrary direction."""
    gain = -one.gain
    way = {"up": "down", "down": "up", "same": "up" if gain > 0 else "down"}[one.direction]
    score = round(one.none + gain, 1)
    return replace(one, gain=gain, score=score, direction=way)  # type: ignore[arg-type]
