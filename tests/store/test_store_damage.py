"""Damage: named where it is, never handed on, and gone with all that was made from it after a repair."""

from __future__ import annotations

import json
import os
import shutil
import socket
import stat

import pytest

from toy_nodes import RUNNER, toy, value_of
from xstilts.disk import json_text, open_file
from xstilts.errors import CorruptNodeError, StoreError
from xstilts.execution import inline
from xstilts.store import contents
from xstilts.store.node import Node
from xstilts.store.provenance import SEAL, opened
from xstilts.store.repair import repair
from xstilts.store.retention import after_run, gc
from xstilts.store.store import Store
from xstilts.store.study_records import record
from xstilts.store.verify import verified, verify

A = toy("a", kind="predict")
B = toy("b", [A])
C = toy("c", [B])
OTHER = toy("other", kind="predict")
LATE = toy("late", [C, OTHER])
CHAIN = [A, B, C, OTHER, LATE]


@pytest.fixture
def store(tmp_path):
    """A store with every node of the chain."""
    store = Store(tmp_path / "store")
    assert inline.run(CHAIN, store, RUNNER).complete
    return store


def folder_of(store, node):
    return store.folder(node.key, node.kind)


def value(store, node):
    return folder_of(store, node) / "value.json"


def contents_of(store):
    """Every file of every node but the provenance, which tells the time."""
    paths = [path for path in (store.root / "nodes").rglob("*") if path.is_file() and path.name != "provenance.json"]
    return {path.relative_to(store.root).as_posix(): path.read_bytes() for path in paths}


# --- what is read is checked, and a repair heals ---------------------------------------------------------------------


def test_a_changed_digit_is_not_handed_on_and_a_repair_heals(store):
    right = contents_of(store)
    shutil.rmtree(folder_of(store, C))
    shutil.rmtree(folder_of(store, LATE))
    value(store, B).write_text("7")  # as long as before

    outcome = inline.run(CHAIN, store, RUNNER)
    assert list(outcome.failed) == [C.key]
    message = outcome.failed[C.key].message
    assert str(value(store, B)) in message
    assert f"xstilts verify --repair --store {store.root}" in message
    assert [str(problem) for problem in verify(store)] == [f"{value(store, B)}: its bytes changed"]

    assert [entry.key for entry in repair(store).removed] == [B.key]
    assert inline.run(CHAIN, store, RUNNER).done == [B.key, C.key, LATE.key]
    assert contents_of(store) == right
    assert verify(store) == []


def test_a_repair_takes_all_that_was_made_from_the_damage_children_first(store):
    right = contents_of(store)
    value(store, A).write_text("7")
    removed = repair(store).removed
    assert [entry.key for entry in removed] == [LATE.key, C.key, B.key, A.key]
    assert [entry.key for entry in store.nodes()] == [OTHER.key]
    assert inline.run(CHAIN, store, RUNNER).complete
    assert contents_of(store) == right


def test_a_repair_that_is_killed_leaves_the_damage_to_be_found_again(store, monkeypatch):
    value(store, A).write_text("7")
    real = Store.remove

    def killed(self, key, kind):
        if key == B.key:
            raise KeyboardInterrupt
        return real(self, key, kind)

    monkeypatch.setattr(Store, "remove", killed)
    with pytest.raises(KeyboardInterrupt):
        repair(store)
    assert not store.has(LATE.key, LATE.kind)
    monkeypatch.undo()
    assert [entry.key for entry in repair(store).removed] == [B.key, A.key]


def test_a_parent_made_again_with_the_same_bytes_leaves_its_children_good(store):
    shutil.rmtree(folder_of(store, B))
    assert inline.run(CHAIN, store, RUNNER).done == [B.key]
    assert verify(store) == []


def test_a_parent_made_again_with_other_bytes_is_named(store):
    """As on another processor: the parent is whole, the child is whole, and they do not belong together."""
    shutil.rmtree(folder_of(store, B))
    store.make(B, lambda work, scratch: (work / "value.json").write_text("3") and None)
    problems = verify(store)
    assert [(problem.key, problem.path) for problem in problems] == [(C.key, folder_of(store, C))]
    assert B.key[:12] in problems[0].what
    assert {entry.key for entry in repair(store).removed} == {C.key, LATE.key}
    assert inline.run(CHAIN, store, RUNNER).complete
    assert value_of(folder_of(store, C)) == 4
    assert verify(store) == []


