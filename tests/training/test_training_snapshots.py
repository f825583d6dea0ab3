from __future__ import annotations

import json
import shutil

import pytest
import torch

from xstilts.errors import RunError
from xstilts.training import snapshots
from xstilts.training.snapshots import load_newest, save


def write(scratch, step, identity="phase"):
    save(scratch, step, identity, {"tokens": step * 10}, {"model": {"w": torch.full((3,), float(step))}})


def names(scratch):
    return sorted(path.name for path in scratch.iterdir())


def test_the_newest_comes_back_and_is_all_that_is_kept(tmp_path):
    for step in (2, 4, 10):
        write(tmp_path / "scratch", step)
    saved = load_newest(tmp_path / "scratch", "phase")
    assert saved.state == {"tokens": 100}
    assert saved.tensors["model"]["w"].tolist() == [10, 10, 10]
    assert names(tmp_path / "scratch") == ["step-00000010"]


def test_two_that_a_kill_left_are_read_from_the_newest(tmp_path):
    write(tmp_path / "scratch", 2)
    shutil.copytree(tmp_path / "scratch", tmp_path / "copy")
    write(tmp_path / "copy", 4)
    shutil.copytree(tmp_path / "scratch", tmp_path / "copy", dirs_exist_ok=True)  # not removed yet
    assert names(tmp_path / "copy") == ["step-00000002", "step-00000004"]
    assert load_newest(tmp_path / "copy", "phase").state == {"tokens": 40}


MATRICES = {
    "most rows are zeros": [[0, 0], [0, 1], [0, 0], [0, 0]],
    "all are": [[0, 0], [0, 0]],
    "a zero with a sign is none of them": [[-0.0, 0], [0, 0]],
    "half are": [[3, 0], [0, 0]],
    "few are": [[1, 2], [0, 0], [3, 4]],
    "none is": [[1, 2]],
    "no rows": torch.zeros(0, 3),
    "no columns": torch.zeros(3, 0),
    "a vector": [0, 0, 1],
    "a number": 0,
}


@pytest.mark.parametrize("values", MATRICES.values(), ids=MATRICES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_rows_of_zeros_come_back_bit_for_bit(tmp_path, values, dtype):
    tensor = torch.as_tensor(values, dtype=dtype)
    save(tmp_path, 1, "phase", {}, {"optimizer": {"w": tensor, "b": torch.ones(2)}})
    back = load_newest(tmp_path, "phase").tensors["optimizer"]
    assert set(back) == {"w", "b"} and back["b"].tolist() == [1, 1]
    assert (back["w"].dtype, back["w"].shape) == (dtype, tensor.shape)
    assert back["w"].numpy().tobytes() == tensor.numpy().tobytes()


def test_rows_of_zeros_take_no_room(tmp_path):
    tensor = torch.zeros(10_000, 64)
    tensor[7] = 1
    save(tmp_path, 1, "phase", {}, {"optimizer": {"w": tensor}})
    assert (tmp_path / "step-00000001" / "optimizer.safetensors").stat().st_size < 1_000


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
def test_a_damaged_one_is_passed_over(tmp_path, damage):
    write(tmp_path, 4)
    damage(tmp_path / "step-00000004")
    assert load_newest(tmp_path, "phase") is None
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
