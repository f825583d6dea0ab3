"""The verbs that only look at things work without torch and its companions, so they start fast."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

WITHOUT_TORCH = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"torch", "transformers", "datasets", "accelerate"}:
            raise RuntimeError(f"{name} was imported")

sys.meta_path.insert(0, Blocked())
from xstilts.cli import main
main(sys.argv[1:])
"""
TOPICS = ("tasks", "languages", "protocols", "noises", "metrics", "bases", "studies", "claims")


def run_without_torch(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITHOUT_TORCH, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False, timeout=300)


@pytest.mark.parametrize(
    "arguments",
    [(), ("--help",), ("run", "--help"), ("new", "--help"), ("--version",)]
    + [("list", topic) for topic in TOPICS]
    + [("show", "task", "xquad"), ("show", "language", "de"), ("show", "protocol", "xtreme"), ("show", "metric", "f1")]
    + [("show", "base", "lab-tiny"), ("show", "study", "demo")],
    ids=" ".join,
)
def test_names_are_known_without_torch(arguments: tuple[str, ...], tmp_path: Path) -> None:
    result = run_without_torch(*arguments, cwd=tmp_path)
    assert result.returncode == 0, result.stderr


def test_demo_is_planned_without_torch(tmp_path: Path) -> None:
    result = run_without_torch("plan", "demo", "--json", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert '"train_steps_without_sharing"' in result.stdout


def test_an_empty_store_is_reported_without_torch(tmp_path: Path) -> None:
    result = run_without_torch("report", "demo", "--out", "out", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "out" / "index.html").stat().st_size > 0


def test_the_block_works(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WITHOUT_TORCH.replace("from xstilts.cli import main", "import torch")]
    result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False, timeout=300)
    assert "torch was imported" in result.stderr
