from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file, safe_open, save_file

from xstilts.models.alignment import ALIGNMENT, align_file
from xstilts.models.load import load_encoder


@given(sizes=st.lists(st.integers(1, 40), min_size=1, max_size=6))
def test_an_aligned_file_holds_the_same_tensors(tmp_path_factory, sizes):
    path = tmp_path_factory.mktemp("aligned") / "model.safetensors"
    tensors = {f"t{number}": torch.arange(size).float() for number, size in enumerate(sizes)}
    save_file(tensors, str(path), metadata={"format": "pt"})
    align_file(path)
    read = load_file(str(path))
    assert set(read) == set(tensors)
    assert all(torch.equal(read[name], tensor) for name, tensor in tensors.items())
    with safe_open(str(path), framework="pt") as file:
        assert file.metadata() == {"format": "pt"}
    (path.parent / "other").touch()
    assert path.stat().st_mode == (path.parent / "other").stat().st_mode  # save_file lets its user alone read it
    header = int.from_bytes(path.read_bytes()[:8], "little")
    assert (8 + header) % ALIGNMENT == 0


def test_odd_sizes_go_last_so_that_matrices_lie_aligned(tmp_path):
    path = tmp_path / "model.safetensors"
    save_file({"a.bias": torch.zeros(3), "b.weight": torch.ones(3, 16), "c.weight": torch.ones(16, 16)}, str(path))
    align_file(path)
    read = load_file(str(path))
    assert [read[name].data_ptr() % ALIGNMENT for name in ("b.weight", "c.weight")] == [0, 0]
    assert list(read["a.bias"]) == [0, 0, 0]


def test_a_loaded_encoder_lies_aligned_wherever_its_file_put_it(base_folder):
    path = base_folder / "model.safetensors"
    tensors = {name: tensor.clone() for name, tensor in load_file(str(path)).items()}
    for padding in range(4):  # another name, another header length, another place in the file
        save_file(tensors, str(path), metadata={"format": "pt", "x" * (8 * padding + 1): ""})
        encoder, _ = load_encoder(base_folder)
        assert {tensor.data_ptr() % ALIGNMENT for tensor in encoder.parameters()} == {0}
