"""What every registered task and protocol must keep; a new entry is found by itself."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from typing import get_args

import pytest

from xstilts import lab, metrics
from xstilts.errors import DataError, StudyError
from xstilts.languages import spoken
from xstilts.noise import NOISES
from xstilts.planning.resolved import ResolvedNames
from xstilts.protocols import PROTOCOLS, Protocol
from xstilts.sources import data_map
from xstilts.sources.records import options, rows
from xstilts.sources.source import SourceKind
from xstilts.sources.views import VIEWS, parsed
from xstilts.studies.spec import Study
from xstilts.tasks import TASKS, Kind, Task, union
from xstilts.training.contrast import Contrast

LABELLED = (Kind.CLASSIFICATION, Kind.TAGGING, Kind.VISUAL_CLASSIFICATION)
POOLINGS = ("mean", "mean-content", "first")
HYPERPARAMETERS = {
    "epochs", "steps", "batch_size", "learning_rate", "warmup", "weight_decay", "max_grad_norm", "max_length", "stride",
    "source",
}  # fmt: skip

every_task = pytest.mark.parametrize("task", list(TASKS), ids=TASKS.names())
every_protocol = pytest.mark.parametrize("protocol", list(PROTOCOLS), ids=PROTOCOLS.names())


@every_task
def test_an_entry_is_frozen_and_registered_under_its_name(task: Task) -> None:
    assert TASKS.get(task.name) is task
    with pytest.raises(FrozenInstanceError):
        task.name = "other"  # type: ignore[misc]


@every_task
def test_an_entry_says_what_people_need_to_know(task: Task) -> None:
    assert task.title
    assert task.licence
    assert task.citation


@every_task
def test_languages_are_in_the_table_and_once(task: Task) -> None:
    assert task.languages
    assert len(set(task.languages)) == len(task.languages)
    for code in task.languages:
        spoken(code)
    assert set(task.codes) <= set(task.languages)
    assert task.hub is None or set(task.hub.languages or ()) <= set(task.languages)
    for split, codes in task.hub.missing.items() if task.hub else ():
        assert split in task.hub.splits
        assert set(codes) <= set(task.hub.languages or task.languages)


@every_task
def test_labels_fit_the_kind(task: Task) -> None:
    if task.kind in LABELLED and not task.label_file:
        assert len(task.labels) >= 2
        assert len(set(task.labels)) == len(task.labels)
    else:
        assert task.labels == ()


@every_task
def test_metrics_exist_for_the_kind(task: Task) -> None:
    assert task.metrics, "the first metric is the headline"
    for name in task.metrics:
        metrics.get(task.kind, name, task.rule)


@every_task
def test_splits_have_sizes_or_none(task: Task) -> None:
    assert task.splits
    assert all(size is None or size > 0 for size in task.splits.values())
    assert set(task.files) <= set(task.splits)
    assert task.hub is None or set(task.hub.splits) <= set(task.splits)


@every_task
def test_every_missing_source_has_a_reason(task: Task) -> None:
    assert set(union.SOURCES) == set(get_args(SourceKind))
    for source in union.SOURCES:
        present = source in union.sources(task)
        assert present != bool(task.no_source.get(source)), f"{source}: either an entry or a reason in no_source"


def training_as_a_target(task: Task, protocol: str, source: SourceKind) -> tuple[tuple[str, ...], ...] | None:
    """The phases that train for a task where it is the target of a study; None where it is refused."""
    root = {"name": "x", "question": "?", "bases": ["lab-tiny"], "source": source, "protocol": protocol}
    names = ResolvedNames.of(Study.model_validate(root | {"targets": [task.name]}))
    try:
        return tuple(names.targets[0].phases)
    except (StudyError, DataError):
        return None


@every_task
def test_a_task_is_a_target_under_some_protocol_or_says_why_not(task: Task) -> None:
    asked = [(one.name, source) for one in PROTOCOLS for source in ("lab", "hub")]
    found = [phases for name, source in asked if (phases := training_as_a_target(task, name, source)) is not None]
    assert bool(found) != bool(task.no_target), "a protocol names it, it has training data in the pivot, or no_target"
    if ((task.name,),) in found:  # it trains itself
        assert "train" in task.splits
        assert {"en", lab.PIVOT} & set(task.languages)


@every_task
def test_what_a_protocol_trains_for_its_targets_is_what_it_says(task: Task) -> None:
    for protocol in PROTOCOLS:
        if task.name in protocol.trains:
            source = "hub" if task.label_file and not task.lab else "lab"  # the lab has no labels without a twin
            assert training_as_a_target(task, protocol.name, source) == tuple(protocol.trains[task.name])


@every_task
def test_a_union_is_made_of_tasks_like_itself_and_has_no_examples_of_its_own(task: Task) -> None:
    for part in union.members(task) if task.union else ():
        assert not part.union
        assert (part.kind, part.labels, part.rule) == (task.kind, task.labels, task.rule)
        assert set(task.languages) <= set(part.languages)
        assert set(task.splits) <= set(part.splits)
        assert part.non_commercial is not True or task.non_commercial
    assert not task.union or (not task.files and task.hub is None and task.lab is None)


@every_task
def test_files_name_a_format_and_options_that_exist(task: Task) -> None:
    for split, spec in task.files.items():
        for part in data_map.from_spec(spec, "xx", f"{task.name}.{split}"):
            rows.check_columns(task, part.row_options, part.where)
            assert label_targets(task, part.row_options.labels) <= set(task.labels)


@every_task
def test_several_languages_never_share_a_file_unless_its_rows_say_whose_they_are(task: Task) -> None:
    for _, spec in task.files.items():
        paths = spec.path if isinstance(spec.path, tuple) else (spec.path,)
        marks = "{language}", "{context}"
        told_apart = any(mark in path for path in paths for mark in marks) or spec.options.get("where")
        assert told_apart or len(task.languages) == 1


@every_task
def test_the_hub_is_named_in_full_with_options_that_exist(task: Task) -> None:
    if task.hub is None:
        return
    owner, _, name = task.hub.repo.partition("/")
    assert owner
    assert name
    parsed = options.parse(task.hub.options, task.hub.repo)
    rows.check_columns(task, parsed, task.hub.repo)
    assert label_targets(task, parsed.labels) <= set(task.labels)


def label_targets(task: Task, labels: object) -> set[str]:
    """The label names that a mapping leads to; choices are numbers and have none."""
    assert isinstance(labels, dict)
    if task.kind is Kind.MULTIPLE_CHOICE:
        assert all(isinstance(target, int) for target in labels.values())
        return set()
    return set(labels.values())


@every_task
def test_the_twin_asks_the_same(task: Task) -> None:
    if task.lab is None:
        return
    twin = lab.TWINS.get(task.lab)
    assert twin.kind == task.kind
    # the lab may need fewer tags, never others; and it has every split that a study can ask for
    assert set(twin.labels) <= set(task.labels) or task.label_file
    assert task.kind is Kind.TAGGING or tuple(twin.labels) == task.labels
    assert {"train", "dev", "test"} & set(task.splits) <= set(twin.splits)


@every_task
def test_what_people_wrote_names_the_clean_task_and_a_noise(task: Task) -> None:
    if task.people:
        clean = TASKS.get(task.people.of)
        assert (clean.kind, clean.languages, clean.metrics) == (task.kind, task.languages, task.metrics)
        assert task.people.noise in NOISES


@every_task
def test_overlaps_name_tasks_and_say_why(task: Task) -> None:
    for name, overlap in task.overlaps.items():
        assert name in TASKS
        assert overlap.why


@every_protocol
def test_a_protocol_names_registered_tasks(protocol: Protocol) -> None:
    assert PROTOCOLS.get(protocol.name) is protocol
    for target, phases in protocol.trains.items():
        for name in (target, *(task for phase in phases for task in phase)):
            assert name in TASKS
    for name in (*protocol.languages, *protocol.data_versions):
        assert name in TASKS


@every_protocol
def test_a_protocol_scores_languages_that_its_tasks_have(protocol: Protocol) -> None:
    for name, codes in protocol.languages.items():
        assert name in protocol.trains
        assert set(codes) <= set(TASKS.get(name).languages)


@every_protocol
def test_training_phases_can_be_trained_and_end_in_the_targets_kind(protocol: Protocol) -> None:
    for target, phases in protocol.trains.items():
        for phase in phases:
            assert phase
            assert all("train" in TASKS.get(name).splits for name in phase)
        last = {TASKS.get(name).kind for name in phases[-1]} if phases else set()
        headless = TASKS.get(target).kind is Kind.RETRIEVAL
        assert headless or last == {TASKS.get(target).kind}


@every_protocol
def test_stages_before_the_targets_own_training_are_named_as_hidden(protocol: Protocol) -> None:
    for target, phases in protocol.trains.items():
        own = 0 if TASKS.get(target).kind is Kind.RETRIEVAL else 1
        before = {name for phase in phases[: len(phases) - own] for name in phase}
        assert set(protocol.hidden_stages(target)) == before
        assert all(protocol.hidden_stages(target).values())


@every_protocol
def test_hyperparameters_have_names_that_studies_know(protocol: Protocol) -> None:
    for key, values in protocol.hyperparameters.items():
        assert parsed(key)[0] in TASKS or key in {*Kind, *VIEWS}  # a task as a view sees it, or every task under a view
        of_view = {item.name for item in fields(Contrast)} if parsed(key)[1] or key in VIEWS else set()
        assert set(values) <= HYPERPARAMETERS | of_view


@every_protocol
@pytest.mark.parametrize("depth", [1, 2, 3, 6, 12, 24, 48])
def test_the_retrieval_layer_is_one_of_the_encoders(protocol: Protocol, depth: int) -> None:
    assert 1 <= protocol.retrieval_layer(depth) <= depth
    assert protocol.retrieval_pooling in POOLINGS
