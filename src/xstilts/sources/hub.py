"""The source ``hub``: data sets on the Hugging Face Hub, at a pinned commit where one is known.

Nothing here runs code from the hub: data sets that still need a loading script are read from their Parquet branch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError
from xstilts.sources.data_map import no_translations
from xstilts.sources.formats import Record
from xstilts.sources.records import check, rows
from xstilts.sources.records.options import RowOptions, as_json, parse
from xstilts.sources.records.placeholders import code_of, filled
from xstilts.tasks.base import TRANSLATED_TEST, Kind
from xstilts.tasks.inline import LABELLED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import datasets

    from xstilts.sources.arrow import Example
    from xstilts.sources.source import Source
    from xstilts.tasks.base import HubSpec, Task

_PARQUET_BRANCH = "refs/convert/parquet"
ASSUMED_SIZE = 10_000
"""Examples that a split without a published size is taken to have, for the plan's costs."""


@dataclass(frozen=True)
class _Piece:
    """One split of the hub: its config (None for the only one), its name, and how messages call it."""

    config: str | None
    split: str
    where: str


def spec(task: Task, split: str) -> HubSpec:
    """The task's place on the hub.

    Raises:
        DataError: If it has none, or not this split.
    """
    if task.hub is None:
        why = task.no_source.get("hub", "it has no copy there")
        raise DataError(f"{task.name} is not on the hub: {why}.", field="source", value=task.name)
    if split == TRANSLATED_TEST:
        raise no_translations(task, task.hub.repo)
    if split not in task.hub.splits:
        message = f"{task.name} has no split {split!r} on the hub."
        raise DataError(message, field=task.hub.repo, value=split, allowed=task.hub.splits)
    return task.hub


def languages(task: Task, split: str) -> tuple[str, ...]:
    """The languages in which the hub's copy has the split."""
    if task.hub is None or split not in task.hub.splits:
        return ()
    return tuple(code for code in copied(task) if code not in task.hub.missing.get(split, ()))


def copied(task: Task) -> tuple[str, ...]:
    """The languages of the hub's copy, whatever the split."""
    if task.hub is None:
        return ()
    return task.languages if task.hub.languages is None else task.hub.languages


def has(task: Task, language: str, split: str) -> bool:
    """Whether the hub's copy has the split in the language."""
    return language in languages(task, split)


def expected_size(task: Task, split: str) -> int:
    """The published number of examples, or ``ASSUMED_SIZE``."""
    return task.splits.get(split) or ASSUMED_SIZE


def fingerprint(task: Task, language: str, split: str, source: Source) -> dict[str, Any]:
    """Repository, config, split, commit (None while unpinned) and row options; needs no network."""
    place = spec(task, split)
    options = parse(_row_mapping(place, task, language), place.repo)
    return {
        "source": "hub",
        "repo": place.repo,
        "config": _filled(place.config, task, language),
        "split": place.splits[split],
        "parquet": place.parquet and _parquet_pattern(place, task, language, place.splits[split]),
        "revision": source.revisions.get(place.repo, place.revision),
        "options": as_json(options),
    }


def _filled(pattern: str | None, task: Task, language: str) -> str | None:
    return None if pattern is None else filled(pattern, code_of(language, task.codes))


def _pieces(place: HubSpec, task: Task, language: str, split: str) -> list[_Piece]:
    """The hub splits that form one of ours, in the order in which they are read (see ``HubSpec.splits``)."""
    pieces = []
    for text in place.splits[split].split("+"):
        own, colon, name = text.rpartition(":")
        config = own if colon else _filled(place.config, task, language)
        pieces.append(_Piece(config, name, f"{place.repo}:{config or 'default'}:{name}"))
    return pieces


def _parquet_pattern(place: HubSpec, task: Task, language: str, split: str) -> str:
    config = _filled(place.config, task, language) or "default"
    pattern = (place.parquet or "").replace("{config}", config).replace("{split}", split)
    return _filled(pattern, task, language) or ""


def _row_mapping(place: HubSpec, task: Task, language: str) -> dict[str, Any]:
    mapping = dict(place.options)
    if "where" in mapping:
        mapping["where"] = {
            key: _filled(value, task, language) if isinstance(value, str) else value
            for key, value in mapping["where"].items()
        }
    return mapping


def examples(task: Task, language: str, split: str, source: Source, tally: rows.ReadCounts) -> Iterator[Example]:
    """The checked examples of one split.

    Raises:
        DataError: If the hub has no such data set, config or split, or cannot be reached.
    """
    place = spec(task, split)
    options = parse(_row_mapping(place, task, language), place.repo)
    rows.check_columns(task, options, place.repo)
    loaded = [(piece, _load(place, task, language, piece, source)) for piece in _pieces(place, task, language, split)]
    records = chain.from_iterable(_records(held, task, options, piece.where) for piece, held in loaded)
    built = rows.build(task, split, records, options, tally)
    return check.checked(task, built, f"{task.name} {language} {split} ({place.repo})", tally)


