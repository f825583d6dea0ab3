"""The command line in this process: exit code, stdout and stderr of one command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from xstilts import cli

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SMALL_STUDY = """
name: small
question: Does anything move at all?
bases: [lab-tiny]
protocol: lab
arms:
  none: []
  snli: [{tasks: [snli], steps: 2}]
targets: [{task: xnli, limit: 6}, {task: udpos, limit: 4}]
languages: [qaa, qab]
seeds: [1, 2]
training: {steps: 3, batch_size: 4, limit: 16}
"""


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


@pytest.fixture
def xstilts(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Said]:
    """``xstilts("list", "tasks")``, in an empty working directory and with no store in the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("XSTILTS_STORE", raising=False)

    def run(*arguments: str) -> Said:
        monkeypatch.setattr("sys.argv", ["xstilts", *arguments])
        code = cli.run(arguments)
        captured = capfd.readouterr()
        return Said(code, captured.out, captured.err)

    return run


@pytest.fixture
def small_study(tmp_path: Path) -> Path:
    """The file of a study of a few steps over the lab."""
    path = tmp_path / "small.yaml"
    path.write_text(SMALL_STUDY, encoding="utf-8")
    return path
