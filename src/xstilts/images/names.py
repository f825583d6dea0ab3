"""Names of images in others' files: relative, and never leading out of the folder or archive that they are for."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath

from xstilts.errors import DataError

LONGEST = 1024
"""Characters of the longest name."""


def checked(name: str, where: str) -> str:
    """The name in its plain form (``./a/b.png`` is ``a/b.png``).

    Raises:
        DataError: If it is empty, too long, holds a NUL, is absolute, or leads upwards.
    """
    pure = PurePosixPath(name)
    bad = "\0" in name or "\\" in name or len(name) > LONGEST or pure.is_absolute() or PureWindowsPath(name).drive
    if bad or ".." in pure.parts or not pure.parts:
        said = f"names the image {name[:80]!r}; expected a relative name without '..' and backslashes."
        raise DataError(said, field=where, value=name[:80])
    return str(pure)
