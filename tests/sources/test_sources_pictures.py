"""Examples with images: names made of fields, places in a data folder, what they are known by, and views of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from datasets import Dataset
from PIL import Image

from xstilts.errors import DataError
from xstilts.sources import Source, arrow, load, pictures
from xstilts.sources.views import apply
from xstilts.tasks import TASKS, Kind, from_inline
from xstilts.tasks.base import Task

ROWS = [
    {"n": "1", "said": "A dog.", "right": "yes", "left": "a", "side": "x"},
    {"n": "2", "said": "A cat.", "right": "no", "left": "b", "side": "x"},
]


def own(tmp_path: Path, images: Any = None, rows: list[dict[str, Any]] | None = None) -> tuple[Task, Source]:
    """A task of one's own with two images a record."""
    (tmp_path / "rows.jsonl").write_text(
        "\n".join(json.dumps(row) for row in (ROWS if rows is None else rows)), encoding="utf-8"
    )
    for name, grey in (("a", 10), ("b", 20), ("x", 30)):
        (tmp_path / "images").mkdir(exist_ok=True)
        Image.new("RGB", (6, 3), (grey,) * 3).save(tmp_path / "images" / f"{name}.png")
    entry = {
        "path": "rows.jsonl", "format": "jsonl", "columns": {"text": "said", "label": "right"}, "id": "n",
        "images": {"in": "images", "names": ["{left}.png", "{side}.png"]} if images is None else images,
    }  # fmt: skip
    task, files = from_inline("own", {"kind": "visual_classification", "labels": ["no", "yes"],
                                      "files": {"en": {"test": entry}}})  # fmt: skip
    return task, Source("files", data=tmp_path, data_map={"own": files})


def test_images_are_named_by_the_fields_of_a_record(tmp_path: Path) -> None:
    rows = list(load(*own(tmp_path)[:1], "en", "test", own(tmp_path)[1]).dataset)
    assert [row["images"] for row in rows] == [["a.png", "x.png"], ["b.png", "x.png"]]
    assert rows[0] == {
        "id": "1", "text": "A dog.", "text_pair": "", "caption": "", "images": ["a.png", "x.png"], "label": "yes",
    }  # fmt: skip


def test_each_image_is_read_once_as_a_square(tmp_path: Path) -> None:
    task, source = own(tmp_path)
    names = pictures.named(task, ("en",), "test", source)
    assert names == ["a.png", "x.png", "b.png"]
    found = list(pictures.shown(names, pictures.place(task, ("en",), "test", source), 4))
    assert [one.name for one in found] == names
    assert {one.size for one in found} == {(6, 3)}
    assert [int(one.pixels[0, 0, 0]) for one in found] == [10, 30, 20]
    assert found[0].pixels.shape == (4, 4, 3)


def test_what_images_are_known_by_changes_with_a_named_image_alone(tmp_path: Path) -> None:
    task, source = own(tmp_path)
    before = pictures.fingerprint(task, ("en",), "test", source)
    (tmp_path / "images" / "unnamed.png").write_bytes(b"N")
    assert pictures.fingerprint(task, ("en",), "test", source) == before
    Image.new("RGB", (6, 3), (11, 11, 11)).save(tmp_path / "images" / "a.png")
    assert pictures.fingerprint(task, ("en",), "test", source) != before


@pytest.mark.parametrize(
    ("images", "said"),
    [
        ("images", "expected"),
        ({"in": "images"}, "expected"),
        ({"in": "images", "names": []}, "expected"),
        ({"in": "images", "names": ["{nothing}.png"]}, "no field 'nothing'"),
        ({"in": "images", "names": ["../{left}.png"]}, "relative name"),
    ],
)
def test_a_wrong_option_is_refused_with_its_place(tmp_path: Path, images: Any, said: str) -> None:
    task, source = own(tmp_path, images)
    with pytest.raises(DataError, match=said):
        load(task, "en", "test", source)


def test_a_record_cannot_name_an_image_elsewhere(tmp_path: Path) -> None:
    task, source = own(tmp_path, rows=[{**ROWS[0], "left": "../../etc/passwd"}])
    with pytest.raises(DataError, match="relative name") as caught:
        load(task, "en", "test", source)
    assert str(caught.value.field).endswith("rows.jsonl:1")


@pytest.mark.parametrize("name", ["../images", "nowhere"])
def test_a_place_outside_or_missing_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    task, source = own(tmp_path / "in", {"in": name, "names": ["{left}.png"]})
    with pytest.raises(DataError, match="outside the data folder|which is not in"):
        pictures.place(task, ("en",), "test", source)


def test_a_missing_image_is_named_before_anything_is_computed(tmp_path: Path) -> None:
    task, source = own(tmp_path)
    (tmp_path / "images" / "b.png").unlink()
    with pytest.raises(DataError, match=r"no image 'b\.png'"):
        pictures.fingerprint(task, ("en",), "test", source)


def test_questions_by_id_are_read_with_their_ids(tmp_path: Path) -> None:
    (tmp_path / "xgqa" / "zero_shot").mkdir(parents=True)
    said = {"q1": {"imageId": "n7", "question": "Welche Farbe?", "answer": "red"}}
    (tmp_path / "xgqa/zero_shot/testdev_balanced_questions_de.json").write_text(json.dumps(said), encoding="utf-8")
    row = next(iter(load(TASKS.get("xgqa"), "de", "test", Source("files", data=tmp_path)).dataset))
    assert (row["id"], row["images"], row["label"]) == ("q1", ["n7.jpg"], "red")


