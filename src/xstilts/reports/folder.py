"""A report's folder: what is written there, and what an earlier report left there."""

from __future__ import annotations

import json
from contextlib import suppress
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

WRITTEN = ".written.json"
"""The list of what reports wrote into their folder: path to the sha256 of everything that was written there."""
_FOLDERS = ("tables", "figures")


def put(out: Path, files: Mapping[str, str | bytes]) -> None:
    """Write the files of a report, and remove those of an earlier one that it no longer has.

    Only a file is removed that the list of the earlier report names and that still holds what was written then, so a
    file of somebody else, or one that was edited, stays. The list is written before any file, so a report that is
    stopped leaves none behind that the next one does not know.

    Args:
        out: Folder of the report, made if it is missing.
        files: Path below ``out``, with ``/``, to content.

    Raises:
        OSError: If the folder cannot be written.
    """
    before = _written(out)
    now = {name: [sha256(_bytes(content)).hexdigest()] for name, content in files.items()}
    _note(out, {name: sorted({*before.get(name, []), *now.get(name, [])}) for name in {**before, **now}})
    for name, content in files.items():
        _put(out / name, content)
    for name in before.keys() - now.keys():
        _remove(out / name, before[name])
    _note(out, now)


def _written(out: Path) -> dict[str, list[str]]:
    """The list of an earlier report; empty without one, and without names that no report writes."""
    try:
        found = json.loads((out / WRITTEN).read_text(encoding="utf-8"))
        return {str(name): [str(one) for one in hashes] for name, hashes in found.items() if _is_ours(str(name))}
    except (OSError, ValueError, AttributeError, TypeError, RecursionError):
        return {}


def _is_ours(name: str) -> bool:
    parts = PurePosixPath(name).parts
    inside = len(parts) == 1 or (len(parts) == 2 and parts[0] in _FOLDERS)
    return inside and parts[-1] not in ("..", "/") and "\0" not in name


def _remove(path: Path, hashes: list[str]) -> None:
    with suppress(FileNotFoundError, NotADirectoryError):
        if path.is_file() and not path.is_symlink() and sha256(path.read_bytes()).hexdigest() in hashes:
            path.unlink()
        _half(path).unlink()


def _note(out: Path, written: Mapping[str, list[str]]) -> None:
    _put(out / WRITTEN, json.dumps(dict(sorted(written.items())), ensure_ascii=False, indent=1) + "\n")


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _put(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all, so that a kill leaves the report of before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = _half(path)
    half.write_bytes(_bytes(content))
    half.replace(path)


def _half(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")
