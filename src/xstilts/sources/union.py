"""Unions: the examples of several tasks as those of one, each part read from where it lies.

A data map that names the union itself wins over its parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.sources import files
from xstilts.sources.records.rows import ReadCounts
from xstilts.tasks.union import members

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from xstilts.sources.arrow import Example
    from xstilts.sources.source import Source
    from xstilts.tasks.base import Task


def parts(task: Task, source: Source) -> tuple[Task, ...]:
    """The tasks that this one's examples are read from; empty where the source has examples of the task's own."""
    if not task.union or (source.kind == "files" and files.is_mapped(task, source)):
        return ()
    return members(task)


def examples(
    gathered: Sequence[Task], read: Callable[[Task, ReadCounts], Iterable[Example]], tally: ReadCounts
) -> Iterator[Example]:  # fmt: skip
    """All examples of the parts, one part after the other, so that mixing is in proportion to their sizes.

    Args:
        gathered: The parts.
        read: The examples of one part, counting into a tally of its own.
        tally: Counts all parts together; reasons are prefixed with the part's name.

    Yields:
        The parts' examples; ids are prefixed too (``mnli/mnli-train-0``).
    """
    for part in gathered:
        own = ReadCounts()
        for row in read(part, own):
            yield _prefixed(part.name, row)
        tally.read += own.read
        for counts, found in ((tally.rejected, own.rejected), (tally.noted, own.noted)):
            counts.update({f"{part.name}: {reason}": count for reason, count in found.items()})


def _prefixed(name: str, row: Example) -> Example:
    gold = {"gold": [f"{name}/{identity}" for identity in row["gold"]]} if "gold" in row else {}
    return row | {"id": f"{name}/{row['id']}"} | gold
