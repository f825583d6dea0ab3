"""One model on one task under noise: every different text goes through it once, whatever variants it is part of.

Examples that a noise leaves as they are keep the answer that they had on clean input, to the last bit. The others of
all variants, and of all languages, are answered in common batches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xstilts.encoding.features import Features
from xstilts.errors import InputError
from xstilts.evaluation.answering import decoded, forward
from xstilts.evaluation.bitext import MINING_RULE, mine_pairs
from xstilts.evaluation.request import Answers, EncodedSplit, Resources
from xstilts.evaluation.retrieval import joined
from xstilts.evaluation.under_noise.search import search_under_noise
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pyarrow as pa
    from transformers import PreTrainedModel

    from xstilts.encoding import TokenizerFacts
    from xstilts.evaluation.request import Request
    from xstilts.evaluation.under_noise.parts import NoisySplit, Variant


class NoisyAnswers(NamedTuple):
    """What was answered under a variant."""

    variant: Variant
    answers: Answers


def answers_under_noise(
    model: PreTrainedModel,
    request: Request,
    parts: Mapping[str, NoisySplit],
    facts: TokenizerFacts,
    resources: Resources = Resources(),
    put: Callable[[str], None] | None = None,
) -> Iterator[NoisyAnswers]:
    """The answers to a task under every variant of every language.

    Args:
        model: The task's model; for retrieval the bare encoder.
        request: What is asked.
        parts: Language to its clean and noisy examples; of a search also the languages without any variant.
        facts: The tokenizer's facts.
        resources: Device and progress (in items, or in texts).
        put: What puts a language's own weights in place, so that languages have no batches in common; None: nothing.

    Yields:
        Languages in their order, in each the variants; of a search that ranks candidates as ``search_under_noise``.

    Raises:
        InputError: As ``answering.answers``, or clean answers are missing.
        DataError: As ``answering.answers``.
        RunError: If the model's output is not finite; names the first example.
    """
    if request.kind == Kind.RETRIEVAL and request.rule != MINING_RULE:
        for variant, found in search_under_noise(model, parts, facts, request.search, resources):
            yield NoisyAnswers(variant, found)
        return
    noisy = {language: part for language, part in parts.items() if part.variants}
    if request.rule == MINING_RULE:
        yield from _mined(model, request, noisy, facts, resources)
        return
    for together in [[language] for language in noisy] if put else [list(noisy)]:
        if put and together:
            put(together[0])
        tables = _predicted(model, request, {language: noisy[language] for language in together}, facts, resources)
        for language, table in tables.items():
            for variant in noisy[language].variants:
                whole = in_place_of(_answered(language, noisy[language]), table, variant)
                yield NoisyAnswers(variant, Answers(language, {}, whole))


def in_place_of(clean: pa.Table, noisy: pa.Table, variant: Variant) -> pa.Table:
    """The clean table with the rows that a variant changes taken from the noisy one."""
    import pyarrow as pa

    return pa.concat_tables([clean, noisy.cast(clean.schema)]).take(pa.array(variant.places(len(clean))))


def _answered(language: str, part: NoisySplit) -> pa.Table:
    if part.answered is None:
        raise InputError("The answers to clean input are missing.", field=language)
    return part.answered


def _predicted(
    model: PreTrainedModel,
    request: Request,
    parts: Mapping[str, NoisySplit],
    facts: TokenizerFacts,
    resources: Resources,
) -> dict[str, pa.Table]:
    """Language to the predictions on its different noisy examples, from common batches."""
    filled = {language: part.unique for language, part in parts.items() if len(part.unique.examples)}
    found = {language: _answered(language, part).slice(0, 0) for language, part in parts.items()}
    if not filled:
        return found
    features = joined([split.features for split in filled.values()])
    outputs = forward(model, request.kind, features, facts, resources.device, resources.progress)
    first = 0
    for language, split in filled.items():
        own = outputs[first : first + len(split.features)]
        first += len(split.features)
        found[language] = decoded(request, split, own)
    return found


def _mined(
    model: PreTrainedModel,
    request: Request,
    parts: Mapping[str, NoisySplit],
    facts: TokenizerFacts,
    resources: Resources,
) -> Iterator[NoisyAnswers]:
    """Pairs are mined variant by variant: the threshold is that of clean text."""
    for language, part in parts.items():
        if part.clean.tuned_on is None:
            raise InputError("Pairs are mined with a threshold from another split, and there is none.", field=language)
        n_candidates = list(part.clean.examples["role"]).count("candidate")
        for variant in part.variants:
            whole, settings = _whole(part, variant), request.search.settings
            tables = mine_pairs(model, whole, part.clean.tuned_on, facts, settings, resources)
            for setting, table in zip(settings, tables, strict=True):
                yield NoisyAnswers(variant, Answers(language, setting, table, n_candidates))


def _whole(part: NoisySplit, variant: Variant) -> EncodedSplit:
    """All texts of a search under one variant."""
    import pyarrow as pa
    from datasets import Dataset

    clean, unique = part.clean, part.unique
    places = pa.array(variant.places(len(clean.examples)))
    examples = [split.examples.data.table for split in (clean, unique)]
    both = joined([clean.features, unique.features]).table.take(places)
    rows = pa.array(np.arange(len(both), dtype=np.int32))
    both = both.set_column(both.column_names.index("example"), "example", rows)
    chosen = pa.concat_tables(examples).take(places).combine_chunks()
    return EncodedSplit(Dataset(chosen), Features(both.combine_chunks()), clean.options)
