"""Text about images: visual entailment, statements about one or two images, questions with a closed set of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.tasks.base import TASKS, FileSpec, Kind, Overlap, Task, TextOrigin
from xstilts.tasks.entries.nli import LABELS

if TYPE_CHECKING:
    from collections.abc import Mapping

METRICS = ("accuracy", "macro_f1")
NO_HUB = "its images come from their owners, and the annotations from the authors: both lie in the data folder"
NO_TWIN = "no twin yet"
TRUE_OR_FALSE = ("false", "true")
FLICKR = (
    "Its images are Flickr30k's: ask for them at shannon.cs.illinois.edu/DenotationGraph, and put the folder or an"
    " archive of it into the data folder as flickr30k-images."
)
SHARED_CAPTIONS = Overlap(
    "refused",
    "SNLI's premises are the captions of the very images that XVNLI tests on, and 1,150 of its 1,164 test pairs are"
    " SNLI test pairs",
)


def _entailment(image: str) -> Mapping[str, Any]:
    return {
        "columns": {"text": "sentence2", "caption": "sentence1", "label": "gold_label"},
        "images": {"in": "flickr30k-images", "names": [f"{{{image}}}.jpg"]},
        "id": "pairID",
        "drop": {"gold_label": ["-"]},
    }


TASKS.register(
    "snli_ve",
    Task(
        name="snli_ve",
        kind=Kind.VISUAL_CLASSIFICATION,
        title="SNLI-VE: does a sentence follow from an image? SNLI with Flickr30k's images as premises",
        languages=("en",),
        splits={"train": None, "dev": None, "test": None},
        labels=LABELS,
        metrics=METRICS,
        files={
            split: FileSpec(f"snli_ve/annotations/snli_ve_{split}.jsonl", "jsonl", _entailment("Flickr30K_ID"))
            for split in ("train", "dev", "test")
        },
        lab="snli_ve",
        no_source={"hub": NO_HUB},
        access=f"github.com/necla-ml/SNLI-VE makes its files from SNLI. {FLICKR}",
        licence="none stated for the annotations; SNLI: CC BY-SA 4.0; Flickr30k: own terms",
        citation="Xie et al. 2019, arXiv 1901.06706",
        overlaps={"snli": SHARED_CAPTIONS},
    ),
)

TASKS.register(
    "xvnli",
    Task(
        name="xvnli",
        kind=Kind.VISUAL_CLASSIFICATION,
        title="XVNLI: SNLI-VE's question in five languages, on Flickr30k's images (IGLUE)",
        languages=("en", "ar", "es", "fr", "ru"),
        splits={"test": 1164},
        labels=LABELS,
        metrics=METRICS,
        files={"test": FileSpec("xvnli/{language}/test.jsonl", "jsonl", _entailment("Flikr30kID"))},
        lab="xvnli",
        no_source={"hub": NO_HUB},
        access=f"github.com/e-bug/iglue has its annotations (datasets/XVNLI/annotations). {FLICKR}",
        licence="MIT (annotations of IGLUE); SNLI: CC BY-SA 4.0; Flickr30k: own terms",
        origin=TextOrigin.HUMAN_TRANSLATED,
        citation="Bugliarello et al. 2022, arXiv 2201.11732",
        overlaps={
            "snli": SHARED_CAPTIONS,
            "kornli": Overlap("refused", "KorNLI's training data are translations of MNLI and SNLI, and XVNLI is SNLI"),
        },
    ),
)

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
        access="github.com/e-bug/iglue has its annotations (datasets/marvl/zero_shot/annotations); marvl-challenge.github.io"
        " has the images: put the folder of each language into marvl-images, or name where they lie in a data map.",
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
        no_source={"hub": NO_HUB, "lab": NO_TWIN},
        access="github.com/lil-lab/nlvr has annotations and images in the folder nlvr. Of the six orders of the boxes"
        " the first is read.",
        licence="CC BY 4.0",
        non_commercial=False,
        citation="Suhr et al. 2017, ACL anthology P17-2034",
    ),
)

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
        access=f"cs.stanford.edu/people/dorarad/gqa has questions and images; put the images into gqa-images. {_ANSWERS}",
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
        files={
            "test": FileSpec("xgqa/zero_shot/testdev_balanced_questions_{language}.json", "json_by_id", _GQA)
        },
        no_source={"hub": NO_HUB, "lab": NO_TWIN},
        access=f"github.com/adapter-hub/xGQA has its questions; the images are GQA's: put them into gqa-images. {_ANSWERS}",
        licence="none stated for the questions; images: own terms",
        origin=TextOrigin.HUMAN_TRANSLATED,
        citation="Pfeiffer et al. 2022, arXiv 2109.06082",
    ),
)

TASKS.register(
    "scene_captions",
    Task(
        name="scene_captions",
        kind=Kind.VISUAL_CLASSIFICATION,
        title="Does a caption fit a drawing? The lab's stand-in for training on images and their captions",
        languages=("qaa",),
        splits={"train": 6000, "dev": 300, "test": 400},
        labels=("does_not_fit", "fits"),
        metrics=METRICS,
        lab="scene_captions",
        no_source={"hub": "it exists in the lab alone", "files": "it exists in the lab alone"},
        licence="that of xstilts",
        non_commercial=False,
        citation="xstilts",
    ),
)
