"""Reading, hashing and writing what must last: flushed, no waiting for a pipe, refusals of the disk in plain words."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from xstilts.amounts import size
from xstilts.errors import InputError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader
    from pathlib import Path

_FULL = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_IN_THE_WAY = {errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP}
_SHAPES = {
    stat.S_IFDIR: "a folder",
    stat.S_IFREG: "a file",
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}


def json_text(data: object) -> str:
    """The text that :func:`write_json_durably` writes."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def write_json_durably(path: Path, data: object) -> None:
    """Write JSON to a file and flush it to the disk."""
    with path.open("w", encoding="utf-8") as file:
        file.write(json_text(data))
        file.flush()
        os.fsync(file.fileno())
    sync(path.parent)


def write_sorted_json(path: Path, data: object) -> None:
    """Write JSON as people like to read it, names in order; whoever keeps the folder flushes it."""
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def replace_json(path: Path, data: object, work: Path) -> None:
    """Write JSON so that a reader sees the old file or the new one, never a part.

    Args:
        path: The file; its folder is made if it is missing.
        data: What to write.
        work: The file that is written first and then renamed, on the same disk; a killed process leaves it there.
    """
    for folder in (path.parent, work.parent):
        folder.mkdir(parents=True, exist_ok=True)
    write_json_durably(work, data)
    work.replace(path)
    sync(path.parent)


def shape_of(path: Path) -> str:
    """What lies at a path, no link followed: ``a file``, ``a folder``, ``a link``, ``a pipe``, … or ``nothing``.

    Raises:
        OSError: If it cannot be looked at, as when a folder above may not be read.
    """
    try:
        return _SHAPES.get(stat.S_IFMT(path.lstat().st_mode), "a device")
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a null byte in its name
        return "nothing"


@contextmanager
def open_file(path: Path) -> Iterator[BufferedReader]:
    """Open a file for reading; a link and what is no file are refused, and a pipe is not waited for.

    Raises:
        OSError: If it cannot be opened, or is no file.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is no file", str(path))
        file = os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise
    with file:
        yield file


def read_json(path: Path) -> object:
    """The JSON in a file.

    Raises:
        OSError: If it cannot be opened, or is no file (see :func:`open_file`).
        ValueError: If it is no JSON, or nested too deeply.
    """
    with open_file(path) as file:
        return parsed(file.read())


def parsed(text: bytes) -> object:
    """The JSON in ``text``.

    Raises:
        ValueError: If it is no JSON, or nested too deeply.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def file_sha256(path: Path) -> str:
    """The sha256 of a file's bytes, 64 hexadecimal digits.

    Raises:
        OSError: If it cannot be read, or is no file (a link, a pipe); see :func:`open_file`.
    """
    with open_file(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Flush a file, or the names in a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Flush a folder and everything below it to the disk."""
    for path in [*folder.rglob("*"), folder]:
        sync(path)


def at_home(path: Path, field: str) -> Path:
    """The path with ``~`` read as a home; ``field`` says where it was written.

    Raises:
        InputError: If it begins with the home of a user that there is not.
    """
    try:
        return path.expanduser()
    except RuntimeError:
        said = f"{str(path)!r} begins with the home of a user that there is not."
        raise InputError(said, field=field, value=path, hint="Name another folder.") from None


def refuse_file(path: Path, what: str) -> None:
    """Refuse a place where no folder can be, before anything is done for it.

    Args:
        path: The folder that is wanted; need not exist.
        what: What it is for (``store``, ``report``).

    Raises:
        InputError: If it, or what should be a folder above it, is something else, or its path is no path at all.
    """
    for place in (path, *path.parents):
        try:
            if stat.S_ISDIR(place.stat().st_mode):
                return
            why = f"{'it' if place == path else place} is no folder"
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            why = str(error.strerror)
        raise InputError(f"No {what} can lie there: {why}.", field=_short(path), hint="Name another folder.")


def make_folder(path: Path, what: str) -> None:
    """Make a folder that is wanted, unless it is there.

    Raises:
        InputError: If no folder can be there; see :func:`refuse_file`.
        StoreError: If the disk refuses it.
    """
    refuse_file(path, what)
    with in_plain_words(path, what):
        path.mkdir(parents=True, exist_ok=True)


@contextmanager
def in_plain_words(root: Path, what: str = "store", needed: int = 0) -> Iterator[None]:
    """Turn the errors of a full, forbidden or blocked place into a :class:`StoreError` that names it.

    Args:
        root: The folder that is written to.
        what: What the folder is for.
        needed: Bytes that the work is expected to take, 0 when unknown.

    Raises:
        StoreError: In place of the error of the operating system, or of a library that met it.
    """
    try:
        yield
    except Exception as error:
        if _is_full(error):
            said = _full_text(root, what, needed)
            raise StoreError(said, hint="Free some space and run the same command again.") from error
        if isinstance(error, OSError) and _is_below(error.filename, root):
            if error.errno in _FORBIDDEN:
                raise StoreError(f"{error.filename} may not be written: {error.strerror}.") from error
            if error.errno in _IN_THE_WAY or (error.errno == errno.ENOENT and not root.is_dir()):
                said = f"{_short(error.filename)} cannot be made or used for the {what}: {error.strerror}."
                raise StoreError(said, hint="Look at what lies there, or name another folder.") from error
        raise


def _is_full(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return True
        if "No space left on device" in str(error):  # safetensors and Arrow put it into words of their own
            return True
        error = error.__cause__ or error.__context__
    return False


def _full_text(root: Path, what: str, needed: int) -> str:
    text = f"The disk that holds the {what} {root} is full"
    with suppress(OSError):
        text += f": {size(shutil.disk_usage(root).free)} are free"
    return f"{text}; the node needs about {size(needed)}." if needed else f"{text}."


def _is_below(name: object, root: Path) -> bool:
    """Whether a path lies below ``root``, or is a folder above it that would have to be made first."""
    return isinstance(name, str | os.PathLike) and (
        str(name).startswith(str(root)) or str(name) in map(str, root.parents)
    )


def _short(path: object) -> str:
    text = str(path)
    return text if len(text) <= 300 else f"{text[:150]}…{text[-150:]}"
