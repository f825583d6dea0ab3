"""Odd and broken images: each is converted in the stated way, or refused with file and reason."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from xstilts.errors import DataError
from xstilts.images import decoding
from xstilts.images.decoding import decode, squared

RED, WHITE = (255, 0, 0), (255, 255, 255)


def file_of(image: Image.Image, kind: str = "PNG", **more: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **more)
    return buffer.getvalue()


def half_red() -> Image.Image:
    """Four pixels wide, two high; the left half is red, the rest white."""
    image = Image.new("RGB", (4, 2), WHITE)
    image.paste(RED, (0, 0, 2, 2))
    return image


def noise() -> Image.Image:
    """A picture that hardly packs, so that a part of its file is a part of the picture."""
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8))


def test_a_plain_image_is_as_it_is() -> None:
    found = decode(file_of(half_red()), "a.png")
    assert found.notes == ()
    assert found.pixels.dtype == np.uint8
    assert found.pixels.shape == (2, 4, 3)
    assert found.pixels[0].tolist() == [list(RED), list(RED), list(WHITE), list(WHITE)]


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_an_orientation_in_exif_is_applied(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: what is left in the file is on top
    found = decode(file_of(half_red(), kind, exif=exif), "a")
    assert found.notes == ("turned as its EXIF says",)
    assert found.pixels[:, 0].tolist() == [list(RED), list(RED), list(WHITE), list(WHITE)]


def test_cmyk_becomes_rgb() -> None:
    found = decode(file_of(Image.new("CMYK", (2, 2), (0, 255, 255, 0)), "TIFF"), "a.tif")
    assert found.notes == ("CMYK made RGB",)
    assert found.pixels[0, 0].tolist() == list(RED)


@pytest.mark.parametrize(("value", "byte"), [(0, 0), (255, 0), (256, 1), (0x8000, 128), (0xFFFF, 255)])
def test_sixteen_bits_become_eight(value: int, byte: int) -> None:
    image = Image.fromarray(np.full((2, 3), value, dtype=np.uint16))
    found = decode(file_of(image), "a.png")
    assert found.notes == ("16 bits made 8",)
    assert found.pixels.shape == (2, 3, 3)
    assert (found.pixels == byte).all()


def test_a_palette_becomes_colours() -> None:
    found = decode(file_of(half_red().convert("P", palette=Image.Palette.ADAPTIVE, colors=2)), "a.png")
    assert found.notes == ("palette made RGB",)
    assert found.pixels[0, 0].tolist() == list(RED)


def test_grey_becomes_three_equal_colours() -> None:
    found = decode(file_of(Image.new("L", (1, 1), 77)), "a.png")
    assert (found.notes, found.pixels.tolist()) == (("grey made RGB",), [[[77, 77, 77]]])


def test_transparency_is_laid_on_white() -> None:
    image = Image.new("RGBA", (2, 1), (*RED, 255))
    image.putpixel((1, 0), (*RED, 0))
    found = decode(file_of(image), "a.png")
    assert found.notes == ("transparency laid on white",)
    assert found.pixels[0].tolist() == [list(RED), list(WHITE)]


def test_of_an_animation_the_first_picture_is_taken() -> None:
    frames = [Image.new("RGB", (2, 2), colour) for colour in (RED, (0, 0, 255))]
    found = decode(file_of(frames[0], "GIF", save_all=True, append_images=frames[1:]), "a.gif")
    assert found.notes[0] == "first of several pictures"
    assert found.pixels[0, 0].tolist() == list(RED)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "0 bytes"),
        (b"no image at all", "no image of a known format"),
        (file_of(noise())[:2000], "cannot be decoded"),
        (file_of(noise(), "JPEG")[:2000], "cannot be decoded"),
        (file_of(noise())[:1000] + b"X" * 500 + file_of(noise())[1500:], "cannot be decoded"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no image of a known format"),
    ],
    ids=["empty", "text", "cut off", "a JPEG cut off", "overwritten", "a program"],
)
def test_what_is_no_whole_image_is_refused_with_its_place(data: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said) as caught:
        decode(data, "images.tar/3.png")
    assert caught.value.field == "images.tar/3.png"


def test_numbers_without_a_range_are_refused() -> None:
    with pytest.raises(DataError, match="unknown range"):
        decode(file_of(Image.fromarray(np.ones((2, 2), dtype=np.float32)), "TIFF"), "a.tif")


def bomb(width: int, height: int) -> bytes:
    """A PNG of some hundred bytes that says it has this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [8001, 40_000, 2_000_000_000])
def test_a_decompression_bomb_is_refused_before_it_is_unpacked(side: int) -> None:
    with pytest.raises(DataError, match="pixels|decoded"):
        decode(bomb(side, side), "bomb.png")


def test_a_file_of_too_many_bytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MOST_BYTES", 10)
    with pytest.raises(DataError, match="has more than"):
        decode(file_of(half_red()), "a.png")


def test_a_square_keeps_what_is_at_the_edges() -> None:
    found = squared(decode(file_of(half_red().resize((400, 100))), "a.png").pixels, 8)
    assert found.shape == (8, 8, 3)
    assert found[4, 0].tolist() == list(RED)
    assert found[4, 7].tolist() == list(WHITE)
    assert squared(found, 8) is found
