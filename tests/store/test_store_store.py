"""The store: whole or absent, never overwritten, and honest about changed bytes and full disks."""

from __future__ import annotations

import errno
import json
import os

import pytest

import toy_nodes
from xstilts.disk import write_json_durably
from xstilts.errors import CorruptNodeError, InputError, StoreError, XstiltsError
from xstilts.store.node import Cost, Node
from xstilts.store.provenance import sealed
from xstilts.store.store import Store
from xstilts.store.verify import verify


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def write(text):
    def fn(work, scratch):
        (work / "sub").mkdir()
        (work / "sub" / "value.txt").write_text(text)

    return fn


NODE = toy_nodes.toy("one")


def test_looking_makes_nothing_on_disk(store):
    assert not store.has(NODE.key, NODE.kind)
    assert list(store.nodes()) == []
    assert verify(store) == []
    assert not store.root.exists()


def test_a_node_is_made_once(store):
    folder = store.make(NODE, write("first"))
    assert folder == store.root / "nodes" / "score" / NODE.key
    assert store.make(NODE, write("second")) == folder
    assert (folder / "sub" / "value.txt").read_text() == "first"
    assert store.read(NODE.key, NODE.kind) == folder
    assert not list((store.root / "tmp").iterdir())
    assert not list((store.root / "scratch").iterdir())


def test_provenance_says_what_made_the_node(store, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    store.make(NODE, write("abc"))
    facts = store.provenance(NODE.key, NODE.kind)
    assert facts["node"]["payload"] == {"name": "one", "do": "add"}
    assert facts["node"]["label"] == "one"
    assert facts["threads"] == 3
    sha = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # sha256 of "abc", FIPS 180-4
    assert facts["files"] == {"sub/value.txt": {"sha256": sha, "bytes": 3}}
    assert {"python", "xstilts", "torch", "transformers", "numpy"} <= set(facts["versions"])
    assert os.uname().nodename not in json.dumps(facts)
    assert str(store.root) not in json.dumps(facts)


def test_a_failure_leaves_only_scratch(store):
    def fn(work, scratch):
        (work / "half.txt").write_text("half")
        (scratch / "step-7").write_text("kept")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        store.make(NODE, fn)
    assert not store.has(NODE.key, NODE.kind)
    assert not list((store.root / "tmp").iterdir())

    def resume(work, scratch):
        (work / "value.txt").write_text((scratch / "step-7").read_text())

    assert (store.make(NODE, resume) / "value.txt").read_text() == "kept"
    assert not store.scratch(NODE.key).exists()


def test_a_folder_without_provenance_is_not_a_node_and_not_overwritten(store):
    folder = store.make(NODE, write("x"))
    (folder / "provenance.json").unlink()
    assert not store.has(NODE.key, NODE.kind)
    with pytest.raises(CorruptNodeError, match=r"provenance\.json.*is gone.*Delete the folder"):
        store.make(NODE, write("y"))
    assert (folder / "sub" / "value.txt").read_text() == "x"


def test_leftovers_of_the_dead_go_those_of_the_living_stay(store):
    dead = store.root / "tmp" / f"{'a' * 64}-dead"
    dead.mkdir(parents=True)

    def fn(work, scratch):
        assert store.clean() == 1  # our own lock is held, the dead one's is not
        assert work.exists()
        (work / "value.txt").write_text("x")

    store.make(NODE, fn)
    assert not dead.exists()


# --- a full disk ------------------------------------------------------------------------------------------------


def fill_by_device(work, scratch):
    (work / "value.txt").write_text("x")
    with open("/dev/full", "w") as file:  # noqa: PTH123
        file.write("x")


def fill_in_the_words_of_a_library(work, scratch):
    raise RuntimeError("Error while serializing: I/O error: No space left on device (os error 28)")


@pytest.mark.parametrize("fn", [fill_by_device, fill_in_the_words_of_a_library])
def test_a_full_disk_is_said_in_plain_words(store, fn):
    node = Node("score", "big", {}, cost=Cost(disk_bytes=2_500_000_000))
    with pytest.raises(
        StoreError, match=r"is full: .* are free; the node needs about 2\.5 GB\. Free some space"
    ) as caught:
        store.make(node, fn)
    assert str(store.root) in str(caught.value)
    assert not store.has(node.key, node.kind)
    assert not list((store.root / "tmp").iterdir())
    store.make(node, write("now there is room"))


def test_a_disk_that_is_full_at_the_last_moment_leaves_no_node(store, monkeypatch):
    real = os.fsync
    calls = []

    def fsync(handle):
        calls.append(handle)
        if len(calls) == 4:  # value.txt, sub, work have been flushed; this is the provenance
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(StoreError, match="is full"):
        store.make(NODE, write("x"))
    assert list(store.nodes()) == []
    assert not list((store.root / "tmp").iterdir())


def test_a_store_that_may_not_be_written_is_said_in_plain_words(store, monkeypatch):
    def mkdir(self, *args, **kwargs):
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr("pathlib.Path.mkdir", mkdir)
    with pytest.raises(StoreError, match="may not be written: Permission denied"):
        store.make(NODE, write("x"))


# --- changed bytes ----------------------------------------------------------------------------------------------


def test_a_changed_size_or_a_lost_file_is_found_at_use(store):
    folder = store.make(NODE, write("abc"))
    (folder / "sub" / "value.txt").write_text("abcd")
    with pytest.raises(
        CorruptNodeError, match=r"sub/value\.txt of the score node .* 4 bytes instead of 3.*xstilts verify"
    ):
        store.read(NODE.key, NODE.kind)
    (folder / "sub" / "value.txt").unlink()
    with pytest.raises(CorruptNodeError, match=r"value\.txt .* is gone"):
        store.read(NODE.key, NODE.kind)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"key": 3}', '{"key": "KEY", "files": {"a": {}}}'])
