"""Features that somebody extracted before: two forms, read by name and checked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from xstilts.errors import DataError
from xstilts.images import given

NAMES = ["a.jpg", "b.jpg"]
GRIDS = np.arange(12, dtype=np.float32).reshape(2, 3, 2)


def array(folder: Path, values: np.ndarray = GRIDS, names: list[str] = NAMES) -> Path:
    np.save(folder / "f.npy", values)
    (folder / "f.txt").write_text("\n".join(names) + "\n", encoding="utf-8")
    return folder / "f.npy"


def tensors(folder: Path) -> Path:
    save_file({name: GRIDS[row] for row, name in enumerate(NAMES)}, folder / "f.safetensors")
    return folder / "f.safetensors"


@pytest.mark.parametrize("build", [array, tensors])
def test_features_are_read_by_name_in_the_order_asked_for(build, tmp_path: Path) -> None:
    assert given.is_given(build(tmp_path))
    found = given.read(build(tmp_path), ["b.jpg", "a.jpg"])
    assert found.dtype == np.float32
    assert found.tolist() == GRIDS[::-1].tolist()


def test_one_vector_an_image_is_a_grid_of_one_cell(tmp_path: Path) -> None:
    assert given.read(array(tmp_path, GRIDS[:, 0]), NAMES).shape == (2, 1, 2)


@pytest.mark.parametrize("build", [array, tensors])
def test_a_missing_image_is_named(build, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no features of the image 'c\.jpg'"):
        given.read(build(tmp_path), ["a.jpg", "c.jpg"])


@pytest.mark.parametrize(
    ("values", "names", "said"),
    [
        (GRIDS, ["a.jpg"], "one row for each name"),
        (GRIDS, ["a.jpg", "a.jpg"], "one row for each name"),
        (GRIDS.astype(np.int64), NAMES, "expected floats"),
        (np.full((2, 1, 2), np.nan), NAMES, "not finite"),
        (np.zeros((2, 2000, 2)), NAMES, "expected floats"),
    ],
    ids=["fewer names", "a name twice", "whole numbers", "nan", "too many cells"],
)
def test_what_does_not_fit_is_refused(values: np.ndarray, names: list[str], said: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=said):
        given.read(array(tmp_path, values, names), ["a.jpg"])


def test_pickled_objects_are_never_read(tmp_path: Path) -> None:
    np.save(tmp_path / "f.npy", np.array([{}, {}], dtype=object), allow_pickle=True)
    (tmp_path / "f.txt").write_text("a.jpg\nb.jpg\n", encoding="utf-8")
    with pytest.raises(DataError, match="cannot be read"):
        given.read(tmp_path / "f.npy", ["a.jpg"])


def test_images_of_different_grids_are_refused(tmp_path: Path) -> None:
    save_file({"a": GRIDS[0], "b": GRIDS[0, :2].copy()}, tmp_path / "f.safetensors")
    with pytest.raises(DataError, match="in the shape"):
        given.read(tmp_path / "f.safetensors", ["a", "b"])
