"""Trackers see the losses of a run; nothing of them reaches a node, and what is missing is said in one paragraph."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from toy_nodes import toy
from xstilts.errors import InputError, UnknownNameError
from xstilts.execution.events import NodeFinished, NodeProgress, NodeStarted
from xstilts.execution.tracking import TRACKERS, tracked
from xstilts.store.node import Progress

if TYPE_CHECKING:
    from pathlib import Path

NODE = toy("one")


def events():
    def told(step: int, loss: float | None) -> NodeProgress:
        return NodeProgress(NODE, Progress(NODE.key, NODE.label, step, 2, loss))

    return [NodeStarted(NODE), told(1, 0.5), told(2, 0.25), told(2, None), NodeFinished(NODE, 3.0)]


def run(name: str | None, folder: Path) -> list[object]:
    seen: list[object] = []
    with tracked(name, folder, "study", seen.append) as on_event:
        for event in events():
            on_event(event)
    return seen


class Calls:
    """A module that writes down what it is asked."""

    def __init__(self) -> None:
        self.made: list[tuple[str, Any]] = []

    def __getattr__(self, name: str):
        def call(*args: Any, **named: Any) -> Calls:
            self.made.append((name, (*args, *named.values())))
            return self

        return call

    def of(self, name: str) -> list[Any]:
        return [args for called, args in self.made if called == name]


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch):
    def put(name: str) -> Calls:
        calls = Calls()
        monkeypatch.setitem(sys.modules, name, calls)
        for variable in ("WANDB_MODE", "MLFLOW_TRACKING_URI", "TRACKIO_DIR"):
            monkeypatch.delenv(variable, raising=False)
        return calls

    return put


@pytest.mark.parametrize(("name", "log", "end"), [("wandb", "log", "finish"), ("trackio", "log", "finish"),
                                                  ("mlflow", "log_metric", "end_run")])  # fmt: skip
def test_a_tracker_gets_every_loss_and_is_closed(module, tmp_path: Path, name: str, log: str, end: str):
    calls = module(name)
    run(name, tmp_path)
    logged = [args for args in calls.of(log) if "loss" in str(args)]
    assert ["0.5" in str(args) for args in logged] == [True, False]
    assert all(NODE.key[:8] in str(args) for args in logged)
    assert calls.made[-1][0] == end


def test_weights_and_biases_stays_offline_unless_the_user_says_otherwise(module, tmp_path: Path, monkeypatch):
    calls = module("wandb")
    run("wandb", tmp_path)
    assert calls.of("init") == [("study", str(tmp_path), "offline")]
    monkeypatch.setenv("WANDB_MODE", "online")
    run("wandb", tmp_path)
    assert calls.of("init")[-1][-1] == "online"


def test_mlflow_writes_beside_the_report_unless_a_server_is_named(module, tmp_path: Path, monkeypatch):
    calls = module("mlflow")
    run("mlflow", tmp_path)
    assert calls.of("set_tracking_uri") == [(f"sqlite:///{tmp_path / 'mlflow.db'}",)]
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://here")
    run("mlflow", tmp_path)
    assert len(calls.of("set_tracking_uri")) == 1


def test_tensorboard_writes_files_that_it_can_read(tmp_path: Path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    run("tensorboard", tmp_path)
    read = EventAccumulator(str(tmp_path / "tensorboard"))
    read.Reload()
    (tag,) = (tag for tag in read.Tags()["scalars"] if tag.startswith("loss/"))
    assert [(one.step, one.value) for one in read.Scalars(tag)] == [(1, 0.5), (2, 0.25)]


@pytest.mark.parametrize("name", [None, "wandb"])
def test_what_watches_the_run_anyway_sees_all(module, tmp_path: Path, name: str | None):
    module("wandb")
    assert run(name, tmp_path) == events()


def test_without_a_tracker_nothing_is_written(tmp_path: Path):
    run(None, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", TRACKERS.names())
def test_a_missing_package_is_named_with_how_to_get_it(monkeypatch, tmp_path: Path, name: str):
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(InputError, match=f"needs the package {name}") as caught:
        run(name, tmp_path)
    assert f"xstilts[{name}]" in str(caught.value)


def test_a_tracker_that_does_not_open_is_one_paragraph(monkeypatch, tmp_path: Path):
    def refuse(**_: object) -> None:
        raise RuntimeError("no room")

    monkeypatch.setitem(sys.modules, "wandb", SimpleNamespace(init=refuse))
    with pytest.raises(InputError, match="wandb cannot be opened: RuntimeError: no room"):
        run("wandb", tmp_path)


def test_an_unknown_tracker_is_refused_with_the_nearest(tmp_path: Path):
    with pytest.raises(UnknownNameError, match="tensorbord"):
        run("tensorbord", tmp_path)
