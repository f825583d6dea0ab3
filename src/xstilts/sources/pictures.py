"""The images that examples name: where they lie, what they are known by, and what they show."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError
from xstilts.images import given, places
from xstilts.images.decoding import decode, squared
from xstilts.sources import files, hub_fallback
from xstilts.sources.dataset import load
from xstilts.sources.formats.opening import sha256

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from xstilts.sources.source import Source
    from xstilts.tasks.base import Task


@dataclass(frozen=True)
class Shown:
    """One image.

    Attributes:
        name: As examples have it.
        sha256: Of its file, or of its pixels in the lab.
        pixels: uint8, shape ``(side, side, 3)``.
        size: Width and height of the image before it was made a square.
        notes: What was converted.
    """

    name: str
    sha256: str
    pixels: NDArray[np.uint8]
    size: tuple[int, int]
    notes: tuple[str, ...]


def named(task: Task, languages: Sequence[str], split: str, source: Source, limit: int | None = None) -> list[str]:
    """The names of all images that examples of these languages have, each once, in the order in which they come."""
    found: dict[str, None] = {}
    for language in languages:
        for names in load(task, language, split, source, limit).dataset["images"]:
            found.update(dict.fromkeys(names))
    return list(found)


def place(task: Task, languages: Sequence[str], split: str, source: Source) -> Path | None:
    """The folder, archive or file of features that a split's images lie in; None for the lab, which draws them.

    Raises:
        DataError: If the data do not say where, it is not there, or languages say different places.
    """
    if source.kind == "lab":
        return None
    read = hub_fallback.resolve if source.kind == "hub" else files.resolve
    options = [part.row_options.images for code in languages for part in read(task, code, split, source)]
    said = {one.place for one in options if one is not None}
    where = f"{task.name} {split}"
    if len(said) != 1:
        hint = "Say for every part: images: {in: FOLDER, names: [NAME]}, with one folder for the whole split."
        raise DataError(f"names {len(said)} places for its images; expected one.", field=where, hint=hint)
    return _inside(said.pop(), files.folder(source), where, task.access)


def _inside(name: str, root: Path, where: str, access: str) -> Path:
    """The place below the data folder; a name without ending also stands for an archive of that name."""
    base = root.resolve()
    for ending in ("", *places.ARCHIVES):
        path = root / f"{name}{ending}"
        if not path.resolve().is_relative_to(base):
            raise DataError(f"has its images in {name!r}, outside the data folder.", field=where, value=name)
        if path.exists():
            return path
    raise DataError(f"has its images in {name!r}, which is not in {str(root)!r}.", field=where, value=name, hint=access)


def is_given(task: Task, languages: Sequence[str], split: str, source: Source) -> bool:
    """Whether features lie there instead of images."""
    found = place(task, languages, split, source)
    return found is not None and given.is_given(found)


def fingerprint(
    task: Task, languages: Sequence[str], split: str, source: Source, limit: int | None = None
) -> dict[str, Any]:
    """What the images are known by: the hash of an archive or file, or of the named files of a folder."""
    found = place(task, languages, split, source)
    if found is None:
        from xstilts.lab.scenes import drawing

        return {"source": "lab", "drawing": drawing.VERSION}
    if given.is_given(found):
        return {"features": [sha256(path) for path in given.files_of(found)]}
    if not found.is_dir():
        return {"archive": sha256(found)}
    names = sorted(named(task, languages, split, source, limit))
    digest = hashlib.sha256()
    for name in names:
        digest.update(f"{name}\0{_of_file(found, name)}\n".encode())
    return {"files": digest.hexdigest()}


def _of_file(folder: Path, name: str) -> str:
    path = folder / name
    if not path.is_file():
        hint = "Are these the images that belong to the annotations?"
        raise DataError(f"has no image {name!r}.", field=str(folder), value=name, hint=hint)
    return sha256(path.resolve())


def shown(names: Sequence[str], found: Path | None, side: int) -> Iterator[Shown]:
    """The images, as pictures of one size.

    Args:
        names: Which, each once.
        found: Where they lie, from :func:`place`.
        side: Pixels of a picture's side.

    Raises:
        DataError: If one cannot be read; names file and image.
    """
    if found is None:
        yield from (_drawn(name, side) for name in names)
        return
    for name, data in places.read(found, names):
        picture = decode(data, f"{found}/{name}")
        height, width = picture.pixels.shape[:2]
        digest = hashlib.sha256(data).hexdigest()
        yield Shown(name, digest, squared(picture.pixels, side), (width, height), picture.notes)


def _drawn(name: str, side: int) -> Shown:
    from xstilts.lab.scenes import drawing

    pixels = drawing.picture(name)
    digest = hashlib.sha256(pixels.tobytes()).hexdigest()
    return Shown(name, digest, squared(pixels, side), (drawing.SIDE, drawing.SIDE), ())


def features(names: Sequence[str], found: Path) -> NDArray[np.float32]:
    """Features that lie there, float32, shape ``(len(names), cells, width)``."""
    return given.read(found, names)
