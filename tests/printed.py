"""What README and docs print: their pages, the blocks of a page, the commands of a block."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
# Decisions tell what was; what they print need not hold any more.
PAGES = sorted(
    path
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    if "decisions" not in path.parts
)
_BLOCK = re.compile(r"^```(\w*) ?([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Attributes:
        page: Path of the page from the root of the repository.
        line: Its first line, counted from 1.
        language: What follows the fence.
        note: What follows the language: ``file=NAME``, ``commands``, ``refused``, ``summary`` or nothing.
        text: What is in it.
    """

    page: str
    line: int
    language: str
    note: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Command:
    """A line that calls xstilts, without its comment: where it stands, and the words after ``xstilts``."""

    place: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.place} {' '.join(self.words)}"


def blocks(path: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in its order."""
    text = path.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        line = text.count("\n", 0, found.start()) + 2
        yield Block(str(path.relative_to(ROOT)), line, found[1], found[2], found[3])


def commands(block: Block) -> Iterator[Command]:
    """The commands of a block; a ``summary`` of the command line and a form with ``[OPTIONS]`` are none."""
    for line in re.sub(r"\\\n\s*", " ", block.text).splitlines():
        if line.strip().startswith("xstilts ") and block.note != "summary" and "[OPTIONS]" not in line:
            yield Command(str(block), tuple(shlex.split(line, comments=True)[1:]))


ALL_BLOCKS = [block for page in PAGES for block in blocks(page)]
ALL_COMMANDS = [
    command for block in ALL_BLOCKS if block.language in {"", "text", "bash"} for command in commands(block)
]


def _spans(page: Path) -> Iterator[Command]:
    text = re.sub(
        r"^```.*?^```",
        lambda block: re.sub(r"[^\n]", "", block[0]),
        page.read_text(encoding="utf-8"),
        flags=re.DOTALL | re.MULTILINE,
    )
    for found in re.finditer(r"`xstilts ([a-z][^`]*)`", text):
        line = text.count("\n", 0, found.start()) + 1
        yield Command(f"{page.relative_to(ROOT)}:{line}", tuple(re.split(r"\s+", found[1])))


ALL_SPANS = [command for page in PAGES for command in _spans(page)]
"""Commands inside sentences, often without what they need."""
