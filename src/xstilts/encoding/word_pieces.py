"""Texts to tokens word by word, each token with what it adds to a text when tokens are put together again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from transformers import PreTrainedTokenizerFast

_WORD = re.compile("[^ \t\r\n\u202f]+")
"""What ``run_squad.py`` takes for a word: all between these blanks, and no others."""
_SPACE_MARK = "▁"
_GOES_ON, _GOES_ON_MARK = b"\xff", b"##"
"""Before a WordPiece that goes on with a word: a byte that no text has, and its name's mark."""
_BYTE = re.compile(r"<0x([0-9A-F]{2})>")


class Piece(NamedTuple):
    """One token.

    Attributes:
        id: Its number in the vocabulary.
        text: What it adds to a text, in UTF-8, a leading blank included; see :func:`text_of`.
        unknown: For the unknown token, the text that it stands for; else "".
    """

    id: int
    text: bytes
    unknown: str = ""


def words_of(text: str) -> list[tuple[int, int]]:
    """First character of each word and one past its last."""
    return [found.span() for found in _WORD.finditer(text)]


def pieces_of(tokenizer: PreTrainedTokenizerFast, texts: Iterable[str]) -> Mapping[str, list[Piece]]:
    """The tokens of each of ``texts``, which are read as texts of their own, without special tokens."""
    distinct = list(dict.fromkeys(texts))
    if not distinct:
        return {}
    blank = " " if _wants_blank(tokenizer) else ""
    batch = tokenizer(
        [blank + text for text in distinct],
        add_special_tokens=False,
        truncation=False,
        padding=False,
        return_offsets_mapping=True,
        verbose=False,
    )
    read, known = _reader(tokenizer), {}
    found = {}
    for text, ids, offsets in zip(distinct, batch["input_ids"], batch["offset_mapping"], strict=True):
        for token in ids:
            if token not in known:
                known[token] = read(tokenizer.convert_ids_to_tokens([token])[0])
        found[text] = [
            Piece(token, known[token], (blank + text)[slice(*span)] if token == tokenizer.unk_token_id else "")
            for token, span in zip(ids, offsets, strict=True)
        ]
    return found


def text_of(pieces: Sequence[bytes]) -> str:
    """Tokens put together, with blanks squeezed; a first one that goes on with a word keeps its mark, as there."""
    joined = b"".join(pieces)
    if joined.startswith(_GOES_ON):
        joined = _GOES_ON_MARK + joined[1:]
    return " ".join(joined.replace(_GOES_ON, b"").decode("utf-8", errors="replace").split())


def _wants_blank(tokenizer: PreTrainedTokenizerFast) -> bool:
    """Whether a word at the beginning of a text would be read as the rest of one (byte-level vocabularies)."""
    from tokenizers import pre_tokenizers

    first = tokenizer.backend_tokenizer.pre_tokenizer
    return isinstance(first, pre_tokenizers.ByteLevel) and not first.add_prefix_space


def _reader(tokenizer: PreTrainedTokenizerFast) -> Callable[[str], bytes]:
    """From a token's name to what it adds to a text, by the way the vocabulary marks words."""
    from tokenizers import decoders, models, pre_tokenizers

    backend = tokenizer.backend_tokenizer
    if isinstance(backend.decoder, decoders.ByteLevel):
        numbers = {letter: number for number, letter in _byte_letters()}
        return lambda name: bytes(numbers[letter] for letter in name) if numbers.keys() >= set(name) else name.encode()
    if isinstance(backend.model, models.WordPiece):
        mark = backend.model.continuing_subword_prefix
        return lambda name: _GOES_ON + name[len(mark) :].encode() if name.startswith(mark) else f" {name}".encode()
    if isinstance(backend.model, models.WordLevel) and not isinstance(backend.pre_tokenizer, pre_tokenizers.Metaspace):
        return lambda name: f" {name}".encode()
    return _sentencepiece


def _sentencepiece(name: str) -> bytes:
    byte = _BYTE.fullmatch(name)
    return bytes([int(byte[1], 16)]) if byte else name.replace(_SPACE_MARK, " ").encode()


def _byte_letters() -> Iterable[tuple[int, str]]:
    """Each byte and the letter that stands for it in byte-level vocabularies: itself where it is printable Latin-1."""
    others = 0
    for number in range(256):
        if chr(number).isprintable() and chr(number) != " ":
            yield number, chr(number)
        else:
            yield number, chr(256 + others)
            others += 1
