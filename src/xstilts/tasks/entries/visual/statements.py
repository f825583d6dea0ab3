"""Is a statement true of its images? Of two photographs (NLVR2, MaRVL), or of a drawing (NLVR)."""

from __future__ import annotations

from xstilts.tasks.base import TASKS, FileSpec, Kind, Task
from xstilts.tasks.entries.visual.entailment import METRICS, NO_HUB

TRUE_OR_FALSE = ("false", "true")

_NLVR2 = {
    "columns": {"text": "sentence", "label": "label"},
    "labels": {"True": "true", "False": "false", "true": "true", "false": "false"},
    "pattern": {"column": "identifier", "regex": r"(?P<pair>.*)-\d+"},
    "images": {"in": "nlvr2-images", "names": ["{pair}-img0.png", "{pair}-img1.png"]},
    "id": "identifier",
}

TASKS.register(
    "nlvr2",
    Task(
        name="nlvr2",
        kind=Kind.VISUAL_CLASSIFICATION,
        title="NLVR2: is a statement true of two photographs?",
        languages=("en",),
        splits={"train": 86_373, "dev": 6_982, "test": None},
        labels=TRUE_OR_FALSE,
        metrics=METRICS,
        files={
            split: FileSpec(f"nlvr2/data/{name}.json", "jsonl", _NLVR2)
            for split, name in (("train", "train"), ("dev", "dev"), ("test", "test1"))
        },
        lab="nlvr2",
        no_source={"hub": NO_HUB},
        access="github.com/lil-lab/nlvr has its annotations, and says how to ask for the images; put those of a split"
        " side by side into nlvr2-images.",
        licence="CC BY 4.0 (annotations)",
        non_commercial=False,
        citation="Suhr et al. 2019, arXiv 1811.00491",
    ),
)

TASKS.register(
    "marvl",
    Task(
        name="marvl",
        kind=Kind.VISUAL_CLASSIFICATION,
        title="MaRVL: is a statement true of two photographs? Images and statements from where the language is spoken",
        languages=("id", "sw", "ta", "tr", "zh"),
        splits={"test": None},
        labels=TRUE_OR_FALSE,
        metrics=METRICS,
        files={
            "test": FileSpec(
                "marvl/annotations/marvl-{language}.jsonl",
                "jsonl",
                {
                    "columns": {"text": "caption", "label": "label", "caption": {"value": ""}},
                    "images": {
                        "in": "marvl-images",
                        "names": ["{language}/images/{concept}/{left_img}", "{language}/images/{concept}/{right_img}"],
                    },
                    "id": "id",
                },
            )
        },
        lab="marvl",
        no_source={"hub": NO_HUB},
        access="github.com/e-bug/iglue has its annotations (datasets/marvl/zero_shot/annotations), and"
        " marvl-challenge.github.io the images: put the folder of each language into marvl-images, or name where they"
        " lie in a data map.",
        licence="MIT (annotations of IGLUE); CC BY 4.0 (MaRVL)",
        citation="Liu et al. 2021, arXiv 2109.13238",
    ),
)

TASKS.register(
    "nlvr",
    Task(
        name="nlvr",
        kind=Kind.VISUAL_CLASSIFICATION,
        title="NLVR: is a statement true of a drawing of three boxes?",
        languages=("en",),
        splits={"train": None, "dev": 989, "test": None},
        labels=TRUE_OR_FALSE,
        metrics=METRICS,
        files={
            split: FileSpec(
                f"nlvr/{split}/{split}.json",
                "jsonl",
                {
                    "columns": {"text": "sentence", "label": "label"},
                    "images": {
                        "in": f"nlvr/{split}/images",
                        "names": [f"{{directory}}/{split}-{{identifier}}-0.png"],
                    },
                    "id": "identifier",
                },
            )
            for split in ("train", "dev", "test")
        },
        no_source={"hub": NO_HUB, "lab": "no twin yet"},
        access="github.com/lil-lab/nlvr has annotations and images in the folder nlvr. Of the six orders of the boxes"
        " the first is read.",
        licence="CC BY 4.0",
        non_commercial=False,
        citation="Suhr et al. 2017, ACL anthology P17-2034",
    ),
)
