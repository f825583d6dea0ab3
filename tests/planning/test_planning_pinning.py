"""A base from the hub is read at one commit, which the run resolves and the report of a closed hub still knows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from loopback_hub import LoopbackHub
from xstilts import lab
from xstilts.planning import pinning
from xstilts.planning.controls import resolve
from xstilts.planning.plan import plan_study
from xstilts.studies.load import validate

REPO = "FacebookAI/xlm-roberta-base"
STUDY = """
name: small
question: Which commit is it?
source: lab
bases: [xlm-roberta-base]
arms: {none: []}
targets: [{task: udpos, limit: 4}]
languages: [qaa, qab]
training: {steps: 1, batch_size: 2, limit: 4, max_length: 32}
"""


def xstilts(hub: LoopbackHub, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "xstilts",
        *arguments,
        "--store",
        str(folder / "store"),
        "--out",
        str(folder / "out"),
    ]
    return subprocess.run(command, env=hub.environment(folder), cwd=folder, capture_output=True, text=True, check=False)


def test_a_base_of_the_hub_is_pinned_by_the_run_and_its_report_needs_no_hub(tmp_path: Path):
    (tmp_path / "small.yaml").write_text(STUDY, encoding="utf-8")
    with LoopbackHub() as hub:
        commit = hub.add_folder("models", REPO, Path(lab.base_folder("lab-tiny")))
        ran = xstilts(hub, tmp_path, "run", "small.yaml", "--executor", "inline")
        assert ran.returncode == 0, ran.stderr
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["revisions"] == {REPO: commit}
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    (tmp_path / "out" / "index.html").unlink()
    told = xstilts(hub, tmp_path, "report", "small.yaml")
    assert told.returncode == 0, told.stderr
    again = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "did not run</a>" not in page + again


def test_a_base_that_the_hub_lacks_is_named(tmp_path: Path):
    (tmp_path / "small.yaml").write_text(STUDY, encoding="utf-8")
    with LoopbackHub() as hub:
        ran = xstilts(hub, tmp_path, "run", "small.yaml")
    assert ran.returncode == 2
    assert f"{REPO}: The base cannot be found on the hub." in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("kept", [None, "no json", "[]", '{"revisions": []}', '{"revisions": {"a/b": "1"}}'])
def test_what_is_no_manifest_pins_nothing(tmp_path: Path, kept: str | None):
    if kept is not None:
        (tmp_path / "manifest.json").write_text(kept, encoding="utf-8")
    root = {"name": "t", "question": "?", "bases": ["lab-tiny"], "targets": ["udpos"]}
    resolved = pinning.with_known(resolve(validate(root, "test")), tmp_path)
    assert dict(resolved.source.revisions) == ({"a/b": "1"} if kept and "a/b" in kept else {})


def test_a_plan_asks_the_hub_only_when_told_to(monkeypatch: pytest.MonkeyPatch):
    asked: list[object] = []
    monkeypatch.setattr(pinning, "pinned", lambda resolved: asked.append(resolved) or resolved)
    study = validate({"name": "t", "question": "?", "bases": ["lab-tiny"], "targets": ["udpos"]}, "test")
    plan_study(study)
    assert not asked
    plan_study(study, resolve=True)
    assert len(asked) == 1


@pytest.mark.parametrize(("source", "read"), [("lab", []), ("hub", [["mnli", "xnli"]])])
def test_data_sets_are_pinned_where_they_are_the_hubs(monkeypatch: pytest.MonkeyPatch, source: str, read: list):
    asked: list[list[str]] = []

    def as_it_is(tasks, source):
        asked.append([task.name for task in tasks])
        return source

    monkeypatch.setattr(pinning.sources, "resolve_revisions", as_it_is)
    root = {"name": "t", "question": "?", "bases": ["lab-tiny"], "targets": ["xnli"], "protocol": "xtreme"}
    pinning.pinned(resolve(validate(root | {"source": source}, "test")))
    assert asked == read


def test_a_study_without_a_hub_asks_none(tmp_path: Path):
    root = {"name": "t", "question": "?", "bases": ["lab-tiny"], "targets": ["udpos"]}
    study = validate(root, "test")
    assert set(plan_study(study, resolve=True).nodes) == set(plan_study(study, out=tmp_path).nodes)
