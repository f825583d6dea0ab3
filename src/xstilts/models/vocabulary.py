"""A SentencePiece-style vocabulary: Unigram over Metaspace words, with XLM-R's special tokens and pair template."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from transformers import PreTrainedTokenizerFast

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
"""Special tokens; their places in this list are their ids (Conneau et al. 2020, arXiv 1911.02116)."""

CHARACTER_COVERAGE = 0.9995
"""Share of characters that get a piece of their own, as for large scripts in the SentencePiece documentation."""
MAX_LINE_BYTES = 100_000
"""Longer lines are skipped by the trainer."""


def train_vocabulary(lines: Iterable[str], size: int) -> PreTrainedTokenizerFast:
    """Train a Unigram vocabulary (Kudo 2018, arXiv 1804.10959); the same lines give the same bytes.

    SentencePiece trains on one thread, because the trainer of ``tokenizers`` gave another vocabulary at every run.

    Args:
        lines: Text, one sentence each.
        size: Pieces, special tokens included.

    Returns:
        A tokenizer that writes pairs as ``<s> A </s></s> B </s>``.

    Raises:
        DataError: If the text is too little for a vocabulary of this size.
    """
    from sentencepiece import SentencePieceProcessor, SentencePieceTrainer
    from tokenizers import Tokenizer, models

    model = io.BytesIO()
    try:
        SentencePieceTrainer.train(
            sentence_iterator=iter([line for line in lines if line.strip()]),
            model_writer=model,
            vocab_size=size,
            model_type="unigram",
            character_coverage=CHARACTER_COVERAGE,
            normalization_rule_name="nfkc",
            max_sentence_length=MAX_LINE_BYTES,
            num_threads=1,
            minloglevel=2,
            bos_id=0,
            pad_id=1,
            eos_id=2,
            unk_id=3,
            control_symbols=["<mask>"],
        )
    except (RuntimeError, OSError) as error:
        reason = str(error).splitlines()[-1]
        raise DataError(f"No vocabulary of {size} pieces can be trained on this text: {reason}") from error
    pieces = SentencePieceProcessor(model_proto=model.getvalue())
    scored = [(pieces.id_to_piece(index), pieces.get_score(index)) for index in range(len(pieces))]
    return wrap(_normalised(Tokenizer(models.Unigram(scored, unk_id=3, byte_fallback=False))))


def _normalised(tokenizer: Any) -> Any:  # noqa: ANN401 - tokenizers has no type stubs
    from tokenizers import Regex, decoders, normalizers, pre_tokenizers

    steps = [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    tokenizer.normalizer = normalizers.Sequence(steps)
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
