"""An encoder and two lists of sentences to mined pairs: the threshold is found on one split and used on another.

On both splits only pairs that score more than 0 are mined, before any threshold is looked for, as in the benchmark
(google-research/xtreme:third_party/utils_retrieve.py, ``mine_bitext``). That matters for the margin ``distance``; by
``ratio`` and ``cosine`` hardly a pair scores less.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.errors import DataError
from xstilts.evaluation.embed import embed_settings
from xstilts.evaluation.embed_setting import groups
from xstilts.evaluation.mining import NEIGHBOURS, Mined, Named, Side, best_threshold, keep, mine, mine_hits
from xstilts.evaluation.ngrams import char_ngrams, search
from xstilts.evaluation.request import EncodedSplit, Resources
from xstilts.evaluation.retrieval import TOP, by_vectors
from xstilts.evaluation.spaces import in_space
from xstilts.search.scores import Hits
from xstilts.search.similarities import rank

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa
    from datasets import Dataset
    from numpy.typing import NDArray
    from transformers import PreTrainedModel

    from xstilts.encoding import TokenizerFacts

    Places = NDArray[np.int64]

MINING_RULE = "bucc"
"""The rule of tasks whose predictions are mined pairs, not ranked candidates."""


def mine_pairs(
    encoder: PreTrainedModel,
    searched: EncodedSplit,
    tuned_on: EncodedSplit,
    facts: TokenizerFacts,
    settings: Sequence[Mapping[str, Any]],
    resources: Resources = Resources(),
) -> list[pa.Table]:
    """Mined pairs, one table for each of ``settings`` (``{"layer": 14, "pooling": "mean"}``).

    Args:
        encoder: A bare encoder.
        searched: What pairs are mined from.
        tuned_on: Another split with known pairs: the threshold that is best for its F1 is used on ``searched``.
        facts: The tokenizer's facts.
        settings: As in :class:`xstilts.evaluation.request.SearchOptions`; ``similarity`` is the margin: ``ratio``
            (usual), ``distance``, or ``cosine`` for none.
        resources: Device, memory, and progress (in texts, for each of the two splits).

    Returns:
        Tables with one row per query: ``id``, ``gold``, ``prediction`` (one candidate id or none), ``truncated``,
        ``scores`` (of the prediction), ``nearest`` (the 20 nearest candidates by cosine, of queries with a partner).

    Raises:
        InputError: If a setting names an unknown key, layer, pooling, space or margin.
        DataError: If there are no queries or no candidates.
    """
    parts = searched, tuned_on
    grouped = by_vectors(settings)
    made: dict[tuple[tuple[str, Any], ...], pa.Table] = {}
    n, hidden = sum(len(part.features) for part in parts), int(encoder.config.hidden_size)
    for group in groups(list(grouped), n, hidden, resources.vector_bytes):
        found = [
            embed_settings(encoder, part.features, group, facts, resources.device, resources.progress) for part in parts
        ]
        for embedding, *vectors in zip(group, *found, strict=True):
            for setting in grouped[embedding]:
                made[tuple(sorted(setting.items()))] = _mined_table(parts, vectors, setting)
    return [made[tuple(sorted(setting.items()))] for setting in settings]


def _mined_table(
    parts: tuple[EncodedSplit, EncodedSplit], vectors: Sequence[NDArray[np.float32]], setting: Mapping[str, Any]
) -> pa.Table:
    """What is mined from the first part with the threshold of the second."""
    searched, tuned_on = parts
    space, margin = str(setting.get("space", "raw")), _margin(setting)
    here, there = (in_space(own, _sides(part.examples), space) for part, own in zip(parts, vectors, strict=True))
    threshold = best_threshold(_mined(tuned_on.examples, there, margin), _gold(tuned_on.examples))
    mined = keep(_mined(searched.examples, here, margin), threshold)
    return _table(searched.examples, searched.features.column("truncated"), mined, _nearest(searched, here))


def _margin(setting: Mapping[str, Any]) -> str:
    said = str(setting.get("similarity", "ratio"))
    return "absolute" if said == "cosine" else said


def _sides(examples: Dataset) -> dict[str, NDArray[np.int64]]:
    return {role: _rows(examples, role) for role in ("query", "candidate")}


def _mined(examples: Dataset, vectors: NDArray[np.float32], margin: str) -> list[Mined]:
    sides = _side(examples, vectors, "query"), _side(examples, vectors, "candidate")
    return mine(*sides, margin=margin)


def _nearest(searched: EncodedSplit, vectors: NDArray[np.float32]) -> dict[str, list[str]]:
    """Queries with a partner to their nearest candidates, ties by id."""
    queries, candidates, ids = _asked(searched.examples)
    if not len(queries):
        return {}
    numbers = rank(vectors[queries], vectors[candidates], TOP, "cosine").numbers
    return {
        ids[row]: [ids[candidates[number]] for number in found]
        for row, found in zip(queries.tolist(), numbers, strict=True)
    }


def _asked(examples: Mapping[str, Any]) -> tuple[Places, Places, list[str]]:
    """Rows of the queries with a partner, rows of the candidates by id, and all ids."""
    ids, gold = list(examples["id"]), list(examples["gold"])
    candidates = np.array(sorted(_rows(examples, "candidate").tolist(), key=ids.__getitem__), dtype=np.int64)
    return np.array([row for row in _rows(examples, "query").tolist() if gold[row]], dtype=np.int64), candidates, ids


def _side(examples: Dataset, vectors: NDArray[np.float32], role: str) -> Side:
    rows = _rows(examples, role)
    if not len(rows):
        raise DataError(f"Mining needs queries and candidates; here is no {role}.", field="role")
    ids, texts = list(examples["id"]), list(examples["text"])
    return Side([ids[row] for row in rows], [texts[row] for row in rows], vectors[rows])


def _rows(examples: Mapping[str, Any], role: str) -> Places:
    return np.flatnonzero(np.array(examples["role"]) == role)


def _gold(examples: Mapping[str, Any]) -> set[tuple[str, str]]:
    pairs = zip(examples["id"], examples["gold"], strict=True)
    return {(query, candidate) for query, candidates in pairs for candidate in candidates}


def _table(
    examples: Mapping[str, Any],
    cut: NDArray[np.bool_],
    mined: Sequence[Mined],
    nearest: Mapping[str, Sequence[str]],
) -> pa.Table:
    import pyarrow as pa

    queries = _rows(examples, "query")
    ids, gold = list(examples["id"]), list(examples["gold"])
    said = {pair.source: pair for pair in mined}
    pairs = [said.get(ids[row]) for row in queries]
    names = pa.list_(pa.string())
    return pa.table(
        {
            "id": pa.array([ids[row] for row in queries], pa.string()),
            "gold": pa.array([gold[row] for row in queries], names),
            "prediction": pa.array([[pair.target] if pair else [] for pair in pairs], names),
            "truncated": pa.array(cut[queries]),
            "scores": pa.array([[pair.score] if pair else [] for pair in pairs], pa.list_(pa.float32())),
            "nearest": pa.array([list(nearest.get(ids[row], ())) for row in queries], names),
        }
    )


def mine_by_ngrams(examples: Mapping[str, Any], tuned_on: Mapping[str, Any]) -> pa.Table:
    """Mined pairs by cosine of TF-IDF vectors of character n-grams, with the ratio margin: a baseline without a model.

    Args:
        examples: What pairs are mined from.
        tuned_on: Another split with known pairs, for the threshold.

    Returns:
        As :func:`mine_pairs`.

    Raises:
        DataError: If there are no queries or no candidates.
    """
    threshold = best_threshold(_mined_by_ngrams(tuned_on)[0], _gold(tuned_on))
    mined, nearest = _mined_by_ngrams(examples)
    cut = np.zeros(len(list(examples["id"])), dtype=np.bool_)
    return _table(examples, cut, keep(mined, threshold), nearest)


def _mined_by_ngrams(examples: Mapping[str, Any]) -> tuple[list[Mined], dict[str, list[str]]]:
    """Mined pairs, and the candidates nearest to queries with a partner."""
    texts, ids = list(examples["text"]), list(examples["id"])
    sides = []
    for role in ("query", "candidate"):
        rows = sorted(_rows(examples, role).tolist(), key=ids.__getitem__)
        sides.append(Named([ids[row] for row in rows], [texts[row] for row in rows]))
    source, target = (char_ngrams(side.texts) for side in sides)
    forward, backward = Hits(*search(source, target, TOP)), Hits(*search(target, source, NEIGHBOURS))
    closest = Hits(forward.numbers[:, :NEIGHBOURS], forward.scores[:, :NEIGHBOURS])
    gold = dict(zip(ids, examples["gold"], strict=True))
    nearest = {
        name: [sides[1].ids[number] for number in found]
        for name, found in zip(sides[0].ids, forward.numbers.tolist(), strict=True)
        if gold[name]
    }
    return mine_hits(sides[0], sides[1], closest, backward), nearest
