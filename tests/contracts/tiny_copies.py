"""All tiny copies: those of every module ``tiny_NAME.py`` beside this one, each with its ``HUB`` and ``FILES``."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tiny_rows import TinyFiles, TinyHub

HUB: dict[str, TinyHub] = {}
FILES: dict[str, TinyFiles] = {}

for path in sorted(Path(__file__).parent.glob("tiny_*.py")):
    if path.stem != "tiny_copies":
        module = import_module(path.stem)
        for ours, theirs in ((HUB, module.HUB), (FILES, module.FILES)):
            twice = sorted(set(ours) & set(theirs))
            assert not twice, f"{path.name} has copies that another module has: {twice}"
            ours.update(theirs)
