"""Features of images that somebody extracted before: a grid of vectors for each image, by name.

Two forms are read: one safetensors file with a tensor for each image under its name; or an ``.npy`` array with one row
for each image, beside a file of the same name that ends in ``.txt`` and has the names, one a line. No pickle is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

ENDINGS = (".npy", ".safetensors")
"""How the names of such files end."""
MOST_CELLS, MOST_WIDTH = 1024, 8192
"""Most vectors of an image, and most numbers of a vector."""


def is_given(path: Path) -> bool:
    """Whether a path names features and no images."""
    return path.suffix.lower() in ENDINGS


def files_of(path: Path) -> list[Path]:
    """The files that features lie in."""
    return [path, path.with_suffix(".txt")] if path.suffix.lower() == ".npy" else [path]


def read(path: Path, names: Sequence[str]) -> NDArray[np.float32]:
    """The features of some images.

    Args:
        path: The file.
        names: Which images, in order, each once.

    Returns:
        float32, shape ``(len(names), cells, width)``.

    Raises:
        DataError: If the file cannot be read, an image is missing, or its features are no finite numbers of one shape.
    """
    rows = _of_array(path, names) if path.suffix.lower() == ".npy" else _of_tensors(path, names)
    return np.stack(rows) if rows else np.zeros((0, 1, 1), dtype=np.float32)


def _of_array(path: Path, names: Sequence[str]) -> list[NDArray[np.float32]]:
    beside = path.with_suffix(".txt")
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
        known = beside.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError, EOFError) as error:
        hint = f"Beside {path.name} lies {beside.name} with the names of its rows, one a line."
        raise DataError(f"cannot be read ({error}).", field=str(path), hint=hint) from error
    if array.ndim not in (2, 3) or len(array) != len(known) or len(set(known)) < len(known):
        said = f"has the shape {array.shape}, and {beside.name} has {len(set(known)):,} names in {len(known):,} lines;"
        raise DataError(f"{said} expected one row for each name.", field=str(path))
    places = {name: place for place, name in enumerate(known)}
    _refuse_missing(path, names, places)
    return [_checked(array[places[name]], path, name) for name in names]


def _of_tensors(path: Path, names: Sequence[str]) -> list[NDArray[np.float32]]:
    from safetensors import SafetensorError, safe_open

    found: list[NDArray[np.float32]] = []
    try:
        with safe_open(str(path), framework="np") as file:
            _refuse_missing(path, names, set(file.keys()))
            for name in names:
                found.append(_checked(file.get_tensor(name), path, name))
                if found[-1].shape != found[0].shape:
                    said = f"has {name!r} in the shape {found[-1].shape} and {names[0]!r} in {found[0].shape}."
                    raise DataError(said, field=str(path), value=name)
    except (OSError, SafetensorError, TypeError) as error:
        raise DataError(f"cannot be read ({error}).", field=str(path)) from error
    return found


def _refuse_missing(path: Path, names: Sequence[str], known: Any) -> None:  # noqa: ANN401 - whatever holds names
    lost = [name for name in names if name not in known]
    if lost:
        more = f" and {len(lost) - 1:,} more" if len(lost) > 1 else ""
        raise DataError(f"has no features of the image {lost[0]!r}{more}.", field=str(path), value=lost[0])


def _checked(values: NDArray[Any], path: Path, name: str) -> NDArray[np.float32]:
    grid = values[None] if values.ndim == 1 else values
    cells, width = grid.shape if grid.ndim == 2 else (0, 0)
    if not (0 < cells <= MOST_CELLS and 0 < width <= MOST_WIDTH) or grid.dtype.kind != "f":
        said = f"has {name!r} as {values.dtype} in the shape {values.shape}; expected floats, (cells, width)."
        raise DataError(said, field=str(path), value=name)
    found = np.asarray(grid, dtype=np.float32)
    if not np.isfinite(found).all():
        raise DataError(f"has features of {name!r} that are not finite.", field=str(path), value=name)
    return found
