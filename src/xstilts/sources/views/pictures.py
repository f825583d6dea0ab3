"""Views of tasks with images, each a control for what the images do.

``blank-image``: every image is an even grey. ``shuffled-image``: images are exchanged among the examples of the split.
``hypothesis-only``: the text alone. ``caption``: what the image shows, said in the text's own language, in its place.
The first two change what is tested and not what is trained; the last two are tasks of text, trained as they are tested.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from xstilts.errors import DataError
from xstilts.languages.blanks import is_blank
from xstilts.randomness import hash_ids, permutation
from xstilts.sources.views.view import Change, View, each, purpose
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    import datasets

    from xstilts.sources.arrow import Example
    from xstilts.tasks.base import Task

BLANK, SHUFFLED, TEXT, CAPTION = "blank-image", "shuffled-image", "hypothesis-only", "caption"


def _blank(task: Task, examples: datasets.Dataset, seed: int) -> Change:
    del task, examples, seed
    return lambda example: example | {"images": [""] * len(example["images"])}


def _shuffled(task: Task, examples: datasets.Dataset, seed: int) -> Change:
    """Each example has the images of the next one in a drawn circle, so that none has its own by being drawn."""
    del task
    ids, images = list(examples["id"]), list(examples["images"])
    circle = permutation(seed, purpose(SHUFFLED), hash_ids(ids), 0)
    given = {ids[taker]: images[giver] for taker, giver in zip(circle, np.roll(circle, -1), strict=True)}
    return lambda example: example | {"images": given[example["id"]]}


def _text(task: Task, examples: datasets.Dataset, seed: int) -> Change:
    del task, examples, seed
    return lambda example: {name: example[name] for name in ("id", "text", "text_pair", "label")}


def _caption(task: Task, examples: datasets.Dataset, seed: int) -> Change:
    del examples, seed

    def change(example: Example) -> Example:
        if is_blank(example["caption"]):
            said = f"{task.name} does not say what its images show, so nothing can stand in their place."
            raise DataError(said, field=str(example["id"]), value=CAPTION)
        text = f"{example['text']} {example['text_pair']}".strip()
        return {"id": example["id"], "text": example["caption"], "text_pair": text, "label": example["label"]}

    return change


def _view(name: str, title: str, change: object, kind: Kind | None = None) -> View:
    return View(name, title, MappingProxyType({Kind.VISUAL_CLASSIFICATION: each(change)}), kind)  # type: ignore[arg-type]


VIEWS = (
    _view(BLANK, "a grey image in place of each", _blank),
    _view(SHUFFLED, "images exchanged among the examples", _shuffled),
    _view(TEXT, "the text without the images", _text, Kind.CLASSIFICATION),
    _view(CAPTION, "what the images show, said instead", _caption, Kind.CLASSIFICATION),
)
SEEN_AS = tuple(view.name for view in VIEWS)
"""Names of the views in which a target with images may be tested."""
