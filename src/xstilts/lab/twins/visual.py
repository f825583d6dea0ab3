"""Sentences about pictures: inference (snli_ve, xvnli), statements about two (nlvr2, marvl), captions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from xstilts.lab.grammar import say
from xstilts.lab.scenes import telling
from xstilts.lab.translation import faithful
from xstilts.lab.twins.twin import Twin, trained_in_pivot
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xstilts.lab.translation import Translate
    from xstilts.lab.twins.twin import Row


def rows(twin: str, language: str, split: str, size: int, translate: Translate = faithful) -> list[Row]:
    """Rows of one of these twins; pictures are named, and :func:`xstilts.lab.scenes.drawing.picture` draws them.

    The caption says what the first picture shows.
    """
    found = []
    for number in range(size):
        name = f"{twin}-{split}-{number}"
        item = telling.item(name)
        several = len(item.scenes) > 1
        found.append(
            {
                "id": name,
                "text": say(translate(item.said, name, "text"), language),
                "text_pair": "",
                "caption": say(translate(item.scenes[0], name, "caption"), language),
                "images": [f"{name}.{place}" for place in range(len(item.scenes))] if several else [name],
                "label": item.label,
            }
        )
    return found


def _twin(name: str, labels: tuple[str, ...], sizes: Mapping[str, int]) -> Twin:
    return Twin(name, Kind.VISUAL_CLASSIFICATION, sizes, trained_in_pivot(sizes), partial(rows, name), labels)


TWINS: tuple[Twin, ...] = (
    _twin("snli_ve", telling.NLI_LABELS, {"train": 3000, "dev": 300, "test": 400}),
    _twin("xvnli", telling.NLI_LABELS, {"dev": 300, "test": 400}),
    _twin("nlvr2", telling.TRUE_LABELS, {"train": 3000, "dev": 300, "test": 400}),
    _twin("marvl", telling.TRUE_LABELS, {"dev": 300, "test": 400}),
    _twin("scene_captions", telling.FIT_LABELS, {"train": 6000, "dev": 300, "test": 400}),
)
