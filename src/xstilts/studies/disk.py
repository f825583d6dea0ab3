"""Writing so that it lasts: flushed files and folders, and a full disk said in plain words."""

from __future__ import annotations

import errno
import json
import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from xstilts.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FULL = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def write_json(path: Path, data: object) -> None:
    """Write JSON to a file and flush it to the disk."""
    with path.open("w", encoding="utf-8") as file:
        json.dump(data, file, ensure_ascii=False, allow_nan=False, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    sync_tree(path.parent, files=False)


def replace_json(path: Path, data: object) -> None:
    """Write JSON so that a reader sees the old file or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{os.getpid()}")
    write_json(new, data)
    new.replace(path)
    sync_tree(path.parent, files=False)


def sync_tree(folder: Path, *, files: bool = True) -> None:
    """Flush a folder to the disk; with ``files`` also everything below it."""
    for path in [*(folder.rglob("*") if files else ()), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def in_plain_words(root: Path, needed: int = 0) -> Iterator[None]:
    """Turn the errors of a full or forbidden disk into a :class:`StoreError` that names the place.

    Args:
        root: The store that is written to.
        needed: Bytes that the node is expected to take, 0 when unknown.

    Raises:
        StoreError: In place of the error of the operating system, or of a library that met it.
    """
    try:
        yield
    except Exception as error:
        if _is_full(error):
            raise StoreError(
                _full_text(root, needed), hint="Free some space and run the same command again."
            ) from error
        if isinstance(error, OSError) and error.errno in _FORBIDDEN and _is_below(error.filename, root):
            raise StoreError(f"{error.filename} may not be written: {error.strerror}.") from error
        raise


def _is_full(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return True
        if "No space left on device" in str(error):  # safetensors and Arrow put it into words of their own
            return True
        error = error.__cause__ or error.__context__
    return False


def _full_text(root: Path, needed: int) -> str:
    text = f"The disk that holds the store {root} is full"
    with suppress(OSError):
        text += f": {size(shutil.disk_usage(root).free)} are free"
    return f"{text}; the node needs about {size(needed)}." if needed else f"{text}."


def _is_below(name: object, root: Path) -> bool:
    return isinstance(name, str | os.PathLike) and str(name).startswith(str(root))


def size(count: float) -> str:
    """A number of bytes for people: ``1.4 GB`` (decimal units)."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"