@pytest.mark.parametrize("text", ["[]", "3", '{"q1": 3}'])
def test_other_json_is_no_object_of_questions(tmp_path: Path, text: str) -> None:
    (tmp_path / "xgqa" / "zero_shot").mkdir(parents=True)
    (tmp_path / "xgqa/zero_shot/testdev_balanced_questions_de.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="expected") as caught:
        load(TASKS.get("xgqa"), "de", "test", Source("files", data=tmp_path))
    assert str(caught.value.field).endswith('_de.json:["q1"]' if "q1" in text else "_de.json:document")


LINES = {
    "snli_ve": ({"gold_label": "neutral", "sentence1": "S1", "sentence2": "S2", "Flickr30K_ID": "7", "pairID": "p"},
                "snli_ve/annotations/snli_ve_train.jsonl", "en", "train", ["7.jpg"], "neutral"),
    "xvnli": ({"gold_label": "contradiction", "sentence1": "S1", "sentence2": "S2", "Flikr30kID": "7", "pairID": "p"},
              "xvnli/ru/test.jsonl", "ru", "test", ["7.jpg"], "contradiction"),
    "nlvr2": ({"sentence": "S2", "label": "True", "identifier": "dev-1-2-0"}, "nlvr2/data/dev.json", "en", "dev",
              ["dev-1-2-img0.png", "dev-1-2-img1.png"], "true"),
    "marvl": ({"caption": "S2", "label": False, "concept": "1-X", "left_img": "a.jpg", "right_img": "b.jpg",
               "language": "sw", "id": "1"},
              "marvl/annotations/marvl-sw.jsonl", "sw", "test",
              ["sw/images/1-X/a.jpg", "sw/images/1-X/b.jpg"], "false"),
    "nlvr": ({"sentence": "S2", "label": "false", "identifier": "1-0", "directory": "3"}, "nlvr/dev/dev.json", "en",
             "dev", ["3/dev-1-0-0.png"], "false"),
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_an_invented_record_of_each_data_set_is_read(tmp_path: Path, name: str) -> None:
    record, path, language, split, images, label = LINES[name]
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(json.dumps(record) + "\n", encoding="utf-8")
    row = next(iter(load(TASKS.get(name), language, split, Source("files", data=tmp_path)).dataset))
    assert (row["text"], row["images"], row["label"]) == ("S2", images, label)
    assert row["caption"] == ("S1" if "sentence1" in record else "")


def test_items_without_a_label_are_left_out_and_counted(tmp_path: Path) -> None:
    lines = [{**LINES["xvnli"][0], "gold_label": label, "pairID": label} for label in ("-", "neutral")]
    (tmp_path / "xvnli" / "en").mkdir(parents=True)
    (tmp_path / "xvnli/en/test.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    found = load(TASKS.get("xvnli"), "en", "test", Source("files", data=tmp_path))
    assert (found.used, found.read) == (1, 2)


# --- views ------------------------------------------------------------------------------------------------------------

ITEMS = [
    {"id": str(n), "text": f"T{n}", "text_pair": "", "caption": f"C{n}", "images": [f"i{n}"], "label": "yes"}
    for n in range(6)
]


def seen(view: str, items: list[dict[str, Any]] = ITEMS, seed: int = 1) -> list[dict[str, Any]]:
    task = Task("toy", Kind.VISUAL_CLASSIFICATION, "", (), {}, (), labels=("no", "yes"))
    return list(apply(view, task, Dataset(arrow.table(Kind.VISUAL_CLASSIFICATION, items)), seed))


def test_blank_images_have_no_name_and_all_else_stays() -> None:
    pair = [{**ITEMS[0], "images": ["a", "b"]}]
    assert seen("blank-image", pair) == [{**pair[0], "images": ["", ""]}]


@pytest.mark.parametrize("seed", [1, 2])
def test_shuffled_images_are_all_there_and_nobody_has_its_own(seed: int) -> None:
    found = seen("shuffled-image", seed=seed)
    assert sorted(row["images"][0] for row in found) == sorted(row["images"][0] for row in ITEMS)
    assert all(row["images"] != own["images"] for row, own in zip(found, ITEMS, strict=True))
    assert [{**row, "images": []} for row in found] == [{**row, "images": []} for row in ITEMS]
    turned = {row["id"]: row["images"] for row in seen("shuffled-image", ITEMS[::-1], seed)}
    assert turned == {row["id"]: row["images"] for row in found}, "the order of the examples makes no difference"


def test_text_alone_and_captions_are_classification() -> None:
    assert seen("hypothesis-only")[0] == {"id": "0", "text": "T0", "text_pair": "", "label": "yes"}
    assert seen("caption")[0] == {"id": "0", "text": "C0", "text_pair": "T0", "label": "yes"}


def test_what_has_no_caption_cannot_have_it_in_place_of_its_images() -> None:
    with pytest.raises(DataError, match="does not say what its images show"):
        seen("caption", [{**ITEMS[0], "caption": " "}])


# --- the lab ----------------------------------------------------------------------------------------------------------


def test_the_lab_draws_its_images() -> None:
    task, source = TASKS.get("marvl"), Source("lab")
    names = pictures.named(task, ("qaa", "qab"), "test", source, 3)
    assert len(names) == 6
    assert pictures.place(task, ("qaa",), "test", source) is None
    found = list(pictures.shown(names, None, 48))
    assert [one.name for one in found] == names
    assert all(one.pixels.shape == (48, 48, 3) and one.pixels.dtype == np.uint8 for one in found)