def test_an_unreadable_provenance_is_found_at_use(store, text):
    folder = store.make(NODE, write("abc"))
    (folder / "provenance.json").write_text(text.replace("KEY", NODE.key))
    with pytest.raises(CorruptNodeError, match=r"provenance\.json .* cannot be read"):
        store.read(NODE.key, NODE.kind)
    assert [problem.key for problem in verify(store)] == [NODE.key]


def test_verify_reads_every_byte(store):
    folder = store.make(NODE, write("abc"))
    other = store.make(toy_nodes.toy("two"), write("abc"))
    assert verify(store) == []
    (folder / "sub" / "value.txt").write_text("abd")  # same size
    (other / "stray.txt").write_text("x")
    problems = {str(problem) for problem in verify(store)}
    assert problems == {
        f"{folder / 'sub' / 'value.txt'}: its bytes changed",
        f"{other / 'stray.txt'}: was not written by xstilts",
    }


def test_verify_finds_a_payload_that_does_not_give_the_key(store):
    folder = store.make(NODE, write("abc"))
    facts = json.loads((folder / "provenance.json").read_text())
    facts["node"]["payload"]["name"] = "other"
    write_json_durably(folder / "provenance.json", sealed(facts))
    assert [problem.what for problem in verify(store)] == [
        "kind, version, payload and parents do not give the key of the node"
    ]


# --- finding ----------------------------------------------------------------------------------------------------


def test_find_by_the_start_of_a_key(store):
    store.make(NODE, write("x"))
    assert store.find(NODE.key[:8]).key == NODE.key
    assert store.kind_of(NODE.key) == "score"
    with pytest.raises(InputError, match="No node"):
        store.find("zzz")
    with pytest.raises(InputError, match="No node"):
        store.find("")


def test_find_refuses_to_guess(store):
    keys = []
    for index in range(17):  # 17 keys, 16 first digits: two of them share one
        node = toy_nodes.toy(f"n{index}")
        keys.append(store.make(node, write("x")).name)
    first = [key[0] for key in keys]
    shared = next(digit for digit in first if first.count(digit) > 1)
    with pytest.raises(InputError, match=f"nodes have a key that starts with '{shared}'"):
        store.find(shared)


def test_arguments_in_the_wrong_order_are_refused(store):
    with pytest.raises(XstiltsError):
        store.has(NODE.kind, NODE.key)


def test_what_is_not_there_cannot_be_read(store):
    with pytest.raises(StoreError, match="is not in the store"):
        store.read(NODE.key, NODE.kind)
