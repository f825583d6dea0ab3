"""Visual entailment: does a sentence follow from an image? SNLI-VE to train on, XVNLI to test on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.tasks.base import TASKS, FileSpec, Kind, Overlap, Task, TextOrigin
from xstilts.tasks.entries.nli import LABELS

if TYPE_CHECKING:
    from collections.abc import Mapping

METRICS = ("accuracy", "macro_f1")
NO_HUB = "its images come from their owners, and the annotations from the authors: both lie in the data folder"
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