def test_the_same_file_is_hashed_once_as_long_as_it_stays_the_same(store, monkeypatch):
    path = value(store, A)
    long_ago = path.stat().st_mtime_ns - 10 * contents._TICK
    os.utime(path, ns=(long_ago, long_ago))
    monkeypatch.setattr(contents.time, "time_ns", lambda: path.stat().st_ctime_ns + 2 * contents._TICK)
    hashed = []
    real = contents.file_sha256

    def file_sha256(path):
        hashed.append(path)
        return real(path)

    monkeypatch.setattr(contents, "file_sha256", file_sha256)
    for _ in range(3):
        store.read(A.key, A.kind)
    assert hashed == [path]
    path.write_text("7")
    os.utime(path, ns=(long_ago, long_ago))  # the time of change still tells
    with pytest.raises(CorruptNodeError, match="its bytes changed"):
        store.read(A.key, A.kind)


def test_a_file_that_has_just_changed_is_hashed_every_time(store):
    store.read(A.key, A.kind)
    path = value(store, A)
    before = path.stat()
    path.write_text("7")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(CorruptNodeError, match="its bytes changed"):
        store.read(A.key, A.kind)


def test_a_foreign_file_that_a_library_might_load_is_refused_and_a_hidden_one_is_not(store):
    (folder_of(store, A) / ".DS_Store").write_text("x")
    store.read(A.key, A.kind)
    (folder_of(store, A) / "pytorch_model.bin").write_text("x")
    with pytest.raises(StoreError, match=r"pytorch_model\.bin.*was not written by xstilts.*Move or delete it"):
        store.read(A.key, A.kind)
    assert sorted(problem.path.name for problem in verify(store)) == [".DS_Store", "pytorch_model.bin"]
    assert repair(store).removed == []


def test_one_file_is_checked_alone(store):
    assert store.file(A.key, A.kind, "value.json") == value(store, A)
    assert store.file(A.key, A.kind, "other.json") is None
    value(store, A).write_text("7")
    with pytest.raises(CorruptNodeError, match="its bytes changed"):
        store.file(A.key, A.kind, "value.json")
    store.look(A.key, A.kind)  # sizes alone


# --- the provenance ---------------------------------------------------------------------------------------------------


def test_every_flipped_bit_of_a_provenance_is_named(tmp_path, monkeypatch):
    """Also where the value stays the same: 1e-05 and 1E-05, and a last digit beyond what a double holds."""
    monkeypatch.setattr("xstilts.store.provenance.versions", lambda: {"python": "3.11.7"})
    store = Store(tmp_path)
    parent, node = Node("predict", "p", {}), None
    store.make(parent, lambda work, scratch: (work / "x").write_text("x") and None)
    node = Node("score", "é \x1f", {"rate": 1e-05, "share": 0.1 + 0.2, "n": 12}, {"p": parent.key})
    folder = store.make(node, lambda work, scratch: {parent.key: "0" * 64})
    text = (folder / "provenance.json").read_bytes()
    assert opened(text)["read"] == {parent.key: "0" * 64}
    unseen = []
    for place in range(len(text)):
        for bit in range(8):
            changed = bytearray(text)
            changed[place] ^= 1 << bit
            try:
                opened(bytes(changed))
            except ValueError:
                continue
            unseen.append((place, bit))
    assert unseen == []


def test_a_provenance_without_its_own_hash_is_read_and_told_of(store):
    path = folder_of(store, B) / "provenance.json"
    old = {name: said for name, said in json.loads(path.read_text()).items() if name not in {SEAL, "read"}}
    path.write_text(json_text(old))
    found = verified(store)
    assert found.problems == []
    assert [entry.key for entry in found.lineage.unsealed] == [B.key]
    assert store.read(B.key, B.kind) == path.parent
    old["files"]["value.json"]["bytes"] = 2  # no flip in what a node is read by goes unseen
    path.write_text(json_text(old))
    assert "has 1 bytes instead of 2" in [problem.what for problem in verify(store)]
    del old["cpu"]
    path.write_text(json_text(old))
    assert "has not the fields of a provenance" in verify(store)[0].what


