"""Papers that do not bear on intermediate training, and what papers say to the machines that read them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xstilts.lab.literature.paper import Edition, Paper, Sentence
from xstilts.lab.literature.wording import phrases
from xstilts.lab.literature.writing import described

if TYPE_CHECKING:
    from xstilts.lab.draws import Draws

_RESULT = ("{x}", "{y}")
_HIDDEN = 0.5


def beside(kind: str, name: str, draws: Draws) -> Paper:
    """A paper of the field about something else (``out of scope``), or of another field (``irrelevant``)."""
    words = phrases()["near" if kind == "out of scope" else "far"]
    slots = {"n": str(6 + int(draws.uniform() * 60)), "task": draws.pick(words.get("tasks", [""]))}
    title = draws.pick(words["titles"]).format(**slots)
    abstract = tuple(_sentence(text, slots, draws) for text in draws.shuffled(words["abstracts"])[:4])
    bare = Paper(name, kind, title, (), 0, "", "", "", (Edition("v1", abstract),), relevant=False)  # type: ignore[arg-type]
    return described(bare, draws)


def _sentence(text: str, slots: dict[str, str], draws: Draws) -> Sentence:
    numbers = {"x": f"{1 + 9 * draws.uniform():.1f}", "y": f"{5 + 30 * draws.uniform():.1f}"}
    result = any(slot in text for slot in _RESULT)
    return Sentence(text.format(**slots, **numbers), "result" if result else "description")


def with_instruction(paper: Paper, draws: Draws) -> Paper:
    """The paper with an order to its reader's machine: for all to see in the introduction, or where nobody sees it."""
    text = draws.pick(phrases()["instructions"])
    last = paper.last
    if last.sections and draws.chance(_HIDDEN):
        changed = replace(last, unseen=(*last.unseen, text))
    elif last.sections:
        (title, (first, *rest)), *others = last.sections
        section = (title, ((*first, Sentence(text, "instruction")), *rest))
        changed = replace(last, sections=(section, *others))
    else:
        changed = replace(last, abstract=(*last.abstract, Sentence(text, "instruction")))
    return replace(paper, editions=(*paper.editions[:-1], changed))
