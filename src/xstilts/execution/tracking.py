"""A run's training losses, also told to a tracker of experiments: tensorboard, Weights & Biases, MLflow or Trackio.

A tracker watches the run as the terminal does. Nothing of it reaches a node, so no key and no result depends on it.
All write to the folder of the report and send nothing; the tracker's own environment variables say otherwise
(``WANDB_MODE``, ``MLFLOW_TRACKING_URI``, ``TRACKIO_DIR``).
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from xstilts.errors import InputError
from xstilts.execution.events import NodeFinished, NodeProgress
from xstilts.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from xstilts.execution.events import Event, OnEvent


class Tracker(Protocol):
    """What takes numbers by name and step."""

    def log(self, name: str, value: float, step: int) -> None:
        """Keep one number."""

    def close(self) -> None:
        """Write what is left."""


TRACKERS: Registry[Callable[[Path, str], Tracker]] = Registry("tracker")
"""Name to what opens a tracker in a folder for a study."""


class _Tensorboard:
    def __init__(self, folder: Path, study: str) -> None:
        _needed("tensorboard")
        self._writer = import_module("torch.utils.tensorboard").SummaryWriter(str(folder / "tensorboard"))

    def log(self, name: str, value: float, step: int) -> None:
        self._writer.add_scalar(name, value, step)

    def close(self) -> None:
        self._writer.close()


class _Wandb:
    def __init__(self, folder: Path, study: str) -> None:
        mode = os.environ.get("WANDB_MODE", "offline")
        self._run: Any = _needed("wandb").init(project=study, dir=str(folder), mode=mode)

    def log(self, name: str, value: float, step: int) -> None:
        self._run.log({name: value, f"{name}/step": step})  # its own step must grow, and phases run side by side

    def close(self) -> None:
        self._run.finish()


class _Mlflow:
    def __init__(self, folder: Path, study: str) -> None:
        self._mlflow: Any = _needed("mlflow")
        if "MLFLOW_TRACKING_URI" not in os.environ:
            self._mlflow.set_tracking_uri(f"sqlite:///{folder / 'mlflow.db'}")
        self._mlflow.set_experiment(study)
        self._mlflow.start_run()

    def log(self, name: str, value: float, step: int) -> None:
        self._mlflow.log_metric(name, value, step=step)

    def close(self) -> None:
        self._mlflow.end_run()


class _Trackio:
    def __init__(self, folder: Path, study: str) -> None:
        os.environ.setdefault("TRACKIO_DIR", str(folder / "trackio"))  # read when it is imported
        self._trackio: Any = _needed("trackio")
        self._trackio.init(project=study)

    def log(self, name: str, value: float, step: int) -> None:
        self._trackio.log({name: value, f"{name}/step": step})

    def close(self) -> None:
        self._trackio.finish()


_OPENERS: dict[str, Callable[[Path, str], Tracker]] = {
    "tensorboard": _Tensorboard, "wandb": _Wandb, "mlflow": _Mlflow, "trackio": _Trackio
}  # fmt: skip

for _name, _opener in _OPENERS.items():
    TRACKERS.register(_name, _opener)


def _needed(package: str) -> Any:  # noqa: ANN401 - another project's module
    try:
        return import_module(package)
    except ImportError as error:
        hint = f"Install it with: pip install 'xstilts[{package}]'"
        raise InputError(f"needs the package {package}, which is not installed.", field="--track", hint=hint) from error


@contextmanager
def tracked(name: str | None, folder: Path, study: str, on_event: OnEvent) -> Iterator[OnEvent]:
    """Watch a run with a tracker too, while the context lasts.

    Args:
        name: The tracker; None: no other than ``on_event``.
        folder: Where it may write, made where missing.
        study: The study's name.
        on_event: What watches the run anyway.

    Raises:
        UnknownNameError: If there is no such tracker.
        InputError: If its package is missing, or it cannot be opened.
    """
    if name is None:
        yield on_event
        return
    opener = TRACKERS.get(name, "--track")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tracker = opener(folder, study)
    except InputError:
        raise
    except Exception as error:  # another project's, of any sort
        said = f"{name} cannot be opened: {type(error).__name__}: {error}"
        raise InputError(said, field="--track", value=name) from error

    def both(event: Event) -> None:
        on_event(event)
        if isinstance(event, NodeProgress) and event.progress.loss is not None:
            tracker.log(f"loss/{_called(event)}", event.progress.loss, event.progress.step)
        elif isinstance(event, NodeFinished) and event.node.cost.steps:
            tracker.log(f"seconds/{_called(event)}", event.seconds, event.node.cost.steps)

    try:
        yield both
    finally:
        tracker.close()


def _called(event: NodeProgress | NodeFinished) -> str:
    """The phase with the beginning of its key: phases of two arms may have one label."""
    return f"{event.node.label} {event.node.key[:8]}".replace(",", "")
