"""The bytes of one image to red, green and blue: every oddity is either converted in a stated way or refused.

What is converted is told by :class:`Picture.notes`: an orientation in EXIF is applied; transparency is laid on white;
of an animation or a file of several pages the first picture is taken; 16 bits become 8; palettes, greys and CMYK become
RGB by Pillow's plain formulas, without colour profiles.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.amounts import size
from xstilts.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "PPM")
"""What is read; formats that run another program (EPS) or are more than pictures are not among them."""
MOST_PIXELS = 64_000_000
"""Width times height of the largest picture: 64 megapixels, 192 MB once decoded."""
MOST_BYTES = 1 << 26
"""Bytes of the largest file: 64 MiB."""
_ORIENTATION = 0x0112
_SIXTEEN_BITS = ("I;16", "I;16L", "I;16B", "I;16N")


@dataclass(frozen=True)
class Picture:
    """A decoded image.

    Attributes:
        pixels: Red, green and blue from 0 to 255, uint8, shape ``(height, width, 3)``.
        notes: What was converted, in words, in the order in which it was done.
    """

    pixels: NDArray[np.uint8]
    notes: tuple[str, ...] = ()


def decode(data: bytes, where: str) -> Picture:
    """One image as red, green and blue.

    Args:
        data: The bytes of its file.
        where: File and record, for messages.

    Raises:
        DataError: If it is empty, no image of a known format, broken or cut off, of numbers that are no colours, or
            larger than is allowed; says which.
    """
    if not data:
        raise DataError("is empty: a file of 0 bytes.", field=where, hint="Get the image again.")
    if len(data) > MOST_BYTES:
        raise DataError(f"has more than {size(MOST_BYTES)}; expected a smaller image.", field=where)
    from PIL import Image, UnidentifiedImageError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a size that Pillow warns of is refused here by a limit of our own
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                _refuse_size(image.size, where)
                return _converted(image, where)
        except (DataError, MemoryError):
            raise
        except UnidentifiedImageError as error:
            said = f"is no image of a known format; expected {', '.join(FORMATS)}."
            raise DataError(said, field=where, hint=_HINT) from error
        except Exception as error:  # Pillow raises whatever it met: OSError, SyntaxError, struct.error, a bomb …
            first = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise DataError(f"cannot be decoded: {first}.", field=where, hint=_HINT) from error


_HINT = "Is the file whole? Get the image again, or leave the record out with drop."


def _refuse_size(shape: tuple[int, int], where: str) -> None:
    width, height = shape
    if width * height > MOST_PIXELS:
        said = f"has {width:,} x {height:,} pixels; expected at most {MOST_PIXELS:,} in all."
        raise DataError(said, field=where, value=shape, hint="Make it smaller before.")


def _converted(image: Any, where: str) -> Picture:  # noqa: ANN401 - whatever Pillow makes of a format
    from PIL import Image, ImageOps

    notes = []
    frames = getattr(image, "n_frames", 1)
    if frames > 1:
        image.seek(0)
        notes.append("first of several pictures")
    if image.getexif().get(_ORIENTATION, 1) != 1:
        notes.append("turned as its EXIF says")
    image.load()  # turns a TIFF by itself
    image = ImageOps.exif_transpose(image)
    if image.mode in (*_SIXTEEN_BITS, "I"):
        return Picture(_from_sixteen_bits(image, where), (*notes, "16 bits made 8"))
    if image.mode == "F":
        raise DataError("has numbers of unknown range in place of colours (mode F).", field=where, hint=_HINT)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        image = Image.alpha_composite(white, image)
        notes.append("transparency laid on white")
    elif image.mode != "RGB":
        notes.append(f"{_MODES.get(image.mode, image.mode)} made RGB")
    return Picture(np.array(image.convert("RGB"), dtype=np.uint8), tuple(notes))


_MODES = {"P": "palette", "L": "grey", "1": "black and white", "LA": "grey", "PA": "palette"}


def _from_sixteen_bits(image: Any, where: str) -> NDArray[np.uint8]:  # noqa: ANN401
    """Greys from 0 to 65,535 as three equal bytes, rounded down."""
    values = np.array(image)
    if values.min(initial=0) < 0 or values.max(initial=0) > 0xFFFF:
        raise DataError("has greys outside 0 to 65,535.", field=where, hint=_HINT)
    grey = (values.astype(np.uint32) >> 8).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)


def squared(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """A picture stretched to a square, bicubic with antialiasing, so that nothing at its edges is lost.

    Args:
        pixels: uint8, shape ``(height, width, 3)``.
        side: Pixels of the square's side, at least 1.

    Returns:
        uint8, shape ``(side, side, 3)``; the same array where it has that shape already.
    """
    if pixels.shape[:2] == (side, side):
        return pixels
    from PIL import Image

    image = Image.fromarray(pixels).resize((side, side), Image.Resampling.BICUBIC)
    return np.array(image, dtype=np.uint8)
