"""An export is there as a whole or not at all, and says what its model does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from toy_nodes import toy
from xstilts.errors import ModelError
from xstilts.store import recorded
from xstilts.store.node import Node
from xstilts.store.store import Entry, Store
from xstilts.store.study_records import record
from xstilts.using_models.exports import described, whole

if TYPE_CHECKING:
    from pathlib import Path

KILLED = """
import os, signal, sys
from pathlib import Path
from xstilts.using_models.exports import whole

with whole(Path(sys.argv[1])) as work:
    (work / "config.json").write_text("{}")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def write(out: Path) -> None:
    with whole(out) as work:
        assert not (out / "config.json").exists()
        (work / "config.json").write_text("{}")
        (work / "deep").mkdir()
        (work / "deep" / "file").write_text("x")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_killed_export_leaves_nothing_at_its_place_and_the_next_one_cleans_up(tmp_path: Path):
    folder = tmp_path / "a[b]*"  # what a pattern would read otherwise
    folder.mkdir()
    done = subprocess.run([sys.executable, "-c", KILLED, str(folder / "model?")], check=False)
    assert done.returncode == -signal.SIGKILL
    (left,) = names(folder)
    assert left.startswith(".model?.part-")
    (folder / ".models.part-other").mkdir()
    write(folder / "model?")
    assert names(folder) == {"model?", ".models.part-other"}
    assert names(folder / "model?") == {"config.json", "deep"}


def test_two_exports_to_one_place_do_not_touch_each_other(tmp_path: Path):
    with whole(tmp_path / "model") as work:
        (work / "config.json").write_text("{}")
        with whole(tmp_path / "other"), pytest.raises(ModelError, match="cannot be written"), whole(tmp_path / "model"):
            (work.parent / "model").mkdir()
            (work.parent / "model" / "mine").write_text("kept")
        assert work.is_dir()
        (work.parent / "model" / "mine").unlink()
    assert names(tmp_path) == {"model", "other"}


def test_an_export_that_fails_leaves_nothing(tmp_path: Path):
    with pytest.raises(ValueError, match="as told"), whole(tmp_path / "deep" / "model") as work:
        (work / "config.json").write_text("{}")
        raise ValueError("as told")
    assert names(tmp_path / "deep") == set()


def test_an_empty_directory_is_taken_also_through_a_link(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "empty")
    write(tmp_path / "link")
    assert names(tmp_path / "empty") == {"config.json", "deep"}


@pytest.mark.parametrize("what", ["file", "model", "other", "cwd", "below a file", "long", "circle"])
def test_a_place_that_is_taken_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str):
    out = tmp_path / "out"
    if what == "long":
        out = tmp_path / ("o" * 5000)
    elif what == "circle":
        out.symlink_to(out)
    elif what in ("file", "below a file"):
        out.write_text("kept")
        out = out / "model" if what == "below a file" else out
    else:
        out.mkdir()
        monkeypatch.chdir(out if what == "cwd" else tmp_path)
        for name in {"model": ["config.json"], "other": ["notes.txt"]}.get(what, []):
            (out / name).write_text("kept")
    with pytest.raises(ModelError) as caught, whole(out):
        pytest.fail("it was taken")
    assert "\n" not in str(caught.value)
    assert caught.value.field == str(out)


def own(name: str, **inline: object) -> Node:
    return Node("prepare", f"prepare {name}", {"task": name, "what": "examples"}, runtime={"inline": inline})


def test_a_record_keeps_the_command_and_the_studys_own_tasks(tmp_path: Path):
    store, mine = Store(tmp_path), {"kind": "classification", "labels": ["a", "b"]}
    limit = Node("prepare", "as many as mine", {"what": "limit"}, runtime={"inline": {"mine": mine}})
    nodes = [own("mine", mine=mine), own("mnli"), limit, toy("t")]
    found = recorded.of_nodes(nodes, "xstilts run mine.yaml")
    assert found == recorded.Recorded("xstilts run mine.yaml", {"mine": mine})
    record(store, "mine", nodes, "all", "out", found.to_json())
    assert recorded.behind(store, nodes[0].key) == [found]
    assert recorded.behind(store, "0" * 64) == []


def test_the_readers_of_a_node_are_those_that_records_name_the_newest_first(tmp_path: Path):
    store, model = Store(tmp_path), toy("t", kind="train")
    older, newer = (Node("predict", name, {"n": name}, {"model": model.key}) for name in ("older", "newer"))
    score = Node("score", "score", {}, {"predictions": newer.key})
    for time, made in ((1, older), (2, newer)):
        path = record(store, "mine", [model, made, score], "all", made.label)
        os.utime(path, (time, time))
    broken = {
        "nodes": {"a": 1, "b": {"kind": "predict"}, "c": {"kind": "predict", "parents": 5}},
        "command": "",
        "tasks": {},
    }
    (tmp_path / "runs" / "broken.json").write_text(json.dumps(broken))
    assert list(recorded.readers(store, model.key, "predict")) == [newer.key, older.key]
    assert list(recorded.readers(store, model.key, "score")) == []


@pytest.mark.parametrize("text", ["", "null", "[]", "[" * 100_000, '{"nodes": 5}', '{"nodes": {}, "command": 5}'])
def test_a_broken_or_older_record_is_passed_over(tmp_path: Path, text: str):
    store, node = Store(tmp_path), toy("t")
    record(store, "mine", [node], "all", "out", {"command": "c", "tasks": {}})
    (tmp_path / "runs" / "other.json").write_text(text)
    (tmp_path / "runs" / "folder.json").mkdir()
    older = {"study": "s", "out": "o", "keep": "all", "nodes": {node.key: {"kind": "score", "parents": []}}}
    (tmp_path / "runs" / "older.json").write_text(json.dumps(older))
    assert {said.command for said in recorded.behind(store, node.key)} == {"c", ""}


def test_the_latest_run_of_a_study_says_the_command(tmp_path: Path):
    store, node = Store(tmp_path), toy("t")
    for time, out in ((2, "b"), (3, "a"), (1, "c")):
        path = record(store, "mine", [node], "all", out, {"command": out, "tasks": {}})
        os.utime(path, (time, time))
    assert [said.command for said in recorded.behind(store, node.key)] == ["a", "b", "c"]


def test_a_task_is_told_as_the_study_describes_whose_head_it_is(tmp_path: Path):
    store, node, files = Store(tmp_path), toy("t"), {"de": {"test": {"path": "t.tsv", "format": "delimited"}}}
    for labels in (["a", "b"], ["b", "a"], [1, 2]):
        mine = {"kind": "classification", "labels": labels, "files": files}
        record(store, "mine", [node], "all", str(labels), {"command": "", "tasks": {"mine": mine}})
    head = {"kind": "classification", "labels": ["1", "2"]}
    assert described(store, Entry(node.key, "train"), "mine", head) == {"task": "mine", **head, "files": files}
    other = {"kind": "tagging", "labels": ["1", "2"]}
    assert described(store, Entry(node.key, "train"), "mine", other) == {"task": "mine", **other}
    dual = {"task": "squad~dual-encoder", "kind": "retrieval"}
    assert described(store, Entry(node.key, "train"), "squad~dual-encoder", None) == dual
