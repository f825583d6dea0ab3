"""Splits and languages of a task that are read from the same files in the same way: the same examples twice."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from xstilts.planning.data_nodes import asked_examples
from xstilts.store.canonical import canonical_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from xstilts.store.node import Node


class Same(NamedTuple):
    """One finding: ``leak`` where training data is evaluated on, else ``overlap``."""

    code: str
    task: str
    message: str


def find(nodes: Iterable[Node]) -> Iterator[Same]:
    """What is read twice, told by the files' hashes, so that copies and links are seen too."""
    groups: dict[tuple[str, str], dict[tuple[str, str], str]] = defaultdict(dict)
    for asked in asked_examples(nodes):
        if "parts" in asked.data:
            content, path = _content(asked.data["parts"])
            groups[asked.task, content].setdefault((asked.split, asked.language), path)
    for (task, _), places in groups.items():
        if len(places) > 1:
            named = ", ".join(f"{split} ({language})" for split, language in places)
            leak = len({split == "train" for split, _ in places}) > 1
            why = "it is tested on what it was trained on" if leak else "their examples are the same"
            path = next(iter(places.values()))
            message = f"{named} of {task} are read from the same file, {path!r}, in the same way: {why}."
            yield Same("leak" if leak else "overlap", task, message)


def _content(parts: Iterable[Mapping[str, Any]]) -> tuple[str, str]:
    """What decides the examples of a split, without the names of its files; and the first of these names."""
    parts = list(parts)
    hashes = [[file["sha256"] for file in part["files"]] for part in parts]
    rest = [{name: value for name, value in part.items() if name != "files"} for part in parts]
    return canonical_json([hashes, rest]), parts[0]["files"][0]["path"]
