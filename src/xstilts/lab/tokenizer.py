"""The lab's own tokenizer: byte-pair merges learnt on its corpora, in the shape of XLM-R's.

Unigram training is not reproducible to the last bit across machines; pair merges are, and :func:`train_tokenizer`
counts the words itself so that nothing depends on how a corpus is split among threads.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from xstilts import lab

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

SPECIALS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
"""In the order of their ids."""

VOCABULARY = 1400
"""Enough for nearly every word of the seen languages; the unseen one is cut into pieces of its relatives."""

_FREQUENT = 200

MAX_LENGTH = 128
"""Tokens that the bases have positions for, specials included."""


def word_counts() -> Counter[str]:
    """How often each word stands in the corpora; COPA's two question words count as frequent ones."""
    counts: Counter[str] = Counter()
    for language in lab.SEEN:
        for line in lab.documents(language):
            counts.update(line.replace(".", " .").replace("?", " ?").split())
    counts.update({"cause": _FREQUENT, "effect": _FREQUENT})
    return counts


def train_tokenizer() -> PreTrainedTokenizerFast:
    """Learn the vocabulary; equal on every run.

    Returns:
        A tokenizer with the template ``<s> A </s></s> B </s>``.
    """
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))  # noqa: S106
    marks = pre_tokenizers.Punctuation()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([marks, pre_tokenizers.Metaspace(prepend_scheme="always")])
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[AddedToken(token, special=True, normalized=False) for token in SPECIALS],
        show_progress=False,
        limit_alphabet=1000,
    )
    # beyond this a word is merged anyway, and the vocabulary is better spent on rare ones
    lines = (f"{word} " * min(count, _FREQUENT) for word, count in sorted(word_counts().items()))
    tokenizer.train_from_iterator(lines, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    begin, pad, end, unknown, _ = SPECIALS
    names = {
        "bos_token": begin,
        "cls_token": begin,
        "pad_token": pad,
        "eos_token": end,
        "sep_token": end,
        "unk_token": unknown,
        "mask_token": AddedToken("<mask>", lstrip=True, special=True, normalized=False),
    }
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=MAX_LENGTH,
        model_input_names=["input_ids", "attention_mask"],
        **names,
    )
