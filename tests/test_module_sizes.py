"""Modules that can be read in one go, in folders that can be looked over."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

SRC = Path(__file__).parents[1] / "src" / "xstilts"
MODULES = sorted(SRC.rglob("*.py"))
LINES = 300
"""Most lines of a module."""

SIBLINGS = 20
"""Most modules of a folder."""

CROWDED: dict[str, str] = {}
"""Folders that may have more modules, and why."""


def test_no_module_is_too_long() -> None:
    long = {str(path.relative_to(SRC)): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert not {name: lines for name, lines in long.items() if lines > LINES}


def test_no_folder_is_crowded_without_a_reason() -> None:
    siblings = Counter(str(path.parent.relative_to(SRC)) for path in MODULES if path.name != "__init__.py")
    crowded = {folder for folder, number in siblings.items() if number > SIBLINGS}
    assert crowded <= CROWDED.keys(), "group the modules by subject, or say why they lie side by side"
    assert CROWDED.keys() <= crowded, "this reason is no longer needed"
