"""What lies where nodes lie: every node, and everything that is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xstilts.disk import shape_of
from xstilts.errors import XstiltsError
from xstilts.store.node import KIND_VERSIONS, check_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """A node in the store: its key and its kind."""

    key: str
    kind: str


@dataclass(frozen=True)
class Stray:
    """Something among the nodes that is no node, or cannot be looked into.

    Args:
        path: Where it lies.
        what: What it is.
    """

    path: Path
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


def survey(root: Path) -> Iterator[Entry | Stray]:
    """Everything in ``nodes`` and in the folders of its kinds, by kind and key; complete or not.

    Args:
        root: The folder of the store.
    """
    kinds = {}
    for path in _inside(root / "nodes"):
        if isinstance(path, Stray):
            yield path
        elif path.name in KIND_VERSIONS:
            kinds[path.name] = path
        else:
            yield Stray(path, "is no kind of node that this version of xstilts knows")
    for kind in KIND_VERSIONS:
        for path in _inside(kinds[kind]) if kind in kinds else ():
            if (found := path if isinstance(path, Stray) else _node(path, kind)) is not None:
                yield found


def _node(path: Path, kind: str) -> Entry | Stray | None:
    """What a node, or what is in the place of one, is; None when it went while the folder was read."""
    try:
        check_key(path.name)
        shape = shape_of(path)
    except XstiltsError:
        return Stray(path, "is no node: its name is no key (64 hexadecimal digits)")
    except OSError as error:
        return Stray(path, f"cannot be looked at: {error.strerror}")
    if shape == "nothing":
        return None
    return Entry(path.name, kind) if shape == "a folder" else Stray(path, f"is {shape} instead of the folder of a node")


def _inside(folder: Path) -> Sequence[Path | Stray]:
    """What lies in a folder, by name; nothing where there is none."""
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []
    except NotADirectoryError:
        return [Stray(folder, f"is {shape_of(folder)} instead of a folder")]
    except OSError as error:
        return [Stray(folder, f"cannot be looked into: {error.strerror}")]
