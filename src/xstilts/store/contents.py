"""What the folder of one node holds, beside what it should hold."""

from __future__ import annotations

import os
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from xstilts.disk import file_sha256, json_text, open_file, parsed, shape_of
from xstilts.errors import CorruptNodeError, StoreError
from xstilts.store.provenance import PROVENANCE, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

FOREIGN = "was not written by xstilts"
PRUNED = "pruned.json"
"""Lists the files that retention dropped from a node; see :mod:`xstilts.store.retention`."""
_TICK = 1_000_000_000
"""Nanoseconds; a file that changed less than this ago may change again and show the same times."""
_KNOWN: dict[tuple[str | int, ...], str] = {}
"""What a process hashed: path, size, times, device and number of a file -> its sha256."""
_GONE = "is gone"


class Fault(NamedTuple):
    """What is wrong with one file of a node.

    Attributes:
        name: Its path, relative to the folder of the node.
        what: What is wrong (``is gone``).
        damage: Whether what was written has changed; else it is out of reach only, or was put there by someone else.
    """

    name: str
    what: str
    damage: bool = True


def provenance_of(folder: Path) -> dict[str, Any]:
    """The provenance of the node in ``folder`` (see :func:`xstilts.store.provenance.describe`).

    Raises:
        CorruptNodeError: If it is not what was written, or is that of another node.
        StoreError: If it is out of reach, since this user may not read it.
    """
    key, kind = folder.name, folder.parent.name
    what = _unreadable(folder, PROVENANCE)
    if what is not None:
        raise error_of(folder, what)
    try:
        with open_file(folder / PROVENANCE) as file:
            facts = opened(file.read())
        named, said = facts["key"], facts["node"]["kind"]
        whole = all(isinstance(entry["bytes"], int) and entry["sha256"] for entry in facts["files"].values())
    except OSError as error:
        raise error_of(folder, _of_error(PROVENANCE, error)) from error
    except ValueError as error:
        raise corrupt(folder, PROVENANCE, str(error)) from None
    except (KeyError, TypeError, AttributeError):
        raise corrupt(folder, PROVENANCE, "cannot be read: it has not the fields of a provenance") from None
    if named != key or said != kind or not whole:
        raise corrupt(folder, PROVENANCE, f"cannot be that of this node: it names the {said} node {str(named)[:12]}")
    return facts


def dropped(folder: Path) -> list[str]:
    """Relative paths of the files that retention dropped from a node; empty for a whole one.

    Raises:
        CorruptNodeError: If the list is not what was written.
        StoreError: If it is out of reach.
    """
    what = _unreadable(folder, PRUNED)
    if what is not None and what.what == _GONE:
        return []
    if what is not None:
        raise error_of(folder, what)
    try:
        with open_file(folder / PRUNED) as file:
            text = file.read()
        data: Any = parsed(text)
        whole = all(isinstance(name, str) for name in data["dropped"]) and json_text(data).encode() == text
    except OSError as error:
        raise error_of(folder, _of_error(PRUNED, error)) from error
    except (ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise corrupt(folder, PRUNED, "cannot be read")
    return list(data["dropped"])


def present_files(folder: Path, provenance: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The files that a node must have now: those of its provenance without the dropped ones."""
    gone = set(dropped(folder))
    return {name: facts for name, facts in provenance["files"].items() if name not in gone}


def changed_files(
    folder: Path, files: Mapping[str, Mapping[str, Any]], sha256: Callable[[Path], str] | None
) -> Iterator[Fault]:
    """What is wrong with ``files`` of the node in ``folder``.

    Args:
        folder: The node.
        files: Relative path -> ``bytes`` and ``sha256``.
        sha256: What hashes a file; None: sizes are compared and no file is read.
    """
    for name, facts in files.items():
        path = folder / name
        what = _unreadable(folder, name)
        if what is not None:
            yield what
            continue
        try:
            size = path.stat().st_size
            if size != facts["bytes"]:
                yield Fault(name, f"has {size} bytes instead of {facts['bytes']}")
            elif sha256 is not None and sha256(path) != facts["sha256"]:
                yield Fault(name, "its bytes changed")
        except OSError as error:
            yield _of_error(name, error)


def foreign_files(folder: Path, known: Iterable[str]) -> Iterator[Fault]:
    """What lies in ``folder`` and is not one of the files ``known``; what a killed retention left is passed over."""
    names = {*known, PROVENANCE, PRUNED}
    for place, below, files in os.walk(folder):
        links = [name for name in below if Path(place, name).is_symlink()]
        for path in sorted(Path(place, name) for name in (*links, *files)):
            name = path.relative_to(folder).as_posix()
            if name not in names and not is_leftover(path):
                yield Fault(name, FOREIGN, damage=False)


def is_leftover(path: Path) -> bool:
    """Whether a file is what older versions of xstilts left in a node when they were killed at its retention."""
    return path.name.startswith(f".{PRUNED}.")


def sha256_once(path: Path) -> str:
    """The sha256 of a file, read again only when its size, its times or the file itself changed.

    Raises:
        OSError: If it cannot be read, or is no file.
    """
    facts = path.stat()
    seen = (str(path), facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_dev, facts.st_ino)
    if seen in _KNOWN:
        return _KNOWN[seen]
    found = file_sha256(path)
    if time.time_ns() - max(facts.st_mtime_ns, facts.st_ctime_ns) > _TICK:
        _KNOWN[seen] = found
    return found


def weights_of(names: Iterable[str]) -> set[str]:
    """The parts of a model (``encoder``, ``heads``) whose weights the files with these relative paths hold."""
    found = (name for name in names if name.endswith(".safetensors"))
    return {"heads" if name.startswith("heads/") else "encoder" for name in found}


def corrupt(folder: Path, name: str, what: str) -> CorruptNodeError:
    """The error that says which file of the node in ``folder`` is not what was written, and what to do."""
    store = shlex.quote(str(folder.parents[2]))
    return CorruptNodeError(
        f"{name} of the {folder.parent.name} node {folder.name[:12]}: {what}.",
        field=str(folder / name),
        hint=f"Delete the folder of the node with all that was made from it: `xstilts verify --repair --store {store}`."
        " Then run the study again.",
    )


def error_of(folder: Path, fault: Fault) -> StoreError:
    """The error that a fault amounts to for whoever needs the node."""
    if fault.damage:
        return corrupt(folder, fault.name, fault.what)
    said = f"{fault.name} of the {folder.parent.name} node {folder.name[:12]}: {fault.what}."
    hint = "Move or delete it" if fault.what == FOREIGN else "Let this user read it"
    return StoreError(said, field=str(folder / fault.name), hint=f"{hint}, then run again.")


def _unreadable(folder: Path, name: str) -> Fault | None:
    """Why a file of a node cannot be read, as far as that shows without opening it."""
    try:
        shape = shape_of(folder / name)
    except OSError as error:
        return _of_error(name, error)
    if shape == "a file":
        return None
    return Fault(name, _GONE if shape == "nothing" else f"is {shape} instead of a file")


def _of_error(name: str, error: OSError) -> Fault:
    if isinstance(error, FileNotFoundError):
        return Fault(name, _GONE)
    return Fault(name, f"cannot be read: {error.strerror}", damage=not isinstance(error, PermissionError))
