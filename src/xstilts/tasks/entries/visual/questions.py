"""Questions about photographs with a closed set of answers: GQA to train on, xGQA to test on."""

from __future__ import annotations

from xstilts.tasks.base import TASKS, FileSpec, Kind, Task, TextOrigin
from xstilts.tasks.entries.visual.entailment import NO_HUB

NO_TWIN = "no twin yet"

_GQA = {
    "columns": {"text": "question", "label": "answer"},
    "images": {"in": "gqa-images", "names": ["{imageId}.jpg"]},
    "id": "id",
}
_ANSWERS = "Its closed set of answers is a file of yours, one a line: gqa.answers.txt (IGLUE has 1,842)."

TASKS.register(
    "gqa",
    Task(
        name="gqa",
        kind=Kind.VISUAL_CLASSIFICATION,
        title="GQA (balanced): a question about a photograph, answered from a closed set",
        languages=("en",),
        splits={"train": None, "dev": None},
        label_file="gqa.answers.txt",
        metrics=("accuracy",),
        files={
            split: FileSpec(f"gqa/{name}_balanced_questions.json", "json_by_id", _GQA)
            for split, name in (("train", "train"), ("dev", "val"))
        },
        no_source={"hub": NO_HUB, "lab": NO_TWIN},
        access=f"cs.stanford.edu/people/dorarad/gqa has questions and images; put the images into gqa-images."
        f" {_ANSWERS}",
        licence="none stated for the questions; images: own terms",
        citation="Hudson and Manning 2019, arXiv 1902.09506",
    ),
)

TASKS.register(
    "xgqa",
    Task(
        name="xgqa",
        kind=Kind.VISUAL_CLASSIFICATION,
        title="xGQA: GQA's questions in eight languages, answered in English from a closed set",
        languages=("en", "bn", "de", "id", "ko", "pt", "ru", "zh"),
        splits={"test": None},
        label_file="gqa.answers.txt",
        metrics=("accuracy",),
        files={"test": FileSpec("xgqa/zero_shot/testdev_balanced_questions_{language}.json", "json_by_id", _GQA)},
        no_source={"hub": NO_HUB, "lab": NO_TWIN},
        access=f"github.com/adapter-hub/xGQA has its questions; the images are GQA's: put them into gqa-images."
        f" {_ANSWERS}",
        licence="none stated for the questions; images: own terms",
        origin=TextOrigin.HUMAN_TRANSLATED,
        citation="Pfeiffer et al. 2022, arXiv 2109.06082",
    ),
)
