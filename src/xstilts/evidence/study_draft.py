"""The study that would answer a question: the catalog's where it has one, else one written from the study format."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from xstilts.tasks import TASKS
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.evidence.question import Question

FACTORS = ("mix", "retrieval", "noise", "scale", "multimodal")
"""Factors with a study of their name in the catalog, the most particular design first."""
_USUAL = ("xnli", "udpos", "xquad")
_USUAL_ARMS = ("snli", "squad", "cosmosqa")
_LEARNT = frozenset({Kind.CLASSIFICATION, Kind.MULTIPLE_CHOICE, Kind.TAGGING, Kind.SPAN_QA})
_LIMITS = {"mnli": 2000, "snli": 2000, "squad": 1500, "cosmosqa": 600}
"""Items of the lab's sets, so that a draft runs in minutes there."""


@dataclass(frozen=True)
class StudyDraft:
    """A study file, as text.

    Attributes:
        text: YAML that `xstilts plan` accepts; the plan prints its cost, and the effect that it could detect.
        based_on: Name of the catalog's study that it is; "" where it was written from the format.
        gaps: What the question asks and the study does not vary.
    """

    text: str
    based_on: str
    gaps: tuple[str, ...]


def study_draft(question: Question, absent: Sequence[str] = ()) -> StudyDraft | None:
    """The study for a question; None where no factor of it is known.

    One factor decides the design. Where a question has several, those that the study does not vary are its gaps, and so
    are names that stand for nothing known.
    """
    factors = question.named("factor")
    if not factors:
        return None
    chosen = next((factor for factor in FACTORS if factor in factors), "intermediate")
    rest = tuple(factor for factor in factors if factor not in (chosen, "intermediate"))
    gaps = [f"{factor}: not varied in this study, which is on {chosen}" for factor in rest]
    gaps += [f"{name}: no data of this name is known; the study uses what comes nearest" for name in absent]
    if chosen in FACTORS:
        entry = files("xstilts") / "catalog" / f"{chosen}.yaml"
        body, based_on = _renamed(entry.read_text(encoding="utf-8"), chosen, question.text), chosen
    else:
        body, based_on = _written(question), ""
    return StudyDraft(_heading(based_on, gaps) + body, based_on, tuple(gaps))


def _heading(based_on: str, gaps: Sequence[str]) -> str:
    said = [
        f"The catalog's study {based_on}, asked for a review." if based_on else "Written for a review.",
        "`xstilts plan FILE` prints its cost and the gain that it could detect.",
        *(f"Not in it: {gap}." for gap in gaps),
    ]
    return "".join(f"# {_on_a_line(line)}\n" for line in said)


def _on_a_line(text: str) -> str:
    """A comment ends where its line ends: text of a question may not begin a key of the study."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _renamed(text: str, name: str, question: str) -> str:
    """The catalog's text with another name and question; comments and anchors stay as they are."""
    named = re.sub(r"(?m)^name: .*$", f"name: {name}-for-review", text, count=1)
    block = re.compile(r"(?m)^question:.*\n(?:[ \t]+.*\n)*")
    return block.sub(lambda _: _question(question), named, count=1)


def _question(text: str) -> str:
    return str(yaml.safe_dump({"question": _on_a_line(text)}, allow_unicode=True, width=110))


def _written(question: Question) -> str:
    named = [name for name in question.named("data") if name in TASKS]
    targets = _known_targets(named) or list(_USUAL)
    arms = [name for name in named if name not in targets and TASKS.get(name).kind in _LEARNT]
    arms = arms or [name for name in _USUAL_ARMS if not _leaks(name, targets)]
    longer = {"longer": {"control": "same-compute", "of": arms[0]}} if _trained(targets) else {}
    study: dict[str, Any] = {
        "name": "intermediate-for-review",
        "question": _on_a_line(question.text),
        "bases": ["lab-tiny"],
        "arms": {"none": [], **{name: [{"tasks": [name]}] for name in arms}, **longer},
        "targets": [{"task": name, "layers": [2]} if _searched(name) else name for name in targets],
        "languages": "all",
        "seeds": list(range(1, 9)),  # fewer cannot be significant without assuming normal differences
        "clusters": ["family", "script"],
        "sizes": {"lab": _lab(arms, targets), "full": _full(targets)},
    }
    return str(yaml.safe_dump(study, sort_keys=False, allow_unicode=True, width=110))


def _known_targets(named: Sequence[str]) -> list[str]:
    """Those that are evaluated across languages and can be run in the lab too."""
    tasks = [TASKS.get(name) for name in named]
    return [task.name for task in tasks if len(task.languages) > 2 and task.lab and not task.no_target]


def _searched(name: str) -> bool:
    return TASKS.get(name).kind is Kind.RETRIEVAL


def _trained(targets: Sequence[str]) -> bool:
    return not all(_searched(name) for name in targets)


def _leaks(arm: str, targets: Sequence[str]) -> bool:
    """Whether the arm is a target's own training set, tells its test items, or is refused for that."""
    return any(
        (own := TASKS.get(name).overlaps.get(arm)) is not None and own.code in ("leak", "refused") for name in targets
    )


def _lab(arms: Sequence[str], targets: Sequence[str]) -> dict[str, Any]:
    limited = {name: {"limit": _LIMITS[name]} for name in (*arms, "mnli", "squad") if name in _LIMITS}
    training = {"learning_rate": 1e-3, "batch_size": 32, "epochs": 3, "max_length": 128, "tasks": limited}
    return {"source": "lab", "protocol": "lab", "training": training}


def _full(targets: Sequence[str]) -> dict[str, Any]:
    sees = any(TASKS.get(name).kind is Kind.VISUAL_CLASSIFICATION for name in targets)
    room = {"protocol": "iglue", "vision": "efficientnet-lite0"} if sees else {"protocol": "xtreme-r"}
    return {"source": "hub", **room, "bases": ["xlm-roberta-large"], "precision": "bf16"}
