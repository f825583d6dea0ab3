"""Captions of the lab's drawings: there alone, in the place of the photographs and captions that models learn from."""

from __future__ import annotations

from xstilts.languages import LANGUAGES
from xstilts.tasks.base import TASKS, Kind, Task
from xstilts.tasks.entries.visual.entailment import METRICS

_LAB = tuple(language.code for language in LANGUAGES if language.resource)
_WHY = "it exists in the lab alone; with real data, an image encoder has learned from captions already, or none is used"

TASKS.register(
    "scene_captions",
    Task(
        name="scene_captions",
        kind=Kind.VISUAL_CLASSIFICATION,
        title="Does a caption fit a drawing? The lab's stand-in for training on images and their captions",
        languages=_LAB,
        splits={"train": 6000, "dev": 300, "test": 400},
        labels=("does_not_fit", "fits"),
        metrics=METRICS,
        lab="scene_captions",
        no_source=dict.fromkeys(("hub", "files"), _WHY),
        licence="as xstilts",
        non_commercial=False,
        citation="xstilts",
    ),
)
