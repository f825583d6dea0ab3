"""What XLM-R's tokenizer makes of characters before it looks for pieces: SentencePiece's rule ``nmt_nfkc``.

The rule changed a little with Unicode. A vocabulary tells what its own version made of each single character; what
today's version makes otherwise is set back, so that text becomes the tokens that the encoder was trained on.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from xstilts.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_RULE = "nmt_nfkc"
_SPEC, _TABLE = 3, 2
"""Fields of SentencePiece's ModelProto and of its NormalizerSpec (sentencepiece_model.proto)."""
_VARINT, _EIGHT_BYTES, _SIZED, _FOUR_BYTES = 0, 1, 2, 5


def normaliser(replaced: Mapping[str, str], pieces: frozenset[str]) -> Any:  # noqa: ANN401 - tokenizers has no stubs
    """The rule as it was when the vocabulary was made.

    Args:
        replaced: Single characters to what the rule made of them then; the others it left as they are.
        pieces: Characters that pieces are made of.

    Raises:
        ModelError: If what it made of a character can't come from ``nmt_nfkc``.
    """
    from tokenizers import Regex, normalizers

    today = normalizers.Precompiled(_table())
    blank, unknown = _differences(replaced, today)
    # an unknown character stays one whatever stands for it, as long as no piece has that
    other = next(char for char in map(chr, range(0xF0000, 0x10FFFE)) if char not in pieces)
    steps = [(blank, " "), (unknown, other)]
    back = [normalizers.Replace(Regex(f"[{chars}]"), into) for chars, into in steps if chars]
    return normalizers.Sequence([*back, today, normalizers.Replace(Regex(" {2,}"), " ")])


def _differences(replaced: Mapping[str, str], today: Any) -> tuple[str, str]:  # noqa: ANN401
    """Characters that were blanks then, and those that the rule did not know then."""
    blank, unknown = [], []
    for char in map(chr, [*range(1, 0xD800), *range(0xE000, 0x110000)]):
        then, now = replaced.get(char, char), today.normalize_str(char)
        if then == now:
            continue
        if then == " ":
            blank.append(char)
        elif then == char:
            unknown.append(char)
        else:
            said = f"Its tokenizer does not go by {_RULE}: U+{ord(char):04X} becomes {then!r}, not {now!r}."
            raise ModelError(said, field="tokenizer")
    return "".join(blank), "".join(unknown)


def _table() -> bytes:
    """The rule's table of sequences of characters, out of a throw-away vocabulary."""
    from sentencepiece import SentencePieceTrainer

    model = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c"]), model_writer=model, vocab_size=7, model_type="char",
        normalization_rule_name=_RULE, num_threads=1, minloglevel=2, hard_vocab_limit=False,
    )  # fmt: skip
    return dict(_fields(dict(_fields(model.getvalue()))[_SPEC]))[_TABLE]


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of the fields of a protobuf message that have a size (protobuf.dev, "Encoding")."""
    place = 0
    while place < len(message):
        tag, place = _varint(message, place)
        if tag & 7 == _VARINT:
            _, place = _varint(message, place)
            continue
        size = {_EIGHT_BYTES: 8, _FOUR_BYTES: 4}.get(tag & 7, 0)
        if tag & 7 == _SIZED:
            size, place = _varint(message, place)
            yield tag >> 3, message[place : place + size]
        place += size


def _varint(message: bytes, place: int) -> tuple[int, int]:
    """A number in groups of seven bits, the lowest first, and the place behind it."""
    value = shift = 0
    while True:
        byte = message[place]
        value, shift, place = value | (byte & 0x7F) << shift, shift + 7, place + 1
        if byte < 0x80:
            return value, place