def _load(place: HubSpec, task: Task, language: str, piece: _Piece, source: Source) -> datasets.Dataset:
    import datasets

    revision = source.revisions.get(place.repo, place.revision)
    try:
        if place.parquet is not None:
            pattern = _parquet_pattern(place, task, language, piece.split)
            files = f"hf://datasets/{place.repo}@{revision or _PARQUET_BRANCH}/{pattern}"
            return datasets.load_dataset("parquet", data_files={piece.split: files}, split=piece.split)
        return datasets.load_dataset(place.repo, piece.config, split=piece.split, revision=revision)
    except (*failures(), datasets.exceptions.DatasetsError) as error:
        raise _plain(error, piece.where, revision) from error


def failures() -> tuple[type[Exception], ...]:
    """What asking the hub may raise: no network is an error of the HTTP client's own, and none of the system's."""
    from huggingface_hub import errors

    return OSError, ValueError, RuntimeError, errors.HTTPError  # type: ignore[attr-defined]  # of whatever client it has


def _plain(error: Exception, where: str, revision: str | None) -> DataError:
    """Say in plain words what went wrong; the libraries' texts name hosts and stack up, so they stay in the cause."""
    import datasets
    from huggingface_hub import errors

    at = f" at {revision}" if revision else ""
    missing = datasets.exceptions.DatasetNotFoundError, errors.RepositoryNotFoundError
    if isinstance(error, missing):
        hint = "Check its name (owner/name), and log in if it is private or gated."
        return DataError(f"There is no such data set on the hub{at}.", field=where, hint=hint)
    if isinstance(error, errors.RevisionNotFoundError):
        return DataError(f"The data set has no revision {revision!r}.", field=where, value=revision)
    if isinstance(error, FileNotFoundError | ValueError):
        message = f"The data set on the hub has no such config, split or file{at} ({_first_line(error)})."
        return DataError(message, field=where)
    if isinstance(error, datasets.exceptions.DatasetGenerationError):
        return DataError(f"The data set's files on the hub cannot be read ({_first_line(error)}).", field=where)
    if "script" in str(error).lower():
        hint = "Use its Parquet branch (parquet in the task's hub entry)."
        return DataError("The data set needs a loading script, which is never run.", field=where, hint=hint)
    hint = (
        "Check the network, HF_ENDPOINT and HF_HUB_OFFLINE, or read files: --set source=files --set data=DIR. "
        "Without hub or files: `xstilts demo`."
    )
    return DataError(f"The hub cannot be reached ({_first_line(error)}).", field=where, hint=hint)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def _records(loaded: datasets.Dataset, task: Task, options: RowOptions, where: str) -> Iterator[Record]:
    named = task.kind in LABELLED and not options.labels
    decoders = _label_names(loaded) if named else {}
    for number, row in enumerate(loaded):
        fields = row | {name: decode(row[name]) for name, decode in decoders.items()}
        if task.kind is Kind.RETRIEVAL:  # sentences were lines of files, and some copies kept their ends
            fields = {name: _without_line_end(value) for name, value in fields.items()}
        yield Record(f"{where}:{number}", fields)


def _without_line_end(value: object) -> object:
    if isinstance(value, list):
        return [_without_line_end(item) for item in value]
    return value.rstrip("\r\n") if isinstance(value, str) else value


def _label_names(loaded: datasets.Dataset) -> dict[str, Any]:
    """Functions that turn the class numbers of a column (or of its lists) into the hub's own names."""
    found = {}
    for name, feature in loaded.features.items():
        inner = getattr(feature, "feature", feature)
        if not hasattr(inner, "int2str"):
            continue
        if inner is feature:
            found[name] = lambda value, inner=inner: inner.int2str(value) if _is_class(value, inner) else value
        else:
            found[name] = lambda values, inner=inner: [inner.int2str(value) for value in values]
    return found


def _is_class(value: object, feature: Any) -> bool:  # noqa: ANN401
    return isinstance(value, int) and 0 <= value < feature.num_classes


def resolve_revisions(tasks: Iterable[Task], source: Source) -> Source:
    """The source with a commit for every repository the tasks need; asks the hub for those not yet known.

    Raises:
        DataError: If a repository does not exist or the hub cannot be reached.
    """
    from huggingface_hub import HfApi

    api = HfApi()
    revisions = dict(source.revisions)
    for place in sorted({task.hub.repo: task.hub for task in tasks if task.hub}.values(), key=lambda hub: hub.repo):
        if place.repo in revisions:
            continue
        asked = place.revision or (_PARQUET_BRANCH if place.parquet else None)
        try:
            revisions[place.repo] = str(api.dataset_info(place.repo, revision=asked).sha)
        except failures() as error:
            raise _plain(error, place.repo, asked) from error
    return replace(source, revisions=revisions)
