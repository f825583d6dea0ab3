"""Tasks with images on samples of the real data sets: texts of XVNLI and MaRVL, texts and images of NLVR."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from xstilts.sources import Source, load, pictures
from xstilts.tasks import TASKS

SAMPLES = Path(os.environ.get("XSTILTS_DATA", "")) / "multimodal"
pytestmark = pytest.mark.skipif(
    not os.environ.get("XSTILTS_DATA") or not SAMPLES.is_dir(), reason="XSTILTS_DATA does not name a folder of samples"
)

NLVR = {
    "en": {
        "dev": {
            "path": "nlvr/dev.first250.json", "format": "jsonl", "columns": {"text": "sentence", "label": "label"},
            "images": {"in": "nlvr/images", "names": ["{directory}/dev-{identifier}-0.png"]}, "id": "identifier",
        }
    }
}  # fmt: skip


@pytest.mark.parametrize("language", TASKS.get("xvnli").languages)
def test_xvnli_has_1150_labelled_items_in_every_language(language: str) -> None:
    found = load(TASKS.get("xvnli"), language, "test", Source("files", data=SAMPLES))
    assert (found.read, found.used) == (1164, 1150)
    labels = Counter(found.dataset["label"])
    assert labels == {"entailment": 394, "neutral": 381, "contradiction": 375}
    assert len(pictures.named(TASKS.get("xvnli"), [language], "test", Source("files", data=SAMPLES))) == 357
    assert all(found.dataset["caption"])


def test_marvl_names_two_images_an_item() -> None:
    entry = {"path": "marvl/marvl-sw.jsonl", "format": "jsonl", **TASKS.get("marvl").files["test"].options}
    source = Source("files", data=SAMPLES, data_map={"marvl": {"sw": {"test": entry}}})
    found = load(TASKS.get("marvl"), "sw", "test", source)
    assert found.used == 1108
    assert all(len(images) == 2 for images in found.dataset["images"])
    assert set(found.dataset["label"]) == {"true", "false"}


def test_every_image_of_nlvr_is_read_and_laid_on_white() -> None:
    task, source = TASKS.get("nlvr"), Source("files", data=SAMPLES, data_map={"nlvr": NLVR})
    names = pictures.named(task, ["en"], "dev", source)
    shown = list(pictures.shown(names, pictures.place(task, ["en"], "dev", source), 56))
    assert len(shown) == 250
    assert {one.size for one in shown} == {(400, 100)}
    assert {one.notes for one in shown} <= {(), ("transparency laid on white",)}
    assert len({one.sha256 for one in shown}) == len({one.pixels.tobytes() for one in shown})
    assert np.stack([one.pixels for one in shown]).std() > 10
