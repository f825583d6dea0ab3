"""A SentencePiece-style vocabulary: Unigram over Metaspace words, with XLM-R's special tokens and pair template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from transformers import PreTrainedTokenizerFast

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
"""Special tokens; their places in this list are their ids (Conneau et al. 2020, arXiv 1911.02116)."""


def train_vocabulary(lines: Iterable[str], size: int) -> PreTrainedTokenizerFast:
    """Train a Unigram vocabulary (Kudo 2018, arXiv 1804.10959).

    Args:
        lines: Text, one sentence each.
        size: Pieces, special tokens included.

    Returns:
        A tokenizer that writes pairs as ``<s> A </s></s> B </s>``.

    Raises:
        DataError: If the text holds no words.
    """
    from tokenizers import Tokenizer, models, trainers

    tokenizer = _bare(Tokenizer(models.Unigram()))
    trainer = trainers.UnigramTrainer(
        vocab_size=size, special_tokens=list(SPECIAL), unk_token="<unk>", show_progress=False, max_piece_length=16
    )
    text = [line for line in lines if line.strip()]
    if not text:
        raise DataError("There is no text to train a vocabulary on.")
    tokenizer.train_from_iterator(text, trainer)
    return wrap(tokenizer)


def _bare(tokenizer: Any) -> Any:  # noqa: ANN401 - tokenizers has no type stubs
    from tokenizers import decoders, normalizers, pre_tokenizers

    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(r"\s+", " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    return tokenizer


def wrap(tokenizer: Any) -> PreTrainedTokenizerFast:  # noqa: ANN401 - tokenizers has no type stubs
    """A ``tokenizers`` tokenizer that knows ``SPECIAL`` as a transformers tokenizer with XLM-R's templates."""
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast

    start, end = SPECIAL[0], SPECIAL[2]
    tokenizer.post_processor = TemplateProcessing(
        single=f"{start} $A {end}",
        pair=f"{start} $A {end} {end} $B {end}",
        special_tokens=[(token, tokenizer.token_to_id(token)) for token in (start, end)],
    )
    names = {"bos_token": start, "cls_token": start, "eos_token": end, "sep_token": end}
    rest = {"pad_token": SPECIAL[1], "unk_token": SPECIAL[3], "mask_token": SPECIAL[4]}
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_input_names=["input_ids", "attention_mask"], **names, **rest
    )
