"""One door to all sources: examples, fingerprints, languages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xstilts.randomness import hash_ids, permutation
from xstilts.sources import arrow, files, hub, hub_fallback, lab, switched, union
from xstilts.sources.records.rows import ReadCounts
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import datasets
    import pyarrow as pa

    from xstilts.sources.arrow import Example
    from xstilts.sources.source import Source
    from xstilts.tasks.base import Task


@dataclass(frozen=True)
class Loaded:
    """One split of one language.

    Attributes:
        dataset: The examples in the columns of the task's kind, in the order of the source, held in memory.
        read: Examples read (for retrieval: queries).
        used: Those in ``dataset``.
        rejected: Why the others were left out, with counts; ``over the limit`` is one reason. ``read`` is the sum of
            ``used`` and these.
        noted: What is odd about examples that are kept, with counts; 0 for a value of ``where`` or ``drop`` that no
            record has.
    """

    dataset: datasets.Dataset
    read: int
    used: int
    rejected: Mapping[str, int]
    noted: Mapping[str, int] = field(default_factory=dict)


def load(task: Task, language: str, split: str, source: Source, limit: int | None = None) -> Loaded:
    """Read one split of one language and check every example.

    Args:
        task: Which data set.
        language: BCP-47 code, or a pair such as ``de+en``: translations read together (masked LM), a pair of the data
            set's own (MLQA), or else code-switched items (see ``sources/switched.py``).
        split: Our split name (``train``, ``dev``, ``test``).
        source: Where from.
        limit: Keep this many examples: those with the smallest draws by id, in the order of the source, so that
            parallel sets keep the same items. For retrieval: this many queries, with only their gold candidates.

    Raises:
        DataError: If anything about the data is not as declared; names file and line where there are such.
    """
    tally = ReadCounts()
    table = arrow.table(task.kind, _examples(task, language, split, source, tally))
    kept = table if limit is None else _limited(task.kind, table, limit)
    given, used = _count(task.kind, table), _count(task.kind, kept)
    import datasets  # slow, and not needed to say what is wrong with the data

    rejected = dict(sorted(tally.rejected.items())) | ({"over the limit": given - used} if given > used else {})
    return Loaded(
        datasets.Dataset(kept), given + tally.rejected.total(), used, rejected, dict(sorted(tally.noted.items()))
    )


def _examples(task: Task, language: str, split: str, source: Source, tally: ReadCounts) -> Iterable[Example]:
    pair = _switched(task, language, split, source)
    if pair:
        return switched.examples(task, pair, split, lambda code, own: _examples(task, code, split, source, own), tally)
    parts = union.parts(task, source)
    if parts:
        return union.examples(parts, lambda part, own: _examples(part, language, split, source, own), tally)
    if source.kind == "files":
        return files.examples(task, language, split, source, tally)
    if hub_fallback.is_beside(task, language, split, source):
        return hub_fallback.examples(task, language, split, source, tally)
    if source.kind == "hub":
        return hub.examples(task, language, split, source, tally)
    return lab.examples(task, language, split)


def _switched(task: Task, language: str, split: str, source: Source) -> tuple[str, str] | tuple[()]:
    """The two languages of code-switched items; empty for one language, and for a pair that the data set itself has."""
    # of masked LM a pair is two translations read together, not one item in two languages
    if "+" not in language or task.kind is Kind.MASKED_LM or language in task.languages:
        return ()
    return () if language in languages(task, source, split) else switched.pair(task, language)


def _count(kind: Kind, table: pa.Table) -> int:
    return len(_drawn(kind, table))


def _drawn(kind: Kind, table: pa.Table) -> Sequence[int]:
    """The rows that a limit counts: queries where there are such, else all."""
    if kind is not Kind.RETRIEVAL:
        return range(len(table))
    return [row for row, role in enumerate(table.column("role").to_pylist()) if role == "query"]


def limited(kind: Kind, dataset: datasets.Dataset, limit: int) -> tuple[datasets.Dataset, int]:
    """At most ``limit`` of the examples, as :func:`load` keeps them, and how many were left out."""
    import datasets

    table = dataset.data.table
    kept = _limited(kind, table, limit)
    return datasets.Dataset(kept), _count(kind, table) - _count(kind, kept)


def _limited(kind: Kind, table: pa.Table, limit: int) -> pa.Table:
    """At most ``limit`` examples, chosen by their ids alone, in the given order (see :func:`load`)."""
    import pyarrow as pa

    ids, drawn = table.column("id").to_pylist(), _drawn(kind, table)
    order = permutation(0, "limit", hash_ids(ids[row] for row in drawn), 0)[:limit]
    rows = [drawn[index] for index in order]
    chosen = {ids[row] for row in rows}
    if kind is Kind.RETRIEVAL:
        gold = table.column("gold")
        # a query without its answers could not be scored; other candidates would make the search larger than asked
        chosen |= {candidate for row in rows for candidate in gold[row].as_py()}
    return table.filter(pa.array([identity in chosen for identity in ids])).combine_chunks()


def fingerprint(task: Task, language: str, split: str, source: Source) -> dict[str, Any]:
    """Everything about the source that can change an example, as JSON; reads no example and needs no network.

    Beside the hub, what is missing in the data folder stands under ``needs`` (see ``sources/hub_fallback.py``).

    Raises:
        DataError: If the source does not have the split, or a file is missing.
    """
    pair = _switched(task, language, split, source)
    if pair:
        apart = {code: fingerprint(task, code, split, source) for code in pair}
        return {"source": source.kind, "language": language, "switched": apart}
    parts = union.parts(task, source)
    if parts:
        return {
            "source": source.kind,
            "union": {part.name: fingerprint(part, language, split, source) for part in parts},
        }
    if source.kind == "files":
        return files.fingerprint(task, language, split, source)
    if hub_fallback.is_beside(task, language, split, source):
        return hub_fallback.fingerprint(task, language, split, source)
    if source.kind == "hub":
        return hub.fingerprint(task, language, split, source)
    return lab.fingerprint(task, language, split)


def languages(task: Task, source: Source, split: str) -> tuple[str, ...]:
    """The languages in which this source can give the split (a union: all its parts); empty when it has none.

    Pairs are among them only where the data set itself has them, not code-switched ones.
    """
    parts = union.parts(task, source)
    if parts:
        held = [languages(part, source, split) for part in parts]
        # a union lacks a language that one of its parts lacks
        return tuple(code for code in held[0] if all(code in others for others in held))
    if source.kind == "files":
        return files.languages(task, source, split)
    return hub_fallback.languages(task, source, split) if source.kind == "hub" else lab.languages(task, split)


def expected_size(task: Task, language: str, split: str, source: Source) -> int:
    """A guess at how many examples a split will give, without reading it: for the plan's cost, and nothing else.

    Markers are counted before any record is read, left out or chosen by language; no experiment may rest on it.

    Raises:
        DataError: As :func:`fingerprint`.
    """
    pair = _switched(task, language, split, source)
    if pair:
        # an item is switched only where both languages have it
        return min(expected_size(task, code, split, source) for code in pair)
    parts = union.parts(task, source)
    if parts:
        return sum(expected_size(part, language, split, source) for part in parts)
    if source.kind == "files":
        return files.expected_size(task, language, split, source)
    if hub_fallback.is_beside(task, language, split, source):
        return hub_fallback.expected_size(task, language, split, source)
    return hub.expected_size(task, split) if source.kind == "hub" else lab.expected_size(task, language, split)


def resolve_revisions(tasks: Iterable[Task], source: Source) -> Source:
    """The source with all hub commits filled in; other sources have nothing to resolve.

    Raises:
        DataError: If a repository does not exist or the hub cannot be reached.
    """
    if source.kind != "hub":
        return source
    return hub.resolve_revisions([part for task in tasks for part in union.parts(task, source) or (task,)], source)
