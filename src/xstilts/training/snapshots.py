"""Snapshots of a running phase: they survive a kill at any moment, and a broken one is passed over.

    scratch/step-00000120/<name>.safetensors   tensors by group
    scratch/step-00000120/state.json           everything else, and the sha256 of each tensor file; written last

A snapshot is made in a temporary folder, synced to disk and renamed, so it is either whole or absent, and the one
before is removed only then. The digests catch what happens to it later: a damaged one costs the time since the phase
began, no result, and that is rare enough to keep no second one of a gigabyte.

Where most rows of a matrix are zeros, these are left out: most pieces of a large vocabulary never get a gradient, nor
do their moments.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xstilts.disk import file_sha256, sync
from xstilts.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import torch

_ROWS = "#rows"
"""Behind a tensor's name: which of its rows are there, and last of all how many it has."""


@dataclass(frozen=True)
class Saved:
    """A snapshot as read back.

    Attributes:
        state: The JSON part.
        tensors: Group name to tensors by name, on the CPU.
    """

    state: dict[str, Any]
    tensors: dict[str, dict[str, torch.Tensor]]


def save(
    scratch: Path, step: int, identity: str, state: Mapping[str, Any], tensors: Mapping[str, Mapping[str, torch.Tensor]]
) -> None:
    """Write the snapshot of ``step`` finished steps and drop all others.

    Args:
        scratch: The phase's scratch folder.
        step: Finished optimizer steps.
        identity: What the snapshot belongs to; see :func:`load_newest`.
        state: JSON values.
        tensors: Group name to tensors by name.

    Raises:
        RunError: If the disk is full or cannot be written; the earlier snapshot stays.
    """
    from safetensors import SafetensorError

    final = scratch / f"step-{step:08d}"
    work = scratch / f".tmp-{final.name}"
    try:
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        for name, group in tensors.items():
            _write_tensors(work / f"{name}.safetensors", group)
        digests = {path.name: file_sha256(path) for path in sorted(work.iterdir())}
        _write_json(work / "state.json", {"identity": identity, "step": step, "files": digests, "state": dict(state)})
        sync(work)
        if final.exists():  # a broken one of the same step, passed over when this run started
            shutil.rmtree(final)
        work.rename(final)
        sync(scratch)
    except (OSError, SafetensorError) as error:
        shutil.rmtree(work, ignore_errors=True)
        raise RunError(
            f"The snapshot of step {step} cannot be written: {error}.",
            field=str(scratch),
            hint="Free some disk space and run again: training goes on from the snapshot before.",
        ) from error
    for old in _folders(scratch):
        if old != final:
            shutil.rmtree(old, ignore_errors=True)


def load_newest(scratch: Path, identity: str) -> Saved | None:
    """The newest snapshot that is whole and belongs to ``identity``; None where there is none.

    Args:
        scratch: The phase's scratch folder; need not exist.
        identity: A digest of everything that the phase's result depends on.
    """
    for leftover in scratch.glob(".tmp-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    for folder in _folders(scratch):
        saved = _read(folder, identity)
        if saved is not None:
            return saved
    return None


def _folders(scratch: Path) -> list[Path]:
    return sorted(scratch.glob("step-*"), reverse=True)


def _read(folder: Path, identity: str) -> Saved | None:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        facts = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        if facts["identity"] != identity:
            return None
        tensors = {}
        for name, digest in facts["files"].items():
            if file_sha256(folder / name) != digest:
                return None
            tensors[name.removesuffix(".safetensors")] = _whole(load_file(str(folder / name)))
        return Saved(facts["state"], tensors)
    except (OSError, ValueError, KeyError, TypeError, SafetensorError):
        return None


def _write_tensors(path: Path, group: Mapping[str, torch.Tensor]) -> None:
    from safetensors.torch import save_file

    save_file(_packed(group), str(path))
    sync(path)


def _packed(group: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The tensors on the CPU, matrices without their rows of zeros where those are the most."""
    import torch

    packed = {}
    for name, tensor in group.items():
        packed[name] = own = tensor.detach().cpu().contiguous()
        if own.ndim != 2 or not own.numel():
            continue
        rows = own.view(torch.uint8).any(dim=1).bool()  # by bytes: a zero with a sign is not left out
        if 2 * int(rows.sum()) <= len(own):  # the copy is at most half as large as what is in memory already
            packed[name] = own[rows]
            packed[name + _ROWS] = torch.cat([rows.nonzero()[:, 0], torch.tensor([len(own)])])
    return packed


def _whole(packed: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The inverse of :func:`_packed`."""
    whole = {name: tensor for name, tensor in packed.items() if not name.endswith(_ROWS)}
    for name in whole:
        if (told := packed.get(name + _ROWS)) is not None:
            full = whole[name].new_zeros((int(told[-1]), whole[name].shape[1]))
            full[told[:-1]] = whole[name]
            whole[name] = full
    return whole


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")
    sync(path)
