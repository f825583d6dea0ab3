"""Image encoders: shapes, places, and values that can be worked out or were published."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
import pytest

from xstilts.errors import ModelError
from xstilts.models.vision import efficientnet
from xstilts.models.vision.encoders import IMAGE_ENCODERS, ImageEncoder, placed

every_encoder = pytest.mark.parametrize("encoder", list(IMAGE_ENCODERS), ids=IMAGE_ENCODERS.names())


def loaded(encoder: ImageEncoder):
    try:
        return encoder.load()
    except ModelError as error:
        pytest.skip(str(error))


@every_encoder
def test_every_encoder_gives_grids_of_the_shape_it_says_alike_for_equal_pictures(encoder: ImageEncoder) -> None:
    look = loaded(encoder)
    pictures = np.random.default_rng(0).integers(0, 256, (2, encoder.side, encoder.side, 3), dtype=np.uint8)
    grids = look(np.concatenate([pictures, pictures[:1]]))
    assert grids.dtype == np.float32
    assert grids.shape == (3, encoder.cells, encoder.channels)
    assert np.isfinite(grids).all()
    assert np.abs(grids).max() < np.finfo(np.float16).max, "they are kept as float16"
    np.testing.assert_allclose(grids[0], grids[2], rtol=1e-5, atol=1e-5)
    assert not np.allclose(grids[0], grids[1])
    assert placed(grids, encoder).shape == (3, encoder.cells, encoder.width)


@every_encoder
def test_every_encoder_says_what_it_is(encoder: ImageEncoder) -> None:
    assert IMAGE_ENCODERS.get(encoder.name) is encoder
    assert encoder.title
    assert encoder.fingerprint()["encoder"] == encoder.name
    assert bool(encoder.weights) == bool(encoder.licence)


def test_a_vector_ends_with_its_row_and_its_column() -> None:
    encoder = IMAGE_ENCODERS.get("lab-patches")
    found = placed(np.zeros((1, 36, 192), dtype=np.float32), encoder)[0, :, 192:]
    assert found[0].tolist() == [1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert found[8].tolist() == [0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]


def test_a_patch_has_the_colours_of_its_part_of_the_picture() -> None:
    encoder = IMAGE_ENCODERS.get("lab-patches")
    picture = np.zeros((1, 48, 48, 3), dtype=np.uint8)
    picture[0, 8:16, 16:24] = 255  # row 1, column 2
    grid = encoder.load()(picture)[0]
    mean = 255 / 36
    np.testing.assert_allclose(grid[1 * 6 + 2], (255 - mean) * 2 / 255, rtol=1e-5)
    np.testing.assert_allclose(np.delete(grid, 8, axis=0), -mean * 2 / 255, rtol=1e-5)


def test_an_even_picture_is_zero() -> None:
    assert not IMAGE_ENCODERS.get("patches").load()(np.full((1, 56, 56, 3), 127, dtype=np.uint8)).any()


def test_the_network_knows_a_military_uniform() -> None:
    """Class 652 of ImageNet, on the photograph of Grace Hopper that comes with matplotlib."""
    import matplotlib
    import torch

    from xstilts.images.decoding import decode, squared

    encoder = IMAGE_ENCODERS.get("efficientnet-lite0")
    look = loaded(encoder)
    path = Path(matplotlib.__file__).parent / "mpl-data" / "sample_data" / "grace_hopper.jpg"
    if not path.is_file():
        pytest.skip("this matplotlib comes without the photograph")
    grid = look(squared(decode(path.read_bytes(), str(path)).pixels, encoder.side)[None])[0]
    tensors = efficientnet._tensors(encoder)
    logits = torch.from_numpy(grid).mean(dim=0) @ tensors["_fc.weight"].T + tensors["_fc.bias"]
    chances = logits.softmax(dim=0)
    assert int(chances.argmax()) == 652
    assert float(chances[652]) == pytest.approx(0.46, abs=0.02)


def test_a_missing_package_is_named_with_the_extra_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(efficientnet, "distribution", absent)
    with pytest.raises(ModelError, match=r"xstilts\[vision\]"):
        IMAGE_ENCODERS.get("efficientnet-lite0").load()


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = IMAGE_ENCODERS.get("efficientnet-lite0")
    try:
        distribution(efficientnet.PACKAGE)
    except PackageNotFoundError:
        pytest.skip(f"{efficientnet.PACKAGE} is not installed")
    monkeypatch.setattr(efficientnet, "file_sha256", lambda path: "0" * 64)
    with pytest.raises(ModelError, match="not the known ones"):
        encoder.load()
