"""Grids of images on disk and in batches: each image once, items that point at it, and what padding leaves alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from xstilts.encoding import Features, visual_classification
from xstilts.encoding.visual.grids import GRIDS, Grids, SeenFeatures, like, together
from xstilts.errors import DataError, InputError

CELLS, WIDTH = 2, 3
VALUES = np.arange(3 * CELLS * WIDTH, dtype=np.float16).reshape(3, CELLS, WIDTH)
PLACES = {"a": 0, "b": 1, "same-as-a": 0}


def table(images: list[list[str]]) -> pa.Table:
    n = len(images)
    return pa.table(
        {
            "item": [f"i{row}" for row in range(n)],
            "example": pa.array(range(n), pa.int32()),
            "length": pa.array([2] * n, pa.int32()),
            "truncated": [False] * n,
            "input_ids": pa.array([[5, 6]] * n, pa.list_(pa.int32())),
            "label": pa.array([0] * n, pa.int64()),
            "images": pa.array(images, pa.list_(pa.string())),
        }
    )


def seen(images: list[list[str]]) -> SeenFeatures:
    return SeenFeatures(table(images), Grids(VALUES, PLACES))


def test_grids_come_back_from_disk_with_their_names(tmp_path: Path) -> None:
    Grids(VALUES, PLACES).save(tmp_path)
    found = Grids.load(tmp_path)
    assert found.values.tolist() == VALUES.tolist()
    assert found.values.dtype == np.float16
    assert (found.cells, found.width, found.places) == (CELLS, WIDTH, PLACES)
    assert not found.values.flags.owndata, "they are mapped, not read"


def test_broken_grids_are_refused(tmp_path: Path) -> None:
    Grids(VALUES, PLACES).save(tmp_path)
    (tmp_path / GRIDS).write_bytes(b"nothing of the sort")
    with pytest.raises(DataError, match="no readable grids"):
        Grids.load(tmp_path)


def test_a_blank_picture_is_the_last_row_and_an_unknown_name_an_error() -> None:
    grids = Grids(VALUES, PLACES)
    assert grids.rows(["b", "", "same-as-a"]).tolist() == [1, 2, 0]
    with pytest.raises(DataError, match="'c'"):
        grids.rows(["c"])


def test_an_item_costs_its_tokens_and_the_vectors_of_its_images() -> None:
    assert seen([["a"], ["a", "b"]]).lengths.tolist() == [2 + CELLS, 2 + 2 * CELLS]


def test_a_batch_has_each_image_in_order_and_zeros_where_there_is_none() -> None:
    batch = visual_classification.collate(seen([["a"], ["b", ""]]), np.array([1, 0]), 1)
    embeds = batch["visual_embeds"].numpy()
    assert embeds.dtype == np.float32
    assert embeds[0].tolist() == np.concatenate([VALUES[1], VALUES[2]]).tolist()
    assert embeds[1].tolist() == np.concatenate([VALUES[0], np.zeros((CELLS, WIDTH))]).tolist()
    assert batch["visual_attention_mask"].tolist() == [[1, 1, 1, 1], [1, 1, 0, 0]]
    assert batch["visual_token_type_ids"].tolist() == [[1, 1, 2, 2], [1, 1, 0, 0]]


def test_texts_without_grids_cannot_be_batched() -> None:
    with pytest.raises(InputError, match="without the grids"):
        visual_classification.collate(Features(table([["a"]])), np.array([0]), 1)


def test_others_take_over_the_grids_of_what_has_some() -> None:
    plain = Features(table([["b"]]))
    assert like(plain, plain) is plain
    found = like(plain, seen([["a"]]))
    assert isinstance(found, SeenFeatures)
    assert found.pictures[0].tolist() == [1]


def test_grids_of_several_are_put_end_to_end_with_one_blank_picture() -> None:
    one, other = Grids(VALUES, PLACES), Grids(VALUES[1:] + 1, {"c": 0})
    assert together([one, one]) is one
    both = together([one, other])
    assert both.rows(["a", "b", "c", ""]).tolist() == [0, 1, 2, 3]
    assert both.values[2].tolist() == (VALUES[1] + 1).tolist()
    assert both.values[3].tolist() == VALUES[2].tolist()
