"""Retrieval under noise: every text, clean or noisy, to a vector once a setting; then one search for each variant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xstilts.evaluation.embed import embed_settings
from xstilts.evaluation.embed_setting import groups
from xstilts.evaluation.pools import collect, searches
from xstilts.evaluation.request import Resources
from xstilts.evaluation.retrieval import by_vectors, joined, ranked, rows_of
from xstilts.evaluation.spaces import in_space

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray
    from transformers import PreTrainedModel

    from xstilts.encoding import TokenizerFacts
    from xstilts.evaluation.pools import Texts
    from xstilts.evaluation.request import Answers, SearchOptions
    from xstilts.evaluation.under_noise.parts import NoisySplit, Variant

    Places = NDArray[np.int64]


def search_under_noise(
    encoder: PreTrainedModel,
    parts: Mapping[str, NoisySplit],
    facts: TokenizerFacts,
    search: SearchOptions,
    resources: Resources = Resources(),
) -> Iterator[tuple[Variant, Answers]]:
    """Retrieval under every variant, in the settings and by the searches of clean input.

    A variant that a language does not have leaves its texts clean: they stay in the pools of other languages.

    Args:
        encoder: A bare encoder.
        parts: Language to its clean and noisy texts.
        facts: The tokenizer's facts.
        search: What is compared how.
        resources: Device, progress (in texts) and memory.

    Yields:
        Settings as ``retrieval.retrieve_all``, in each the variants of noise, the searches, and the languages that have
        the variant.

    Raises:
        InputError: As ``retrieval.retrieve_all``.
        DataError: As ``retrieval.retrieve_all``.
    """
    texts = collect({language: part.clean.examples for language, part in parts.items()}, shared=search.shared)
    noisy = {language: part for language, part in parts.items() if part.variants}
    features = joined([
        *(rows_of(parts[language].clean.features, rows) for language, rows in texts.rows.items()),
        *(part.unique.features for part in noisy.values()),
    ])  # fmt: skip
    cut = features.column("truncated")
    planned = [(way, list(searches(texts, way, search.held_out))) for way in search.variants]
    names = dict.fromkeys(variant.name for part in noisy.values() for variant in part.variants)
    having = {name: {code: one for code, part in noisy.items() for one in part.variants if one.name == name}
              for name in names}  # fmt: skip
    places = {name: _places(texts, noisy, having[name]) for name in names}
    grouped = by_vectors(search.settings)
    for group in groups(list(grouped), len(features), int(encoder.config.hidden_size), resources.vector_bytes):
        found = embed_settings(encoder, features, group, facts, resources.device, resources.progress)
        for embedding, vectors in zip(group, found, strict=True):
            for setting in grouped[embedding]:
                for name in names:
                    taken = places[name]
                    moved = in_space(vectors[taken], texts.sides(), str(setting.get("space", "raw")))
                    for way, asked in planned:
                        for one in asked:
                            if one.language in having[name]:
                                answers = ranked(texts, one, moved, setting, way, cut[taken])
                                yield having[name][one.language], answers


def _places(texts: Texts, noisy: Mapping[str, NoisySplit], having: Mapping[str, Variant]) -> Places:
    """For each text the row of its vector under a variant: clean texts come first, then the noisy ones by language."""
    n = len(texts.ids)
    found, first, own = np.arange(n, dtype=np.int64), n, _own_places(texts)
    shared = {name: place for place, name in enumerate(texts.ids) if texts.roles[place] == "candidate"}
    for language, part in noisy.items():
        variant = having.get(language)
        ids = part.clean.examples["id"] if variant and texts.shared else ()
        for row, unique in zip(variant.clean, variant.unique, strict=True) if variant else ():
            # of candidates that all languages share, one stands for all, and the noise of all is the same
            place = own[language].get(row)
            found[shared[ids[row]] if place is None else place] = first + unique
        first += len(part.unique.features)
    return found


def _own_places(texts: Texts) -> dict[str, dict[int, int]]:
    """Language to row of its examples to place among the texts."""
    found, first = {}, 0
    for language, rows in texts.rows.items():
        found[language] = {row: first + place for place, row in enumerate(rows.tolist())}
        first += len(rows)
    return found
