"""Tensors at addresses that are multiples of 64 bytes, so that equal weights multiply to equal bits.

Matrix routines choose their order of summation by the address of their operands, and transformers uses weights where
they lie in the mapped file. A file in which one odd-sized bias comes first therefore gives other last bits than the
same weights in fresh memory (seen with a (1, 16) classifier; MKL calls it conditional numerical reproducibility).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import PreTrainedModel

ALIGNMENT = 64
"""Bytes; what torch's own allocator gives on a CPU."""


def align_in_memory(model: PreTrainedModel) -> None:
    """Move the parameters that lie elsewhere (in a mapped file) to fresh, aligned memory."""
    for parameter in model.parameters():
        if parameter.data_ptr() % ALIGNMENT:
            parameter.data = parameter.data.clone()


def align_file(path: Path) -> None:
    """Rewrite a safetensors file so that its tensors lie aligned when it is mapped.

    The header is padded with spaces, as the format allows, and tensors whose size is no multiple of the alignment go to
    the end, because the format allows no holes between tensors. The file can be read by whom the system lets read new
    files; the library that wrote it lets its user alone.
    """
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header: dict[str, Any] = json.loads(file.read(size))
        metadata = header.pop("__metadata__", None)
        ordered = sorted(header.items(), key=lambda entry: (_size(entry[1]) % ALIGNMENT != 0, entry[0]))
        rewritten = _header(ordered, metadata)
        work = path.with_name(f".{path.name}.tmp")
        with work.open("wb") as out:
            out.write(len(rewritten).to_bytes(8, "little") + rewritten)
            for _, entry in ordered:
                file.seek(8 + size + entry["data_offsets"][0])
                out.write(file.read(_size(entry)))
    work.replace(path)


def _size(entry: dict[str, Any]) -> int:
    begin, end = entry["data_offsets"]
    return int(end) - int(begin)


def _header(ordered: list[tuple[str, dict[str, Any]]], metadata: dict[str, str] | None) -> bytes:
    header: dict[str, Any] = {} if metadata is None else {"__metadata__": metadata}
    position = 0
    for name, entry in ordered:
        header[name] = {**entry, "data_offsets": [position, position + _size(entry)]}
        position += _size(entry)
    text = json.dumps(header, separators=(",", ":")).encode()
    return text + b" " * (-(8 + len(text)) % ALIGNMENT)
