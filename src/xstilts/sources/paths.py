"""The files that a path of a data map names: inside the data folder, none twice, and no leftovers of other programs."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from xstilts.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST_PATH = 4096
LONGEST_NAME = 255
"""Bytes of a path, and of each name in it, that file systems hold."""

_LEFTOVERS = ("__MACOSX", "Thumbs.db", "desktop.ini")


def check_written(path: str, where: str) -> None:
    """Refuse what can't be a path.

    Raises:
        DataError: If it holds a NUL or half a character, or is longer than a file system allows.
    """
    try:
        size, names = len(path.encode()), [len(name.encode()) for name in path.split("/")]
    except UnicodeEncodeError as error:
        raise DataError("holds half a character (a lone surrogate); expected a path.", field=where) from error
    if "\0" in path:
        raise DataError(f"is {path[:80]!r}, which holds a NUL; expected a path.", field=where)
    if size > LONGEST_PATH or max(names) > LONGEST_NAME:
        message = f"is a path of {size:,} bytes, {path[:40]!r} …; expected at most {LONGEST_PATH:,}, and {LONGEST_NAME}"
        raise DataError(f"{message} for a name in it.", field=where)


def exists(root: Path, pattern: str) -> bool:
    """Whether the folder has a file; with ``*`` in the path, any file that it matches."""
    return _is_file(root / pattern, pattern) or ("*" in pattern and any(_matching(root, pattern, pattern)))


def _is_file(path: Path, where: str) -> bool:
    try:
        return path.is_file()
    except OSError as error:  # a folder that may not be entered, a name too long together with its folder's
        raise DataError(f"names a file that cannot be read ({error.strerror or error}).", field=where) from error


def find(root: Path, patterns: Sequence[str], where: str, access: str = "") -> list[Path]:
    """The files that paths stand for; one with ``*`` for all that it matches, in the order of their names.

    Args:
        root: The data folder.
        patterns: Paths in it.
        where: What names them, for messages.
        access: Where to get a file that is missing.

    Raises:
        DataError: If a path leaves the folder (also through a link), a file is missing, or one is named twice.
    """
    found = [path for pattern in patterns for path in _matches(root, pattern, where, access)]
    seen: dict[tuple[int, int], Path] = {}
    for path in found:
        state = path.stat()
        # by what the disk calls it: links, hard ones too, are one file under two names
        first = seen.setdefault((state.st_dev, state.st_ino), path)
        if first is not path:
            names = " and ".join(repr(item.relative_to(root).as_posix()) for item in (first, path))
            hint = "Name each file once; patterns must not overlap."
            raise DataError(f"names one file twice, as {names}.", field=where, hint=hint)
    return found


def _matches(root: Path, pattern: str, where: str, access: str) -> list[Path]:
    if "*" not in pattern:
        return [_inside(root, pattern, where, access=access)]
    # before anything is listed: a pattern must not walk through folders outside
    _inside(root, pattern.partition("*")[0] or ".", where, exists=False)
    found = sorted(path.relative_to(root).as_posix() for path in _matching(root, pattern, where))
    if not found:
        message = f"names {pattern!r}; no file in {str(root)!r} matches."
        raise DataError(message, field=where, value=pattern, hint=access or None)
    return [_inside(root, relative, where) for relative in found]


def _matching(root: Path, pattern: str, where: str) -> Iterator[Path]:
    """The files that a pattern matches, but for hidden ones (unless it names such itself) and backups."""
    hidden = any(name.startswith(".") for name in PurePosixPath(pattern).parts)
    try:
        matched = list(root.glob(pattern))
    except (ValueError, NotImplementedError) as error:
        raise DataError(f"is {pattern!r}, which is no pattern of paths ({error}).", field=where) from error
    for path in matched:
        relative = path.relative_to(root)
        if any(_is_leftover(name, hidden) for name in relative.parts):
            continue
        if path.is_symlink() and not path.exists():
            message = f"names {relative.as_posix()!r}, a link to a file that is not there."
            raise DataError(message, field=where, value=relative.as_posix())
        if _is_file(path, where):
            yield path


def _is_leftover(name: str, hidden: bool) -> bool:
    if name.startswith("."):
        return not hidden
    saved = name.startswith("#") and name.endswith("#")  # of Emacs, while a file is open; ~$ is that of Word and Excel
    return saved or name.endswith("~") or name.startswith("~$") or name in _LEFTOVERS


def _inside(root: Path, relative: str, where: str, *, exists: bool = True, access: str = "") -> Path:
    pure = PurePosixPath(relative)
    path = root / relative
    try:
        inside = path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError) as error:
        raise DataError(f"names {relative!r}, a link that leads nowhere.", field=where, value=relative) from error
    if pure.is_absolute() or ".." in pure.parts or not inside:
        hint = "Paths are relative to the data folder and stay inside it, links included."
        raise DataError(
            f"names {relative!r}, which is outside the data folder.", field=where, value=relative, hint=hint
        )
    if exists and not _is_file(path, where):
        if path.is_dir():
            hint = f"Name its files: {relative.rstrip('/')}/*."
            raise DataError(f"names {relative!r}, which is a folder.", field=where, value=relative, hint=hint)
        message = f"names {relative!r}; there is no such file in {str(root)!r}."
        raise DataError(message, field=where, value=relative, hint=access or None)
    return path
