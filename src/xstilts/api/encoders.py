"""Encoders with their tokenizers, and texts as vectors."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from xstilts.errors import InputError
from xstilts.models import bases

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from xstilts.models.bases import Base


@dataclass(frozen=True)
class Encoder:
    """A pretrained encoder and its tokenizer.

    Attributes:
        name: What it is called in studies and tables.
        model: The bare encoder (``AutoModel``), float32, in evaluation mode. Texts are encoded on the device it is on.
        tokenizer: Its fast tokenizer.
        max_length: Longest input in tokens, specials included: what both take, 512 at most.

    Example:
        >>> import xstilts as xs
        >>> xs.load_encoder("lab-tiny").model.config.hidden_size
        64
    """

    name: str
    model: PreTrainedModel = field(repr=False)
    tokenizer: PreTrainedTokenizerFast = field(repr=False)
    max_length: int


def load_encoder(base: str | Path) -> Encoder:
    """An encoder with its tokenizer.

    Args:
        base: A name of ``xstilts list bases``, or a directory that ``transformers`` loads, such as an export.
            ``me5-small`` needs the extra ``real``; a base of the hub is downloaded.

    Raises:
        UnknownNameError: If it is neither a name nor a directory.
        ModelError: If it cannot be loaded, or the package that holds it is missing.

    Example:
        >>> import xstilts as xs
        >>> encoder = xs.load_encoder("lab-tiny")
        >>> encoder
        Encoder(name='lab-tiny', max_length=128)
    """
    found = bases.resolve(base, "base")
    if found.installed is None:
        return _loaded(found.name, found.location, found.revision)
    with TemporaryDirectory() as folder:
        _write_converted(found, Path(folder))
        return _loaded(found.name, folder, None)


def encode(
    encoder: Encoder, texts: Sequence[str], *, pooling: str = "mean", layer: int = -1, max_length: int | None = None
) -> NDArray[np.float32]:
    """One vector per text, not normalised.

    Texts are encoded as they stand. An encoder that was trained with prefixes needs them in the texts: ``me5-small``
    expects ``query: `` or ``passage: ``.

    Args:
        encoder: From :func:`load_encoder`.
        texts: In any order.
        pooling: ``mean`` over the tokens, ``mean-content`` (without special tokens), ``first`` (the first token), or
            ``weighted-mean`` (the i-th token weighs i).
        layer: 0 is the embedding layer, 1 … N are the layers in turn; negative numbers count from the last.
        max_length: Longest input in tokens, specials included; longer texts are cut. None: the encoder's own.

    Returns:
        Shape ``(n, d)``, float32, in the order of the texts.

    Raises:
        InputError: If the encoder has no such layer, or there is no such pooling or length.

    Example:
        >>> import xstilts as xs
        >>> xs.encode(xs.load_encoder("lab-tiny"), ["mova", "tiri mova"]).shape
        (2, 64)
    """
    from xstilts.evaluation import EmbedSetting, encode_texts

    if isinstance(texts, str):
        raise InputError("One text is no list of texts.", field="texts", value=texts, hint="Give [text].")
    length = encoder.max_length if max_length is None else max_length
    return encode_texts(encoder.model, encoder.tokenizer, texts, EmbedSetting(layer, pooling), length)


def _loaded(name: str, location: str, revision: str | None) -> Encoder:
    from xstilts.models.load import load_encoder as load_model
    from xstilts.models.load import load_tokenizer
    from xstilts.using_models.loading import longest_input

    model, tokenizer = load_model(location, revision)[0], load_tokenizer(location, revision)
    return Encoder(name, model, tokenizer, min(512, longest_input(model, tokenizer)))


def _write_converted(base: Base, folder: Path) -> None:
    """A base that an installed package holds in a form of its own, as a directory; checked against what is recorded."""
    from xstilts.models.converted import folder as form
    from xstilts.models.converted import recorded
    from xstilts.models.converted.installed import known

    file = known(base.name, str(bases.fingerprint(base)["sha256"]), form.VERSION)
    made = file.read()
    form.write_encoder(made, folder)
    recorded.check_tokens(form.write_tokenizer(made, folder), file.records)
    recorded.check_vectors(folder, file.records)
