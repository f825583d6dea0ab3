"""Where images lie: a folder, or a tar or zip that is never unpacked to disk."""

from __future__ import annotations

import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from xstilts.disk import open_file
from xstilts.errors import DataError
from xstilts.images.decoding import MOST_BYTES
from xstilts.images.names import checked

if TYPE_CHECKING:
    from pathlib import Path

ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip")
"""How the names of archives end."""
MOST_MEMBERS = 5_000_000
"""Members of the largest archive."""
_ENCRYPTED = 0x1

Found = Iterator[tuple[str, bytes]]


def is_archive(path: Path) -> bool:
    """Whether a path names an archive, by its ending."""
    return path.name.lower().endswith(ARCHIVES)


def read(place: Path, names: Sequence[str]) -> Found:
    """The bytes of images, in whatever order the place gives them fastest.

    Args:
        place: A folder or an archive.
        names: Names below it, each once.

    Yields:
        Name and bytes, every name once.

    Raises:
        DataError: If the place cannot be read, a name leads out of it, a member is no plain file or too large, a name
            occurs twice, or an image is missing.
    """
    for name in names:
        checked(name, str(place))
    if place.is_dir():
        yield from _of_folder(place, names)
    elif not is_archive(place):
        raise DataError("is no folder and no archive of images.", field=str(place), allowed=("a folder", *ARCHIVES))
    elif place.name.lower().endswith(".zip"):
        yield from _of_zip(place, names)
    else:
        yield from _of_tar(place, names)


def _of_folder(place: Path, names: Sequence[str]) -> Found:
    root = place.resolve()
    for name in names:
        path = (root / name).resolve()
        if not path.is_relative_to(root):
            raise DataError(f"has the image {name!r} as a link out of the folder.", field=str(place), value=name)
        try:
            with open_file(path) as file:
                yield name, _bytes(file, f"{place}/{name}")
        except FileNotFoundError as error:
            raise _missing(place, [name]) from error
        except OSError as error:
            raise DataError(f"cannot be read ({error.strerror or error}).", field=f"{place}/{name}") from error


def _of_zip(place: Path, names: Sequence[str]) -> Found:
    wanted = set(names)
    with _readable(place), zipfile.ZipFile(place) as archive:
        members = archive.infolist()
        kept = _index(place, ((info.filename, info) for info in members if not info.is_dir()), wanted)
        for name, info in kept.items():
            if info.flag_bits & _ENCRYPTED:
                raise DataError(f"has {name!r} encrypted.", field=str(place), value=name)
            with archive.open(info) as file:
                yield name, _bytes(file, f"{place}/{name}")


def _of_tar(place: Path, names: Sequence[str]) -> Found:
    """One pass over the archive, whatever packs it."""
    wanted, met = set(names), set[str]()
    with _readable(place), tarfile.open(place, "r|*") as archive:
        for number, member in enumerate(archive):
            if number >= MOST_MEMBERS:
                raise _crowded(place)
            if member.isdir():
                continue
            name = checked(member.name, str(place))
            if name not in wanted:
                continue
            if name in met:
                raise DataError(f"has {name!r} twice.", field=str(place), value=name)
            file = archive.extractfile(member) if member.isreg() else None
            if file is None:
                raise DataError(f"has {name!r} as a link or device; expected a file.", field=str(place), value=name)
            met.add(name)
            yield name, _bytes(file, f"{place}/{name}")
    if wanted - met:
        raise _missing(place, sorted(wanted - met))


def _index(place: Path, members: Iterator[tuple[str, Any]], wanted: set[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number, (said, member) in enumerate(members):
        if number >= MOST_MEMBERS:
            raise _crowded(place)
        name = checked(said, str(place))
        if name in found:
            raise DataError(f"has {name!r} twice.", field=str(place), value=name)
        if name in wanted:
            found[name] = member
    if wanted - found.keys():
        raise _missing(place, sorted(wanted - found.keys()))
    return found


@contextmanager
def _readable(place: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        said = str(error) or type(error).__name__
        raise DataError(f"is no archive that can be read ({said}).", field=str(place), hint="Is it whole?") from error


def _bytes(file: IO[bytes], where: str) -> bytes:
    """At most one byte more than is allowed, so that a packed member cannot fill the memory."""
    reading: Callable[[int], bytes] = file.read
    data = reading(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise DataError(f"has more than {MOST_BYTES:,} bytes; expected a smaller image.", field=where)
    return data


def _missing(place: Path, names: Sequence[str]) -> DataError:
    more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
    hint = "Are these the images that belong to the annotations?"
    return DataError(f"has no image {names[0]!r}{more}.", field=str(place), value=names[0], hint=hint)


def _crowded(place: Path) -> DataError:
    return DataError(f"has more than {MOST_MEMBERS:,} members.", field=str(place))
