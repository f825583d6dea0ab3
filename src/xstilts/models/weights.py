"""The headers of safetensors files: names, types and shapes of tensors, read without the tensors. No torch here.

Format: 8 bytes with the length n of the header (little-endian), n bytes of JSON (name → dtype, shape, data_offsets into
the rest), then the tensors without holes (https://github.com/huggingface/safetensors, "Format").
"""

from __future__ import annotations

import json
import math
import re
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from xstilts.errors import ModelError
from xstilts.models.json_files import json_object

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_MOST_HEADER = 25_000_000
"""Bytes; a quarter of the library's own limit, and far more than any model needs."""
_MOST_DIMENSIONS = 8
_BITS: Mapping[str, int] = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16,
    "I32": 32, "U32": 32, "F32": 32, "I64": 64, "U64": 64, "F64": 64, "C64": 64, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6,
}  # fmt: skip
_SHAPES: Mapping[str, tuple[str, ...]] = {
    r"embeddings\.word_embeddings\.weight": ("vocab_size", "hidden_size"),
    r"embeddings\.position_embeddings\.weight": ("max_position_embeddings", "hidden_size"),
    r"embeddings\.token_type_embeddings\.weight": ("type_vocab_size", "hidden_size"),
    r"encoder\.layer\.\d+\.attention\.self\.(query|key|value)\.weight": ("hidden_size", "hidden_size"),
    r"encoder\.layer\.\d+\.intermediate\.dense\.weight": ("intermediate_size", "hidden_size"),
    r"encoder\.layer\.\d+\.output\.dense\.weight": ("hidden_size", "intermediate_size"),
}
"""Tensors of BERT and its like, and the fields of the config that give their shapes."""
_LIKE_BERT = ("bert", "roberta", "xlm-roberta", "camembert")
_AGAIN = "Copy the file again, or save the model again with save_pretrained(directory)."

Shapes = dict[str, tuple[int, ...]]


def headers(folder: Path) -> Shapes:
    """Every tensor of a model directory and its shape.

    Raises:
        ModelError: If a weights file is broken, or the index names a file outside the directory, one that is not
            there, or a tensor that its file lacks.
    """
    single = folder / "model.safetensors"
    return header(single) if single.is_file() else _indexed(folder)


def header(path: Path) -> Shapes:
    """The tensors of one safetensors file and their shapes.

    Raises:
        ModelError: If the file is no whole safetensors file; says what is wrong with it.
    """
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            size = path.stat().st_size
            if size < 8 or length > min(size - 8, _MOST_HEADER):
                said = f"it has {size} bytes, and its first 8 ask for a header of {length}"
                raise _broken(path, said)
            text = file.read(length)
        entries = json.loads(text.decode("utf-8"))
    except OSError as error:
        raise _broken(path, error.strerror or str(error)) from error
    except (ValueError, RecursionError) as error:
        raise _broken(path, "its header is not JSON") from error
    if not isinstance(entries, dict):
        raise _broken(path, "its header is no JSON object")
    entries.pop("__metadata__", None)
    places = sorted(_place(path, name, entry) for name, entry in entries.items())
    end = 0
    for begin, stop, name in places:
        if begin != end:
            raise _broken(path, f"the tensor {name[:100]!r} does not begin where the one before it ends")
        end = stop
    if 8 + length + end != size:
        raise _broken(path, f"it has {size} bytes, and its header tells of {8 + length + end}: it was cut or added to")
    return {name: tuple(entry["shape"]) for name, entry in entries.items()}


def _place(path: Path, name: str, entry: Any) -> tuple[int, int, str]:  # noqa: ANN401 - whatever JSON can hold
    """Where a tensor begins and ends, once its type, shape and size fit each other."""
    said = entry if isinstance(entry, dict) else {}
    shape, offsets = _counts(said.get("shape")), _counts(said.get("data_offsets"))
    bits = _BITS.get(str(said.get("dtype")))
    if shape is None or offsets is None or len(offsets) != 2 or bits is None:
        raise _broken(path, f"its header does not tell type, shape and place of the tensor {name[:100]!r}")
    begin, stop = offsets
    if (stop - begin) * 8 != math.prod(shape) * bits:
        raise _broken(path, f"the tensor {name[:100]!r} does not have the bytes that its shape asks for")
    return begin, stop, name


def _counts(value: object) -> list[int] | None:
    """A list of a few whole numbers from 0, else None."""
    fits = isinstance(value, list) and len(value) <= _MOST_DIMENSIONS and all(type(n) is int and n >= 0 for n in value)
    return value if fits and isinstance(value, list) else None


def _indexed(folder: Path) -> Shapes:
    path = folder / "model.safetensors.index.json"
    by_name = json_object(path).get("weight_map")
    if not isinstance(by_name, dict) or not by_name or not all(isinstance(name, str) for name in by_name.values()):
        raise ModelError("has no weight_map from tensors to files.", field=str(path), hint=_AGAIN)
    found: Shapes = {}
    for name in sorted(set(by_name.values())):
        _check_beside(path, name)
        found |= header(folder / name)
    lost = next((name for name in by_name if name not in found), None)
    if lost is not None:
        raise ModelError(f"names the tensor {lost[:100]!r}, which no file has.", field=str(path), hint=_AGAIN)
    return found


def _check_beside(index: Path, name: str) -> None:
    """Refuse a file of an index that does not lie beside it: such a file is no part of the model."""
    if name in ("", ".", "..") or PurePosixPath(name).name != name or PureWindowsPath(name).name != name:
        hint = "All weights lie in the directory itself."
        raise ModelError(f"names {name[:200]!r}, which is outside the directory.", field=str(index), hint=hint)
    if not name.endswith(".safetensors"):
        raise ModelError(f"names {name[:200]!r}; only safetensors are read.", field=str(index))
    if not (index.parent / name).is_file():
        raise ModelError(f"names {name[:200]!r}; there is no such file.", field=str(index), hint=_AGAIN)


def check_shapes(folder: Path, config: Mapping[str, Any], shapes: Shapes) -> None:
    """Compare the shapes of well-known tensors with the config, for architectures where they are known.

    Raises:
        ModelError: Naming a tensor that does not fit.
    """
    if config.get("model_type") not in _LIKE_BERT:
        return
    for name, shape in shapes.items():
        fields = next((fields for end, fields in _SHAPES.items() if re.search(rf"(^|\.){end}$", name)), ())
        wanted = tuple(config.get(field) for field in fields)
        if fields and None not in wanted and wanted != shape:
            said = f"The weights file has another shape for {name[:100]!r}: {list(shape)}, and config.json says"
            hint = "Does config.json belong to these weights?"
            raise ModelError(f"{said} {list(wanted)}.", field=str(folder), value=name, hint=hint)


def _broken(path: Path, why: str) -> ModelError:
    return ModelError(f"{path.name} cannot be loaded: {why}.", field=str(path.parent), hint=_AGAIN)
