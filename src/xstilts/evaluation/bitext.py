"""An encoder and two lists of sentences to mined pairs: the threshold is found on one split and used on another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from xstilts.errors import DataError
from xstilts.evaluation.embed import embed_setting, embed_settings
from xstilts.evaluation.mining import Mined, Side, best_threshold, keep, mine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa
    from datasets import Dataset
    from numpy.typing import NDArray
    from transformers import PreTrainedModel

    from xstilts.encoding import Features, TokenizerFacts
    from xstilts.evaluation.running import Progress

MINING_RULE = "bucc"
"""The rule of tasks whose predictions are mined pairs, not ranked candidates."""


class Searched(NamedTuple):
    """One split of one language: its queries and candidates, and what they were encoded to."""

    examples: Dataset
    features: Features


def mine_pairs(
    encoder: PreTrainedModel,
    searched: Searched,
    tuned_on: Searched,
    facts: TokenizerFacts,
    settings: Sequence[Mapping[str, Any]],
    device: str | None = None,
    progress: Progress | None = None,
) -> list[pa.Table]:
    """Mined pairs, one table for each of ``settings`` (``{"layer": 14, "pooling": "mean"}``).

    Args:
        encoder: A bare encoder.
        searched: What pairs are mined from.
        tuned_on: Another split with known pairs: the threshold that is best for its F1 is used on ``searched``.
        facts: The tokenizer's facts.
        settings: Layers and poolings.
        device: Where to run; None: where the encoder is.
        progress: Called with the texts done and their number, for each of the two splits.

    Returns:
        Tables with one row per query: ``id``, ``gold``, ``prediction`` (one candidate id or none), ``truncated``,
        ``scores`` (of the prediction).

    Raises:
        InputError: If a setting names an unknown key, layer or pooling.
        DataError: If there are no queries or no candidates.
    """
    chosen = [embed_setting(given) for given in settings]
    found = [embed_settings(encoder, part.features, chosen, facts, device, progress) for part in (searched, tuned_on)]
    tables = []
    for vectors, tuning in zip(*found, strict=True):
        threshold = best_threshold(_mined(tuned_on.examples, tuning), _gold(tuned_on.examples))
        tables.append(_table(searched, keep(_mined(searched.examples, vectors), threshold)))
    return tables


def _mined(examples: Dataset, vectors: NDArray[np.float32]) -> list[Mined]:
    return mine(_side(examples, vectors, "query"), _side(examples, vectors, "candidate"))


def _side(examples: Dataset, vectors: NDArray[np.float32], role: str) -> Side:
    rows = _rows(examples, role)
    if not len(rows):
        raise DataError(f"Mining needs queries and candidates; here is no {role}.", field="role")
    ids, texts = list(examples["id"]), list(examples["text"])
    return Side([ids[row] for row in rows], [texts[row] for row in rows], vectors[rows])


def _rows(examples: Dataset, role: str) -> NDArray[np.int64]:
    return np.flatnonzero(np.array(examples["role"]) == role)


def _gold(examples: Dataset) -> set[tuple[str, str]]:
    pairs = zip(examples["id"], examples["gold"], strict=True)
    return {(query, candidate) for query, candidates in pairs for candidate in candidates}


def _table(searched: Searched, mined: Sequence[Mined]) -> pa.Table:
    import pyarrow as pa

    queries = _rows(searched.examples, "query")
    ids, gold = list(searched.examples["id"]), list(searched.examples["gold"])
    said = {pair.source: pair for pair in mined}
    pairs = [said.get(ids[row]) for row in queries]
    names = pa.list_(pa.string())
    return pa.table(
        {
            "id": pa.array([ids[row] for row in queries], pa.string()),
            "gold": pa.array([gold[row] for row in queries], names),
            "prediction": pa.array([[pair.target] if pair else [] for pair in pairs], names),
            "truncated": pa.array(searched.features.column("truncated")[queries]),
            "scores": pa.array([[pair.score] if pair else [] for pair in pairs], pa.list_(pa.float32())),
        }
    )