def test_a_provenance_nested_beyond_reason_is_named(store):
    path = folder_of(store, B) / "provenance.json"
    deep = ("[" * 100_000 + "]" * 100_000, '{"sha256": ' + "[" * 400 + "]" * 400 + "}")
    for text in (*deep, '{"sha256": NaN}', '{"sha256": ""}'):
        path.write_text(text)
        assert [problem.key for problem in verify(store)] == [B.key]
        with pytest.raises(CorruptNodeError, match=r"provenance\.json of the score node .* (cannot be read|changed)"):
            store.read(B.key, B.kind)


def test_every_flipped_bit_of_the_list_of_dropped_files_is_named(store):
    model = toy("model", do="weights", kind="train")
    record(store, "demo", [model], "scores", "out")
    inline.run([model], store, RUNNER)
    after_run(store)
    path = folder_of(store, model) / "pruned.json"
    text = path.read_bytes()
    unseen = []
    for place in range(len(text)):
        for bit in range(8):
            changed = bytearray(text)
            changed[place] ^= 1 << bit
            path.write_bytes(changed)
            try:
                store.look(model.key, model.kind)
            except CorruptNodeError:
                continue
            unseen.append((place, bit))
    assert unseen == []


@pytest.mark.parametrize("name", ["provenance.json", "pruned.json"])
def test_the_same_text_in_another_encoding_is_named(store, name):
    model = toy("model", do="weights", kind="train")
    record(store, "demo", [model], "scores", "out")
    inline.run([model], store, RUNNER)
    after_run(store)
    path = folder_of(store, model) / name
    path.write_text(path.read_text(), encoding="utf-16")
    with pytest.raises(CorruptNodeError, match=name):
        store.look(model.key, model.kind)


# --- what is no file, no folder, no node ------------------------------------------------------------------------------


def pipe(path):
    os.mkfifo(path)


def link(path):
    aside = path.parents[3] / "aside"
    aside.write_text("2")
    path.symlink_to(aside)


