"""The task that a command is about, and where its examples come from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from xstilts.errors import InputError, ModelError, StudyError, UnknownNameError
from xstilts.studies.load import validate
from xstilts.studies.spec import Study
from xstilts.tasks.base import Kind
from xstilts.using_models.named_task import named_task, source_of

FILES = {"de": {"test": {"path": "t.tsv", "format": "delimited"}}}
OWN = {"kind": "classification", "labels": ["bad", "good"], "files": FILES}


def study(*names: str, **more: Any) -> Study:
    root = {"name": "s", "question": "q", "source": "files", "bases": ["lab-tiny"], "arms": {"none": []},
            "targets": list(names), "tasks": dict.fromkeys(names, OWN), **more}  # fmt: skip
    return validate(root, "s")


def exported(folder: Path, **said: Any) -> str:
    (folder / "xstilts_task.json").write_text(json.dumps(said), encoding="utf-8")
    return str(folder)


def test_a_name_of_our_own_needs_nothing_else():
    assert named_task("xnli").task.name == "xnli"


def test_a_studys_task_is_known_with_it(tmp_path: Path):
    found = named_task("mine", study("mine", "other"))
    assert (found.task.labels, found.files) == (("bad", "good"), FILES)
    assert named_task(None, study("mine")).task.name == "mine"
    with pytest.raises(InputError, match=r"--task: The task is missing.*Allowed: mine, other"):
        named_task(None, study("mine", "other"))


def test_an_export_tells_its_task(tmp_path: Path):
    model = exported(tmp_path, task="mine", **OWN)
    for name in (None, "mine"):
        task, files = named_task(name, model=model)
        assert (task.name, task.kind, task.labels, files) == ("mine", Kind.CLASSIFICATION, ("bad", "good"), FILES)
    bare, files = named_task(None, model=exported(tmp_path, task="mine", kind="tagging", labels=["O", "B"]))
    assert (bare.kind, bare.labels, bare.metrics, files) == (Kind.TAGGING, ("O", "B"), ("accuracy", "f1"), {})
    known = named_task(None, model=exported(tmp_path, task="mnli", kind="classification", labels=["x", "y"]))
    assert known.task.lab is not None  # a name of ours is the task of ours


@pytest.mark.parametrize(
    ("architecture", "labels", "kind", "named"),
    [
        ("XLMRobertaForSequenceClassification", {"1": "good", "0": "bad"}, Kind.CLASSIFICATION, ("bad", "good")),
        ("BertForTokenClassification", {str(n): f"T{n}" for n in (10, 9, 2)}, Kind.TAGGING, ("T2", "T9", "T10")),
        ("BertForQuestionAnswering", {"0": "LABEL_0", "1": "LABEL_1"}, Kind.SPAN_QA, ()),
        ("BertForMultipleChoice", None, Kind.MULTIPLE_CHOICE, ()),
    ],
)
def test_a_model_from_elsewhere_does_what_its_head_can(
    tmp_path: Path, architecture: str, labels: object, kind: Kind, named: tuple[str, ...]
):
    config, folder = {"architectures": [architecture], "id2label": labels}, tmp_path / "xnli"
    folder.mkdir()  # its name says nothing
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    task, files = named_task(None, model=str(folder))
    assert (task.kind, task.labels, files) == (kind, named, {})
    assert named_task("xnli", model=str(folder)).task.labels == ("entailment", "neutral", "contradiction")


@pytest.mark.parametrize("architectures", [None, [], ["XLMRobertaModel"], ["XLMRobertaForMaskedLM"], [5]])
def test_a_model_without_a_head_that_answers_needs_a_task(tmp_path: Path, architectures: object):
    (tmp_path / "config.json").write_text(json.dumps({"architectures": architectures}), encoding="utf-8")
    with pytest.raises(InputError, match=r"--task: The task is missing"):
        named_task(None, model=str(tmp_path))


@pytest.mark.parametrize("labels", [None, {"0": "one"}, {"0": "a", "1": "a"}, {"0": [], "1": "b"}])
def test_labels_that_are_none_are_asked_for(tmp_path: Path, labels: object):
    config = {"architectures": ["BertForSequenceClassification"], "id2label": labels}
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(ModelError, match=r"config\.json: does not name its labels.*--task NAME"):
        named_task(None, model=str(tmp_path))


def test_an_unknown_task_is_answered_with_the_options_that_would_tell_it(tmp_path: Path):
    with pytest.raises(UnknownNameError, match=r"^--task: There is no task called 'mine'.*--study FILE") as caught:
        named_task("mine")
    assert len(str(caught.value)) < 400
    with pytest.raises(UnknownNameError, match="Did you mean 'xnli'"):
        named_task("xnil")
    with pytest.raises(UnknownNameError, match=r"Did you mean 'reviews'.*") as caught:
        named_task("review", study("reviews"))
    assert caught.value.allowed == ["reviews"]
    with pytest.raises(InputError, match=r"--task: The task is missing.*--task NAME.*--study FILE"):
        named_task(None, model=str(tmp_path))


@pytest.mark.parametrize(
    "text",
    [
        "null", "[]", "{", "[" * 100_000, '{"kind": "classification"}', '{"task": 5}', '{"task": "m"}',
        '{"task": "m", "kind": "classification"}', '{"task": "m", "kind": []}',
        '{"task": "m", "kind": "tagging", "x": 1}',
        '{"task": "m", "kind": "masked_lm", "files": {"de": 5}}', '{"task": "m", "kind": "masked_lm", "files": 5}',
        '{"task": "m", "kind": "masked_lm", "metrics": {}}', '{"task": "m", "kind": "masked_lm", "metrics": [[]]}',
    ],
)  # fmt: skip
def test_an_export_that_tells_nonsense_is_refused(tmp_path: Path, text: str):
    (tmp_path / "xstilts_task.json").write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=r"xstilts_task\.json") as caught:
        named_task(None, model=str(tmp_path))
    assert "\n" not in str(caught.value)


def test_the_source_is_the_one_said_else_the_studys_else_the_lab(tmp_path: Path):
    own, ours = named_task("mine", study("mine")), named_task("xnli")
    assert source_of(None, ours, None).kind == "lab"
    assert source_of("hub", ours, None).kind == "hub"
    found = source_of(f"files:{tmp_path}", own, study("mine"))
    assert (found.kind, found.data, found.data_map) == ("files", tmp_path, {"mine": FILES})
    found = source_of(None, own, study("mine", data=str(tmp_path), data_map={"xnli": FILES}))
    assert (found.kind, found.data, dict(found.data_map)) == ("files", tmp_path, {"mine": FILES, "xnli": FILES})
    with pytest.raises(InputError, match=r"--source: The lab has no mine.*--source files:DIR"):
        source_of(None, own, None)
    with pytest.raises(StudyError, match=r"data=DIR"):
        source_of(None, own, study("mine"))
    with pytest.raises(InputError, match=r"^--source: There is no source"):
        source_of("flies:x", ours, None)


def test_a_folders_own_map_comes_before_the_files_that_an_export_tells(tmp_path: Path):
    own = named_task("mine", study("mine"))
    (tmp_path / "xstilts-data.yaml").write_text("mine: {fr: {test: {path: new.tsv, format: delimited}}}\n")
    assert dict(source_of(f"files:{tmp_path}", own, None).data_map) == {}
