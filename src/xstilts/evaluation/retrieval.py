"""Retrieval with an encoder or by spelling: every text to a vector, every search to a table of ranked candidates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.encoding.features import Features
from xstilts.encoding.visual.grids import like
from xstilts.errors import InputError
from xstilts.evaluation.embed import embed_settings
from xstilts.evaluation.embed_setting import EmbedSetting, embed_setting, groups
from xstilts.evaluation.ngrams import char_ngrams
from xstilts.evaluation.ngrams import search as nearest
from xstilts.evaluation.pools import collect, searches
from xstilts.evaluation.request import Answers, EncodedSplit, Resources, SearchOptions
from xstilts.evaluation.spaces import in_space
from xstilts.search.approximate import search as search_index
from xstilts.search.similarities import rank
from xstilts.statistics.setting_text import VECTOR_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray
    from transformers import PreTrainedModel

    from xstilts.encoding import TokenizerFacts
    from xstilts.evaluation.pools import Search, Texts
    from xstilts.search.scores import Hits

    Vectors = NDArray[np.float32]

TOP = 20
"""Candidates kept per query."""


def retrieve_all(
    encoder: PreTrainedModel,
    parts: Mapping[str, EncodedSplit],
    facts: TokenizerFacts,
    search: SearchOptions = SearchOptions(),
    resources: Resources = Resources(),
) -> Iterator[Answers]:
    """Retrieval in all languages of a target, under every setting and variant.

    Args:
        encoder: A bare encoder.
        parts: Language to its encoded queries and candidates.
        facts: The tokenizer's facts.
        search: What is compared how.
        resources: Device, progress (in texts) and memory.

    Yields:
        Settings (shallow layers first, those that share vectors together), in each the variants, in each the languages.

    Raises:
        InputError: If a setting names an unknown key, layer, pooling, space or similarity.
        DataError: If a language has no queries or no candidates, or ids do not belong together.
    """
    texts = collect({language: part.examples for language, part in parts.items()}, shared=search.shared)
    cut = np.concatenate([parts[language].features.column("truncated")[rows] for language, rows in texts.rows.items()])
    features = joined([rows_of(parts[language].features, rows) for language, rows in texts.rows.items()])
    planned = [list(searches(texts, variant, search.held_out)) for variant in search.variants]
    grouped = by_vectors(search.settings)
    hidden = int(encoder.config.hidden_size)
    for group in groups(list(grouped), len(texts.ids), hidden, resources.vector_bytes):
        found = embed_settings(encoder, features, group, facts, resources.device, resources.progress)
        for embedding, vectors in zip(group, found, strict=True):
            for setting in grouped[embedding]:
                moved = in_space(vectors, texts.sides(), str(setting.get("space", "raw")))
                for variant, asked in zip(search.variants, planned, strict=True):
                    for one in asked:
                        yield ranked(texts, one, moved, setting, variant, cut)


def retrieve(
    encoder: PreTrainedModel,
    part: EncodedSplit,
    facts: TokenizerFacts,
    settings: Sequence[Mapping[str, Any]],
    resources: Resources = Resources(),
) -> list[pa.Table]:
    """Retrieval predictions of one language, one table for each of ``settings`` (``{"layer": 14, "pooling": "mean"}``).

    Raises:
        InputError: As :func:`retrieve_all`.
        DataError: As :func:`retrieve_all`.
    """
    given = [dict(setting) for setting in settings]
    found = {
        tuple(sorted(one.setting.items())): one.table
        for one in retrieve_all(encoder, {"": part}, facts, SearchOptions(given), resources)
    }
    return [found[tuple(sorted(setting.items()))] for setting in given]


def retrieve_by_ngrams(
    parts: Mapping[str, Mapping[str, Any]], search: SearchOptions = SearchOptions()
) -> Iterator[Answers]:
    """Retrieval by cosine of TF-IDF vectors of character n-grams: the baseline that needs no training.

    Args:
        parts: Language to its examples.
        search: Its variants; settings and an index make no difference here.

    Raises:
        DataError: As :func:`xstilts.evaluation.pools.collect`.
    """
    texts = collect(parts, shared=search.shared)
    written = [str(text) for language, rows in texts.rows.items() for text in _taken(parts[language]["text"], rows)]
    counts = char_ngrams(written)
    for variant in search.variants:
        for one in searches(texts, variant, search.held_out):
            numbers, cosines = nearest(counts.take(one.queries), counts.take(one.candidates), TOP)
            table = _table(texts, one, numbers, cosines, np.zeros(len(texts.ids), dtype=np.bool_), "pool" in variant)
            yield Answers(one.language, dict(variant), table, len(one.candidates))


def _taken(texts: Sequence[str], rows: NDArray[np.int64]) -> list[str]:
    known = list(texts)
    return [known[row] for row in rows]


def rows_of(features: Features, rows: NDArray[np.int64]) -> Features:
    """These rows of the features; the features themselves for all of them."""
    import pyarrow as pa

    if len(rows) == len(features):
        return features
    return Features(features.table.take(pa.array(rows)).combine_chunks())


def joined(parts: Sequence[Features]) -> Features:
    """The items of several features end to end."""
    import pyarrow as pa

    if len(parts) == 1:
        return parts[0]
    return like(Features(pa.concat_tables([part.table for part in parts]).combine_chunks()), *parts)


def by_vectors(settings: Sequence[Mapping[str, Any]]) -> dict[EmbedSetting, list[Mapping[str, Any]]]:
    """How texts become vectors to the settings that compare these vectors.

    Raises:
        InputError: If a setting has a key that says nothing about retrieval.
    """
    found: dict[EmbedSetting, list[Mapping[str, Any]]] = {}
    for setting in settings:
        found.setdefault(embedding_of(setting), []).append(setting)
    return found


def embedding_of(setting: Mapping[str, Any]) -> EmbedSetting:
    """How texts become vectors under a setting.

    Raises:
        InputError: If the setting has a key that says nothing about retrieval.
    """
    unknown = sorted(set(setting) - set(VECTOR_KEYS))
    if unknown:
        raise InputError("This is no part of a retrieval setting.", field=unknown[0], allowed=VECTOR_KEYS)
    return embed_setting(setting)


def ranked(
    texts: Texts,
    asked: Search,
    vectors: Vectors,
    setting: Mapping[str, Any],
    variant: Mapping[str, str],
    cut: NDArray[np.bool_],
) -> Answers:
    """One search, ranked: the vectors and ``cut`` (whether a text was truncated) are those of all texts."""
    similarity = str(setting.get("similarity", "cosine"))
    queries, candidates = vectors[asked.queries], vectors[asked.candidates]
    recall: float | None = None
    hits: Hits
    if "index" in variant:
        found = search_index(queries, candidates, TOP, index=variant["index"], similarity=similarity)
        hits, recall = found.hits, found.recall
    else:
        hits = rank(queries, candidates, TOP, similarity)
    table = _table(texts, asked, hits.numbers, hits.scores, cut, "pool" in variant)
    return Answers(asked.language, {**setting, **variant}, table, len(asked.candidates), recall)


def _table(
    texts: Texts,
    asked: Search,
    numbers: NDArray[np.int64],
    scores: NDArray[Any],
    cut: NDArray[np.bool_],
    pooled: bool,
) -> pa.Table:
    import pyarrow as pa

    names = pa.list_(pa.string())
    offered = np.array([texts.ids[place] for place in asked.candidates.tolist()], dtype=object)
    columns = {
        "id": pa.array([texts.ids[place] for place in asked.queries.tolist()], pa.string()),
        "gold": pa.array([list(right) for right in asked.gold], names),
        "prediction": pa.array(offered[numbers].tolist(), names),
        "truncated": pa.array(cut[asked.queries]),
        "scores": pa.array(list(scores.astype(np.float32)), pa.list_(pa.float32())),
    }
    if pooled:  # all tables of a language have the same columns
        same = [None] * len(numbers) if asked.own is None else asked.own[numbers].tolist()
        columns["same_language"] = pa.array(same, pa.list_(pa.bool_()))
    return pa.table(columns)