def plug(path):
    """A socket; its path must be short."""
    here = os.open(path.parent, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(f"/proc/self/fd/{here}/{path.name}")
    os.close(here)


SHAPES = {"a pipe": pipe, "a link": link, "a folder": lambda path: path.mkdir(), "a socket": plug}


@pytest.mark.parametrize("name", ["value.json", "provenance.json", "pruned.json"])
@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_no_file_is_named_and_not_waited_for(store, name, shape):
    path = folder_of(store, B) / name
    path.unlink(missing_ok=True)
    SHAPES[shape](path)
    value(store, OTHER).write_text("7")  # and the rest is looked at all the same
    problems = verify(store)
    assert {problem.key for problem in problems} == {B.key, OTHER.key}
    assert f"is {shape} instead of a file" in " ".join(problem.what for problem in problems)
    with pytest.raises(CorruptNodeError, match=f"{name} of the score node .* is {shape} instead of a file"):
        store.read(B.key, B.kind)
    assert {entry.key for entry in repair(store).removed} == {node.key for node in (B, C, LATE, OTHER)}
    assert inline.run(CHAIN, store, RUNNER).complete
    assert verify(store) == []


@pytest.mark.parametrize("shape", SHAPES)
def test_only_a_file_is_opened(tmp_path, shape):
    """Whatever a look at it said a moment ago."""
    path = tmp_path / "a" / "b" / "c" / "d"
    path.parent.mkdir(parents=True)
    SHAPES[shape](path)
    with pytest.raises(OSError), open_file(path):
        pass


def test_a_record_that_is_a_pipe_is_broken_and_not_waited_for(store):
    path = record(store, "demo", CHAIN, "all", "out")
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(StoreError, match="record of a study cannot be read"):
        gc(store)


def test_strays_are_named_and_nothing_else_is_skipped(store):
    nodes = store.root / "nodes"
    (nodes / "score" / ".DS_Store").write_text("x")
    (nodes / "score" / "not-a-key").mkdir()
    (nodes / "score" / ("0" * 64)).write_text("x")
    (nodes / "dream").mkdir()
    shutil.rmtree(nodes / "train", ignore_errors=True)
    os.mkfifo(nodes / "train")
    (nodes / "notes.txt").write_text("x")
    value(store, LATE).write_text("9")
    strays = {
        "score/.DS_Store": "is no node: its name is no key",
        "score/not-a-key": "is no node: its name is no key",
        f"score/{'0' * 64}": "is a file instead of the folder of a node",
        "dream": "is no kind of node that this version of xstilts knows",
        "train": "is a pipe instead of a folder",
        "notes.txt": "is no kind of node",
    }
    said = [str(problem) for problem in verify(store)]
    assert len(said) == len(strays) + 1
    for name, what in strays.items():
        assert any(line.startswith(f"{nodes / name}: {what}") for line in said), name
    assert f"{value(store, LATE)}: its bytes changed" in said

    assert [entry.key for entry in repair(store).removed] == [LATE.key]
    record(store, "demo", [A], "all", "out")
    freed = gc(store)
    assert freed.nodes == 3  # b, c and other; what xstilts did not write stays, and is named
    assert sorted(line.partition(":")[0] for line in freed.left) == sorted(str(nodes / name) for name in strays)
    assert all((nodes / name).exists() for name in strays)
    assert {entry.key for entry in store.nodes()} == {A.key}


def test_a_node_under_another_kind_is_named_and_removed_alone(store):
    shutil.copytree(folder_of(store, B), store.folder(B.key, "overlap"))
    problems = verify(store)
    assert [(problem.kind, problem.key) for problem in problems] == [("overlap", B.key)]
    assert "names the score node" in problems[0].what
    assert [(entry.kind, entry.key) for entry in repair(store).removed] == [("overlap", B.key)]
    assert verify(store) == []


def test_what_may_not_be_read_is_named_and_not_removed(store, monkeypatch):
    def refused(path, *more, **options):
        if str(path) == str(value(store, B)):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *more, **options)

    real = os.open
    monkeypatch.setattr(os, "open", refused)
    monkeypatch.setattr(contents, "_KNOWN", {})  # nothing was hashed before
    problems = verify(store)
    assert [str(problem) for problem in problems] == [f"{value(store, B)}: cannot be read: Permission denied"]
    assert repair(store).removed == []
    shutil.rmtree(folder_of(store, C))
    outcome = inline.run([A, B, C], store, RUNNER)
    assert "Let this user read it" in outcome.failed[C.key].message


def test_a_folder_that_may_not_be_looked_into_is_named(store, monkeypatch):
    def refused(self):
        if self.name == "score":
            raise PermissionError(13, "Permission denied", str(self))
        return real(self)

    real = type(store.root).iterdir
    monkeypatch.setattr(type(store.root), "iterdir", refused)
    said = [str(problem) for problem in verify(store)]
    assert said == [f"{store.root / 'nodes' / 'score'}: cannot be looked into: Permission denied"]
    record(store, "demo", [], "all", "out")
    freed = gc(store)
    assert freed.left == tuple(said)
    assert freed.nodes == 2


def test_a_node_that_may_not_be_looked_at_is_an_error_for_people(store, monkeypatch):
    def refused(self):
        if "score" in self.parts:
            raise PermissionError(13, "Permission denied", str(self))
        return os.lstat(self)

    monkeypatch.setattr(type(store.root), "lstat", refused)
    with pytest.raises(StoreError, match="cannot be read: Permission denied.*Let this user read it"):
        store.has(B.key, B.kind)
    assert stat.S_ISDIR(folder_of(store, B).stat().st_mode)


# --- beside a run -----------------------------------------------------------------------------------------------------


