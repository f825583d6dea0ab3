from __future__ import annotations

import json

import pytest
import torch

from xstilts.errors import RunError
from xstilts.training import snapshots
from xstilts.training.snapshots import load_newest, save


def write(scratch, step, identity="phase"):
    save(scratch, step, identity, {"tokens": step * 10}, {"model": {"w": torch.full((3,), float(step))}})


def names(scratch):
    return sorted(path.name for path in scratch.iterdir())


def test_the_newest_comes_back_and_two_are_kept(tmp_path):
    for step in (2, 4, 10):
        write(tmp_path / "scratch", step)
    saved = load_newest(tmp_path / "scratch", "phase")
    assert saved.state == {"tokens": 100}
    assert saved.tensors["model"]["w"].tolist() == [10, 10, 10]
    assert names(tmp_path / "scratch") == ["step-00000004", "step-00000010"]


def test_without_a_snapshot_there_is_none(tmp_path):
    assert load_newest(tmp_path / "missing", "phase") is None


def test_a_snapshot_of_another_phase_is_not_taken(tmp_path):
    write(tmp_path, 2, identity="other")
    assert load_newest(tmp_path, "phase") is None


def flip_byte(path):
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "state.json").unlink(),
        lambda folder: (folder / "state.json").write_text('{"identity": "phase", "step"'),
        lambda folder: (folder / "state.json").write_text(json.dumps({"identity": "phase"})),
        lambda folder: (folder / "state.json").write_text("[]"),
        lambda folder: (folder / "model.safetensors").unlink(),
        lambda folder: (folder / "model.safetensors").write_bytes(b""),
        lambda folder: flip_byte(folder / "model.safetensors"),
    ],
)
def test_a_damaged_newest_is_passed_over_for_the_older(tmp_path, damage):
    write(tmp_path, 2)
    write(tmp_path, 4)
    damage(tmp_path / "step-00000004")
    assert load_newest(tmp_path, "phase").state == {"tokens": 20}
    write(tmp_path, 4)  # training comes by again and replaces it
    assert load_newest(tmp_path, "phase").state == {"tokens": 40}


def test_what_a_kill_left_half_written_is_never_read_and_is_cleared_away(tmp_path):
    write(tmp_path, 2)
    half = tmp_path / ".tmp-step-00000004"
    half.mkdir()
    (half / "model.safetensors").write_bytes(b"half")
    assert load_newest(tmp_path, "phase").state == {"tokens": 20}
    assert names(tmp_path) == ["step-00000002"]


def test_a_full_disk_is_said_and_the_earlier_snapshot_stays(tmp_path, monkeypatch):
    write(tmp_path, 2)

    def full(path, value):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshots, "_write_json", full)
    with pytest.raises(RunError, match=r"step 4 cannot be written: .*No space left on device.*Free some disk space"):
        write(tmp_path, 4)
    assert names(tmp_path) == ["step-00000002"]
    assert load_newest(tmp_path, "phase").state == {"tokens": 20}