def test_what_changes_while_verify_looks_is_no_problem(store, monkeypatch):
    """Weights go between the list of what was dropped and the look at them, and a node goes altogether."""
    record(store, "demo", CHAIN, "all", "out")
    real = contents.present_files

    def late(folder, provenance):
        found = real(folder, provenance)
        if folder.name == B.key and value(store, B).exists():
            (folder / "pruned.json").write_text(json_text({"dropped": ["value.json"]}))
            value(store, B).unlink()
        if folder.name == OTHER.key:
            shutil.rmtree(folder)
        return found

    monkeypatch.setattr("xstilts.store.verify.present_files", late)
    assert verify(store) == []


def test_what_goes_while_the_folders_are_read_is_no_problem(store, monkeypatch):
    real = type(store.root).iterdir

    def late(self):
        found = list(real(self))
        if self.name == "score":
            shutil.rmtree(folder_of(store, LATE))
        return iter(found)

    monkeypatch.setattr(type(store.root), "iterdir", late)
    assert verify(store) == []


def test_a_node_that_goes_before_it_is_looked_at_is_no_problem(store):
    def on_node(key):
        if key == LATE.key:
            shutil.rmtree(folder_of(store, LATE))

    assert verify(store, on_node) == []


def test_a_node_that_is_being_made_again_is_no_problem(store):
    value(store, B).write_text("7")
    with store.locks.key(B.key, "b"):
        assert verify(store) == []
    assert len(verify(store)) == 1


# --- after a kill at retention ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("clean", [gc, after_run])
def test_what_a_kill_at_retention_left_makes_no_good_model_bad(store, clean):
    model = toy("model", do="weights", kind="train")
    record(store, "demo", [*CHAIN, model], "all", "out")
    assert inline.run([*CHAIN, model], store, RUNNER).complete
    old = folder_of(store, model) / ".pruned.json.4711"  # where older versions wrote it
    old.write_text('{"dropped"')
    new = store.root / "tmp" / "half.json"
    new.write_text('{"dropped"')
    assert verify(store) == []
    store.read(model.key, model.kind)
    clean(store)
    assert not old.exists()
    assert not new.exists()
    assert verify(store) == []


def test_a_kill_while_weights_are_dropped_writes_nothing_into_the_node(store, monkeypatch):
    model = toy("model", do="weights", kind="train")
    record(store, "demo", [*CHAIN, model], "scores", "out")
    assert inline.run([*CHAIN, model], store, RUNNER).complete

    def killed(self, target):
        raise KeyboardInterrupt

    monkeypatch.setattr(type(store.root), "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        after_run(store)
    monkeypatch.undo()
    assert verify(store) == []
    assert after_run(store).weights == 1
    assert verify(store) == []
    assert list((store.root / "tmp").iterdir()) == []


def test_a_broken_record_of_another_study_costs_this_one_nothing(store):
    model = toy("model", do="weights", kind="train")
    record(store, "demo", [*CHAIN, model], "scores", "out")
    other = record(store, "other", CHAIN, "scores", "elsewhere")
    assert inline.run([*CHAIN, model], store, RUNNER).complete
    for text in ("{}", "[" * 100_000):
        other.write_text(text)
        freed = after_run(store)
        assert freed.weights == 0
        assert len(freed.left) == 1
        assert freed.left[0].startswith("No weights were dropped.")
        assert str(other) in freed.left[0]
    other.unlink()
    assert after_run(store).weights == 1


def test_a_log_that_is_a_pipe_is_named_and_not_waited_for(store):
    store.log(B.key).unlink()
    os.mkfifo(store.log(B.key))
    with pytest.raises(StoreError, match=f"{store.log(B.key)}: is a pipe instead of a log"):
        record(store, "demo", CHAIN, "all", "out")


def test_a_damaged_node_does_not_keep_gc_from_the_others(store):
    model = toy("model", do="weights", kind="train")
    record(store, "demo", [B, model], "scores", "out")
    assert inline.run([*CHAIN, model], store, RUNNER).complete
    (folder_of(store, B) / "pruned.json").write_text("[]")
    freed = gc(store)
    assert (freed.nodes, freed.weights) == (4, 1)
    assert len(freed.left) == 1
    assert str(folder_of(store, B)) in freed.left[0]
